"""A signature stands on the whole paper, and its page says whether the paper still says what was signed."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from houqin.domains.purchasing import actions
from houqin.domains.purchasing.models import DeliveryLine, RequestLine
from houqin.foundation.journal.actions import ACTIONS
from houqin.foundation.journal.freezing import frozen_tables, thaw
from houqin.foundation.signing.models import Attachment, Signature
from houqin.foundation.signing.papers import Agreement, agreements, parts_of, whole_papers

STANDS, LATER, DISAGREES = "與單上一致", "簽後有後續登記", "與單上不一致"


@pytest.fixture
def said(login, cast, monday):
    """What the page of a paper says of each of its signatures."""

    def say(paper):
        page = login(cast.principal).get(f"/documents/{paper.kind}/{paper.pk}/").content.decode()
        return re.findall(f"{STANDS}|{LATER}|{DISAGREES}", page)

    return say


@pytest.fixture
def requested(monday, cast):
    from .conftest import Purchases

    return Purchases(cast)


def of(paper):
    return Signature.objects.filter(document_kind=paper.kind, document_id=paper.pk).order_by("pk")


def test_a_paper_just_signed_is_what_was_signed(requested, said):
    paper = requested.approved()

    assert said(paper) == [STANDS] * of(paper).count() != []


def test_a_step_that_fills_in_what_was_blank_takes_nothing_back(requested, said):
    """M18: 簽後有後續登記 was shown under a signature although nothing that was signed had changed."""
    order = requested.ordered()
    paper = requested.received(order, accepted="", difference="")

    assert said(paper) == [STANDS] * of(paper).count() != []


def test_the_price_of_a_line_changed_behind_the_program_is_seen_on_the_page(requested, said):
    paper = requested.approved()
    RequestLine.objects.filter(request=paper).update(price=1)

    assert said(paper) == [DISAGREES] * of(paper).count() != []


def test_the_accepted_quantity_of_a_delivery_changed_behind_the_program_is_seen_on_the_page(requested, said):
    paper = requested.received()
    DeliveryLine.objects.filter(delivery=paper).update(accepted=1)

    assert said(paper) == [DISAGREES] * of(paper).count() != []


def test_a_line_added_or_removed_behind_the_program_is_seen_on_the_page(requested, said):
    first, second = requested.approved(), requested.approved("粉筆 彩色 2盒 5元")
    line = RequestLine.objects.filter(request=first).first()
    line.pk = None
    RequestLine.objects.bulk_create([line])
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM purchasing_requestline WHERE request_id = %s", [second.pk])

    assert set(said(first)) == {DISAGREES}
    assert set(said(second)) == {DISAGREES}


def test_what_was_signed_and_then_changed_by_an_entry_is_told_as_that(requested, said, cast):
    paper = requested.approved()
    line = RequestLine.objects.filter(request=paper).first()
    from houqin.foundation.journal.actions import batch

    with batch(cast.li) as unit:
        draft = unit.draft("purchasing.corrected")
        draft.document = paper
        line.price = (line.price or 0) + 100
        unit.change(line, "price")

    assert set(said(paper)) == {LATER}


def test_a_photo_hung_on_later_changes_nothing_and_one_that_was_exchanged_does(requested, said, cast):
    paper = requested.request()
    told = {"document_kind": paper.kind, "document_key": paper.pk}
    ACTIONS["documents.attached"].perform(cast.zhao, told, files={"file": pdf(b"%PDF-1.4 offer")})
    actions.approve(cast.principal, document=paper)
    ACTIONS["documents.attached"].perform(cast.zhao, told, files={"file": pdf(b"%PDF-1.4 later")})
    assert said(paper) == [STANDS] * of(paper).count() != []

    first = Attachment.objects.order_by("pk").first()
    Attachment.objects.filter(pk=first.pk).update(digest="0" * 64)

    assert set(said(paper)) == {DISAGREES}


def pdf(content):
    return SimpleUploadedFile("報價.pdf", content, content_type="application/pdf")


def test_a_signature_names_what_it_covers(requested):
    paper = requested.approved()
    covered = {table for one in of(paper) for table, _names, _keys in json.loads(one.covers)}

    assert covered == {"purchasing_request", "purchasing_requestline"}
    assert {one.version for one in of(paper)} == {2}
    assert RequestLine in [model for model, _path in parts_of(type(paper))]


def test_a_signature_of_before_verifies_as_what_was_signed_then(requested, cast):
    """The first version covered the header, with moments as the action held them."""
    from hashlib import sha256

    from houqin.foundation.journal.digest import canonical

    paper = requested.approved()
    for table in frozen_tables(connection):
        thaw(connection, table)
    digest = sha256(canonical(paper.paper()).encode()).hexdigest()
    of(paper).update(version=None, covers=None, digest=digest)
    vouched_again(cast, of(paper))
    assert set(agreements(paper, of(paper)).values()) == {Agreement.STANDS}

    of(paper).update(digest="0" * 64)
    vouched_again(cast, of(paper))

    assert set(agreements(paper, of(paper)).values()) == {Agreement.LATER_ENTRIES}


def vouched_again(cast, signatures):
    from houqin.foundation.journal.actions import batch
    from houqin.foundation.journal.vouching import note

    with batch(cast.admin):
        note(Signature, list(signatures.values_list("pk", flat=True)))


def test_a_forged_signature_is_told_by_the_audit(requested, cast):
    from houqin.foundation.journal.proof import prove

    paper = requested.approved()
    forged = of(paper).first()
    forged.pk, forged.person = None, cast.zhao
    Signature.objects.bulk_create([forged])

    (sentence,) = prove().sentences()
    assert "signing_signature" in sentence and "沒有任何登記寫過它" in sentence


def test_many_papers_are_signed_in_as_many_questions_as_one(requested, django_assert_max_num_queries):
    papers = [requested.request() for _again in range(3)]

    with django_assert_max_num_queries(4):
        assert len(whole_papers(papers)) == 3
