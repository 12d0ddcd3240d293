"""Inspections: a checklist whose failed points become hazards at once, signed by two."""

from datetime import date

import pytest

from houqin.domains.safety import actions
from houqin.domains.safety.actions import kind_of_check
from houqin.domains.safety.models import Hazard, Inspection
from houqin.foundation.journal.actions import Invalid
from houqin.foundation.journal.models import Entry, Measure
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.signing.models import Signature, Task

DAY = date(2018, 9, 5)


def inspect(cast, lines="滅火器壓力|合格\n插座|不合格|插座鬆動", **facts):
    given = {
        "layer": "周",
        "occurred_on": DAY,
        "place": cast.north_105,
        "items": "常規安全檢查",
        "lines": lines,
        **facts,
    }
    return actions.inspect(cast.sun, **given)


def test_a_failed_point_opens_a_hazard_in_the_same_action(cast):
    entry = inspect(cast, due_on=date(2018, 9, 12))

    inspection, hazard = Inspection.objects.get(), Hazard.objects.get()
    found = Entry.objects.get(kind="safety.hazard_found")
    assert (entry.kind, entry.category, entry.place) == ("safety.inspected", "routine", cast.north_105)
    assert (inspection.result, inspection.problem, inspection.inspector) == ("failed", "插座鬆動", cast.sun)
    assert [(line.item, line.result) for line in inspection.lines.all()] == [
        ("滅火器壓力", "passed"),
        ("插座", "failed"),
    ]
    assert (hazard.description, hazard.category, hazard.state) == ("插座鬆動", "electricity", "found")
    assert (hazard.inspection, hazard.place, hazard.due_on) == (inspection, cast.north_105, date(2018, 9, 12))
    assert (found.because, found.document_id) == (entry, hazard.pk)
    assert list(Measure.objects.order_by("entry_id").values_list("name", "quantity")) == [
        ("failed", 1),
        ("due", date(2018, 9, 12).toordinal()),
    ]


def test_an_inspection_in_order_opens_no_hazard(cast):
    inspect(cast, lines="滅火器壓力|合格")

    assert Inspection.objects.get().result == "passed"
    assert not Hazard.objects.exists()
    assert not Measure.objects.exists()


def test_programs_may_send_the_checklist_as_a_list(cast):
    inspect(cast, lines=[{"item": "插座", "result": "failed", "problem": "鬆動", "standard": "無鬆動"}])

    assert Inspection.objects.get().lines.get().standard == "無鬆動"


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("插座|不合格", "第 1 項不合格，要寫明問題"),
        ("插座|還行", "第 1 項：「還行」不在可選的詞裏"),
        ("插座", "第 1 項沒有寫合格或不合格"),
        ("", "檢查清單"),
    ],
)
def test_inspect_refuses_a_checklist_that_says_nothing(cast, lines, sentence):
    with pytest.raises(Invalid, match=sentence):
        inspect(cast, lines=lines)

    assert not Inspection.objects.exists()


def test_inspect_refuses_a_deadline_before_the_inspection(cast):
    with pytest.raises(Refused, match="整改時限不能早於檢查日期"):
        inspect(cast, due_on=date(2018, 9, 4))


def test_a_stranger_may_not_inspect(cast):
    with pytest.raises(Denied):
        actions.inspect(cast.zhao, layer="周", place=cast.south, items="常規", lines="門|合格")


def test_both_sign_and_never_one_person(cast):
    inspect(cast, lines="門|合格", head=cast.wang)
    inspection = Inspection.objects.get()
    assert Task.objects.open().get().person == cast.wang

    with pytest.raises(Denied):
        actions.countersign(cast.zhao, document=inspection)
    actions.countersign(cast.wang, document=inspection)

    inspection.refresh_from_db()
    assert inspection.state == "signed"
    assert list(Signature.objects.order_by("pk").values_list("signs_as", "person")) == [
        ("inspector", cast.sun.pk),
        ("head_of_place", cast.wang.pk),
    ]


def test_the_inspector_cannot_sign_for_the_place_inspected(cast):
    actions.inspect(cast.li, layer="周", occurred_on=DAY, place=cast.south, items="常規安全檢查", lines="門|合格")

    with pytest.raises(Denied, match="另一個人"):
        actions.countersign(cast.li, document=Inspection.objects.get())


@pytest.mark.parametrize(
    ("layer", "items", "also", "kind"),
    [
        ("term", "全校安全大排查", [], "sweep"),
        ("term", "期末全校性安全檢查", [], "sweep"),
        ("weekly", "常規安全檢查", [], "routine"),
        ("weekly", "", [], "routine"),
        ("monthly", "食品安全检查", [], "food"),
        ("special", "消防安全檢查(社區民警)", [], "fire_police"),
        ("special", "消防安全檢查", ["社區民警張警官"], "fire_police"),
        ("special", "消防安全檢查", ["王英"], "fire"),
        ("weather", "颱風前檢查", [], "weather"),
        ("weather", "門窗", [], "weather"),
        ("special", "看看", [], "other"),
        ("", "看看", [], "other"),
    ],
)
def test_the_kind_of_check_follows_from_the_words_on_paper(db, layer, items, also, kind):
    assert kind_of_check(layer, items, also=also) == kind
