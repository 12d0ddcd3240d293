"""Whatever a field suggests, that field takes; whatever takes several rows takes them from page, API and shell."""

import copy
import json
from time import perf_counter

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Model
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from houqin.domains.purchasing.models import Comparison, Plan, Request
from houqin.domains.purchasing.tests.conftest import MONDAY, Purchases
from houqin.foundation.journal.actions import ACTIONS
from houqin.foundation.org.directory import Directory
from houqin.foundation.org.fields import PersonField, ReferenceField, SeveralField
from houqin.foundation.org.models import Party, Person
from houqin.interfaces.api.inputs import field_schema
from houqin.interfaces.cli.commands import _pairs
from houqin.interfaces.web.forms import blank_form, drawn
from houqin.kit.text import fold, to_simplified


@pytest.fixture
def papers(cast):
    """A book with one of each paper of purchasing."""
    with time_machine.travel(MONDAY, tick=False):
        purchases = Purchases(cast)
        purchases.received()
        purchases.approved("練習本 100本 2元")
        purchases.planned("複印紙 20包 25元")
        yield purchases


def logged_in(client, person):
    person.user = get_user_model().objects.create(username=f"user{person.pk}")
    person.save(update_fields=["user"])
    client.force_login(person.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def references():
    """Every field of every action in which one writes a row, by the action's kind and its own name."""
    for verb in ACTIONS:
        for name, one in verb.form.base_fields.items():
            each = one.each if isinstance(one, SeveralField) else one
            if isinstance(each, ReferenceField):
                yield f"{verb.kind}/{name}", copy.deepcopy(each)


def refused_suggestions():
    """What is suggested and not taken as the row it stands for, as sentences; and how many were taken."""
    directory = Directory.read()
    wrong, taken = [], 0
    for where, one in references():
        one.directory = directory
        model = one.model
        # A holder is a class, a department or a person: of no table of its own.
        rows = [] if model is Model else list(one.offered()[:3])
        for row in rows:
            for typed in {one.told(row)[:2], one.written([row])[0][-4:]}:
                for value, _label in one.suggested(typed):
                    try:
                        found = one.clean(value)
                    except ValidationError as error:
                        wrong.append(f"{where}: {value}: {error}")
                        continue
                    # Of a name as written, the row it means.
                    found = found[1] if isinstance(found, tuple) else found
                    found = getattr(found, "row", getattr(found, "person", found))
                    if getattr(found, "pk", None) is None:
                        wrong.append(f"{where}: {value} is nobody")
                    taken += 1
    return wrong, taken


def test_every_suggestion_of_every_field_is_taken_by_that_field(papers):
    wrong, taken = refused_suggestions()
    assert wrong == []
    assert taken > 200


def test_no_field_fails_when_something_is_typed(papers, client):
    logged_in(client, papers.cast.admin)
    failing = {
        (where, answer.status_code)
        for where, _one in references()
        for kind, name in [where.split("/")]
        if (answer := client.get(f"/do/{kind}/suggest/{name}/?{name}=王")).status_code >= 500
    }
    assert failing == set()


def test_part_of_a_number_or_a_name_finds_the_paper_and_the_form_takes_it(papers, client):
    plan = Plan.objects.filter(state="planned").latest("pk")
    logged_in(client, papers.gao)
    by_number = client.get(f"/do/purchasing.invited/suggest/plan/?plan={plan.number[3:]}").content.decode()
    by_name = client.get(f"/do/purchasing.invited/suggest/plan/?plan={to_simplified(plan.goods[:2])}").content.decode()
    assert f'<option value="{plan.number}">' in by_number
    assert f'<option value="{plan.number}">' in by_name


def test_suggesting_among_thousands_asks_once_and_quickly(papers):
    Person.objects.bulk_create(Person(name=f"陳{n:05}", folded=fold(f"陳{n:05}")) for n in range(5_000))
    one = PersonField()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        started = perf_counter()
        found = one.suggested("陈0499")
        took = perf_counter() - started
    assert [value for value, _label in found][:2] == ["陳04990", "陳04991"]
    assert len(asked) <= 3
    assert took < 0.5


def test_namesakes_are_suggested_so_that_each_is_found(papers):
    cast = papers.cast
    people = [
        Person.objects.create(name="歐陽平", folded=fold("歐陽平"), campus=campus, staff_number=number)
        for campus, number in ((cast.south, ""), (cast.north, ""), (None, "1023"))
    ]
    field = PersonField()
    for value, _label in field.suggested("歐陽"):
        people.remove(field.clean(value))
    assert people == []


def test_a_paper_on_the_page_is_told_by_its_key_and_a_typed_number_is_a_number(papers):
    first, second = Request.objects.order_by("pk")[:2]
    Request.objects.filter(pk=second.pk).update(number=str(first.pk))
    hidden = ACTIONS["purchasing.withdrawn"].form.base_fields["document"]
    typed = ACTIONS["purchasing.planned"].form.base_fields["requests"].each
    assert hidden.clean(str(first.pk)).pk == first.pk
    assert typed.clean(str(first.pk)).pk == second.pk
    assert typed.clean(first.pk).pk == first.pk
    Request.objects.filter(pk=second.pk).update(number=second.number)


def several():
    return [
        (verb, name, one)
        for verb in ACTIONS
        for name, one in verb.form.base_fields.items()
        if isinstance(one, SeveralField)
    ]


def test_every_field_of_several_rows_takes_them_however_they_come(papers):
    assert {f"{verb.kind}/{name}" for verb, name, _one in several()} >= {
        "purchasing.invited/suppliers", "purchasing.planned/requests", "stocktakes.drafted/counters",
    }  # fmt: skip
    for verb, name, one in several():
        rows = list(one.each.offered()[:3])
        words = one.each.written(rows)
        assert rows, name
        form = blank_form(verb, actor=papers.gao, given={name: rows[:1]})
        shown = next(field for field in drawn(form) if field.name == name)
        page = QueryDict(mutable=True)
        page.setlist(name, words)
        lines = "\n".join(words)
        assert shown.multiple and shown.kind in ("picks", "lines"), name
        assert [value for value, _label, on in shown.options if on and value] != []
        for told in (page, {name: lines}, {name: "、".join(words)}, {name: words}, {name: [row.pk for row in rows]}):
            assert one.clean(one.widget.value_from_datadict(told, {}, name)) == rows, (name, told)
        assert {"array", "string"} <= {way.get("type") for way in field_schema(one)["anyOf"]}
        assert one.clean(_pairs((f"{name}={json.dumps(words)}",))[name]) == rows
        assert one.clean(_pairs(tuple(f"{name}={word}" for word in words), several=[name])[name]) == rows


def test_two_requests_are_merged_and_three_suppliers_invited_on_the_page(papers, client):
    logged_in(client, papers.gao)
    merged = [papers.approved("課桌椅 50套 80元"), papers.approved("課桌椅 80套 80元")]
    planned = Request.objects.filter(state="planned").first()
    form = client.get("/do/purchasing.planned/").content.decode()
    assert f'type="checkbox" name="requests" value="{merged[0].number}"' in form
    assert "課桌椅 50套" in form and "4000.00 元" in form
    assert planned.number not in form
    sent = client.post("/do/purchasing.planned/", {"requests": [one.number for one in merged], "method": "quotes"})
    assert sent.status_code == 302, sent.content.decode()
    plan = Plan.objects.latest("pk")
    assert {one.state for one in Request.objects.filter(pk__in=[one.pk for one in merged])} == {"planned"}
    form = client.get("/do/purchasing.invited/").content.decode()
    assert f'type="checkbox" name="suppliers" value="{papers.jia.pk}"' in form
    told = {"plan": plan.number, "second_collector": str(papers.deng.pk)}
    chosen = [papers.jia.pk, papers.yi.pk, papers.bing.pk]
    sent = client.post("/do/purchasing.invited/", told | {"suppliers": chosen})
    assert sent.status_code == 302, sent.content.decode()
    assert {one.supplier_id for one in Comparison.objects.latest("pk").quotes.all()} == set(chosen)


def test_of_a_long_list_suppliers_are_typed_line_by_line(papers, client):
    logged_in(client, papers.gao)
    names = [f"文具{n:03}店" for n in range(301)]
    Party.objects.bulk_create(Party(name=name, folded=fold(name), is_supplier=True) for name in names)
    plan = papers.planned("課桌椅 90套 80元", method="quotes")
    form = client.get("/do/purchasing.invited/").content.decode()
    assert form.count('name="suppliers"') == 6
    assert 'list="list_suppliers"' in form
    told = {"plan": plan.number, "second_collector": str(papers.deng.pk)}
    refused = client.post("/do/purchasing.invited/", told | {"suppliers": [names[3], "沒有這家", "", ""]})
    assert refused.status_code == 422
    assert f'value="{names[3]}"' in refused.content.decode()
    sent = client.post("/do/purchasing.invited/", told | {"suppliers": [*names[3:6], "", "", ""]})
    assert sent.status_code == 302, sent.content.decode()
    assert Comparison.objects.latest("pk").quotes.count() == 3
