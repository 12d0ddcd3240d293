"""A moment's day and hour are the school's, whatever clock the server and the database keep.

Papers printed between midnight and eight in the morning once bore the day before: a database gives moments back in UTC.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "houqin"
# The one place that knows the zone, and the digest, which spells a moment in UTC for every machine alike.
MAY = {"kit/clock.py", "foundation/journal/digest.py"}
ASKS_THE_TIME = {"now", "utcnow", "today", "localtime", "astimezone", "make_naive", "fromtimestamp"}
OF_MODULES = {"timezone", "datetime", "date"}
PARTS_OF_A_MOMENT = {"date", "time", "strftime", "isoformat", "hour", "minute", "day", "month", "year", "weekday"}


def moments() -> set[str]:
    """Names of fields that hold moments, as the models say; a name that elsewhere is an hour of the clock is not told apart."""
    fields = [one for model in apps.get_models() for one in model._meta.get_fields() if isinstance(one, models.Field)]
    clock_times = {one.name for one in fields if isinstance(one, models.TimeField)}
    return {one.name for one in fields if isinstance(one, models.DateTimeField)} - clock_times


def faults(path: Path, *, moments: set[str]) -> list[str]:
    """Each place that reads a day or an hour off a moment without asking :mod:`houqin.kit.clock`."""
    found = []

    def is_moment(node: ast.AST) -> bool:
        return isinstance(node, ast.Attribute) and node.attr in moments

    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            of = getattr(node.func.value, "id", "")
            asks = node.func.attr in ASKS_THE_TIME and (of in OF_MODULES or node.func.attr == "astimezone")
            if asks or (of == "time" and node.func.attr in {"time", "localtime", "gmtime", "strftime"}):
                found.append(f"{path}:{node.lineno} {ast.unparse(node)}")
        if isinstance(node, ast.Attribute) and node.attr in PARTS_OF_A_MOMENT and is_moment(node.value):
            found.append(f"{path}:{node.lineno} {ast.unparse(node)}")
        if isinstance(node, ast.FormattedValue) and is_moment(node.value):
            found.append(f"{path}:{node.lineno} {ast.unparse(node.value)} in a text")
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "str" and any(map(is_moment, node.args)):
            found.append(f"{path}:{node.lineno} {ast.unparse(node)}")
    return found


def test_a_moment_is_read_on_the_wall_clock_of_the_school():
    named = moments()
    assert {"signed_at", "recorded_at", "deadline_at"} <= named

    assert [
        fault
        for path in sorted(PACKAGE.rglob("*.py"))
        if not {"tests", "migrations"} & set(path.parts) and str(path.relative_to(PACKAGE)) not in MAY
        for fault in faults(path, moments=named)
    ] == []


@pytest.mark.parametrize(
    "line",
    [
        "f'{one.signed_at:%Y-%m-%d}'", "f'{one.signed_at}'", "str(one.signed_at)", "one.signed_at.date()",
        "one.signed_at.hour", "timezone.localtime(one)", "moment.astimezone(zone)", "datetime.now()", "date.today()",
        "time.time()",
    ],
)  # fmt: skip
def test_every_other_way_is_seen(tmp_path, line):
    (tmp_path / "wrong.py").write_text(line)

    assert len(faults(tmp_path / "wrong.py", moments={"signed_at"})) == 1


def test_a_moment_read_by_the_clock_is_no_fault(tmp_path):
    (tmp_path / "right.py").write_text("f'{clock.local(one.signed_at):%H:%M}', clock.day_of(one.signed_at)")

    assert faults(tmp_path / "right.py", moments={"signed_at"}) == []
