"""Figures: named numbers with a unit, a rounding rule and a selection on the cube; each opens its rows.

    Figure("repairs.lamp_jobs", _("更換燈管"), "次", of=Count("repairs.completed", category="lamp"), style=APPROXIMATE)

A selection says which cells count; asked for its rows it gives the entries those cells were made of, and their
quantities add up to the value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from houqin.kit import clock, numbers
from houqin.kit.periods import Period
from houqin.kit.registry import Registry

from .cube import Cell, cube
from .models import Commodity, Entry, Line, Measure, Place

if TYPE_CHECKING:
    from houqin.foundation.org.models import Person

EXACT = "exact"  # ledgers back it: 200套
APPROXIMATE = "approximate"  # a service repeated many times, rounded down: 80餘次
MONEY = "money"  # 分, printed as 元 or 萬元


@dataclass(frozen=True)
class Row:
    """One row behind a figure: the entry, and what it adds to the value (negative for a reversal)."""

    number: int
    kind: str
    occurred_on: date
    document: str
    quantity: int
    place: str = ""
    category: str = ""
    thing: str = ""
    document_kind: str = ""
    document_id: int | None = None
    campus_id: int | None = None

    def as_json(self, *, style: str = EXACT) -> dict[str, Any]:
        """The row for a machine; ``quantity`` in the unit of the figure's value: 元 for MONEY."""
        return {
            "number": self.number,
            "kind": self.kind,
            "occurred_on": self.occurred_on.isoformat(),
            "document": self.document,
            # A JSON number either way, so that rows can be added up: 37.5 元, 54 元.
            "quantity": self.quantity / 100
            if style == MONEY and self.quantity % 100
            else self.quantity // 100
            if style == MONEY
            else self.quantity,
            "place": self.place,
            "category": self.category,
            "thing": self.thing,
        }


def _tuple(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


@dataclass(frozen=True)
class Scope:
    """Which entries are read at all.

    ``by_id``      only what this person wrote (a personal summary)
    ``corrected``  also what was written later about a day of the period, its month being closed already
    ``campuses``   only what lies on these, for whoever reads by a post that reaches no further; None is all of them
    """

    by_id: int | None = None
    corrected: bool = False
    campuses: frozenset[int] | None = None

    def until(self, end: date) -> Q:
        """Known by ``end``: for what takes an entry back or answers it."""
        known = Q(occurred_on__lte=end)
        return known | Q(about_on__lte=end) if self.corrected else known


WHOLE_BOOK = Scope()


@dataclass(frozen=True)
class Selection:
    """Which cells count. ``kind`` and ``category`` are a word or several; empty category takes all of them."""

    kind: str | Sequence[str]
    category: str | Sequence[str] = ()

    def entries(self, period: Period, *, scope: Scope = WHOLE_BOOK) -> QuerySet[Entry]:
        """The entries of the period that the selection is about."""
        dated = Q(occurred_on__gte=period.start, occurred_on__lte=period.end)
        if scope.corrected:
            dated |= Q(about_on__gte=period.start, about_on__lte=period.end)
        found = Entry.objects.filter(dated, kind__in=_tuple(self.kind))
        if self.category:
            found = found.filter(category__in=_tuple(self.category))
        if scope.by_id is not None:
            found = found.filter(by_id=scope.by_id)
        if scope.campuses is not None:
            found = found.filter(campus_id__in=scope.campuses)
        return found

    def taken(self, cells: CellIndex, what: str) -> Iterable[Cell]:
        """The cells of ``what`` that are of its kinds and categories."""
        found = cells.of(what, self.kind)
        if not self.category:
            return found
        categories = _tuple(self.category)
        return (cell for cell in found if cell.category in categories)

    def cells(self, cells: CellIndex, period: Period) -> list[Cell]:
        raise NotImplementedError

    def parts(self, cells: CellIndex, period: Period) -> list[Cell]:
        """Cells whose quantities add up to the value, for splitting it."""
        return self.cells(cells, period)

    def value(self, cells: CellIndex, period: Period) -> int:
        return sum(cell.quantity for cell in self.cells(cells, period))

    def rows(self, period: Period, *, scope: Scope = WHOLE_BOOK) -> list[Row]:
        """The entries behind the value; their quantities add up to it."""
        raise NotImplementedError


@dataclass(frozen=True)
class Count(Selection):
    """How many entries, reversals taken off."""

    def cells(self, cells: CellIndex, period: Period) -> list[Cell]:
        return list(self.taken(cells, "entry"))

    def rows(self, period: Period, *, scope: Scope = WHOLE_BOOK) -> list[Row]:
        return [_row(entry, entry.sign) for entry in _in_order(self.entries(period, scope=scope))]


@dataclass(frozen=True)
class Distinct(Selection):
    """How many different categories have at least one entry standing (安全教育 9 類)."""

    def cells(self, cells: CellIndex, period: Period) -> list[Cell]:
        return [cell for cell in self.taken(cells, "entry") if cell.category]

    def value(self, cells: CellIndex, period: Period) -> int:
        standing: dict[str, int] = {}
        for cell in self.cells(cells, period):
            standing[cell.category] = standing.get(cell.category, 0) + cell.quantity
        return sum(1 for quantity in standing.values() if quantity > 0)

    def rows(self, period: Period, *, scope: Scope = WHOLE_BOOK) -> list[Row]:
        """One row per category: its first entry that stands."""
        return [_row(entry, 1) for entry in self._first(period, scope=scope)]

    def parts(self, cells: CellIndex, period: Period) -> list[Cell]:
        """Each category where and when it first stood: a category seen on both campuses is still one."""
        return [_cell_of(entry) for entry in self._first(period, scope=cells.scope)]

    def _first(self, period: Period, *, scope: Scope) -> list[Entry]:
        entries = [entry for entry in _in_order(self.entries(period, scope=scope)) if entry.category]
        taken_back = {entry.reverses_id for entry in entries if entry.sign < 0}
        standing: dict[str, int] = {}
        first: dict[str, Entry] = {}
        for entry in entries:
            standing[entry.category] = standing.get(entry.category, 0) + entry.sign
            if entry.sign > 0 and (entry.category not in first or first[entry.category].number in taken_back):
                first[entry.category] = entry
        return [entry for category, entry in first.items() if standing[category] > 0]


@dataclass(frozen=True)
class Sum(Selection):
    """Σ of a measure: pupils reached, copies signed, 分 of material cost."""

    measure: str = ""

    def cells(self, cells: CellIndex, period: Period) -> list[Cell]:
        return [cell for cell in self.taken(cells, "measure") if cell.thing == self.measure]

    def rows(self, period: Period, *, scope: Scope = WHOLE_BOOK) -> list[Row]:
        measures = Measure.objects.filter(
            name=self.measure, entry__in=self.entries(period, scope=scope)
        ).select_related("entry", "entry__place")
        return [_row(measure.entry, measure.quantity) for measure in measures.order_by("entry_id")]


@dataclass(frozen=True)
class Moved(Selection):
    """Σ quantity of lines, of commodities whose category is ``commodity``; optionally between roles or campuses.

    ``between_campuses`` takes only what left one campus for another. ``source_role``/``target_role`` name an
    account's role (``place``, ``used``, ``outside``).
    """

    commodity: str | Sequence[str] = ()
    source_role: str | Sequence[str] = ()
    target_role: str | Sequence[str] = ()
    between_campuses: bool = False

    def _things(self) -> set[str] | None:
        if not self.commodity:
            return None
        return {
            str(pk) for pk in Commodity.objects.filter(category__in=_tuple(self.commodity)).values_list("pk", flat=True)
        }

    def cells(self, cells: CellIndex, period: Period) -> list[Cell]:
        things = cells.things_of(_tuple(self.commodity)) if self.commodity else None
        sources, targets = _tuple(self.source_role), _tuple(self.target_role)
        return [
            cell
            for cell in self.taken(cells, "line")
            if (things is None or cell.thing in things)
            and (not sources or cell.source_role in sources)
            and (not targets or cell.target_role in targets)
            and (not self.between_campuses or _left_a_campus(cell.source_campus_id, cell.target_campus_id))
        ]

    def rows(self, period: Period, *, scope: Scope = WHOLE_BOOK) -> list[Row]:
        lines = (
            Line.objects.filter(entry__in=self.entries(period, scope=scope))
            .select_related("entry", "entry__place", "commodity", "source", "target")
            .order_by("entry_id", "position")
        )
        things = self._things()
        rows = []
        for line in lines:
            source, target = (line.source, line.target) if line.entry.sign > 0 else (line.target, line.source)
            if (
                (things is None or str(line.commodity_id) in things)
                and (not self.source_role or source.role in _tuple(self.source_role))
                and (not self.target_role or target.role in _tuple(self.target_role))
                and (not self.between_campuses or _left_a_campus(source.campus_id, target.campus_id))
            ):
                rows.append(_row(line.entry, line.entry.sign * line.quantity, thing=line.commodity.name))
        return rows


@dataclass(frozen=True)
class Unanswered(Selection):
    """How many entries no entry of kind ``answer`` followed on the same document by the end of the period.

    Visits not signed out; hazards found and not closed. With ``due`` (a measure holding a day as ordinal number) only
    those whose day was before the end of the period. ``ever`` looks back before the period too: open from earlier.
    ``for_days`` takes only what has been open that many days. The end is never later than today: see :class:`Reading`.
    """

    answer: str | Sequence[str] = ()
    due: str = ""
    ever: bool = False
    for_days: int = 0

    def _open(self, period: Period, *, scope: Scope) -> QuerySet[Entry]:
        start = date.min if self.ever else period.start
        taken_back = Entry.objects.filter(scope.until(period.end), reverses_id=OuterRef("number"))
        answered = Entry.objects.filter(
            ~Exists(taken_back),
            scope.until(period.end),
            kind__in=_tuple(self.answer),
            document_kind=OuterRef("document_kind"),
            document_id=OuterRef("document_id"),
            sign=1,
        )
        # Asked in WHERE alone: an annotation would be worked out once more for the row it gives.
        found = self.entries(Period(start, period.end), scope=scope)
        found = found.filter(~Exists(taken_back), ~Exists(answered), sign=1)
        if self.due:
            found = found.filter(measures__name=self.due, measures__quantity__lt=period.end.toordinal())
        if self.for_days:
            found = found.filter(occurred_on__lte=period.end - timedelta(days=self.for_days))
        return found

    def cells(self, cells: CellIndex, period: Period) -> list[Cell]:
        found = self._open(period, scope=cells.scope).values_list("kind", "category", "campus_id", "month")
        return [Cell("entry", *facts, "", "", "", None, None, 1) for facts in found]

    def rows(self, period: Period, *, scope: Scope = WHOLE_BOOK) -> list[Row]:
        return [_row(entry, 1) for entry in _in_order(self._open(period, scope=scope))]


@dataclass(frozen=True)
class Figure:
    """A number the summary quotes.

    ``name``   stable, ``domain.noun``; ``label`` what it is called; ``unit`` its counter word.
    ``style``  EXACT, APPROXIMATE (餘, rounded down) or MONEY (value in 分).
    ``unit_from_things``  print the counter word of the things counted where they all share one (頁, 扇).
    """

    name: str
    label: Any
    unit: str
    of: Selection
    style: str = EXACT
    unit_from_things: bool = False
    about: Any = ""


FIGURES: Registry[Figure] = Registry("figure")


def figure(
    name: str,
    label: Any,
    unit: str,
    *,
    of: Selection,
    style: str = EXACT,
    unit_from_things: bool = False,
    about: Any = "",
) -> Figure:
    """Declare a figure; see :class:`Figure`."""
    return FIGURES.add(name, Figure(name, label, unit, of, style, unit_from_things, about))


@dataclass(frozen=True)
class Said:
    """A figure with its value for a period, as the summary prints it."""

    name: str
    label: str
    value: int
    unit: str
    text: str
    style: str
    period: Period
    # Nothing of these kinds was ever written in the period: a gap, not a nought.
    is_without_data: bool = False
    # Of a part of the figure (see :meth:`Reading.part`): which one.
    part: str = ""
    # The day the value is read at: the last of the period, or today where that is still to come.
    as_of: date | None = None

    @property
    def token(self) -> str:
        """How a text asks for it: ``assets.things_added`` or ``assets.things_added#飲水機``."""
        return f"{self.name}#{self.part}" if self.part else self.name

    def json_value(self) -> int | str:
        return numbers.yuan(self.value) if self.style == MONEY else self.value

    def as_json(self) -> dict[str, Any]:
        told = {
            "name": self.name,
            "label": self.label,
            "value": self.json_value(),
            "unit": self.unit,
            "text": self.text,
            "from": self.period.start.isoformat(),
            "to": self.period.end.isoformat(),
        }
        if self.as_of is not None and self.as_of < self.period.end:
            told["as_of"] = self.as_of.isoformat()
        return told


@dataclass
class CellIndex:
    """The cells of a period, found by what and kind."""

    cells: list[Cell]
    scope: Scope = WHOLE_BOOK
    by_kind: dict[tuple[str, str], list[Cell]] = field(default_factory=dict)
    things: dict[str, tuple[str, str]] = field(default_factory=dict)  # commodity id as text -> (category, counter)

    def __post_init__(self) -> None:
        for cell in self.cells:
            self.by_kind.setdefault((cell.what, cell.kind), []).append(cell)
        wanted = {int(cell.thing) for cell in self.cells if cell.what == "line"}
        commodities = Commodity.objects.values_list("pk", "category", "counter")
        if len(wanted) < 900:
            commodities = commodities.filter(pk__in=wanted)
        self.things = {str(pk): (category, counter) for pk, category, counter in commodities}

    def of(self, what: str, kind: str | Sequence[str]) -> Iterable[Cell]:
        for one in _tuple(kind):
            yield from self.by_kind.get((what, one), ())

    def things_of(self, categories: Sequence[str]) -> set[str]:
        return {thing for thing, (category, _counter) in self.things.items() if category in categories}

    def counters(self, things: Iterable[str]) -> set[str]:
        return {self.things[thing][1] for thing in things if thing in self.things}


class Reading:
    """All figures of one period, from one reading of the cube; with ``by`` of what that person wrote alone.

    Nothing is judged at a day that has not come: ``period`` is the one asked for as far as it has come by ``today``,
    and of a period that has not begun (``is_ahead``) there is nothing to say. ``asked`` is the whole of it.
    With ``campuses`` of what lies there alone: what moves between two is counted where its entry lies.
    """

    def __init__(
        self,
        period: Period,
        *,
        by: Person | None = None,
        today: date | None = None,
        campuses: frozenset[int] | None = None,
    ) -> None:
        self.asked = period
        self.today = today or clock.today()
        self.is_ahead = period.start > self.today
        self.period = period.until(self.today)
        self.scope = Scope(by_id=by.pk if by else None, campuses=campuses)
        cells = [] if self.is_ahead else cube(self.period, by_id=self.scope.by_id)
        if campuses is not None:
            cells = [cell for cell in cells if cell.campus_id in campuses]
        self.index = CellIndex(cells, self.scope)
        self._said: dict[str, Said] = {}
        self.parts: dict[str, Said] = {}

    @property
    def is_over(self) -> bool:
        """Whether the last day of the period asked for has come."""
        return self.asked.end <= self.today

    def earlier(self, period: Period) -> Reading:
        """The figures of an earlier period, as far into it as this one has come."""
        return Reading(period.as_far(self.period, of=self.asked), today=self.today, campuses=self.scope.campuses)

    def __getitem__(self, name: str) -> Said:
        if name not in self._said:
            self._said[name] = self._say(FIGURES[name])
        return self._said[name]

    def all(self) -> list[Said]:
        return [self[name] for name in FIGURES.names()]

    def part(
        self,
        name: str,
        part: str,
        *,
        value: int | None = None,
        unit: str | None = None,
        text: str = "",
        label: str = "",
    ) -> Said:
        """A number made of some of the figure's rows, or of their relation to another's: 飲水機6臺, 99.7%, 3分28秒.

        ``part`` names it for good within the figure, so that an edited text finds it again. It opens the figure's rows.
        """
        whole = self[name]
        value = whole.value if value is None else value
        unit = whole.unit if unit is None else unit
        style = whole.style if whole.style == MONEY else EXACT
        key = re.sub(r"[{}|#\s〔〕]+", "", part)
        said = replace(whole, value=value, unit=unit, text=text or say(value, unit, style), style=style, part=key)
        said = replace(said, label=label or f"{whole.label}·{part}", is_without_data=False)
        self.parts[said.token] = said
        return said

    def _say(self, wanted: Figure) -> Said:
        value = 0 if self.is_ahead else wanted.of.value(self.index, self.period)
        unit = self._unit(wanted)
        # What is still open from before the period counts although nothing of its kind was written in it.
        without = not value and not any(True for _cell in self.index.of("entry", wanted.of.kind))
        return Said(
            wanted.name,
            str(wanted.label),
            value,
            unit,
            say(value, unit, wanted.style),
            wanted.style,
            self.asked,
            without,
            as_of=self.period.end,
        )

    def _unit(self, wanted: Figure) -> str:
        if not wanted.unit_from_things:
            return wanted.unit
        counters = self.index.counters({cell.thing for cell in wanted.of.cells(self.index, self.period)})
        return counters.pop() if len(counters) == 1 and counters != {""} else wanted.unit

    def by(self, name: str, dimension: str) -> list[tuple[str, int]]:
        """The figure split by ``campus``, ``month``, ``category`` or ``commodity``: (label, value), adding up to it."""
        wanted = FIGURES[name]
        parts: dict[str, int] = {}
        names = DIMENSIONS[dimension](self)
        if self.is_ahead:
            return []
        for cell in wanted.of.parts(self.index, self.period):
            label = names(cell)
            parts[label] = parts.get(label, 0) + cell.quantity
        return sorted(parts.items())

    def rows(self, name: str) -> list[Row]:
        """The entries behind the figure, oldest first; their quantities add up to its value."""
        return [] if self.is_ahead else FIGURES[name].of.rows(self.period, scope=self.scope)

    def corrected_rows(self, name: str) -> list[Row]:
        """The rows as they would be had every later correction been known in the period (結賬後更正)."""
        return FIGURES[name].of.rows(self.period, scope=replace(self.scope, corrected=True))


def _campus_names(reading: Reading) -> Callable[[Cell], str]:
    names = dict(Place.objects.filter(kind="campus").values_list("pk", "name"))
    return lambda cell: names.get(cell.campus_id, _("未分校區")) if cell.campus_id else _("未分校區")


def _commodity_names(reading: Reading) -> Callable[[Cell], str]:
    names = {str(pk): name for pk, name in Commodity.objects.values_list("pk", "name")}
    return lambda cell: names.get(cell.thing, cell.thing)


def _category_names(reading: Reading) -> Callable[[Cell], str]:
    return lambda cell: cell.category


def _months(reading: Reading) -> Callable[[Cell], str]:
    return lambda cell: f"{cell.month // 100}-{cell.month % 100:02d}"


DIMENSIONS: Mapping[str, Callable[[Reading], Callable[[Cell], str]]] = {
    "campus": _campus_names,
    "month": _months,
    "category": _category_names,
    "commodity": _commodity_names,
}


# From here on money is printed in 萬元 (1萬元 in 分).
ONE_WAN = 1_000_000


def say(value: int, unit: str, style: str) -> str:
    """The value as the summary prints it: 80餘次, 200套, 3,485元, 3,485.50元, 6.22萬元.

    Less than nothing (a period that only takes back what an earlier one counted) is printed exactly.
    """
    if style == APPROXIMATE and value >= 0:
        return numbers.approximate(value, unit)
    if style == MONEY:
        if abs(value) >= ONE_WAN:
            return numbers.wan_yuan(value, places=2)
        return numbers.exact(value // 100, unit) if value % 100 == 0 else f"{numbers.yuan(value)}{unit}"
    return numbers.exact(value, unit)


def _left_a_campus(source: int | None, target: int | None) -> bool:
    return source is not None and target is not None and source != target


def _cell_of(entry: Entry) -> Cell:
    return Cell("entry", entry.kind, entry.category, entry.campus_id, entry.month, "", "", "", None, None, 1)


def _in_order(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    return entries.select_related("place").order_by("occurred_on", "number")


def _row(entry: Entry, quantity: int, *, thing: str = "") -> Row:
    return Row(
        number=entry.number,
        kind=entry.kind,
        occurred_on=entry.occurred_on,
        document=entry.document_number,
        quantity=quantity,
        place=entry.place.full_name if entry.place else "",
        category=entry.category,
        thing=thing,
        document_kind=entry.document_kind,
        document_id=entry.document_id,
        campus_id=entry.campus_id,
    )
