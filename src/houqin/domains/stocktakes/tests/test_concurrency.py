"""People go on taking chalk while others count it: nothing of it is lost."""

import threading

import pytest
from django.db import connections

from houqin.domains.stocktakes import actions
from houqin.foundation.journal.models import Line
from houqin.foundation.journal.verification import verify, wrong_balances

from .conftest import Scene


@pytest.fixture
def committed_scene(committed_cast):
    return Scene(committed_cast)


def together(*jobs):
    """Run the jobs at the same time; whatever one of them raises is raised here."""
    start, wrong = threading.Barrier(len(jobs)), []

    def run(job):
        try:
            start.wait(timeout=30)
            job()
        except BaseException as error:  # noqa: BLE001 - told below
            wrong.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    if wrong:
        raise wrong[0]


def test_an_issue_during_counting_is_not_lost(committed_scene):
    scene = committed_scene
    sheet = scene.frozen()

    def take():
        scene.use(scene.chalk, scene.shelf, 1)

    def count_tape():
        actions.tally(scene.cast.lin, document=sheet.pk, tallies={"膠帶": 4})

    together(take, take, count_tape, take)
    # Ten on the book, three taken, one was never there.
    actions.tally(scene.cast.lin, document=sheet.pk, tallies={"粉筆 白色": 6})
    actions.close_count(scene.cast.zhou, document=sheet.pk)
    actions.recount(scene.cast.sun, document=sheet.pk, tallies={"粉筆 白色": 6})
    actions.close_recount(scene.cast.sun, document=sheet.pk)
    actions.explain(scene.cast.zhou, document=sheet.pk, reason="不明", cause="不明", decision="調賬")
    actions.decide(scene.cast.zhou, document=sheet.pk)
    together(lambda: actions.post(scene.cast.li, document=sheet.pk), take, take)

    assert scene.held(scene.shelf, scene.chalk) == 4
    assert (
        sum(Line.objects.filter(target__code="used:trial", commodity=scene.chalk).values_list("quantity", flat=True))
        == 5
    )
    assert sum(Line.objects.filter(target__role="loss", commodity=scene.chalk).values_list("quantity", flat=True)) == 1
    assert wrong_balances() == []
    assert verify().is_sound


def test_two_counters_at_once_are_added_up(committed_scene):
    scene = committed_scene
    sheet = scene.frozen()

    together(
        lambda: actions.tally(scene.cast.lin, document=sheet.pk, tallies={"粉筆 白色": 6}),
        lambda: actions.tally(scene.cast.zhou, document=sheet.pk, tallies={"粉筆 白色": 4}),
    )

    assert sheet.lines.get(code="粉筆 白色").counted == 10
