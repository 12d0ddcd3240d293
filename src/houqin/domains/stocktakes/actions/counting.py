"""From the draft of a count to its closed sheet: the book frozen, counted blind by several, differences counted again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import action
from houqin.foundation.journal.models import Account, Commodity, Entry, Place, PlaceKind
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.journal.spoken import kind_is_called
from houqin.foundation.journal.vouching import note
from houqin.foundation.journal.writer import Draft, Unit
from houqin.foundation.org.models import Person
from houqin.foundation.org.parameters import value
from houqin.foundation.signing.attachments import attach, keep
from houqin.foundation.signing.routes import Step, ask, move, next_number, separate, sign, walks
from houqin.foundation.tokens.models import Token, as_typed
from houqin.kit import clock
from houqin.kit.text import fold

from .. import expecting, forms, rules
from ..forms import Told
from ..models import (
    DIFFERING,
    Decision,
    Member,
    MinutesRow,
    Part,
    Scope,
    Status,
    Stocktake,
    StocktakeLine,
    Tally,
)

kind_is_called("stocktakes.row_recorded", gettext_lazy("補記盤點表的一行"))

MOST_NAMED = 10
CATEGORY_OF_SCOPE = {Scope.STORE: "store", Scope.CAMPUS: "assets", Scope.PLACE: "assets", Scope.KEEPER: "keeper"}


def category_of(sheet: Stocktake) -> str:
    """What an entry of this count is filed under: the duties of a store and of the assets are two."""
    return CATEGORY_OF_SCOPE[Scope(sheet.scope)]


def begin(entry: Draft, sheet: Stocktake) -> Step:
    """The step ``entry`` takes with the sheet, refused where the route has none or separates the person from it."""
    step = rules.STOCKTAKE.step(entry.kind, state=sheet.state)
    separate(entry, sheet, step)
    entry.document, entry.place, entry.category = sheet, sheet.place, category_of(sheet)
    return step


# Drafting -----------------------------------------------------------------------------------------------------------


@action("stocktakes.drafted", label=gettext_lazy("擬定盤點"), form=forms.Draft, rule=rules.opens_counts)
def draft(
    entry: Draft,
    *,
    scope: str,
    place: Place | None,
    custodian: Person | None,
    category: str,
    leader: Person,
    counters: list[Person],
    second_counter: Person,
    witness: Person,
    keepers: list[Person],
    due_on: date | None,
    note: str,
) -> None:
    """Say what is to be counted, by whom, before whose eyes and until when."""
    place = None if scope == Scope.KEEPER else place
    due_on = due_on or entry.occurred_on + timedelta(days=value("stocktakes.days", on=entry.occurred_on))
    if due_on < entry.occurred_on:
        raise Refused(_("期限早於盤點日期。"), field="due_on")
    sheet = Stocktake(
        number=next_number(Stocktake, entry.occurred_on), state="drafted", opened_on=entry.occurred_on, opened_by=entry.by,
        place=place, campus=place.campus_or_self() if place else None, note=note, scope=scope, category=category,
        custodian=custodian if scope == Scope.KEEPER else None, leader=leader, second_counter=second_counter,
        witness=witness, due_on=due_on,
    )  # fmt: skip
    keeping = expecting.keepers_of(sheet) | {person.pk for person in keepers}
    if leader.pk in keeping:
        raise Denied(_("%(leader)s保管這裡的物品，不能主盤自己的盤點。請另派主盤人。") % {"leader": leader})
    if second_counter.pk in keeping:
        raise Denied(_("%(name)s保管這裡的物品，不能複盤。請另派複盤人。") % {"name": second_counter})
    if second_counter == leader or second_counter in counters:
        raise Refused(_("複盤要由沒有參加初盤的人來做。"), field="second_counter")
    if witness in (leader, second_counter, *counters) or witness.pk in keeping:
        raise Refused(_("監盤人不能是盤點人、複盤人或保管員。"), field="witness")
    entry.document = entry.creates(sheet)
    entry.place, entry.category = place, category_of(sheet)
    for person in counters:
        entry.creates(Member(stocktake=sheet, person=person, part=Part.COUNTER))
    signing = {person.pk: person for person in keepers}
    if sheet.scope == Scope.KEEPER and custodian is not None:
        signing[custodian.pk] = custodian
    for person in signing.values():
        entry.creates(Member(stocktake=sheet, person=person, part=Part.KEEPER))
    ask(entry, sheet)


@action(
    "stocktakes.frozen", label=gettext_lazy("凍結賬面"), form=forms.Freeze, rule=rules.leads_count | rules.opens_counts
)
@walks(lambda: rules.STOCKTAKE)
def freeze(entry: Draft, *, document: Stocktake) -> None:
    """Write down what the book says at this moment; what moves later is added by its number (D04-1)."""
    document.frozen_at, document.frozen_on = expecting.locked_head(), entry.occurred_on
    entry.changes(document, "frozen_at", "frozen_on")
    things = expecting.expected(document)
    if not things:
        raise Refused(_("「%(what)s」賬上沒有可盤的物品。") % {"what": document.place or document.custodian})
    _refuse_counted_elsewhere(document, things)
    for thing in things:
        entry.creates(
            StocktakeLine(
                stocktake=document, account=thing.account, commodity=thing.commodity, code=code_of(thing.commodity),
                name=thing.commodity.name, expected=thing.quantity, value=thing.value,
            )
        )  # fmt: skip
    entry.category = category_of(document)
    entry.measure("things", len(things))
    entry.measure("due", document.due_on.toordinal())


def _refuse_counted_elsewhere(sheet: Stocktake, things: Sequence[expecting.Expected]) -> None:
    """A thing is on one open count at a time: two sheets that find the same piece missing would take it off twice."""
    wanted = {(thing.account.pk, thing.commodity.pk) for thing in things}
    going_on = StocktakeLine.objects.filter(
        stocktake__state__in=rules.OPEN, account__in={account_id for account_id, _commodity in wanted}
    ).exclude(stocktake=sheet)
    for number, name, *key in going_on.values_list("stocktake__number", "name", "account", "commodity"):
        if tuple(key) in wanted:
            raise Refused(
                _("「%(name)s」等正在盤點 %(number)s 裡盤，還沒有入賬。請先辦完或取消那一次。")
                % {"name": name, "number": number}
            )


def code_of(commodity: Commodity) -> str:
    """What is printed on the label: 資產編號 of a card, the name of goods of the catalogue."""
    kind, _colon, code = commodity.code.partition(":")
    return commodity.name[:80] if kind == "item" else code or commodity.code


# Counting -----------------------------------------------------------------------------------------------------------


@dataclass
class _Open:
    """A sheet in memory while it is counted: its lines by what people call them, and who counted what."""

    lines: list[StocktakeLine]
    by_word: dict[str, list[StocktakeLine]] = field(default_factory=dict)
    # id of the line in memory → who → what they counted of it
    tallies: dict[int, dict[int, Tally]] = field(default_factory=dict)
    inside: set[int] = field(default_factory=set)
    # Lines the counting added.
    fresh: list[StocktakeLine] = field(default_factory=list)

    def add(self, line: StocktakeLine) -> None:
        for word in {fold(line.code), fold(line.name)}:
            self.by_word.setdefault(word, []).append(line)


_open_sheets: WeakKeyDictionary[Unit, dict[int, _Open]] = WeakKeyDictionary()


def _opened(unit: Unit, sheet: Stocktake) -> _Open:
    """The sheet's lines and tallies, read once a unit of work: a typed sheet of a thousand rows asks as often as one."""
    known = _open_sheets.setdefault(unit, {})
    if sheet.pk in known and any(
        line.pk is None and not any(line is waiting for waiting in unit.creations) for line in known[sheet.pk].fresh
    ):
        # Rows of the import were taken back, and their new lines with them.
        del known[sheet.pk]
    if sheet.pk not in known:
        lines = list(sheet.lines.select_related("account", "commodity").order_by("pk"))
        opened = _Open(lines, inside=expecting.places_in(sheet.place) if sheet.place else set())
        by_key = {}
        for line in lines:
            opened.add(line)
            by_key[line.pk] = line
        for one in Tally.objects.filter(line__stocktake=sheet):
            opened.tallies.setdefault(id(by_key[one.line_id]), {})[one.person_id] = one
        known[sheet.pk] = opened
    return known[sheet.pk]


def _find(sheet: Stocktake, opened: _Open, code: str, place: Place | None) -> StocktakeLine | None:
    """The line of that code, in ``place`` where it stands in several. None where the sheet has none there."""
    if place is not None and place.pk not in opened.inside and sheet.scope != Scope.KEEPER:
        raise Refused(_("%(place)s不在這次盤點的範圍內。") % {"place": place}, field="place")
    found = opened.by_word.get(fold(code), [])
    if place is not None:
        found = [line for line in found if line.account.place_id == place.pk]
    if len(found) > 1:
        where = "、".join(sorted({line.account.name for line in found})[:MOST_NAMED])
        raise Refused(
            _("「%(code)s」在幾處都有：%(where)s。請寫明地點。") % {"code": code, "where": where}, field="place"
        )
    return found[0] if found else None


def _new_line(
    entry: Draft,
    sheet: Stocktake,
    opened: _Open,
    *,
    code: str,
    place: Place | None,
    commodity: Commodity | None,
    name: str = "",
) -> StocktakeLine:
    """A line for what the book does not have here: known by its card elsewhere, or by no card at all."""
    if place is None and sheet.place is not None and len(opened.inside) == 1:
        place = sheet.place
    if place is not None:
        where: Account = expecting.account_at(place)
    elif sheet.custodian is not None:
        where = expecting.account_with(sheet.custodian)
    else:
        raise Refused(_("「%(code)s」賬上不在這裡，請寫明在哪個房間數到的。") % {"code": code}, field="place")
    line = StocktakeLine(
        stocktake=sheet, account=where, commodity=commodity, code=code_of(commodity)[:80] if commodity else code[:80],
        name=commodity.name if commodity else (name or code)[:200],
        status=Status.OPEN if commodity else Status.UNEXPECTED,
    )  # fmt: skip
    entry.creates(line)
    opened.lines.append(line)
    opened.fresh.append(line)
    opened.add(line)
    return line


def commodity_of(code: str) -> Commodity | None:
    """The thing whose label bears ``code``, or whose full name it is; None where it is not one certain thing."""
    things = Commodity.objects.exclude(category=expecting.VALUE)
    exact = list(things.filter(code__endswith=f":{code}")[:2])
    found = exact or list(things.filter(Q(code=f"item:{fold(code)}") | Q(name=code))[:2])
    return found[0] if len(found) == 1 else None


# Columns of a line that counting fills in, with the type both databases know them by.
_COLUMNS = {
    "counted": "bigint", "counted_by_id": "bigint", "recounted": "bigint", "recounted_by_id": "bigint", "as_of": "bigint",
    "moved": "bigint", "whence_id": "bigint", "status": "varchar(12)",
}  # fmt: skip
_COUNTED = ("counted", "counted_by_id", "as_of")
_JUDGED = ("moved", "status", "whence_id")
_ROWS_AT_ONCE = 500


def write(lines: Iterable[StocktakeLine], *columns: str) -> None:
    """Write ``columns`` of lines that are in the book; new ones carry them when they are inserted.

    One statement for five hundred lines: a count of five thousand things changes each of them four times, and the
    CASE … WHEN of ``bulk_update`` costs twenty times as much.
    """
    rows = [line for line in lines if line.pk is not None]
    sets = ", ".join(f"{column} = CAST(told.{column} AS {_COLUMNS[column]})" for column in columns)
    with connection.cursor() as cursor:
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            part = rows[start : start + _ROWS_AT_ONCE]
            row = "(" + ", ".join(["%s"] * (len(columns) + 1)) + ")"
            cursor.execute(
                f"WITH told (line, {', '.join(columns)}) AS (VALUES {', '.join([row] * len(part))}) "
                f"UPDATE stocktakes_stocktakeline SET {sets} FROM told WHERE id = CAST(told.line AS bigint)",
                [value for line in part for value in (line.pk, *(getattr(line, column) for column in columns))],
            )
    note(StocktakeLine, [line.pk for line in rows])


def _count(entry: Draft, opened: _Open, line: StocktakeLine, *, person: Person, quantity: int, as_of: int) -> None:
    """Put down what ``person`` counted of a line; what several counted is added up."""
    own = opened.tallies.setdefault(id(line), {})
    known = own.get(person.pk)
    if known is None:
        made = own[person.pk] = Tally(line=line, person=person, quantity=quantity)
        # After the lines, of which this one may be new.
        entry.unit.after_creations(lambda: entry.unit.create(made))
    else:
        known.quantity = quantity
        if known.pk is not None:
            entry.changes(known, "quantity")
    line.counted = sum(one.quantity for one in own.values())
    line.counted_by, line.as_of = person, as_of


def _as_of(sheet: Stocktake, moment: datetime | None) -> int:
    assert sheet.frozen_at is not None
    return expecting.head_at(moment, head=expecting.locked_head(), frozen_at=sheet.frozen_at)


def _keep_counting(entry: Draft, sheet: Stocktake) -> None:
    """The first thing counted opens the counting; the tasks of the sheet stay as they are."""
    if sheet.state == "frozen":
        sheet.state = "counting"
        entry.changes(sheet, "state")


@action("stocktakes.tallied", label=gettext_lazy("報實盤數"), form=forms.TallyForm, rule=rules.counts)
def tally(entry: Draft, *, document: Stocktake, counted_at: datetime | None, tallies: list[Told]) -> None:
    """Say how many there are, without having seen what the book says (D04-2). Said again it replaces what was said."""
    begin(entry, document)
    _tally(entry, document, tallies, person=entry.by, as_of=_as_of(document, counted_at))


def _tally(
    entry: Draft, sheet: Stocktake, tallies: Iterable[Told], *, person: Person, as_of: int
) -> list[StocktakeLine]:
    opened, touched = _opened(entry.unit, sheet), []
    for told in tallies:
        line = _find(sheet, opened, told.code, told.place)
        if line is None:
            commodity = commodity_of(told.code)
            if commodity is None:
                raise Refused(
                    _("盤點表和賬上都沒有「%(code)s」。請核對編號；沒有卡片的請用「登記無卡物品」。")
                    % {"code": told.code},
                    field="tallies",
                )
            line = _new_line(entry, sheet, opened, code=told.code, place=told.place, commodity=commodity)
        _count(entry, opened, line, person=person, quantity=told.quantity, as_of=as_of)
        touched.append(line)
        entry.measure("told", 1)
    write(touched, *_COUNTED)
    _keep_counting(entry, sheet)
    return touched


@action("stocktakes.scanned", label=gettext_lazy("掃碼盤點"), form=forms.Scan, rule=rules.counts)
def scan(
    entry: Draft, *, document: Stocktake, counted_at: datetime | None, place: Place | None, codes: dict[str, int]
) -> None:
    """Scan the labels in a room, one after another. A thing of which there is one is one however often it is scanned."""
    begin(entry, document)
    as_of, opened = _as_of(document, counted_at), _opened(entry.unit, document)
    touched = []
    for code, times in codes.items():
        line = _find(document, opened, code, place)
        commodity = line.commodity if line else commodity_of(code)
        if line is None:
            line = _new_line(entry, document, opened, code=code, place=place, commodity=commodity)
        own = opened.tallies.get(id(line), {})
        quantity = times + (own[entry.by.pk].quantity if entry.by.pk in own else 0)
        if commodity is not None and expecting.pieces_of(commodity) == 1:
            # Somebody else may have scanned it too.
            others = sum(one.quantity for who, one in own.items() if who != entry.by.pk)
            quantity = max(1 - others, 0)
        _count(entry, opened, line, person=entry.by, quantity=quantity, as_of=as_of)
        touched.append(line)
        entry.measure("told", times)
    write(touched, *_COUNTED)
    _keep_counting(entry, document)


@action("stocktakes.unexpected_told", label=gettext_lazy("登記無卡物品"), form=forms.Unexpected, rule=rules.counts)
def tell_unexpected(
    entry: Draft,
    *,
    document: Stocktake,
    place: Place | None,
    name: str,
    quantity: int,
    photo: Any,
    note: str,
) -> None:
    """Write down something that stands here and has no card, with its photo."""
    begin(entry, document)
    as_of, opened = _as_of(document, None), _opened(entry.unit, document)
    line = _find(document, opened, name, place)
    if line is not None and line.commodity_id is not None:
        raise Refused(_("「%(name)s」在盤點表上有，請報實盤數。") % {"name": name}, field="name")
    line = line or _new_line(entry, document, opened, code=name, place=place, commodity=None, name=name)
    line.note = note
    if line.pk is not None:
        entry.changes(line, "note")
    _count(entry, opened, line, person=entry.by, quantity=quantity, as_of=as_of)
    write([line], *_COUNTED)
    if photo:
        attach(entry, document, photo)
    entry.measure("told", 1)
    _keep_counting(entry, document)


# One thing on a phone -------------------------------------------------------------------------------------------------


def thing_of(text: str) -> tuple[str, Place | None]:
    """What was typed or scanned as (code, place): a label's token means the thing it stands on, a door's token its room.

    A scanner hands over the address printed as QR code; its last part is the token. Anything else is a code or a name.
    """
    word = text.strip().rstrip("/").rpartition("/")[2] or text.strip()
    token = Token.objects.live().filter(text=as_typed(word)).first()
    scan = token.scan() if token else None
    if scan is None:
        return text.strip(), None
    if isinstance(scan.thing, Place):
        return "", scan.thing
    commodity = getattr(scan.thing, "commodity", None)
    return (code_of(commodity) if commodity is not None else word), None


@action(
    "stocktakes.told",
    label=gettext_lazy("盤點一件"),
    form=forms.CountOne,
    rule=rules.counts | rules.recounts,
    hidden=True,
)
def count_one(
    entry: Draft,
    *,
    document: Stocktake,
    counted_at: datetime | None,
    code: str,
    place: Place | None,
    quantity: int | None,
    use: str,
    label_intact: str,
    user_agrees: str,
    photo: Any,
    note: str,
    is_unlisted: bool,
) -> None:
    """Count one thing where you stand, without seeing what the book says: scanned or typed, how many, in what state.

    In the first round by who counts, in the second by the second counter. Told again it replaces what was told.
    """
    is_recount = document.state == "recounting"
    if not (rules.recounts if is_recount else rules.counts)(entry.by, document=document):
        who = rules.recounts.who if is_recount else rules.counts.who
        raise Denied(_("現在是「%(state)s」，要由%(who)s來點。") % {"state": document.state_label, "who": who})
    entry.kind = "stocktakes.recounted" if is_recount else "stocktakes.tallied"
    begin(entry, document)
    found, here = thing_of(code)
    if not found:
        raise Refused(_("掃到的是%(place)s。請先選好地點，再掃物品。") % {"place": here}, field="code")
    as_of, opened = _as_of(document, counted_at), _opened(entry.unit, document)
    line = _find(document, opened, found, place)
    commodity = line.commodity if line else commodity_of(found)
    if quantity is None:
        if commodity is None or expecting.pieces_of(commodity) != 1:
            raise Refused(_("「%(code)s」請寫點到多少，沒有就寫 0。") % {"code": found}, field="quantity")
        quantity = 1
    if is_recount:
        line = _recounted(entry, opened, line, code=found, quantity=quantity, as_of=as_of)
    else:
        if line is None and commodity is None and not is_unlisted:
            raise Refused(
                _("盤點表和賬上都沒有「%(code)s」。請核對編號；確實沒有卡片的，勾「賬上沒有，按名稱登記」。")
                % {"code": found},
                field="code",
            )
        line = line or _new_line(
            entry, document, opened, code=found, place=place, commodity=commodity, name="" if commodity else found
        )
        _count(entry, opened, line, person=entry.by, quantity=quantity, as_of=as_of)
        write([line], *_COUNTED)
        _keep_counting(entry, document)
    _mark(entry, line, use=use, label_intact=label_intact, user_agrees=user_agrees, note=note)
    if photo:
        kept = keep(photo)
        attach(entry, document, replace(kept, name=f"{line.code}-{kept.name}"[-200:]))
    entry.measure("told", 1)


def _mark(entry: Draft, line: StocktakeLine, *, use: str, label_intact: str, user_agrees: str, note: str = "") -> None:
    """Write down what a census asks besides how many there are; what was not asked stays as it was."""
    told: dict[str, Any] = {"use": use, "note": note}
    told |= {"label_intact": label_intact == "yes" if label_intact else None}
    told |= {"user_agrees": user_agrees == "yes" if user_agrees else None}
    names = [name for name, value in told.items() if value not in (None, "")]
    for name in names:
        setattr(line, name, told[name])
    if names and line.pk is not None:
        entry.changes(line, *names)


# Sheets on paper -------------------------------------------------------------------------------------------------------


@action(
    "stocktakes.sheet_typed",
    label=gettext_lazy("錄入紙質盤點表"),
    form=forms.TypeSheet,
    rule=rules.types_sheets,
    hidden=True,
)
def type_sheet(
    entry: Draft,
    *,
    document: Stocktake | str | None,
    code: str,
    name: str,
    place: Place | None,
    actual: int,
    counted_by: Person | str | None,
    use: str,
    label_intact: str,
    user_agrees: str,
    **told: Any,
) -> None:
    """Take in a row of a count sheet on paper: of a count going on in the name of who counted, or of one that is history."""
    if not isinstance(document, Stocktake) or document.frozen_at is None:
        counter = counted_by if isinstance(counted_by, Person) else None
        row = _past_row(entry, document, code=code, name=name, place=place, actual=actual, counted_by=counter, **told)
        _mark(entry, row, use=use, label_intact=label_intact, user_agrees=user_agrees)
        return
    entry.kind = "stocktakes.tallied"
    document = _same(entry.unit, document)
    rules.STOCKTAKE.step(entry.kind, state=document.state)
    entry.document, entry.place, entry.category = document, document.place, category_of(document)
    person = counted_by or entry.by
    if not isinstance(person, Person) or not rules.counts(person, document=document):
        raise Refused(_("%(name)s不是這次盤點的盤點人。請寫盤點人是誰。") % {"name": person}, field="counted_by")
    day_ends = clock.at(entry.occurred_on + timedelta(days=1), datetime.min.time())
    moment = None if entry.occurred_on >= entry.unit.today else day_ends
    opened = _opened(entry.unit, document)
    # A label is surer than a name; goods of the store have no other code than their name.
    words = [word for word in (code, name) if word]
    word = next((one for one in words if fold(one) in opened.by_word), words[0])
    (line,) = _tally(entry, document, [Told(word, actual, place)], person=person, as_of=_as_of(document, moment))
    _mark(entry, line, use=use, label_intact=label_intact, user_agrees=user_agrees)


def _past_row(
    entry: Draft,
    document: Stocktake | str | None,
    *,
    code: str,
    name: str,
    place: Place | None,
    actual: int,
    counted_by: Person | None,
    specification: str,
    counter: str,
    on_book: int | None,
    price: int | None,
    cause: str,
    decision: str,
) -> StocktakeLine:
    """A row of a count that was over before the book began: told and counted, moving nothing — its balances are history."""
    if not rules.opens_counts(entry.by):
        raise Denied(_("過去的盤點表由%(who)s登記。") % {"who": rules.opens_counts.who})
    if on_book is None:
        raise Refused(
            _("正在辦的盤點請寫盤點單號；過去的盤點表請寫賬面數量。"),
            field="document" if document is None else "on_book",
        )
    if place is None:
        raise Refused(_("請寫盤點的是哪個倉庫或房間。"), field="place")
    sheet, is_first = _past_sheet(entry, document, place=place, counted_by=counted_by)
    full = f"{name} {specification}".strip() or code
    commodity = commodity_of(code) if code else commodity_of(full)
    difference = actual - on_book
    worth = abs(difference) * (price or 0)
    judged = Status.MATCH if not difference else Status.FOUND if difference > 0 else Status.MISSING
    note = " ".join(filter(None, (cause, decision)))[:200]
    line: StocktakeLine = entry.creates(
        StocktakeLine(
            stocktake=sheet, account=expecting.account_at(place), commodity=commodity, code=(code or full)[:80], name=full[:200],
            expected=on_book, value=on_book * (price or 0), counted=actual, counted_by=counted_by, status=judged, cause=note,
            decision=Decision.ADJUST if difference else "",
        )
    )  # fmt: skip
    positions = _positions.setdefault(entry.unit, {})
    known = positions.get(sheet.number)
    position = (known if known is not None else sheet.rows.count() if sheet.pk else 0) + 1
    positions[sheet.number] = position
    entry.creates(
        MinutesRow(
            stocktake=sheet, position=position, where=str(place), code=line.code, name=line.name, counter=counter, on_book=on_book,
            actual=actual, value=worth if difference > 0 else -worth, status=judged, cause=note, decision=line.decision,
            counted_by=counted_by,
        )
    )  # fmt: skip
    entry.kind = "stocktakes.counted" if is_first else "stocktakes.row_recorded"
    entry.document, entry.place, entry.category = sheet, place, category_of(sheet)
    pieces = {"counted": 1, "matched": int(not difference)}
    pieces |= {"missing": max(-difference, 0), "found": max(difference, 0)}
    pieces |= {"missing_value": worth if difference < 0 else 0, "found_value": worth if difference > 0 else 0}
    for what, many in pieces.items():
        entry.measure(what, many)
        setattr(sheet, what, (getattr(sheet, what) or 0) + many)
    entry.changes(sheet, *pieces)
    return line


_positions: WeakKeyDictionary[Unit, dict[str, int]] = WeakKeyDictionary()


def _past_sheet(
    entry: Draft, document: Stocktake | str | None, *, place: Place, counted_by: Person | None
) -> tuple[Stocktake, bool]:
    """The past sheet of that number, or of that place and day where it bears none; and whether this is its first row."""
    if isinstance(document, Stocktake):
        if document.state != "signed":
            raise Refused(_("盤點 %(number)s 還沒有凍結賬面。") % {"number": document.number}, field="document")
        return _same(entry.unit, document), False
    for one in reversed(entry.unit.creations):
        if isinstance(one, Stocktake) and _is_same_past(one, document, place=place, day=entry.occurred_on):
            return one, False
    rows = Stocktake.objects.filter(frozen_at=None, state="signed", place=place, opened_on=entry.occurred_on)
    known = rows.first() if document is None else None
    if known is not None:
        return _same(entry.unit, known), False
    made: Stocktake = entry.creates(
        Stocktake(
            number=document or next_number(Stocktake, entry.occurred_on), state="signed", opened_on=entry.occurred_on,
            opened_by=entry.by, place=place, campus=place.campus_or_self(), note=str(_("紙質盤點表")),
            scope=Scope.STORE if place.kind == PlaceKind.STORE else Scope.PLACE, leader=counted_by, due_on=entry.occurred_on,
            posted_on=entry.occurred_on,
        )
    )  # fmt: skip
    return made, True


def _is_same_past(sheet: Stocktake, number: str | None, *, place: Place, day: date) -> bool:
    if number is not None:
        return sheet.number == number
    return sheet.frozen_at is None and sheet.place == place and sheet.opened_on == day


_same_sheets: WeakKeyDictionary[Unit, dict[int, Stocktake]] = WeakKeyDictionary()


def _same(unit: Unit, sheet: Stocktake) -> Stocktake:
    """One sheet in memory for all rows of an import, so that what a row changed the next one knows."""
    return _same_sheets.setdefault(unit, {}).setdefault(sheet.pk, sheet)


# Closing ------------------------------------------------------------------------------------------------------------


@action("stocktakes.count_closed", label=gettext_lazy("初盤結束"), form=forms.CloseCount, rule=rules.leads_count)
def close_count(entry: Draft, *, document: Stocktake, rest_is_missing: bool) -> None:
    """End the first count and compare it with the book: what differs is counted again by a second person."""
    step = begin(entry, document)
    head = expecting.locked_head()
    lines = list(document.lines.select_related("account", "commodity").order_by("pk"))
    without = [line for line in lines if line.counted is None]
    if without and not rest_is_missing:
        raise Refused(
            _("還有 %(count)d 項沒有數：%(names)s。沒有的也要報 0，或者選「其餘按零計」。")
            % {"count": len(without), "names": "、".join(str(line) for line in without[:MOST_NAMED])},
            field="rest_is_missing",
        )
    for line in without:
        line.counted, line.counted_by, line.as_of = 0, entry.by, head
    write(without, *_COUNTED)
    judge(document, lines)
    differing = [line for line in lines if line.difference and line.commodity_id]
    entry.measure("counted", len(lines))
    entry.measure("differing", len(differing))
    needs_more = any(line.status != Status.MATCH for line in lines)
    move(entry, document, "recounting" if differing else "deciding" if needs_more else "decided")
    sign(entry, document, step)


def judge(sheet: Stocktake, lines: Sequence[StocktakeLine]) -> None:
    """Say of each line what it is: in order, missing, more than the book has, or here instead of there."""
    assert sheet.frozen_at is not None
    frozen_on = Entry.objects.values_list("occurred_on", flat=True).get(number=sheet.frozen_at)
    before = {id(line): [getattr(line, column) for column in _JUDGED] for line in lines}
    moved = expecting.movements({line.account_id for line in lines}, after=sheet.frozen_at)
    for line in lines:
        changes = moved.get((line.account_id, line.commodity_id), []) if line.commodity_id else []
        line.moved = sum(
            change
            for number, change, day in changes
            if line.as_of is None or number <= line.as_of or day < frozen_on or _was_forgotten(line, change)
        )
        line.whence = None
        if line.commodity_id is None:
            line.status = Status.UNEXPECTED
        elif line.difference == 0:
            line.status = Status.MATCH
        else:
            line.status = Status.MISSING if line.difference < 0 else Status.FOUND
    paired: dict[int, int] = {}
    for pair in elsewhere(lines):
        for line in (pair.missing, pair.found):
            paired[id(line)] = paired.get(id(line), 0) + pair.quantity
            if paired[id(line)] == abs(line.difference):
                line.status = Status.ELSEWHERE
        pair.found.whence = pair.missing.account
    alone = [line for line in lines if line.status == Status.FOUND and line.difference == 1]
    others = expecting.lies_only_at(
        {line.commodity_id for line in alone if line.commodity_id}, outside={line.account_id for line in lines}
    )
    for line in alone:
        if (whence := others.get(line.commodity_id or 0)) is not None:
            line.status, line.whence = Status.ELSEWHERE, whence
    write((line for line in lines if before[id(line)] != [getattr(line, column) for column in _JUDGED]), *_JUDGED)


def _was_forgotten(line: StocktakeLine, change: int) -> bool:
    """Whether a paper written after the count tells what had come or gone before it, as the reason of the difference says.

    The order of writing is not the order in which things moved: a slip found later must not be taken off twice.
    """
    return (line.reason == "unrecorded_issue" and change < 0) or (line.reason == "unrecorded_receipt" and change > 0)


@dataclass(frozen=True)
class Pair:
    """So many of a thing missing on one line and found on another: it stands in another room."""

    missing: StocktakeLine
    found: StocktakeLine
    quantity: int


def elsewhere(lines: Iterable[StocktakeLine]) -> list[Pair]:
    """Pair what is missing in one place with what is too many in another, thing by thing in the order of lines."""
    short: dict[int, list[tuple[StocktakeLine, int]]] = {}
    over: dict[int, list[tuple[StocktakeLine, int]]] = {}
    for line in lines:
        if line.commodity_id is None:
            continue
        if line.difference < 0:
            short.setdefault(line.commodity_id, []).append((line, -line.difference))
        elif line.difference > 0:
            over.setdefault(line.commodity_id, []).append((line, line.difference))
    pairs = []
    for commodity_id, found in over.items():
        missing = list(short.get(commodity_id, []))
        for line, extra in found:
            while extra and missing:
                lacking, left = missing[0]
                part = min(extra, left)
                pairs.append(Pair(lacking, line, part))
                extra -= part
                missing[0] = (lacking, left - part)
                if left == part:
                    missing.pop(0)
    return pairs


@action("stocktakes.recounted", label=gettext_lazy("複盤"), form=forms.Recount, rule=rules.recounts)
def recount(entry: Draft, *, document: Stocktake, counted_at: datetime | None, tallies: list[Told]) -> None:
    """Count again what differs, without seeing what was counted or what the book says."""
    begin(entry, document)
    as_of, opened = _as_of(document, counted_at), _opened(entry.unit, document)
    for told in tallies:
        line = _find(document, opened, told.code, told.place)
        _recounted(entry, opened, line, code=told.code, quantity=told.quantity, as_of=as_of)
        entry.measure("told", 1)


def _recounted(
    entry: Draft, opened: _Open, line: StocktakeLine | None, *, code: str, quantity: int, as_of: int
) -> StocktakeLine:
    """Put down the second count of a line that differs; whoever counted it first does not count it again."""
    if line is None or line.status not in DIFFERING:
        raise Refused(_("「%(code)s」不在要複盤的清單上。") % {"code": code}, field="tallies")
    if entry.by.pk in opened.tallies.get(id(line), {}) or line.counted_by_id == entry.by.pk:
        raise Denied(_("「%(name)s」是您初盤的，要由另一個人複盤。") % {"name": line.name})
    line.recounted, line.recounted_by, line.as_of = quantity, entry.by, as_of
    write([line], "recounted", "recounted_by_id", "as_of")
    return line


@action("stocktakes.recount_closed", label=gettext_lazy("複盤結束"), form=forms.Sheet, rule=rules.recounts)
def close_recount(entry: Draft, *, document: Stocktake) -> None:
    """End the second count; what still differs needs its cause and a decision."""
    step = begin(entry, document)
    lines = list(document.lines.select_related("account", "commodity").order_by("pk"))
    without = [line for line in lines if line.status in DIFFERING and line.recounted is None]
    if without:
        raise Refused(
            _("還有 %(count)d 項沒有複盤：%(names)s。")
            % {"count": len(without), "names": "、".join(str(line) for line in without[:MOST_NAMED])}
        )
    judge(document, lines)
    entry.measure("differing", sum(1 for line in lines if line.status in DIFFERING))
    needs_more = any(line.status != Status.MATCH for line in lines)
    move(entry, document, "deciding" if needs_more else "decided")
    sign(entry, document, step)


@action(
    "stocktakes.abandoned",
    label=gettext_lazy("取消盤點"),
    form=forms.Abandon,
    rule=rules.leads_count | rules.opens_counts,
)
@walks(lambda: rules.STOCKTAKE)
def abandon(entry: Draft, *, document: Stocktake, reason: str) -> None:
    """Give a count up before it is posted; the sheet stays and says why."""
    entry.reason, entry.category = reason, category_of(document)
