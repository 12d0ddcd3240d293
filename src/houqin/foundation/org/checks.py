"""What must never be true of posts."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.checks import Finding, check
from houqin.kit import clock

from .appointing import clashes


@check("org.posts_apart", gettext_lazy("不相容崗位不由一人兼任"))
def posts_are_apart() -> Iterable[Finding]:
    """Forbidden pairs held today (SOD-1, 2, 6); one the principal allowed is told as a notice."""
    for clash in clashes(on=clock.today()):
        facts = {
            "name": clash.person,
            "first": clash.first.get_role_display(),
            "second": clash.second.get_role_display(),
            "rule": clash.rule,
        }
        if clash.allowed is None:
            yield Finding(_("%(name)s同時任%(first)s和%(second)s（%(rule)s 不相容崗位）。請結束其中一個任職。") % facts)
        else:
            yield Finding(
                _("%(name)s同時任%(first)s和%(second)s（%(rule)s），校長准許，因：%(reason)s")
                % {**facts, "reason": clash.allowed.reason},
                notice=True,
            )
