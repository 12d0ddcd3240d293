"""The list of rows set aside."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from . import aside
from .models import RowAside
from .register import REGISTERS, Column, register


def _titles() -> dict[str, object]:
    return {one.name: one.title for one in REGISTERS if one.importing is not None}


register(
    name="registers.asides",
    whole_school=True,
    title=_("匯入待決定的行"),
    about=_("匯入時對不上的行：編號重複、數量×單價≠金額、地點不明。逐行決定收入、併入還是不收，一行也不丟。"),
    group=_("資料匯入"),
    icon="list-search",
    rows=aside.asides_of,
    document=RowAside,
    day="opened_on",
    order=("state", "file", "sheet", "row"),
    columns=(
        Column("number", _("編號"), searched=True),
        Column("state", _("狀態"), kind="state", choices=aside.ROUTE.states, filtered=True),
        Column("register", _("登記簿"), kind="choice", choices=_titles, filtered=True),
        Column("file", _("檔案"), filtered=True),
        Column("sheet", _("工作表"), filtered=True),
        Column("row", _("行"), kind="integer"),
        Column("said", _("這一行"), searched=True),
        Column("reasons", _("疑問"), searched=True),
        Column("opened_on", _("匯入日期"), kind="date", shown=False),
        Column("decided_by", _("決定人"), path="decided_by__name", kind="reference"),
        Column("decided_on", _("決定日期"), kind="date"),
        Column("decision", _("決定")),
    ),
    presets=((_("待決定"), "state=open"),),
)
