"""Moving house 搬遷 (S5): counted before, boxed, counted onto the van, counted off it, reconciled, posted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.catalogue.stock import take
from houqin.foundation.journal.accounts import account, is_asset, pending_beside
from houqin.foundation.journal.actions import action
from houqin.foundation.journal.models import Commodity, Place
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.journal.writer import Draft, shortage
from houqin.foundation.org.models import Person
from houqin.foundation.signing.routes import ask, next_number, walks
from houqin.kit.text import fold

from .. import expecting, forms, rules
from ..forms import Told
from ..models import Move, MoveLine, Status, Stocktake
from .counting import MOST_NAMED, code_of, commodity_of


@action("stocktakes.move_opened", label=gettext_lazy("擬定搬遷"), form=forms.OpenMove, rule=rules.opens_counts)
def open_move(
    entry: Draft, *, place: Place, target: Place, before: Stocktake, escort: Person, receiver: Person, note: str
) -> None:
    """Begin a move; what is to be moved was counted before (S5: 搬遷前徹底清點)."""
    if before.state not in ("posted", "signed"):
        raise Refused(
            _("搬遷前的盤點 %(number)s 還沒有入賬。請先辦完盤點再搬。") % {"number": before.number}, field="before"
        )
    if before.place is None or not (expecting.places_in(before.place) & expecting.places_in(place)):
        raise Refused(
            _("盤點 %(number)s 盤的不是%(place)s。") % {"number": before.number, "place": place}, field="before"
        )
    paper = Move(
        number=next_number(Move, entry.occurred_on), state="packing", opened_on=entry.occurred_on, opened_by=entry.by,
        place=place, campus=place.campus_or_self(), target=target, before=before, escort=escort, receiver=receiver, note=note,
    )  # fmt: skip
    entry.document, entry.place = entry.creates(paper), place
    ask(entry, paper)


@action("stocktakes.boxed", label=gettext_lazy("裝箱"), form=forms.Box, rule=rules.opens_counts | rules.escorts)
@walks(lambda: rules.MOVE)
def box(
    entry: Draft, *, document: Move, box: str, source: Place | None, target: Place | None, contents: list[Told]
) -> None:
    """Say what is in a box and from which room to which it goes."""
    assert document.place is not None
    source, target = source or document.place, target or document.target
    if source.pk not in expecting.places_in(document.place) or target.pk not in expecting.places_in(document.target):
        raise Refused(_("這次搬遷是從%(what)s。") % {"what": document.title()}, field="source")
    here = expecting.account_at(source)
    for told in contents:
        commodity = _known(told.code)
        packed = list(document.lines.filter(source=source, commodity=commodity))
        same = next((line for line in packed if (line.box, line.target_id) == (box, target.pk)), None)
        there = expecting.held_at(here, commodity)
        others = sum(line.quantity for line in packed if line is not same)
        if told.quantity < 1 or others + told.quantity > there:
            raise shortage(here.pk, commodity.pk, held=there - others, wanted=told.quantity)
        if same is not None:
            # Told again it replaces what was told.
            same.quantity, same.loaded = told.quantity, None
            entry.changes(same, "quantity", "loaded")
            continue
        entry.creates(
            MoveLine(
                move=document, box=box, source=source, target=target, commodity=commodity, code=code_of(commodity),
                name=commodity.name, quantity=told.quantity,
            )
        )  # fmt: skip
    entry.measure("packed", sum(told.quantity for told in contents))


def _known(code: str) -> Commodity:
    found = commodity_of(code)
    if found is None:
        raise Refused(_("賬上沒有「%(code)s」，或者不只一種。請寫編號。") % {"code": code}, field="contents")
    return found


def _lines_in(paper: Move, box: str) -> list[MoveLine]:
    found = [line for line in paper.lines.order_by("pk") if fold(line.box) == fold(box)]
    if not found:
        raise Refused(_("清單上沒有%(box)s號箱（車）。") % {"box": box}, field="box")
    return found


def _told_of(lines: Sequence[MoveLine], told: list[Told]) -> dict[int, int]:
    """Line key → how many were told of it. Refuses what is not in the box."""
    found = {}
    for one in told:
        line = next((line for line in lines if fold(one.code) in (fold(line.code), fold(line.name))), None)
        if line is None:
            raise Refused(_("箱內清單上沒有「%(code)s」。") % {"code": one.code}, field="counted")
        found[line.pk] = one.quantity
    return found


@action("stocktakes.loaded", label=gettext_lazy("裝車清點"), form=forms.Load, rule=rules.escorts)
@walks(lambda: rules.MOVE)
def load(entry: Draft, *, document: Move, box: str, counted: list[Told]) -> None:
    """Count a box onto the van; empty means all that was packed."""
    lines = _lines_in(document, box)
    told = _told_of(lines, counted)
    for line in lines:
        line.loaded = told.get(line.pk, line.loaded if counted and line.loaded is not None else line.quantity)
        if line.loaded > line.quantity:
            raise Refused(
                _("「%(name)s」裝箱 %(packed)d，不會裝上車 %(told)d。")
                % {"name": line.name, "packed": line.quantity, "told": line.loaded},
                field="counted",
            )
        entry.changes(line, "loaded")


@action("stocktakes.load_closed", label=gettext_lazy("裝車完畢"), form=forms.MoveOnly, rule=rules.escorts)
@walks(lambda: rules.MOVE)
def close_load(entry: Draft, *, document: Move) -> None:
    """Sign the load list; from here on nothing is added."""
    lines = list(document.lines.order_by("pk"))
    if not lines:
        raise Refused(_("還沒有裝箱。"))
    waiting = sorted({line.box for line in lines if line.loaded is None})
    if waiting:
        raise Refused(_("還沒有裝車清點：%(boxes)s。") % {"boxes": "、".join(waiting[:MOST_NAMED])})
    entry.measure("loaded", sum(line.loaded or 0 for line in lines))


@action("stocktakes.unloaded", label=gettext_lazy("卸車清點"), form=forms.Unload, rule=rules.receives)
@walks(lambda: rules.MOVE)
def unload(entry: Draft, *, document: Move, box: str, counted: list[Told], broken: list[Told], note: str) -> None:
    """Count a box off the van, and what of it arrived broken; empty means all that was loaded."""
    lines = _lines_in(document, box)
    told, harmed = _told_of(lines, counted), _told_of(lines, broken)
    for line in lines:
        loaded = line.loaded or 0
        line.unloaded = told.get(line.pk, line.unloaded if counted and line.unloaded is not None else loaded)
        line.broken = harmed.get(line.pk, line.broken)
        if line.unloaded > loaded or line.broken > line.unloaded:
            raise Refused(
                _("「%(name)s」裝車 %(loaded)d，不會卸下 %(told)d、其中破損 %(broken)d。")
                % {"name": line.name, "loaded": loaded, "told": line.unloaded, "broken": line.broken},
                field="counted",
            )
        line.missing = loaded - line.unloaded
        line.note = note or line.note
        entry.changes(line, "unloaded", "broken", "missing", "note")


@action("stocktakes.unload_closed", label=gettext_lazy("卸車完畢"), form=forms.MoveOnly, rule=rules.receives)
@walks(lambda: rules.MOVE)
def close_unload(entry: Draft, *, document: Move) -> None:
    """Sign the unload list: what came off the vans, what is broken and what is missing."""
    lines = list(document.lines.order_by("pk"))
    waiting = sorted({line.box for line in lines if line.unloaded is None})
    if waiting:
        raise Refused(_("還沒有卸車清點：%(boxes)s。") % {"boxes": "、".join(waiting[:MOST_NAMED])})
    entry.measure("unloaded", sum(line.unloaded or 0 for line in lines))


@action("stocktakes.moved", label=gettext_lazy("核對入賬"), form=forms.PostMove, rule=rules.approves)
@walks(lambda: rules.MOVE)
def post_move(entry: Draft, *, document: Move, cause: str) -> None:
    """Post the move: what arrived stands in its new room, what did not is lost, or 待處理 where it is a fixed asset. Broken things arrived; scrapping is a paper of its own."""
    lines = list(document.lines.select_related("commodity", "source", "target").order_by("pk"))
    missing = sum(line.missing or 0 for line in lines)
    if missing and not cause:
        raise Refused(_("少了 %(count)d 件，請寫明缺失原因。") % {"count": missing}, field="cause")
    entry.reason = cause
    _post_lines(entry, document, lines)
    document.moved_on, document.approver, document.cause = entry.occurred_on, entry.by, cause
    entry.changes(document, "moved_on", "approver", "cause", "loaded", "missing", "broken")


def _post_lines(entry: Draft, paper: Move, lines: Sequence[MoveLine]) -> None:
    lost = account("loss", "move", name=str(_("搬遷缺失")))
    for line in lines:
        here, there = expecting.account_at(line.source), expecting.account_at(line.target)
        if line.unloaded:
            take(entry, line.commodity, source=here, target=there, quantity=line.unloaded)
        if line.missing:
            # A fixed asset that did not arrive stays on the book until its disposal is approved (A08-1).
            target = pending_beside(here) if is_asset(line.commodity) else lost
            take(entry, line.commodity, source=here, target=target, quantity=line.missing)
    for name in ("loaded", "missing", "broken"):
        total = sum(getattr(line, name) or 0 for line in lines)
        setattr(paper, name, (getattr(paper, name) or 0) + total)
        entry.measure(name, total)


@action("stocktakes.move_checked", label=gettext_lazy("搬後盤點核對"), form=forms.CheckMove, rule=rules.opens_counts)
@walks(lambda: rules.MOVE)
def check_move(entry: Draft, *, document: Move, after: Stocktake) -> None:
    """Tie the count in the new rooms to the move: what arrived and is missing there now counts as lost in the move."""
    if after.state not in ("posted", "signed"):
        raise Refused(
            _("搬遷後的盤點 %(number)s 還沒有入賬。請先辦完盤點再核對。") % {"number": after.number}, field="after"
        )
    if after.place is None or document.target_id not in expecting.places_in(after.place):
        raise Refused(
            _("盤點 %(number)s 盤的不是%(place)s。") % {"number": after.number, "place": document.target}, field="after"
        )
    if after.pk == document.before_id or (document.moved_on and after.opened_on < document.moved_on):
        raise Refused(
            _("盤點 %(number)s 是搬遷以前的。請在搬完以後再盤一次。") % {"number": after.number}, field="after"
        )
    moved = set(document.lines.values_list("commodity", flat=True))
    lines = [line for line in after.lines.filter(commodity__in=moved) if line.difference < 0]
    short = sum(-line.difference for line in lines if line.status == Status.MISSING)
    # What was missing cannot be more than what came off the vans: the rest was lost from what stood there before.
    document.after, document.missing_after = after, min(short, (document.loaded or 0) - (document.missing or 0))
    entry.changes(document, "after", "missing_after")
    entry.place = document.target
    entry.measure("missing_after", document.missing_after)
    entry.measure("recounted", after.counted or 0)


@action("stocktakes.move_abandoned", label=gettext_lazy("取消搬遷"), form=forms.AbandonMove, rule=rules.opens_counts)
@walks(lambda: rules.MOVE)
def abandon_move(entry: Draft, *, document: Move, reason: str) -> None:
    """Give a move up before anything is on the van."""
    entry.reason = reason


@action(
    "stocktakes.move_imported",
    label=gettext_lazy("登記過往搬遷"),
    form=forms.ImportMove,
    rule=rules.opens_counts,
    hidden=True,
)
def import_move(
    entry: Draft,
    *,
    number: str,
    box: str,
    source: Place,
    target: Place,
    code: str,
    name: str,
    quantity: int,
    loaded: int | None,
    unloaded: int | None,
    broken: int | None,
    escort: Person,
    receiver: Person,
    note: str,
) -> None:
    """Take in a row of a 搬遷清點單 on paper: it moved then, and what did not arrive was lost."""
    entry.kind = "stocktakes.moved"
    if escort == receiver:
        raise Denied(_("押運人和接收人要是兩個人。"))
    if source == target:
        raise Refused(_("原房間和新房間相同，沒有東西移動。"), field="target")
    commodity = _known(code or name)
    loaded = quantity if loaded is None else loaded
    unloaded = loaded if unloaded is None else unloaded
    if loaded > quantity or unloaded > loaded or (broken or 0) > unloaded:
        raise Refused(_("數量、裝車、卸車、破損對不上：後面的不能多過前面的。"), field="unloaded")
    paper = _paper(entry, number, source=source, target=target, escort=escort, receiver=receiver)
    line: Any = MoveLine(
        move=paper, box=box, source=source, target=target, commodity=commodity, code=code_of(commodity), name=commodity.name,
        quantity=quantity, loaded=loaded, unloaded=unloaded, broken=broken or 0, missing=loaded - unloaded, note=note,
    )  # fmt: skip
    entry.creates(line)
    entry.document, entry.place = paper, target
    _post_lines(entry, paper, [line])
    entry.changes(paper, "loaded", "missing", "broken")


def _paper(entry: Draft, number: str, *, source: Place, target: Place, escort: Person, receiver: Person) -> Move:
    """The past paper of that number, one of this very import included; rows without a number are papers of their own."""
    waiting = (one for one in entry.unit.creations if isinstance(one, Move) and number and one.number == number)
    known = next(waiting, None) or (Move.objects.filter(number=number).first() if number else None)
    if known is not None:
        if known.state not in ("posted", "checked") or known.before_id is not None:
            raise Refused(_("搬遷 %(number)s 是在系統裡辦的，不能再錄入。") % {"number": number}, field="number")
        return known
    made: Move = entry.creates(
        Move(
            number=number or next_number(Move, entry.occurred_on), state="posted", opened_on=entry.occurred_on,
            opened_by=entry.by, place=source.campus_or_self() or source, campus=source.campus_or_self(),
            target=target.campus_or_self() or target, escort=escort, receiver=receiver, moved_on=entry.occurred_on,
        )
    )  # fmt: skip
    return made
