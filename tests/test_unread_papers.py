"""No step on a paper one may not read, by no interface; and taking one opens the paper only where the step was waited for."""

from __future__ import annotations

import json
import re
from datetime import date, datetime

import pytest
import time_machine
from click.testing import CliRunner
from django.core.cache import cache

from houqin.domains.purchasing import actions as purchasing
from houqin.domains.purchasing.models import Tender
from houqin.domains.repairs import actions as repairs
from houqin.domains.stores import actions as stores
from houqin.domains.stores.models import Receipt
from houqin.foundation.journal.actions import can, offered
from houqin.foundation.journal.figures import FIGURES
from houqin.foundation.journal.models import Entry, Place
from houqin.foundation.journal.refused import Unseen
from houqin.foundation.org.fields import ReferenceField
from houqin.foundation.org.models import Person, RoleAssignment
from houqin.foundation.signing.models import DOCUMENTS, Document, Task
from houqin.foundation.signing.reading import may_read, model_of, readable
from houqin.interfaces.cli.commands import do
from houqin.kit import clock
from houqin.kit.text import fold

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=clock.SHANGHAI)


@pytest.fixture(autouse=True)
def monday():
    cache.clear()
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def tender(cast):
    entry = purchasing.announce(
        cast.li, project="屋面防水工程", method="公開招標", budget=600_000, documents_from="2026-03-02",
        documents_to="2026-03-09", deadline_at="2026-03-23 09:00", place=cast.south,
    )  # fmt: skip
    return Tender.objects.get(pk=entry.document_id)


@pytest.fixture
def receipt(cast):
    full = "南校區倉庫"
    store = Place.objects.create(
        parent=cast.south, campus=cast.south, kind="store", name="倉庫", full_name=full, folded=fold(full)
    )
    entry = stores.arrive(cast.wang, store=store, lines="粉筆 白色 10盒 3.50元", buyer=cast.li)
    return Receipt.objects.get(pk=entry.document_id)


def by_api(login, person, kind, **data):
    browser = login(person)
    browser.get("/")
    token = browser.get("/me/").cookies.get("csrftoken") or browser.cookies.get("csrftoken")
    headers = {"X-CSRFToken": token.value} if token else {}
    return browser.post(f"/api/actions/{kind}", json.dumps(data), content_type="application/json", headers=headers)


def nothing_happened(document, before):
    return Entry.objects.filter(document_kind=document.kind, document_id=document.pk).count() == before


def test_the_guard_complains_about_no_tender_he_may_not_read(cast, login, tender):
    entries = Entry.objects.filter(document_kind=tender.kind, document_id=tender.pk).count()
    address = f"/documents/{tender.kind}/{tender.pk}/"
    assert login(cast.ma).get(address).status_code == 403

    answer = by_api(login, cast.ma, "purchasing.complained", document=tender.pk, complainant="x", matter="y")

    assert answer.status_code == 404
    sent = login(cast.ma).post(f"{address}do/purchasing.complained/", {"complainant": "x", "matter": "y"})
    assert sent.status_code == 403
    assert nothing_happened(tender, entries)
    assert login(cast.ma).get(address).status_code == 403


def test_the_teacher_accepts_no_receipt_she_may_not_read(cast, login, receipt):
    entries = Entry.objects.filter(document_kind=receipt.kind, document_id=receipt.pk).count()

    answer = by_api(login, cast.zhao, "stores.received", document=receipt.pk)

    assert answer.status_code == 404
    assert nothing_happened(receipt, entries)
    assert not may_read(cast.zhao, receipt)


def test_nor_by_the_command_line(cast, receipt):
    told = CliRunner().invoke(do, ["stores.received", f"document={receipt.number}", "--as", "趙老師"])

    assert told.exit_code == 1
    assert "只給經手的人" in told.stderr
    assert not may_read(cast.zhao, receipt)


@pytest.mark.parametrize("via", ["web", "api", "cli", "scan"])
def test_every_verb_with_a_paper_asks_whether_it_may_be_read(cast, tender, receipt, via):
    """Whatever verb, whatever the field is called: naming a paper that somebody may not read is refused before anything else."""
    tried = 0
    for verb in offered():
        for name, one in verb.form.base_fields.items():
            for paper in (tender, receipt):
                if model_of(one) is type(paper):
                    tried += 1
                    with pytest.raises(Unseen):
                        verb.perform(cast.ma, {name: paper.number}, via=via)
    assert tried > 12


def test_an_optional_step_gives_no_right_to_read_and_answers_no_task_of_another(cast, tender):
    """By the house itself (an import, a script): the complaint is the guard's, the notice that was waited for is not."""
    purchasing.complain(cast.ma, document=tender, complainant="某公司", matter="評分")

    assert not may_read(cast.ma, tender)
    assert not Task.objects.filter(document_kind=tender.kind, document_id=tender.pk, done_by=cast.ma).exists()


def test_whoever_did_what_was_waited_for_reads_on(cast, login):
    """A repairer moved to another post still finds the job he did."""
    entry = repairs.report(cast.zhao, place=cast.south_105, fault="燈不亮", category="電")
    order = DOCUMENTS["repairs.work_order"].objects.get(pk=entry.document_id)
    repairs.accept(cast.li, document=order, category="電", urgency="一般")
    repairs.dispatch(cast.li, document=order, repairer=cast.chen)
    assert may_read(cast.chen, order)
    repairs.complete.perform(cast.chen, {"document": order.pk, "work": "換開關", "cause": "老化"}, via="web")
    RoleAssignment.objects.filter(person=cast.chen).delete()

    assert may_read(Person.objects.get(pk=cast.chen.pk), order)


def test_the_papers_a_list_shows_are_those_one_may_read(cast, tender, receipt):
    """``readable`` is ``may_read`` for many at once, for everybody in the school and every paper there is."""
    repairs.report(cast.zhao, place=cast.south_105, fault="燈不亮", category="電")
    for person in Person.objects.all():
        for model in DOCUMENTS:
            rows = model._default_manager.all()
            assert set(readable(person, rows)) == {one for one in rows if may_read(person, one)}
    assert issubclass(Tender, Document) and date(2026, 3, 2) == tender.opened_on


def test_showing_personal_data_in_full_leaves_one_trace_a_day(cast, login):
    entry = repairs.report(cast.zhao, place=cast.south_105, fault="燈不亮", category="電")
    address = f"/documents/repairs.work_order/{entry.document_id}/"

    for browser in (login(cast.zhao), login(cast.li)):
        assert browser.get(address).status_code == 200
    login(cast.zhao).get(address, {"reveal": "1"})
    assert not Entry.objects.filter(kind="documents.revealed").exists()
    for _again in range(2):
        assert login(cast.li).get(address, {"reveal": "1"}).status_code == 200

    traces = Entry.objects.filter(kind="documents.revealed")
    assert list(traces.values_list("by", "document_kind", "document_id")) == [
        (cast.li.pk, "repairs.work_order", entry.document_id)
    ]


def test_a_figure_opens_the_whole_schools_rows_to_its_readers_and_to_others_their_own(cast, login):
    """§M9: the same on the page and in the API, whatever verbs somebody might use."""
    for person in (cast.zhao, cast.lin):
        repairs.report(person, place=cast.south_105, fault="燈不亮", category="電")
    asked = {"from": "2026-03-02", "to": "2026-03-02"}

    def told(person):
        answer = login(person).get("/api/figures/repairs.reported", {**asked, "rows": "true"}).json()
        page = login(person).get("/figures/repairs.reported/", asked).content.decode()
        assert len(re.findall(r'href="/entries/\d', page)) == len(answer["rows"])
        return answer["value"], len(answer["rows"])

    assert told(cast.li) == (2, 2)
    assert told(cast.zhao) == told(cast.lin) == (1, 1)
    assert told(cast.ma) == (0, 0)


def test_who_reads_a_figure_reads_it_by_page_and_api_alike(cast, login):
    for person in (cast.li, cast.qian, cast.wang, cast.zhao, cast.ma):
        browser = login(person)
        listed = {one["name"] for one in browser.get("/api/figures").json()}
        for figure in FIGURES:
            is_listed = figure.name in listed
            assert is_listed == (browser.get(f"/figures/{figure.name}/").status_code == 200), (person, figure.name)
    assert "purchasing.planned" not in listed


def test_suggestions_answer_only_whoever_may_do_it(cast, login, tender):
    """§M1, for every verb and every field that suggests."""
    browser, asked = login(cast.ma), 0
    for verb in offered():
        for name, one in verb.form.base_fields.items():
            if not isinstance(getattr(one, "each", one), ReferenceField):
                continue
            asked += 1
            address = f"/do/{verb.kind}/suggest/{name}/"
            status = browser.get(address, {name: "2026"}).status_code
            assert status == (404 if not getattr(one, "each", one).is_suggested else 200 if can(cast.ma, verb) else 403)
    assert asked > 100
    # The guard may complain; which tenders there are he does not learn by typing.
    shown = browser.get("/do/purchasing.complained/suggest/document/", {"document": "ZB"}).content.decode()
    assert "option" not in shown
    assert (
        tender.number
        in login(cast.li).get("/do/purchasing.complained/suggest/document/", {"document": "ZB"}).content.decode()
    )
