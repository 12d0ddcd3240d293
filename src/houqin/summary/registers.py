"""The register of summaries."""

from django.utils.translation import gettext_lazy as _

from houqin.foundation.org.numbers import reads_all
from houqin.foundation.org.rules import office, readers
from houqin.foundation.registers.register import Column, register

from . import actions
from .forms import figure_choices, plan_choices
from .models import Summary, Target
from .rules import ROUTE

register(
    name="summary.summaries",
    whole_school=True,
    title=_("工作總結"),
    group=_("總結"),
    icon="report",
    rows=lambda person: Summary.objects.all() if reads_all(person) else Summary.objects.filter(person=person),
    columns=(
        Column("number", _("編號"), searched=True),
        Column("plan", _("體例"), kind="choice", choices=lambda: dict(plan_choices()), filtered=True),
        Column("label", _("期間"), searched=True),
        Column("starts_on", _("起"), kind="date"),
        Column("ends_on", _("止"), kind="date"),
        Column("person", _("本人"), path="person__name", kind="reference", shown=False),
        Column("state", _("狀態"), kind="state", choices=ROUTE.states, filtered=True),
        Column("opened_by", _("起草人"), path="opened_by__name", kind="reference"),
        Column("opened_on", _("起草日期"), kind="date"),
        Column("frozen_at", _("定稿時間"), path="fair_copy__frozen_at", kind="moment"),
        Column("head", _("鏈首號"), path="fair_copy__head", kind="integer"),
    ),
    order=("-ends_on", "-pk"),
    day="ends_on",
    document=Summary,
    adds=actions.draft,
)

register(
    name="summary.targets",
    whole_school=True,
    title=_("計劃指標"),
    group=_("總結"),
    icon="target",
    rows=lambda person: Target.objects.all(),
    readers=readers | office,
    columns=(
        Column("figure", _("數字"), kind="choice", choices=lambda: dict(figure_choices()), filtered=True),
        Column("starts_on", _("起"), kind="date"),
        Column("ends_on", _("止"), kind="date"),
        Column("quantity", _("計劃數"), kind="integer"),
    ),
    order=("-ends_on", "figure"),
    day="ends_on",
    adds=actions.set_target,
)
