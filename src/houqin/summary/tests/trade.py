"""A small trade of its own for the tests of the summary: lamps changed, desks bought, checks that fail."""

from __future__ import annotations

from datetime import date

from houqin.foundation.journal.accounts import account
from houqin.foundation.journal.actions import batch
from houqin.foundation.journal.figures import APPROXIMATE, MONEY, Count, Figure, Moved, Sum, Unanswered
from houqin.foundation.journal.models import Commodity, Entry
from houqin.foundation.journal.sentences import INSPECTION, PROPERTY, SERVICES, Clause, Evidence, Problem
from houqin.kit.periods import Period

# Declared for as long as a test of the summary runs; see ``conftest``.
FIGURES_OF_THE_TRADE = (
    Figure("craft.lamps", "更換燈管", "次", of=Count("craft.lamp_changed"), style=APPROXIMATE),
    Figure("craft.doors", "修門", "張", of=Count("craft.door_mended")),
    Figure("craft.cost", "用料", "元", of=Sum("craft.lamp_changed", measure="cost"), style=MONEY),
    Figure("craft.desks", "添置課桌椅", "套", of=Moved("craft.bought", commodity="craft_desk")),
    Figure("craft.checks", "安全排查", "次", of=Count("craft.checked"), style=APPROXIMATE),
    Figure("craft.open", "未修好的報修", "件", of=Unanswered("craft.reported", answer="craft.answered")),
)

HALF = Period(date(2019, 1, 1), date(2019, 6, 30))
TODAY = date(2019, 7, 5)


def clause(name, text, *, chapter=SERVICES, sentence="", order=50, expected=False, kinds=()):
    return Clause(name, chapter, text, sentence or name, order, expected, kinds)


LAMPS = clause("lamps", "更換燈管{craft.lamps}", sentence="done", order=10)
DOORS = clause("doors", "修門{craft.doors}", sentence="done", order=20)
DESKS = clause("desks", "添置課桌椅{craft.desks}", chapter=PROPERTY, expected=True)
CHECKS = clause("checks", "全期安全排查{craft.checks}", chapter=INSPECTION, expected=True)
CLAUSES = (DOORS, LAMPS, DESKS, CHECKS)


def _open(reading):
    said = reading["craft.open"]
    if said.value:
        yield Evidence(["報修後沒有修好的有", said], "沒有辦完的逐項落實到人", weight=said.value)


OPEN = Problem("craft.open", "報修辦結", _open)


def happened(by, kind: str, *days: date, cost: int = 0) -> list[Entry]:
    written = []
    for day in days:
        with batch(by) as unit:
            draft = unit.draft(f"craft.{kind}", occurred_on=day)
            if cost:
                draft.measure("cost", cost)
        written.append(draft.recorded)
    return written


def lamps(by, count: int, *, year: int = 2019, cost: int = 0) -> list[Entry]:
    """So many lamps changed in the first half of a year, one on its first and one on its last day."""
    with batch(by) as unit:
        drafts = []
        for number in range(count):
            draft = unit.draft("craft.lamp_changed", occurred_on=date(year, 1 + number % 6, 1 + number % 28))
            if cost:
                draft.measure("cost", cost)
            drafts.append(draft)
    return [draft.recorded for draft in drafts]


def bought(by, quantity: int, *, day: date = date(2019, 3, 4), category: str = "craft_desk") -> Entry:
    thing, _made = Commodity.objects.get_or_create(
        code=f"craft:{category}", defaults={"name": category, "counter": "套", "category": category}
    )
    with batch(by) as unit:
        draft = unit.draft("craft.bought", occurred_on=day)
        draft.line(thing, source=account("outside", "suppliers"), target=account("used", "rooms"), quantity=quantity)
    return draft.recorded


def a_good_half(cast) -> None:
    """83 lamps, 200 desk sets and 42 checks: nothing missing."""
    lamps(cast.chen, 83)
    bought(cast.zhou, 200)
    happened(cast.sun, "checked", *[date(2019, 1 + n % 6, 1 + n % 28) for n in range(42)])
