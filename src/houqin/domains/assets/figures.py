"""What fixed assets contribute to the summary: things added, moved and written off, by the words of their counters."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.catalogue.vocabulary import GOODS
from houqin.foundation.journal.cube import Cell
from houqin.foundation.journal.figures import MONEY, Count, Moved, Reading, Said, Sum, Unanswered, figure
from houqin.foundation.journal.models import Commodity, Place
from houqin.foundation.journal.sentences import PROPERTY, Evidence, Part, clause, problem

ADDED, TRANSFERRED, CALLED = "assets.added", "assets.transferred", "assets.letter_called"
# Things on the road longer than this are asked after.
DAYS_ON_THE_WAY = 7
MOST_NAMED = 6

figure(
    "assets.desks_added",
    gettext_lazy("添置學生課桌椅"),
    "套",
    of=Moved(ADDED, commodity="desk_set"),
    unit_from_things=True,
)
figure(
    "assets.teacher_desks_added",
    gettext_lazy("添置教師辦公桌椅"),
    "套",
    of=Moved(ADDED, commodity="teacher_desk_set"),
    unit_from_things=True,
)
# The further kinds of things that the vocabulary of goods knows, each a figure of its own.
_OTHER_KINDS = tuple(code for code in GOODS.terms if code not in {"desk_set", "teacher_desk_set"})
for _code in _OTHER_KINDS:
    figure(
        f"assets.{_code}_added",
        format_lazy(gettext_lazy("添置{thing}"), thing=GOODS.terms[_code].label),
        GOODS.terms[_code].counter or "件",
        of=Moved(ADDED, commodity=_code),
        unit_from_things=True,
    )
figure("assets.things_added", gettext_lazy("添置固定資產"), "件", of=Moved(ADDED))
figure("assets.cards_added", gettext_lazy("新增資產卡片"), "張", of=Count(ADDED))
figure("assets.value_added", gettext_lazy("新增固定資產原值"), "元", of=Sum(ADDED, measure="value"), style=MONEY)
figure(
    "assets.desks_moved",
    gettext_lazy("校區間調運課桌椅"),
    "套",
    of=Moved(TRANSFERRED, commodity="desk_set", between_campuses=True),
    unit_from_things=True,
)
figure("assets.things_moved", gettext_lazy("校區間調撥資產"), "件", of=Moved(TRANSFERRED, between_campuses=True))
figure("assets.transfers", gettext_lazy("資產調撥"), "筆", of=Count(TRANSFERRED))
figure("assets.things_disposed", gettext_lazy("處置固定資產"), "件", of=Moved("assets.disposed"))
figure(
    "assets.value_disposed",
    gettext_lazy("處置固定資產原值"),
    "元",
    of=Sum("assets.disposed", measure="value"),
    style=MONEY,
)
figure("assets.letters_signed", gettext_lazy("簽訂財產保管責任書"), "份", of=Count("assets.letter_signed"))
figure(
    "assets.letters_of_classes",
    gettext_lazy("與班主任簽訂財產保管責任書"),
    "份",
    of=Count("assets.letter_signed", category="class"),
)
figure(
    "assets.letters_of_special_rooms",
    gettext_lazy("與功能室教師簽訂財產保管責任書"),
    "份",
    of=Count("assets.letter_signed", category="special"),
)
figure(
    "assets.letters_missing",
    gettext_lazy("未簽財產保管責任書"),
    "份",
    of=Unanswered(CALLED, answer=("assets.letter_signed", "assets.letter_dropped")),
)
figure(
    "assets.letters_closed",
    gettext_lazy("期末驗收財產"),
    "間",
    of=Count(("assets.letter_closed", "assets.letter_renewed")),
)
figure(
    "assets.damaged_in_rooms",
    gettext_lazy("各室財產缺損"),
    "件",
    of=Sum(("assets.letter_closed", "assets.letter_renewed"), measure="missing"),
)
figure(
    "assets.compensation",
    gettext_lazy("財產缺損賠償"),
    "元",
    of=Sum(("assets.letter_closed", "assets.letter_renewed"), measure="compensation"),
    style=MONEY,
)
figure("assets.counted_different", gettext_lazy("清點不符"), "項", of=Sum("assets.letter_counted", measure="different"))
figure("assets.found_missing", gettext_lazy("抽查缺損"), "件", of=Sum("assets.letter_checked", measure="missing"))
figure("assets.desks_lacking", gettext_lazy("調配前缺課桌椅"), "套", of=Sum("assets.desks_planned", measure="lacking"))
figure("assets.desks_to_buy", gettext_lazy("調配後仍缺課桌椅"), "套", of=Sum("assets.desks_planned", measure="to_buy"))
figure("assets.cards_handed_over", gettext_lazy("交接資產卡片"), "張", of=Sum("assets.handed_over", measure="cards"))
figure("assets.handovers", gettext_lazy("財產交接"), "次", of=Count("assets.handed_over"))
figure(
    "assets.proceeds",
    gettext_lazy("資產處置殘值收入"),
    "元",
    of=Sum("assets.disposal_settled", measure="proceeds"),
    style=MONEY,
)
figure(
    "assets.separation_excused",
    gettext_lazy("資產調撥職務例外"),
    "次",
    of=Count("assets.separation_excused"),
    about=gettext_lazy("不相容職務分不開、由校長簽字的調撥單。"),
)
figure(
    "assets.on_the_way",
    gettext_lazy("調出一週以上仍未清點調入"),
    "筆",
    of=Unanswered("assets.sent", answer=TRANSFERRED, ever=True, for_days=DAYS_ON_THE_WAY),
)
figure("assets.lost_in_transit", gettext_lazy("調運短少"), "件", of=Moved("assets.lost_in_transit"))


def _commodities(cells: Iterable[Cell]) -> dict[str, Commodity]:
    return {str(pk): one for pk, one in Commodity.objects.in_bulk({int(cell.thing) for cell in cells}).items()}


def _desks_added(reading: Reading) -> list[Part] | None:
    said = reading["assets.desks_added"]
    return [_("添置學生課桌椅"), said] if said.value else None


def _teacher_desks_added(reading: Reading) -> list[Part] | None:
    said = reading["assets.teacher_desks_added"]
    if not said.value:
        return None
    return [_("教師辦公桌椅") if reading["assets.desks_added"].value else _("添置教師辦公桌椅"), said]


def _others_added(reading: Reading) -> list[Part] | None:
    """Projectors, computers, bookcases … each with its counter word, then whatever has no kind, by its name."""
    parts: list[Part] = []
    for code in _OTHER_KINDS:
        said = reading[f"assets.{code}_added"]
        if said.value:
            parts += ["、", GOODS.label(code), said]
    cells = [cell for cell in reading.index.of("line", ADDED) if cell.thing]
    named: dict[tuple[str, str], int] = {}
    commodities = _commodities(cells)
    for cell in cells:
        thing = commodities[cell.thing]
        if not thing.category:
            key = (_bare_name(thing), thing.counter)
            named[key] = named.get(key, 0) + cell.quantity
    whole = reading["assets.things_added"]
    for place, ((name, counter), quantity) in enumerate(sorted(named.items(), key=lambda pair: -pair[1])):
        if quantity:
            # Those beyond the first few are known too, for a text that named them before.
            one = reading.part(whole.name, f"{name}{counter}", value=quantity, unit=counter or "件", label=name)
            parts += ["、", name, one] if place < MOST_NAMED else []
    if not parts:
        return None
    begun = reading["assets.desks_added"].value or reading["assets.teacher_desks_added"].value
    return ([] if begun else [_("添置")]) + parts[1:]


def _bare_name(thing: Commodity) -> str:
    """The name without the specification that follows it after a blank."""
    card = getattr(thing, "asset_card", None)
    return card.name if card is not None else thing.name


clause("assets.desks", chapter=PROPERTY, sentence="assets.added", order=30, text=_desks_added)
clause("assets.teacher_desks", chapter=PROPERTY, sentence="assets.added", order=31, text=_teacher_desks_added)
clause("assets.others", chapter=PROPERTY, sentence="assets.added", order=32, text=_others_added)


def moves_between_campuses(reading: Reading, category: str) -> list[tuple[Place, Place, int]]:
    """(from, to, how many) for every pair of campuses, the largest first, of things of ``category`` ("" = all others)."""
    known = {"desk_set"} if not category else {category}
    cells = [cell for cell in reading.index.of("line", TRANSFERRED) if cell.source_campus_id != cell.target_campus_id]
    pairs: dict[tuple[int, int], int] = {}
    for cell in cells:
        kind = reading.index.things.get(cell.thing, ("", ""))[0]
        if (kind in known) == bool(category) and cell.source_campus_id and cell.target_campus_id:
            pair = (cell.source_campus_id, cell.target_campus_id)
            pairs[pair] = pairs.get(pair, 0) + cell.quantity
    campuses = Place.objects.in_bulk({pk for pair in pairs for pk in pair})
    ordered = sorted(pairs.items(), key=lambda item: (-item[1], item[0]))
    return [(campuses[source], campuses[target], quantity) for (source, target), quantity in ordered if quantity > 0]


def _between(reading: Reading, name: str, source: Place, target: Place, quantity: int) -> Said:
    """A figure of moves between one pair of campuses; the figure itself where there is no other pair."""
    said = reading[name]
    if quantity == said.value:
        return said
    way = f"{source.name}→{target.name}"
    return reading.part(name, way, value=quantity)


def _desks_moved(reading: Reading) -> list[Part] | None:
    said = reading["assets.desks_moved"]
    parts: list[Part] = []
    for source, target, quantity in moves_between_campuses(reading, "desk_set"):
        if parts:
            parts.append("，")
        parts += [
            _("從%(source)s向%(target)s調運課桌椅") % {"source": source.name, "target": target.name},
            _between(reading, said.name, source, target, quantity),
        ]
    return parts or None


def _others_moved(reading: Reading) -> list[Part] | None:
    """What else went from one campus to another."""
    said = reading["assets.things_moved"]
    pairs = moves_between_campuses(reading, "")
    if not pairs:
        return None
    parts: list[Part] = []
    for source, target, quantity in pairs:
        if parts:
            parts.append("，")
        parts += [
            _("從%(source)s向%(target)s調撥其他資產") % {"source": source.name, "target": target.name},
            _between(reading, said.name, source, target, quantity),
        ]
    return parts


clause("assets.desks_moved", chapter=PROPERTY, sentence="assets.moved", order=35, text=_desks_moved)
clause("assets.others_moved", chapter=PROPERTY, sentence="assets.moved", order=36, text=_others_moved)


def _value_added(reading: Reading) -> list[Part] | None:
    cards, value = reading["assets.cards_added"], reading["assets.value_added"]
    if not cards.value:
        return None
    parts: list[Part] = [_("新增固定資產卡片"), cards]
    return [*parts, _("，原值"), value] if value.value else parts


def _disposed(reading: Reading) -> list[Part] | None:
    said, value = reading["assets.things_disposed"], reading["assets.value_disposed"]
    return [_("按程序處置固定資產"), said, _("，原值"), value] if said.value else None


clause("assets.value", chapter=PROPERTY, sentence="assets.value", order=30, text=_value_added)
clause("assets.disposed", chapter=PROPERTY, sentence="assets.disposed", order=31, text=_disposed)


def _letters(reading: Reading) -> list[Part] | None:
    classes, rooms = reading["assets.letters_of_classes"], reading["assets.letters_of_special_rooms"]
    if not classes.value and not rooms.value:
        return None
    parts: list[Part] = []
    if classes.value:
        parts += [_("與班主任簽訂財產保管責任書"), classes]
    if rooms.value:
        parts += [_("，與功能室教師簽訂") if parts else _("與功能室教師簽訂財產保管責任書"), rooms]
    return parts


clause("assets.letters", chapter=PROPERTY, sentence="assets.letters", order=28, text=_letters)


@problem("assets.letters_missing", gettext_lazy("責任書未簽"))
def letters_missing(reading: Reading) -> Iterable[Evidence]:
    """A05: rooms called to sign whose letter was not signed by the end of the period."""
    said = reading["assets.letters_missing"]
    if said.value:
        yield Evidence(
            [_("財產保管責任書還有"), said, _("未簽")],
            _("開學初與每個班、每個功能室共同清點，簽齊財產保管責任書"),
            weight=15 + said.value,
        )


@problem("assets.on_the_way", gettext_lazy("調撥在途未清點"))
def long_on_the_way(reading: Reading) -> Iterable[Evidence]:
    """A07: what was sent more than a week before the end of the period and not counted in by then."""
    said = reading["assets.on_the_way"]
    if said.value:
        yield Evidence(
            [_("調出一週以上仍未清點調入的調撥單有"), said],
            _("調撥物資到貨當日清點簽收，在途的逐筆核對"),
            weight=20 + said.value,
        )


@problem("assets.lost_in_transit", gettext_lazy("調運短少"))
def lost_on_the_way(reading: Reading) -> Iterable[Evidence]:
    """A06: what was sent and did not arrive."""
    said = reading["assets.lost_in_transit"]
    if said.value:
        yield Evidence([_("校區間調運短少資產"), said], _("調撥裝車、卸車兩次清點，責任到人"), weight=25)
