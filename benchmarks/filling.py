"""Filling the journal with a million entries by plain SQL: kinds, categories and measures are those the figures ask for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from .stage import Stage

ENTRY = (
    "number", "kind", "sign", "occurred_on", "month", "recorded_at", "by_id", "place_id", "campus_id", "category",
    "document_kind", "document_id", "document_number", "reason", "asked", "digest",
)  # fmt: skip
LINE = ("entry_id", "position", "commodity_id", "source_id", "target_id", "quantity")
MEASURE = ("entry_id", "name", "quantity")
# Written in pieces, so that a million rows never lie in memory.
PIECE = 20_000


@dataclass
class Kind:
    """What entries of a kind look like, as the figures see them."""

    name: str
    answers: str = ""
    categories: list[str] = field(default_factory=lambda: ["", "other"])
    measures: list[str] = field(default_factory=list)
    things: list[str] = field(default_factory=list)
    moves: bool = False


def kinds() -> list[Kind]:
    """The kinds that the installed domains have figures of."""
    from houqin.foundation.journal.figures import FIGURES, Moved, Sum, Unanswered

    found: dict[str, Kind] = {}

    def several(value: str | Sequence[str]) -> list[str]:
        return [value] if isinstance(value, str) else list(value)

    for figure in FIGURES:
        for name in several(figure.of.kind):
            kind = found.setdefault(name, Kind(name))
            kind.categories += several(figure.of.category) if figure.of.category else []
            if isinstance(figure.of, Sum):
                kind.measures.append(figure.of.measure)
            if isinstance(figure.of, Moved):
                kind.moves = True
                kind.things += several(figure.of.commodity) if figure.of.commodity else []
            if isinstance(figure.of, Unanswered):
                for answer in several(figure.of.answer):
                    found.setdefault(answer, Kind(answer)).answers = name
                if figure.of.due:
                    kind.measures.append(figure.of.due)
    for kind in found.values():
        kind.categories = sorted(set(kind.categories))
        kind.measures = sorted(set(kind.measures))
    return sorted(found.values(), key=lambda kind: kind.name)


def fill(stage: Stage, *, entries: int, start: date, days: int) -> None:
    """Write ``entries`` entries over ``days`` days from ``start``: a third with a line or two, most with their measures."""
    from houqin.foundation.journal.accounts import account, account_of_place
    from houqin.foundation.journal.models import Commodity

    chance = Random(20190702)
    known = kinds()
    categories = sorted({thing for kind in known for thing in kind.things} | {"other"})
    commodities = Commodity.objects.bulk_create(
        [
            Commodity(code=f"benchmark:{number}", name=f"物品{number}", category=categories[number % len(categories)])
            for number in range(300)
        ]
    )
    by_category: dict[str, list[int]] = {}
    for commodity in commodities:
        by_category.setdefault(commodity.category, []).append(commodity.pk)
    every = [commodity.pk for commodity in commodities]
    places = [(room.pk, room.campus_id, account_of_place(room).pk) for room in stage.rooms]
    outside, used = account("outside", "suppliers").pk, account("used", "repairs").pk
    people = [person.pk for person in stage.people.values()]
    first_number = _last_number() + 1
    papers = {kind.name: 0 for kind in known}
    at = start

    def one(number: int) -> tuple[Any, list[Any], list[Any]]:
        kind = chance.choice(known)
        day = at + timedelta(days=(number - first_number) * days // entries)
        place, campus, stands_at = chance.choice(places)
        papers[kind.name] += 1
        # An answer stands on the paper that asked, and comes for nineteen of twenty.
        paper = papers[kind.name] + (papers[kind.name] // 19 if kind.answers else 0)
        about = kind.answers or kind.name
        entry = (
            number, kind.name, 1, day, day.year * 100 + day.month, f"{day} 08:00:00+00", chance.choice(people), place,
            campus, chance.choice(kind.categories), about, paper, f"{paper:06d}", "", "{}", f"{number:064x}",
        )  # fmt: skip
        lines = []
        if kind.moves or number % 7 == 0:
            things = by_category[chance.choice(kind.things)] if kind.things else every
            ends = chance.choice(((outside, stands_at), (stands_at, used), (stands_at, chance.choice(places)[2])))
            for position in range(1, 2 + number % 2):
                if ends[0] != ends[1]:
                    lines.append((number, position, chance.choice(things), *ends, chance.randint(1, 60)))
        measures = [
            (number, name, day.toordinal() + 7 if name == "due" else chance.randint(1, 900)) for name in kind.measures
        ]
        return entry, lines, measures

    with writing(stage) as write:
        for begin in range(first_number, first_number + entries, PIECE):
            made = [one(number) for number in range(begin, min(begin + PIECE, first_number + entries))]
            write("journal_entry", ENTRY, [entry for entry, _lines, _measures in made])
            write("journal_line", LINE, [line for _entry, lines, _measures in made for line in lines])
            write("journal_measure", MEASURE, [row for _entry, _lines, measures in made for row in measures])


def _last_number() -> int:
    from houqin.foundation.journal.models import Entry

    return Entry.objects.order_by("-number").values_list("number", flat=True).first() or 0


class writing:
    """``with writing(stage) as write: write(table, columns, rows)``: executemany or COPY, then the planner's statistics."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def __enter__(self) -> Any:
        from django.db import connection

        connection.ensure_connection()
        self.cursor = connection.connection.cursor()
        if self.stage.database == "sqlite":
            self.cursor.execute("BEGIN")
            return self._insert
        return self._copy

    def _insert(self, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        marks = ",".join("?" * len(columns))
        self.cursor.executemany(f"INSERT INTO {table} ({','.join(columns)}) VALUES ({marks})", _texts(rows))

    def _copy(self, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        with self.cursor.copy(f"COPY {table} ({','.join(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def __exit__(self, *exception: object) -> None:
        if self.stage.database == "sqlite":
            self.cursor.execute("COMMIT")
            self.cursor.execute("ANALYZE")
        else:
            self.cursor.execute("VACUUM ANALYZE")


def _texts(rows: Sequence[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        yield tuple(value.isoformat() if isinstance(value, date) else value for value in row)
