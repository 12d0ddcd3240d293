"""Custody letters: rooms called to sign, counted together, signed twice, checked, and taken back with a count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import action
from houqin.foundation.journal.models import Balance, Place, PlaceKind
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.journal.writer import Draft
from houqin.foundation.org.models import Person, SchoolClass
from houqin.foundation.org.rules import own
from houqin.foundation.signing.routes import ask, next_number, walks

from .. import rules
from ..forms import letters as forms
from ..forms.letters import Counted
from ..models import AssetCard, Cause, CustodyLetter, CustodyLine

Counts = Mapping[str, Counted]
OPEN = ("called", "counted", "keeper_signed", "in_force")


def things_in(place: Place) -> list[tuple[AssetCard, int]]:
    """The cards of which something lies in a place, with how many; one query."""
    rows = (
        Balance.objects.filter(
            account__place=place, account__role="place", commodity__asset_card__isnull=False, quantity__gt=0
        )
        .select_related("commodity__asset_card")
        .order_by("commodity__asset_card__number")
    )
    return [(row.commodity.asset_card, row.quantity) for row in rows]


@action("assets.letters_called", label=gettext_lazy("開學簽訂責任書"), form=forms.CallLetters, rule=rules.keeps_assets)
def call_letters(entry: Draft, *, campus: Place | None, from_on: date, to_on: date) -> None:
    """Call every classroom and special room that has property and no letter yet to be counted and signed for."""
    having = CustodyLetter.objects.filter(state__in=OPEN, to_on__gte=from_on).values_list("place_id", flat=True)
    rooms = Place.objects.filter(
        accounts__role="place",
        accounts__balances__quantity__gt=0,
        accounts__balances__commodity__asset_card__isnull=False,
        kind__in=(PlaceKind.ROOM, PlaceKind.BUILDING, PlaceKind.GROUND),
    )
    if campus is not None:
        rooms = rooms.filter(campus=campus)
        entry.place = campus
    classes = {
        one.room_id: one
        for one in SchoolClass.objects.filter(is_active=True, room__isnull=False).select_related("teacher")
    }
    called = 0
    for place in rooms.exclude(pk__in=having).select_related("campus").distinct().order_by("full_name"):
        sitting = classes.get(place.pk)
        keeper = sitting.teacher if sitting else _main_custodian(place)
        _call(entry.followed_by("assets.letter_called"), place, sitting, keeper, from_on=from_on, to_on=to_on)
        called += 1
    if not called:
        raise Refused(_("有財產的教室和功能室都已經有這一期的責任書。"))


def _main_custodian(place: Place) -> Person | None:
    """Who keeps most of what lies in a room, by number of cards."""
    keepers = Counter(card.custodian_id for card, _quantity in things_in(place) if card.custodian_id)
    if not keepers:
        return None
    return Person.objects.filter(pk=max(keepers, key=lambda key: (keepers[key], -key))).first()


def _call(
    entry: Draft,
    place: Place,
    school_class: SchoolClass | None,
    keeper: Person | None,
    *,
    from_on: date,
    to_on: date,
    state: str = "called",
    previous: CustodyLetter | None = None,
) -> CustodyLetter:
    """A letter for a room, before anything was counted."""
    letter: CustodyLetter = entry.creates(
        CustodyLetter(
            number=next_number(CustodyLetter, entry.occurred_on),
            state=state,
            opened_on=entry.occurred_on,
            opened_by=entry.by,
            place=place,
            campus=place.campus_or_self(),
            school_class=school_class,
            room_name=str(school_class) if school_class else place.full_name,
            keeper=keeper,
            from_on=from_on,
            to_on=to_on,
            previous=previous,
        )
    )
    entry.document, entry.place = letter, place
    ask(entry, letter)
    return letter


@action("assets.letter_called", label=gettext_lazy("開立責任書"), form=forms.OpenLetter, rule=rules.keeps_assets)
def open_letter(
    entry: Draft,
    *,
    place: Place,
    keeper: Person | None,
    school_class: SchoolClass | None,
    from_on: date,
    to_on: date,
    counts: Counts,
) -> None:
    """Open a custody letter of a room with what was counted there together with whoever will keep it."""
    known = CustodyLetter.objects.filter(place=place, state__in=OPEN, to_on__gte=from_on).first()
    if known is not None:
        raise Refused(
            _("「%(place)s」已經有責任書 %(number)s（%(state)s）。換人請用「換人重簽」。")
            % {"place": place, "number": known.number, "state": known.state_label},
            field="place",
        )
    sitting = school_class or SchoolClass.objects.filter(room=place, is_active=True).select_related("teacher").first()
    keeper = keeper or (sitting.teacher if sitting else None)
    letter = _call(entry, place, sitting, keeper, from_on=from_on, to_on=to_on, state="counted")
    _count(entry.followed_by("assets.letter_counted"), letter, counts)


def _count(entry: Draft, letter: CustodyLetter, counts: Counts) -> None:
    """Write the list of a letter: what the book says is in the room, and what was counted."""
    if letter.keeper is None:
        raise Refused(_("「%(room)s」還沒有責任人。請填責任人。") % {"room": letter.room_name}, field="keeper")
    if letter.keeper.pk == entry.by.pk:
        raise Denied(_("責任人自己的室要由另一個人來清點。"))
    assert letter.place is not None
    things = things_in(letter.place)
    if not things:
        raise Refused(
            _("「%(place)s」裡沒有登記的財產。請先登記卡片或移動資產。") % {"place": letter.place}, field="place"
        )
    _refuse_strangers(counts, {card.number for card, _quantity in things})
    different = 0
    for position, (card, booked) in enumerate(things, start=1):
        said = counts.get(card.number, Counted(booked))
        different += said.quantity != booked
        entry.creates(
            CustodyLine(
                letter=letter,
                position=position,
                card=card,
                booked=booked,
                quantity=said.quantity,
                condition=said.remark or _("完好"),
                unit_price=card.unit_price if card.unit_price is not None else card.value_of(1) or None,
            )
        )
    letter.things = sum(counts.get(card.number, Counted(booked)).quantity for card, booked in things)
    letter.counted_on = entry.occurred_on
    entry.changes(letter, "keeper", "things", "counted_on")
    if different:
        entry.measure("different", different)


def _refuse_strangers(counts: Counts, known: set[str]) -> None:
    strangers = sorted(set(counts) - known)
    if strangers:
        raise Refused(
            _("清單上沒有資產編號 %(numbers)s。請核對編號，或先登記換存放地點。") % {"numbers": "、".join(strangers)},
            field="counts",
        )


@action("assets.letter_counted", label=gettext_lazy("期初清點"), form=forms.CountLetter, rule=rules.keeps_assets)
@walks(lambda: rules.LETTER)
def count_letter(entry: Draft, *, document: CustodyLetter, keeper: Person | None, counts: Counts) -> None:
    """Count a room together with its keeper; the list becomes part of the letter."""
    document.keeper = keeper or document.keeper
    _count(entry, document, counts)


@action("assets.letter_keeper_signed", label=gettext_lazy("責任人簽字"), form=forms.SignLetter, rule=own("keeper"))
@walks(lambda: rules.LETTER)
def keeper_signs(entry: Draft, *, document: CustodyLetter) -> None:
    """Sign for what the list says one answers for; only the keeper can."""


@action("assets.letter_signed", label=gettext_lazy("總務處簽字"), form=forms.SignLetter, rule=rules.signs_letters)
@walks(lambda: rules.LETTER)
def office_signs(entry: Draft, *, document: CustodyLetter) -> None:
    """Sign for the office; from here on the letter is in force."""
    document.signed_on = entry.occurred_on
    entry.category = "class" if document.school_class_id else "special"
    entry.changes(document, "signed_on")


@action("assets.letter_checked", label=gettext_lazy("期中抽查"), form=forms.CheckLetter, rule=rules.keeps_assets)
@walks(lambda: rules.LETTER)
def check_letter(entry: Draft, *, document: CustodyLetter, counts: Counts, note: str) -> None:
    """Look at a room in mid-term; what is short is told and priced only at the end."""
    _refuse_keeper(entry, document)
    lines = _lines(document, counts)
    expected = _expected(document, lines)
    short = 0
    for line in lines:
        said = counts.get(line.card.number, Counted(expected[line.card_id]))
        line.checked, line.check_note = said.quantity, said.remark
        short += max(expected[line.card_id] - said.quantity, 0)
        entry.changes(line, "checked", "check_note")
    document.checked_on = entry.occurred_on
    entry.changes(document, "checked_on")
    entry.reason = note
    if short:
        entry.measure("missing", short)


def _refuse_keeper(entry: Draft, letter: CustodyLetter) -> None:
    if letter.keeper_id == entry.by.pk:
        raise Denied(_("抽查和驗收要由責任人以外的人來做。"))


def _lines(letter: CustodyLetter, counts: Counts) -> list[CustodyLine]:
    lines = list(letter.lines.select_related("card").order_by("position"))
    _refuse_strangers(counts, {line.card.number for line in lines})
    return lines


def _expected(letter: CustodyLetter, lines: list[CustodyLine]) -> dict[int, int]:
    """Card key → how many should be there: what was counted at first, and what the book moved in or out since."""
    assert letter.place is not None
    now = {card.pk: quantity for card, quantity in things_in(letter.place)}
    return {line.card_id: max(line.quantity + now.get(line.card_id, 0) - line.booked, 0) for line in lines}


def _accept(entry: Draft, letter: CustodyLetter, counts: Counts, compensation: int | None) -> None:
    """Take a room back: what is missing with its cause, priced at what it cost and never at more (A05: no fines)."""
    _refuse_keeper(entry, letter)
    missing = due = 0
    lines = _lines(letter, counts)
    expected = _expected(letter, lines)
    for line in lines:
        said = counts.get(line.card.number, Counted(expected[line.card_id]))
        line.closing, line.reason = said.quantity, said.remark
        line.missing = max(expected[line.card_id] - said.quantity, 0)
        if line.missing:
            line.cause = said.cause
            if not line.cause:
                raise Refused(
                    _("「%(thing)s」少了%(missing)s%(counter)s，請在該行寫原因：自然損耗、人為損壞或遺失。")
                    % {"thing": line.card.title(), "missing": line.missing, "counter": line.card.counter},
                    field="counts",
                )
            line.compensation = 0 if line.cause == Cause.WEAR else line.missing * (line.unit_price or 0)
        missing += line.missing
        due += line.compensation
        entry.changes(line, "closing", "reason", "missing", "cause", "compensation")
    if compensation is not None and compensation > due:
        raise Refused(
            _("賠償只能按實際損失，不超過 %(due)s 元；不得罰款。") % {"due": f"{due // 100}.{due % 100:02d}"},
            field="compensation",
        )
    letter.missing, letter.compensation = missing, due if compensation is None else compensation
    letter.closed_on = entry.occurred_on
    entry.changes(letter, "missing", "compensation", "closed_on")
    if missing:
        entry.measure("missing", missing)
    if letter.compensation:
        entry.measure("compensation", letter.compensation)


@action("assets.letter_closed", label=gettext_lazy("期末驗收"), form=forms.CloseLetter, rule=rules.keeps_assets)
@walks(lambda: rules.LETTER)
def close_letter(entry: Draft, *, document: CustodyLetter, counts: Counts, compensation: int | None) -> None:
    """Take a room back at the end of term with a count; differences are priced at actual cost."""
    _accept(entry, document, counts, compensation)


@action("assets.letter_renewed", label=gettext_lazy("換人重簽"), form=forms.RenewLetter, rule=rules.keeps_assets)
@walks(lambda: rules.LETTER)
def renew_letter(
    entry: Draft, *, document: CustodyLetter, keeper: Person, counts: Counts, compensation: int | None
) -> None:
    """Recount a room whose keeper changes: the old letter is closed, a new one waits for the new keeper."""
    if keeper.pk == document.keeper_id:
        raise Refused(_("%(name)s已經是責任人。") % {"name": keeper}, field="keeper")
    _accept(entry, document, counts, compensation)
    assert document.place is not None
    opened = entry.followed_by("assets.letter_called", category="")
    letter = _call(
        opened,
        document.place,
        document.school_class,
        keeper,
        from_on=entry.occurred_on,
        to_on=document.to_on,
        state="counted",
        previous=document,
    )
    counted = opened.followed_by("assets.letter_counted")
    here = {card.number for card, _quantity in things_in(document.place)}
    _count(counted, letter, {number: one for number, one in counts.items() if number in here})


@action("assets.letter_dropped", label=gettext_lazy("作廢責任書"), form=forms.DropLetter, rule=rules.keeps_assets)
@walks(lambda: rules.LETTER)
def drop_letter(entry: Draft, *, document: CustodyLetter, reason: str) -> None:
    """Drop a letter that was not signed: a room without property, a class that was merged."""
    entry.reason = reason
