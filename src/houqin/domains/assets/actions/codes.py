"""The school's table of GB/T 14885 codes: filled, corrected, no longer used. A card may bear any code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import action
from houqin.foundation.journal.refused import Refused
from houqin.foundation.journal.writer import Draft
from houqin.foundation.org.directory import Directory
from houqin.foundation.signing.routes import next_number, walks

from .. import rules
from ..classes import BUILT_IN, BUILT_IN_SOURCE
from ..forms import codes as forms
from ..models import GoodsCode


@action("assets.code_added", label=gettext_lazy("登記國標分類代碼"), form=forms.SetCode, rule=rules.keeps_assets)
def add_code(entry: Draft, *, gbt_2022: str, gbt_2010: str, **facts: Any) -> None:
    """Add a class of things with its code in one edition or both, its source, and how sure it is (A02)."""
    known = _known(gbt_2022, gbt_2010)
    if known is not None:
        raise Refused(
            _("代碼 %(code)s 已經登記為「%(name)s」。請到那一筆上更正。")
            % {"code": " ".join(filter(None, (gbt_2022, gbt_2010))), "name": known.name},
            field="gbt_2022",
        )
    _add(entry, gbt_2022=gbt_2022, gbt_2010=gbt_2010, **facts)


def _add(entry: Draft, **facts: Any) -> None:
    entry.document = entry.creates(
        GoodsCode(
            number=next_number(GoodsCode, entry.occurred_on),
            state="in_use",
            opened_on=entry.occurred_on,
            opened_by=entry.by,
            **facts,
        )
    )


def _known(gbt_2022: str, gbt_2010: str) -> GoodsCode | None:
    return GoodsCode.objects.filter(gbt_2022=gbt_2022, gbt_2010=gbt_2010, state="in_use").first()


@action("assets.code_changed", label=gettext_lazy("更正"), form=forms.ChangeCode, rule=rules.keeps_assets)
@walks(lambda: rules.GOODS_CODE)
def change_code(entry: Draft, *, document: GoodsCode, **facts: Any) -> None:
    """Correct a code, its words, its group of years or its source; cards keep what is written on them."""
    for name, told in facts.items():
        setattr(document, name, told)
    entry.changes(document, *facts)


@action("assets.code_retired", label=gettext_lazy("停用"), form=forms.RetireCode, rule=rules.keeps_assets)
@walks(lambda: rules.GOODS_CODE)
def retire_code(entry: Draft, *, document: GoodsCode, reason: str) -> None:
    """Use a code no longer for new cards."""
    entry.reason = reason


@action("assets.codes_installed", label=gettext_lazy("放入內置分類代碼"), rule=rules.keeps_assets)
def install_codes(entry: Draft) -> None:
    """Put the codes the program knows into the school's own table, marked with how sure each is, to be checked and corrected."""
    added = 0
    for one in BUILT_IN:
        if _known(one.gbt_2022, one.gbt_2010) is None:
            made = entry.followed_by("assets.code_added")
            made.document = None
            _add(
                made, name=str(one.label), gbt_2022=one.gbt_2022, gbt_2010=one.gbt_2010, life_group=one.group,
                words="、".join(one.words)[:300], source=BUILT_IN_SOURCE, status=one.status,
            )  # fmt: skip
            added += 1
    if not added:
        raise Refused(_("內置的分類代碼都已經在表裏。"))
    entry.measure("codes", added)


def known_code(cells: Mapping[str, Any], directory: Directory) -> GoodsCode | None:
    """The row of the table that a row of a sheet is: the same pair of codes."""
    codes = [str(cells.get(name) or "").strip() for name in ("gbt_2022", "gbt_2010")]
    return _known(*codes) if any(codes) else None
