"""The bell, the list of notices, where and when one wants to be told."""

from __future__ import annotations

from houqin.foundation.notices.actions import add_address, add_robot
from houqin.foundation.notices.models import Address, Notice, Robot, Send, Wish
from houqin.foundation.notices.telling import notify

DINGTALK = "https://oapi.dingtalk.com/robot/send?access_token=" + "a" * 32


def test_the_bell_counts_what_is_new_on_every_page(cast, login):
    browser = login(cast.wang)
    assert b'class="count"' not in browser.get("/").content
    notify(cast.wang, "comment.mentioned", "李主任提到您", "/registers/")
    notify(cast.wang, "task.waits", "等您辦：受理", "/registers/")
    notify(cast.li, "task.waits", "等您辦：受理", "/registers/")

    assert '<b class="count" aria-hidden="true">2</b>' in browser.get("/registers/").content.decode()
    assert '<b class="count" aria-hidden="true">2</b>' in browser.get("/notices/bell/").content.decode()


def test_the_bell_leaves_a_page_alone_whose_login_has_ended(cast):
    from django.test import Client

    answer = Client().get("/notices/bell/", headers={"HX-Request": "true"})

    assert (answer.status_code, answer.content) == (204, b"")
    assert "HX-Refresh" not in answer


def test_opening_a_notice_leads_where_it_points_and_reads_it(cast, login):
    notify(cast.wang, "comment.mentioned", "李主任提到您", "/registers/")
    notice = Notice.objects.get()

    answer = login(cast.wang).get(f"/notices/{notice.pk}/")

    assert (answer.status_code, answer["Location"]) == (302, "/registers/")
    assert Notice.objects.get().read_at is not None


def test_a_notice_leads_to_no_other_site(cast, login):
    notify(cast.wang, "comment.mentioned", "李主任提到您", "https://evil.example/")

    assert login(cast.wang).get(f"/notices/{Notice.objects.get().pk}/")["Location"] == "/notices/"


def test_one_notice_or_all_are_marked_as_read_and_only_ones_own(cast, login):
    for _number in range(3):
        notify(cast.wang, "comment.mentioned", "李主任提到您")
    notify(cast.li, "comment.mentioned", "王保管提到您")
    other = Notice.objects.get(person=cast.li)
    browser = login(cast.wang)

    browser.post("/notices/", {"notice": [Notice.objects.filter(person=cast.wang).first().pk, other.pk]})
    assert Notice.objects.filter(read_at__isnull=False).count() == 1
    browser.post("/notices/", {"notice": ["x"]})
    assert Notice.objects.filter(person=cast.wang, read_at__isnull=True).count() == 0
    assert Notice.objects.get(person=cast.li).read_at is None


def test_a_stranger_sees_no_notice_of_others(cast, login):
    notify(cast.li, "comment.mentioned", "張小明的桌子")
    browser = login(cast.zhao)

    assert "張小明" not in browser.get("/notices/").content.decode()
    assert browser.get(f"/notices/{Notice.objects.get().pk}/").status_code == 404
    assert browser.get("/registers/notices.mine/").status_code == 200
    assert "張小明" not in browser.get("/registers/notices.mine/").content.decode()


def test_the_list_asks_the_database_as_often_for_three_as_for_one(cast, login):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser = login(cast.wang)
    notify(cast.wang, "comment.mentioned", "一")
    browser.get("/notices/")
    with CaptureQueriesContext(connection) as one:
        browser.get("/notices/")
    notify(cast.wang, "task.waits", "二")
    notify(cast.wang, "task.late", "三")
    with CaptureQueriesContext(connection) as three:
        browser.get("/notices/")

    assert len(one) == len(three)


def test_wishes_and_addresses_are_kept(cast, login):
    browser = login(cast.wang)
    browser.post("/notices/settings/", {"do": "ways", "way.task.waits": "daily", "way.paper.moved": "daily"})
    browser.post("/notices/settings/", {"do": "add", "kind": "mail", "target": "wang@example.edu.cn"})

    assert list(Wish.objects.values_list("person", "occasion", "way")) == [(cast.wang.pk, "task.waits", "daily")]
    page = browser.get("/notices/settings/").content.decode()
    assert "wa…@example.edu.cn" in page
    assert "學校還沒有設定發信" in page
    browser.post("/notices/settings/", {"do": "remove", "address": Address.objects.get().pk})
    assert not Address.objects.get().is_active


def test_a_wrong_address_is_told_beside_its_field_and_what_was_typed_stays(cast, login):
    answer = login(cast.wang).post(
        "/notices/settings/", {"do": "add", "kind": "dingtalk", "target": "https://evil.example/x"}
    )

    assert answer.status_code == 422
    assert "這個地址不是oapi.dingtalk.com的" in answer.content.decode()
    assert "https://evil.example/x" in answer.content.decode()


def test_an_address_is_tried_out_by_its_owner_alone(cast, login):
    add_address(cast.wang, kind="dingtalk", target=DINGTALK)
    add_robot(cast.admin, name="總務群", kind="dingtalk", target=DINGTALK, occasions=["task.late"])
    own, group = Address.objects.get().pk, Robot.objects.get().pk

    login(cast.zhao).post("/notices/settings/", {"do": "try", "address": own})
    login(cast.zhao).post("/notices/settings/", {"do": "try", "robot": group})
    assert not Send.objects.exists()
    login(cast.wang).post("/notices/settings/", {"do": "try", "address": own})
    login(cast.admin).post("/notices/settings/", {"do": "try", "robot": group})
    assert list(Send.objects.order_by("pk").values_list("address", "robot", "is_urgent")) == [
        (own, None, True),
        (None, group, True),
    ]


def test_no_page_shows_a_robots_token(cast, login):
    add_robot(cast.admin, name="總務群", kind="dingtalk", target=DINGTALK, secret="SECabcdef", occasions=["task.late"])
    browser = login(cast.admin)
    for address in ("/notices/settings/", "/registers/notices.robots/", "/registers/notices.sends/"):
        page = browser.get(address).content.decode()
        assert "a" * 32 not in page
        assert "SECabcdef" not in page
    assert login(cast.wang).get("/registers/notices.robots/").status_code == 403
