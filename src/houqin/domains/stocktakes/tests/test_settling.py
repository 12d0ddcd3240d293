"""Why it differs, who may approve, one entry that posts it, minutes that nobody changes."""

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from houqin.domains.stocktakes import actions
from houqin.domains.stocktakes.models import MinutesRow, StocktakeLine
from houqin.foundation.catalogue import stock
from houqin.foundation.journal.accounts import account, account_of_place
from houqin.foundation.journal.actions import batch
from houqin.foundation.journal.checks import CHECKS
from houqin.foundation.journal.models import Balance, Commodity, Entry, Line
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.journal.verification import verify, wrong_balances
from houqin.foundation.signing.models import Signature, Task


def findings():
    return [
        finding.sentence
        for check in CHECKS
        if check.name.startswith(("stocktakes.", "journal."))
        for finding in check.look()
    ]


def entry():
    return Entry.objects.get(kind="stocktakes.counted")


def measures():
    return dict(entry().measures.values_list("name", "quantity"))


def test_a_difference_needs_its_cause_and_a_decision_before_it_is_posted(scene):
    sheet = scene.recounted({"粉筆 白色": 8, "膠帶": 4})

    assert sheet.state == "deciding"
    with pytest.raises(Refused, match="還有 1 項差異沒有原因和處理意見：粉筆 白色"):
        actions.decide(scene.cast.zhou, document=sheet.pk)
    with pytest.raises(Refused, match="現在是「待處理差異」"):
        actions.post(scene.cast.li, document=sheet.pk)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"reason": "外星人"}, "看不出是哪一類原因"),
        ({"cause": ""}, "原因"),
        ({"decision": ""}, "處理意見"),
        ({"reason": "失竊"}, "要等公安機關結案"),
    ],
)
def test_an_explanation_that_explains_nothing_is_refused(scene, facts, sentence):
    sheet = scene.recounted({"粉筆 白色": 8, "膠帶": 4})
    with pytest.raises(Refused, match=sentence):
        actions.explain(
            scene.cast.zhou, document=sheet.pk, **{"reason": "漏記領用", "cause": "忙", "decision": "調賬", **facts}
        )


def test_a_line_of_another_sheet_or_without_difference_is_not_explained(scene):
    sheet = scene.recounted({"粉筆 白色": 8, "膠帶": 4})
    told = {"reason": "漏記領用", "cause": "忙", "decision": "調賬"}
    actions.explain(scene.cast.zhou, document=sheet.pk, line="粉筆白色", **told)
    assert sheet.lines.get(code="粉筆 白色").cause == "忙"
    tape = sheet.lines.get(code="膠帶")
    with pytest.raises(Refused, match="「膠帶」沒有差異"):
        actions.explain(scene.cast.zhou, document=sheet.pk, line=tape.pk, **told)
    other = scene.frozen(scope="place", place=scene.cast.north_105, keepers=[])
    with pytest.raises(Refused, match="這張盤點表上沒有"):
        actions.explain(scene.cast.zhou, document=sheet.pk, line=other.lines.first().pk, **told)


def test_posting_makes_the_book_say_what_was_counted(scene):
    scene.posted({"粉筆 白色": 8, "膠帶": 5}, reason="漏記領用")

    assert (scene.held(scene.shelf, scene.chalk), scene.held(scene.shelf, scene.tape)) == (8, 5)
    assert (scene.worth(scene.shelf, scene.chalk), scene.worth(scene.shelf, scene.tape)) == (2_800, 1_000)
    assert measures() == {
        "counted": 2, "matched": 0, "missing": 2, "missing_value": 700, "found": 1, "found_value": 200,
    }  # fmt: skip
    assert (entry().category, entry().place) == ("store", scene.store)
    assert set(entry().lines.values_list("source__code", "target__code", "quantity")) == {
        (scene.shelf.code, "loss:unrecorded_issue", 2),
        (scene.shelf.code, "loss:unrecorded_issue", 700),
        ("found:unrecorded_issue", scene.shelf.code, 1),
        ("found:unrecorded_issue", scene.shelf.code, 200),
    }
    assert wrong_balances() == []
    assert findings() == []


def test_a_count_without_differences_is_posted_too(scene):
    sheet = scene.posted({"粉筆 白色": 10, "膠帶": 4})

    assert (sheet.state, sheet.counted, sheet.matched, sheet.missing) == ("posted", 2, 2, 0)
    assert entry().lines.count() == 0
    assert measures() == {"counted": 2, "matched": 2, "missing": 0, "found": 0, "missing_value": 0, "found_value": 0}


def test_what_is_kept_for_inquiry_stays_on_the_book(scene):
    scene.posted({"粉筆 白色": 8, "膠帶": 4}, reason="被盜", decision="掛賬待查")

    assert scene.held(scene.shelf, scene.chalk) == 10
    assert (measures()["kept"], measures()["missing"]) == (2, 0)


def test_a_thing_that_stands_in_another_room_is_moved_there(scene):
    scene.posted(
        "KZY-01 17 北校區教學樓105室\nKZY-01 12 北校區教學樓106室\nTY-01 1 北校區教學樓106室",
        scope="campus", place=scene.cast.north, keepers=[], category="", by=scene.cast.principal,
    )  # fmt: skip

    assert (scene.held(scene.in_105, scene.desks), scene.held(scene.in_106, scene.desks)) == (17, 12)
    assert (scene.held(scene.in_105, scene.projector), scene.held(scene.in_106, scene.projector)) == (0, 1)
    rooms = entry().lines.filter(source=scene.in_105, target=scene.in_106)
    assert set(rooms.values_list("commodity__code", "quantity")) == {("asset:KZY-01", 2), ("asset:TY-01", 1)}
    # One desk set at 160.00 is nowhere; the goods of the campus store were not counted, so they are missing too.
    assert (measures()["elsewhere"], measures()["missing"]) == (3, 15)
    assert measures()["missing_value"] == 16_000 + 3_500 + 800


def test_the_only_one_found_here_is_fetched_from_where_the_book_has_it(scene):
    sheet = scene.posted(
        "KZY-01 10 北校區教學樓106室\nTY-01 1 北校區教學樓106室", scope="place", place=scene.room, keepers=[]
    )

    assert (scene.held(scene.in_105, scene.projector), scene.held(scene.in_106, scene.projector)) == (0, 1)
    assert sheet.lines.get(code="TY-01").whence == scene.in_105
    assert (measures()["elsewhere"], measures()["found"]) == (1, 0)


def test_the_larger_the_difference_the_higher_the_signature(scene):
    given = {"scope": "place", "place": scene.room, "keepers": []}
    small = scene.decided("KZY-01 5 北校區教學樓106室", **given)  # 5 at 160.00
    actions.post(scene.cast.li, document=small.pk)
    large = scene.decided(
        "KZY-01 17 北校區教學樓105室\nTY-01 0 北校區教學樓105室", **{**given, "place": scene.cast.north_105}
    )
    with pytest.raises(Denied, match="差異金額 5680.00 元，要由分管副校長批准"):
        actions.post(scene.cast.li, document=large.pk)
    actions.post(scene.cast.principal, document=large.pk)

    assert scene.held(scene.in_105, scene.projector) == 0
    assert scene.read(large).missing_value == 568_000


def test_who_counted_or_keeps_does_not_approve(scene):
    sheet = scene.frozen(leader=scene.cast.li)
    actions.tally(scene.cast.lin, document=sheet.pk, tallies={"粉筆 白色": 10, "膠帶": 4})
    actions.close_count(scene.cast.li, document=sheet.pk)
    with pytest.raises(Denied, match="要由另一個人來做"):
        actions.post(scene.cast.li, document=sheet.pk)
    for stranger in (scene.cast.zhao, scene.cast.wang):
        with pytest.raises(Denied):
            actions.post(stranger, document=sheet.pk)
    # A thing is on one open count at a time.
    actions.abandon(scene.cast.li, document=sheet.pk, reason="換人重盤")
    other = scene.decided({"粉筆 白色": 10, "膠帶": 4}, keepers=[scene.cast.principal])
    with pytest.raises(Denied, match="保管員不能批准"):
        actions.post(scene.cast.principal, document=other.pk)


def test_what_moved_after_it_was_counted_moved(scene):
    sheet = scene.decided({"粉筆 白色": 8, "膠帶": 4})
    scene.use(scene.chalk, scene.shelf, 3)
    actions.post(scene.cast.li, document=sheet.pk)

    assert scene.held(scene.shelf, scene.chalk) == 5
    assert measures()["missing"] == 2
    assert wrong_balances() == []


def test_posting_twice_posts_once(scene):
    sheet = scene.decided({"粉筆 白色": 8, "膠帶": 4})
    for _time in range(2):
        actions.post(scene.cast.li, document=sheet.pk, once="post-1")
    with pytest.raises(Refused, match="現在是「待簽字」"):
        actions.post(scene.cast.li, document=sheet.pk)

    assert scene.held(scene.shelf, scene.chalk) == 8


def sign_all(scene, sheet):
    for person in (scene.cast.zhou, scene.cast.qian, scene.cast.wang, scene.cast.li):
        actions.sign_minutes(person, document=sheet.pk)


def test_the_minutes_are_signed_by_counter_witness_keeper_and_head(scene):
    sheet = scene.posted({"粉筆 白色": 8, "膠帶": 4})
    assert set(Task.objects.open().values_list("person__name", "role")) == {
        ("周資產", ""), ("錢會計", ""), ("王保管", ""), (None, "director"),
    }  # fmt: skip
    for person in (scene.cast.zhou, scene.cast.qian, scene.cast.wang):
        actions.sign_minutes(person, document=sheet.pk)
    assert scene.read(sheet).state == "posted"
    with pytest.raises(Refused, match="已經在這份盤點記錄上簽過字"):
        actions.sign_minutes(scene.cast.wang, document=sheet.pk)
    with pytest.raises(Denied):
        actions.sign_minutes(scene.cast.zhao, document=sheet.pk)
    actions.sign_minutes(scene.cast.li, document=sheet.pk)

    assert scene.read(sheet).state == "signed"
    signed = Signature.objects.filter(step="stocktakes.minutes_signed").order_by("pk")
    assert list(signed.values_list("signs_as", flat=True)) == ["counter", "witness", "keeper", "head"]
    assert not Task.objects.open().exists()
    assert findings() == []


def test_after_signing_nothing_changes(scene):
    sheet = scene.posted({"粉筆 白色": 8, "膠帶": 4})
    sign_all(scene, sheet)

    for verb, person, given_ in (
        (actions.tally, scene.cast.lin, {"tallies": {"膠帶": 1}}),
        (actions.post, scene.cast.principal, {}),
        (actions.abandon, scene.cast.zhou, {"reason": "x"}),
        (actions.sign_minutes, scene.cast.principal, {}),
    ):
        with pytest.raises(Refused, match="現在是「已簽字」"):
            verb(person, document=sheet.pk, **given_)
    for change in (lambda: MinutesRow.objects.update(actual=99), lambda: MinutesRow.objects.all().delete()):
        with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
            change()
    assert list(
        MinutesRow.objects.order_by("position").values_list("name", "on_book", "actual", "value", "status")
    ) == [
        ("粉筆 白色", 10, 8, -700, "missing"),
        ("膠帶", 4, 4, 0, "match"),
    ]


def test_the_audit_sees_a_sheet_that_was_changed_behind_its_signatures(scene):
    sheet = scene.posted({"粉筆 白色": 8, "膠帶": 4})
    sign_all(scene, sheet)
    type(sheet).objects.filter(pk=sheet.pk).update(missing=0)

    row, *signed = findings()
    assert row.startswith(f"「盤點 {sheet.number}」（stocktakes_stocktake 第 {sheet.pk} 行）不是第 ")
    assert signed == [f"盤點 {sheet.number} 的記錄和簽字時不同。"] * 4


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    counted=st.lists(st.integers(0, 30), min_size=4, max_size=4),
    before=st.integers(0, 6),
    after=st.integers(0, 3),
)
def test_whatever_is_counted_the_book_says_it_afterwards(scene, counted, before, after):
    """Chalk, tape, desks in two rooms: after posting the book holds what was counted, less what went since.

    Each example begins with the book the one before it left.
    """
    chalk, tape, first, second = counted
    on_book = scene.held(scene.shelf, scene.chalk)
    before = min(before, on_book)
    after = min(after, on_book - before)
    chalk += after  # what is issued later was there to be issued
    sheet = scene.frozen(scope="campus", place=scene.cast.north, keepers=[])
    if before:
        scene.use(scene.chalk, scene.shelf, before)
    told = [
        {"code": "粉筆 白色", "quantity": chalk, "place": scene.store},
        {"code": "膠帶", "quantity": tape, "place": scene.store},
        {"code": "TY-01", "quantity": 1, "place": scene.cast.north_105},
        {"code": "KZY-01", "quantity": first, "place": scene.cast.north_105},
        {"code": "KZY-01", "quantity": second, "place": scene.room},
    ]
    actions.tally(scene.cast.lin, document=sheet.pk, tallies=told)
    actions.close_count(scene.cast.zhou, document=sheet.pk)
    if scene.read(sheet).state == "recounting":
        again = [
            {"code": line.code, "quantity": line.counted, "place": line.account.place}
            for line in sheet.lines.exclude(status="match")
        ]
        actions.recount(scene.cast.sun, document=sheet.pk, tallies=again)
        actions.close_recount(scene.cast.sun, document=sheet.pk)
    if scene.read(sheet).state == "deciding":
        if sheet.lines.filter(status__in=("missing", "found")).exists():
            actions.explain(scene.cast.zhou, document=sheet.pk, reason="不明", cause="不明", decision="調賬")
        actions.decide(scene.cast.zhou, document=sheet.pk)
    if after:
        scene.use(scene.chalk, scene.shelf, after)
    actions.post(scene.cast.principal, document=sheet.pk)

    assert {
        "chalk": scene.held(scene.shelf, scene.chalk),
        "tape": scene.held(scene.shelf, scene.tape),
        "desks": (scene.held(scene.in_105, scene.desks), scene.held(scene.in_106, scene.desks)),
        "projector": scene.held(scene.in_105, scene.projector),
    } == {"chalk": chalk - after, "tape": tape, "desks": (first, second), "projector": 1}
    assert wrong_balances() == []
    assert not Balance.objects.filter(account=scene.shelf, commodity__category=stock.VALUE, quantity__lt=0).exists()


def test_five_thousand_things_are_posted_in_one_transaction(scene):
    where = account_of_place(scene.cast.canteen)
    things = Commodity.objects.bulk_create(
        [Commodity(code=f"asset:Q{number:05d}", name=f"餐具{number:05d}", counter="件") for number in range(5_000)]
    )
    with batch(scene.cast.zhou) as unit:
        added = unit.draft("trial.added")
        for thing in things:
            added.line(thing, source=account("outside", "bought"), target=where, quantity=2)
    # Every second one is one short; one in a hundred is one too many.
    counted = {f"Q{number:05d}": 2 - number % 2 + (2 if number % 100 == 1 else 0) for number in range(5_000)}
    sheet = scene.posted(counted, scope="place", place=scene.cast.canteen, keepers=[])

    assert measures() == {
        "counted": 5_000, "matched": 2_500, "missing": 2_450, "found": 50, "missing_value": 0, "found_value": 0,
    }  # fmt: skip
    assert Line.objects.filter(entry=entry()).count() == 2_500
    assert MinutesRow.objects.filter(stocktake=sheet).count() == 5_000
    held = dict(Balance.objects.filter(account=where).values_list("commodity__code", "quantity"))
    assert held == {f"asset:{code}": quantity for code, quantity in counted.items()}
    assert wrong_balances() == []
    assert verify().is_sound
    assert StocktakeLine.objects.filter(stocktake=sheet, status="match").count() == 2_500


def test_a_thing_is_on_one_open_count_at_a_time(scene):
    first = scene.frozen()
    second = scene.drafted()
    with pytest.raises(Refused, match=f"正在盤點 {first.number} 裡盤"):
        actions.freeze(scene.cast.zhou, document=second.pk)
    whole = scene.drafted(scope="campus", place=scene.cast.north, keepers=[])
    with pytest.raises(Refused, match="還沒有入賬"):
        actions.freeze(scene.cast.zhou, document=whole.pk)
    room = scene.frozen(scope="place", place=scene.cast.north_105, keepers=[])
    assert room.state == "frozen"


def test_the_next_count_begins_once_the_one_before_is_posted_or_given_up(scene):
    scene.posted({"粉筆 白色": 8, "膠帶": 4})
    again = scene.frozen()
    assert again.lines.get(code="粉筆 白色").expected == 8
    actions.abandon(scene.cast.zhou, document=again.pk, reason="停電")
    assert scene.frozen().state == "frozen"


def settled(scene, tallies, *, reason, late=0, **facts):
    """A count that differs, explained and posted; ``late`` is taken from the book after it was counted."""
    sheet = scene.recounted(tallies, **facts)
    if late:
        scene.use(scene.chalk, scene.shelf, late)
    actions.explain(scene.cast.zhou, document=sheet.pk, reason=reason, cause="查明", decision="調賬")
    actions.decide(scene.cast.zhou, document=sheet.pk)
    actions.post(scene.cast.principal, document=sheet.pk)
    return scene.read(sheet)


@pytest.mark.parametrize(("reason", "left", "missing"), [("漏記領用", 7, 0), ("損耗", 4, 3)])
def test_a_slip_found_after_the_count_is_not_taken_off_twice(scene, reason, left, missing):
    """Ten on the book, seven on the shelf; the slip for three was written only after the count (imports 7)."""
    tallies = [{"code": "粉筆 白色", "quantity": 7}, {"code": "膠帶", "quantity": 4}]
    sheet = settled(scene, tallies, reason=reason, late=3)
    assert (scene.held(scene.shelf, scene.chalk), sheet.missing) == (left, missing)
    assert wrong_balances() == []


def test_an_asset_missing_at_a_count_is_pending_and_found_at_the_next(scene):
    where = {"scope": "place", "place": scene.cast.north_105, "keepers": []}

    def count(desks):
        return [{"code": "KZY-01", "quantity": desks}, {"code": "TY-01", "quantity": 1}]

    settled(scene, count(18), reason="丟失", **where)
    pending = Balance.objects.get(account__role="pending", quantity__gt=0)
    assert (pending.account.name, pending.quantity, pending.commodity) == ("北校區教學樓105室待處理", 2, scene.desks)
    assert not Balance.objects.filter(account__role__in=("loss", "lost")).exists()

    settled(scene, count(19), reason="不明", **where)
    pending.refresh_from_db()
    assert (pending.quantity, scene.held(scene.in_105, scene.desks)) == (1, 19)
    assert not Balance.objects.filter(account__role="found").exclude(quantity=0).exists()
