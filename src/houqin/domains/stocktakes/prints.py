"""The papers of counting: the blank sheet to count with, the minutes with their differences, the list of a move (D04, A09)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.org.models import Person
from houqin.foundation.signing.models import Signature
from houqin.foundation.signing.prints import letterhead, print_of, signed
from houqin.kit import clock
from houqin.kit.numbers import yuan
from houqin.kit.papers import Table
from houqin.kit.papers.slip import Slip

from . import rules
from .figures import share
from .models import DIFFERING, MinutesRow, Move, MoveLine, Part, Scope, Status, Stocktake, StocktakeLine

COUNTED = ("posted", "signed")
SHORT = (Status.MISSING, Status.FOUND, Status.ELSEWHERE, Status.UNEXPECTED)


def day_of(day: date | None) -> str:
    return day.isoformat() if day else ""


def _yes_no(told: bool | None) -> str:
    return "" if told is None else _("是") if told else _("否")


def _facts(sheet: Stocktake) -> tuple[tuple[str, str], ...]:
    return (
        (_("盤點日期"), day_of(sheet.opened_on)),
        (_("範圍"), str(sheet.get_scope_display())),
        (_("地點（保管人）"), str(sheet.place or sheet.custodian or "")),
        (_("賬面截至"), _("第 %(number)s 號登記") % {"number": sheet.frozen_at} if sheet.frozen_at else ""),
        (_("期限"), day_of(sheet.due_on)),
    )


# To count with


@print_of(
    Stocktake,
    "blank",
    label=gettext_lazy("盤點表（空白，清點用）"),
    when=lambda sheet: sheet.state in ("frozen", "counting", "recounting"),
)
def blank_sheet(sheet: Stocktake, person: Person) -> Sequence[Slip]:
    """What is to be counted, room by room, a page each, with room to write and nothing of what the book says (D04-2)."""
    lines = sheet.lines.select_related("account", "commodity__item").order_by("account__name", "name", "pk")
    if sheet.state == "recounting":
        lines = lines.filter(status__in=DIFFERING)
    is_store = sheet.scope == Scope.STORE
    columns = [_("序號"), _("編號"), _("名稱"), _("單位"), _("實盤數量")]
    columns += (
        [_("批號（有效期）"), _("備註")] if is_store else [_("標籤完好"), _("使用人相符"), _("使用狀況"), _("備註")]
    )
    slips = []
    for where, group in groupby(lines, key=lambda line: line.account.name):
        rows = [
            (
                str(place),
                "" if line.code == line.name else line.code,
                line.name,
                _counter(line),
                *[""] * (len(columns) - 4),
            )
            for place, line in enumerate(group, start=1)
        ]
        slips.append(
            Slip(
                title=_("盤點表（複盤）") if sheet.state == "recounting" else _("盤點表"),
                school=letterhead(),
                number=sheet.number,
                facts=((_("盤點日期"), ""), (_("地點"), where), (_("期限"), day_of(sheet.due_on))),
                tables=(Table("", tuple(columns), tuple(rows)),),
                text=(_("逐件清點，數到多少寫多少，沒有的寫 0；表上沒有的寫在最後，拍照。"),),
                signatures=((_("盤點人"), ""), (_("監盤人"), ""), (_("保管員"), "")),
            )
        )
    return slips


def _counter(line: StocktakeLine) -> str:
    return line.commodity.counter if line.commodity else ""


# The minutes


@print_of(
    Stocktake,
    "minutes",
    label=gettext_lazy("盤點報告"),
    when=lambda sheet: sheet.state in COUNTED and sheet.rows.exists(),
)
def minutes(sheet: Stocktake, person: Person) -> Sequence[Slip]:
    """盤點報告: what was counted, what agrees, each difference with its cause and decision, who signed."""
    rows = list(sheet.rows.select_related("counted_by", "recounted_by").order_by("position"))
    differing = [row for row in rows if row.status in SHORT]
    counted, matched = sheet.counted or 0, sheet.matched or 0
    said = [
        _("本次盤點 %(counted)d 項，賬實相符 %(matched)d 項，相符率 %(share)s；盤虧 %(missing)d 件、%(missing_value)s 元，盤盈 %(found)d 件、%(found_value)s 元。")
        % {
            "counted": counted,
            "matched": matched,
            "share": share(matched, counted, places=1),
            "missing": sheet.missing or 0,
            "missing_value": yuan(sheet.missing_value or 0),
            "found": sheet.found or 0,
            "found_value": yuan(sheet.found_value or 0),
        }
    ]  # fmt: skip
    if not differing:
        said.append(_("無差異。"))
    if sheet.note:
        said.append(sheet.note)
    tables = [Table(_("差異"), _columns(), _told(differing))] if differing else []
    tables.append(Table(_("全部盤點項目"), _columns(), _told(rows)))
    keepers = "、".join(str(one.person) for one in sheet.members.filter(part=Part.KEEPER).select_related("person"))
    return [
        Slip(
            title=_("盤點報告"),
            school=letterhead(),
            number=sheet.number,
            facts=(
                *_facts(sheet), (_("主盤人"), str(sheet.leader or "")), (_("複盤人"), str(sheet.second_counter or "")),
                (_("監盤人"), str(sheet.witness or "")), (_("保管員"), keepers), (_("入賬日期"), day_of(sheet.posted_on)),
            ),
            tables=tuple(tables),
            text=tuple(said),
            signatures=_signatures(sheet),
            landscape=True,
        )
    ]  # fmt: skip


def _columns() -> tuple[str, ...]:
    return (
        _("序號"), _("存放地點"), _("編號"), _("品名規格"), _("單位"), _("賬面數量"), _("實盤數量"), _("盤盈"), _("盤虧"), _("差異金額"),
        _("結果"), _("原因"), _("處理意見"), _("標籤／使用人／狀況"), _("盤點人"),
    )  # fmt: skip


def _told(rows: Iterable[MinutesRow]) -> tuple[tuple[str, ...], ...]:
    told = []
    for row in rows:
        change = row.actual - row.on_book
        reason = str(rules.REASONS.label(row.reason)) if row.reason else ""
        census = "／".join(
            filter(
                None,
                (_yes_no(row.label_intact), _yes_no(row.user_agrees), str(row.get_use_display()) if row.use else ""),
            )
        )
        told.append(
            (
                str(row.position), row.where, "" if row.code == row.name else row.code, row.name, row.counter, str(row.on_book),
                str(row.actual), str(change) if change > 0 else "", str(-change) if change < 0 else "",
                yuan(row.value) if row.value else "", str(row.get_status_display()),
                " ".join(filter(None, (reason, row.cause))), str(row.get_decision_display()) if row.decision else "", census,
                "、".join(dict.fromkeys(str(one) for one in (row.counted_by, row.recounted_by) if one)),
            )
        )  # fmt: skip
    return tuple(told)


def _signatures(sheet: Stocktake) -> tuple[tuple[str, str], ...]:
    """Who signed the minutes as what; the names of a past sheet stand on the paper itself."""
    found: dict[str, list[str]] = {}
    step = "stocktakes.minutes_signed"
    rows = Signature.objects.filter(document_kind=sheet.kind, document_id=sheet.pk, step=step).select_related("person")
    for one in rows.order_by("pk"):
        found.setdefault(one.signs_as, []).append(f"{one.person} {clock.day_of(one.signed_at)}")
    lines: tuple[tuple[str, Any], ...] = (
        ("counter", _("盤點人")), ("witness", _("監盤人")), ("keeper", _("保管員")), ("head", _("負責人")),
    )  # fmt: skip
    approved = signed(sheet, ("approver", _("批准人")))
    return (*((label, "、".join(found.get(part, ()))) for part, label in lines), *approved)


# Moving


@print_of(Move, "list", label=gettext_lazy("搬遷清點單"), when=lambda move: move.lines.exists())
def move_list(move: Move, person: Person) -> Sequence[Slip]:
    """搬遷清點單: box by box what was packed, what went onto the van, what came off it; and the loss rate once it is posted."""
    lines = list(move.lines.select_related("source", "target", "commodity").order_by("box", "pk"))
    columns = (
        _("箱（車）號"), _("原房間"), _("新房間"), _("資產編號"), _("名稱"), _("數量"), _("裝車清點"), _("卸車清點"), _("破損"), _("缺失"), _("備註"),
    )  # fmt: skip
    rows: list[tuple[str, ...]] = [
        (
            line.box, str(line.source), str(line.target), "" if line.code == line.name else line.code, line.name,
            str(line.quantity), _many(line.loaded), _many(line.unloaded), str(line.broken or ""), str(line.missing or ""), line.note,
        )
        for line in lines
    ]  # fmt: skip
    rows.append((_("合計"), "", "", "", "", *_sums(lines), ""))
    return [
        Slip(
            title=_("搬遷清點單"),
            school=letterhead(),
            number=move.number,
            facts=(
                (_("日期"), day_of(move.moved_on or move.opened_on)),
                (_("從"), str(move.place)),
                (_("遷往"), str(move.target)),
                (_("搬前盤點"), move.before.number if move.before else ""),
                (_("搬後盤點"), move.after.number if move.after else ""),
            ),
            tables=(Table("", columns, tuple(rows)),),
            text=tuple(_about_loss(move)),
            signatures=signed(move, ("escort", _("押運人")), ("receiver", _("接收人")), ("approver", _("負責人"))),
            landscape=True,
        )
    ]


def _many(quantity: int | None) -> str:
    return "" if quantity is None else str(quantity)


def _sums(lines: Sequence[MoveLine]) -> tuple[str, ...]:
    return tuple(
        str(sum(getattr(line, name) or 0 for line in lines))
        for name in ("quantity", "loaded", "unloaded", "broken", "missing")
    )


def _about_loss(move: Move) -> Iterable[str]:
    rate = move.loss_rate
    if rate is None:
        return
    after = _("尚未辦理")
    if move.missing_after is not None:
        after = _("缺失 %(count)d 件") % {"count": move.missing_after}
    yield _(
        "裝車 %(loaded)d 件，途中缺失 %(missing)d 件，破損 %(broken)d 件；搬後盤點%(after)s；損失率 %(rate)s%%。"
    ) % {
        "loaded": move.loaded or 0,
        "missing": move.missing or 0,
        "broken": move.broken or 0,
        "after": after,
        "rate": f"{rate // 100}.{rate % 100:02d}",
    }
    if move.cause:
        yield _("缺失原因：%(cause)s。") % {"cause": move.cause}
