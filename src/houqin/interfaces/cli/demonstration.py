"""The demo school: every domain plays its half year on it, then the summaries are written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from django.conf import settings
from django.utils.module_loading import autodiscover_modules

from houqin.foundation.journal.refused import Refused
from houqin.foundation.org.founding import found_school
from houqin.foundation.org.models import Person, School
from houqin.foundation.org.scenes import Stage, in_order
from houqin.kit import clock
from houqin.kit.periods import Period

DEMO_NAME = "實驗小學（示範）"
# Shown on screen and good for nothing else: the demo school has no secrets.
DEMO_PASSWORD = "houqin-demo-2026"  # noqa: S105
Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Shown:
    school: School
    period: Period
    password: str
    logins: list[tuple[str, str, str]]


def half_year(today: date) -> Period:
    """The half year that today lies in, or the one before where that has hardly begun.

    Halves as the seeds report them: from the summer works in July to the end of the autumn term, and from then on.
    """
    year = today.year
    halves = [
        Period(date(year - 1, 7, 10), date(year, 1, 20), f"{year - 1}年下半年"),
        Period(date(year, 1, 21), date(year, 7, 9), f"{year}年上半年"),
        Period(date(year, 7, 10), date(year + 1, 1, 20), f"{year}年下半年"),
    ]
    current = next(index for index, half in enumerate(halves) if half.contains(today))
    if current and (today - halves[current].start).days < 75:
        current -= 1
    return halves[current]


def make_demo(*, seed: int, tell: Tell) -> Shown:
    """Make the demo school, or open the one that is there. Refuses an installation with a real school in it."""
    half = half_year(clock.today())
    period = Period(half.start, min(half.end, clock.today()), half.label)
    school = School.objects.first()
    if school is not None:
        if school.name != DEMO_NAME:
            raise Refused(
                f"這裏是「{school.name}」的賬本，不放示範資料。請換一個資料夾：HOUQIN_HOME=./demo houqin demo"
            )
        logins = [
            (person.user.username, person.name, person.post)
            for person in Person.objects.filter(user__isnull=False).select_related("user").order_by("pk")
            if person.user
        ]
        return Shown(school, period, DEMO_PASSWORD, logins)
    autodiscover_modules("demo")
    founded = found_school(name=DEMO_NAME, password=DEMO_PASSWORD)
    stage = Stage(founded.school, period, Random(seed), founded.administrator)  # noqa: S311
    stage.shared.update(password=DEMO_PASSWORD, half_year=half)
    scenes = in_order()
    for done, one in enumerate(scenes):
        tell(done, len(scenes))
        one.play(stage)
    tell(len(scenes), len(scenes))
    return Shown(founded.school, period, DEMO_PASSWORD, stage.shared["logins"])


def write_demo_summaries(shown: Shown, *, tell: Tell) -> list[Path]:
    """The director's and the department's summary as .docx beside the book; gives their paths."""
    from houqin.summary.composing import compose
    from houqin.summary.rendering import render

    kinds = ("director", "department")
    written = []
    for done, kind in enumerate(kinds):
        tell(done, len(kinds))
        composition = compose(shown.period, kind=kind, school=shown.school, today=clock.today())
        path = (
            Path(settings.HOME)
            / f"{shown.school.name}-{shown.period.label}-{'主任' if kind == 'director' else '部門'}工作總結.docx"
        )
        path.write_bytes(render(composition, "docx", script=shown.school.writes_in()))
        written.append(path)
    tell(len(kinds), len(kinds))
    return written
