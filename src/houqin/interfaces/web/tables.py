"""A register's rows as HTML, written in one pass: a template's loop over fifty rows costs five times as much."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from houqin.foundation.registers.listing import Listing
from houqin.foundation.registers.register import Column

NUMBERS = frozenset({"integer", "money", "duration"})
DAYS = frozenset({"date", "moment", "time"})
# Kinds a row may be known by.
TOLD_BY = frozenset({"text", "reference"})
# Words this short stay on one line; sentences break.
SHORT = 12


def css_class(column: Column) -> str:
    return "n" if column.kind in NUMBERS else "d" if column.kind in DAYS else ""


def _reader(listing: Listing, column: Column) -> Callable[[Any], str]:
    """How a value of this column is printed, with its words looked up once and not per row."""
    options = listing.options(column)
    if column.kind in {"choice", "state"} and options and not column.personal:
        words = {key: escape(str(label)) for key, label in options.items()}
        if column.kind == "state":
            # What is finished stands back; what still waits for somebody has the colour of waiting.
            waiting = _waiting_states(listing)
            words = {
                key: f'<span class="tag{" wait" if key in waiting else ""}">{word}</span>'
                for key, word in words.items()
            }
        return lambda value: words.get(value, "") if value in words else escape(str(value or ""))
    if column.kind in {"text", "reference"}:
        return lambda value: "" if value is None else escape(str(value))
    if column.kind == "flag":
        return lambda value: "✓" if value else ""
    return lambda value: escape(listing.shown(column, value))


def _waiting_states(listing: Listing) -> frozenset[str]:
    """The states in which a paper of this register waits for somebody to take a step."""
    route = getattr(listing.register.document, "route", lambda: None)()
    if route is None:
        return frozenset()
    return frozenset(
        state
        for state in route.states
        if state not in route.final and any(not step.optional for step in route.steps_from(state))
    )


def naming_positions(columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> tuple[int, ...]:
    """The columns that tell the rows apart, for the heading of a card, where the first column does not.

    The first whose words mostly differ, with the one before it where that narrows it down: 品名 before 規格, but not
    the store all rows lie in. Empty where the first column of all does it (a number) or none does.
    """

    def different(position: int) -> int:
        if columns[position].kind not in TOLD_BY:
            return 0
        return len({row[position] for row in rows if row[position] not in (None, "")})

    for position in range(len(columns)):
        if different(position) * 2 > len(rows):
            if position > 1 and different(position - 1) * 8 > len(rows):
                return position - 1, position
            return (position,) if position else ()
    return ()


def _box(key: object, label: str) -> str:
    """The box that chooses a row; what it chooses is told where the first cell is plain words."""
    said = "" if "<" in label else f' aria-label="{label}"'
    return f"<input type=checkbox name=row value={key}{said}>"


def table_rows(
    listing: Listing, rows: Iterable[Sequence[Any]], *, address: str = "", picks: bool = False
) -> SafeString:
    """``<tr>``s of the rows: the key, then one value per column shown.

    ``address`` holds ``{}`` for the key of the page a row opens; the first cell that says something links there.
    With ``picks`` the first cell has a box to choose the row by.
    """
    readers = [_reader(listing, column) for column in listing.columns]
    # End tags of cells and rows are optional in HTML and would be a tenth of it. What a cell is called stands in the
    # heading alone: where rows become cards, houqin.js copies it from there.
    rows = list(rows)
    openers = ["<td class=n>" if css_class(column) == "n" else "<td>" for column in listing.columns]
    long_openers = [f"<td class={css_class(column) or 'w'}>" for column in listing.columns]
    for position in naming_positions(listing.columns, [row[1:] for row in rows]):
        openers[position], long_openers[position] = "<td class=name>", '<td class="w name">'
    parts: list[str] = []
    add = parts.append
    pick = escape(_("選"))
    for row in rows:
        add("<tr>")
        is_linked = not address
        for position, read in enumerate(readers):
            words = read(row[position + 1])
            box = _box(row[0], f"{pick} {words}") if picks and not position else ""
            if not words:
                add("<td>" + box)
                continue
            opener = openers[position] if len(words) <= SHORT else long_openers[position]
            if not is_linked:
                words = f'<a href="{address.format(row[0])}">{words}</a>'
                is_linked = True
            add(opener + box + words)
        add("\n")
    return mark_safe("".join(parts))


def rows_of_page(listing: Listing) -> Iterable[Sequence[Any]]:
    """The rows of the page asked for, as :func:`table_rows` wants them."""
    names = [column.name for column in listing.columns]
    return [(row["pk"], *(row[name] for name in names)) for row in listing.rows()]


def totals_row(listing: Listing) -> SafeString:
    """The sums under the table, over all pages; empty where nothing adds up."""
    totals = listing.totals()
    if not totals:
        return mark_safe("")
    cells = []
    for position, column in enumerate(listing.columns):
        total = totals.get(column.name)
        if total is not None:
            words = escape(listing.shown(column, total)) if column.kind == "money" else f"{total:,}"
            cells.append(f'<td class="n">{words}</td>')
        else:
            cells.append(f"<td>{escape(_('合計')) if position == 0 else ''}</td>")
    return mark_safe("<tr>" + "".join(cells) + "</tr>")
