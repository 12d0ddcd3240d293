"""What leaves the house: to whom, in how many messages, and what happens where it is not taken."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import textwrap
import time as real_time
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection

from houqin.foundation.jobs.models import Job, State
from houqin.foundation.jobs.work import PAUSES
from houqin.foundation.journal.actions import Denied, Invalid, Refused
from houqin.foundation.journal.models import Entry
from houqin.foundation.notices.actions import add_address, add_robot, choose_way, remove_address, remove_robot
from houqin.foundation.notices.channels import target_of
from houqin.foundation.notices.models import Address, Notice, Robot, Send, SendState
from houqin.foundation.notices.telling import notify
from houqin.kit import clock

THURSDAY = datetime(2026, 3, 5, 10, 0, tzinfo=clock.SHANGHAI)
TOKEN = "a" * 32
KEY = "12345678-1234-1234-1234-123456789012"
DINGTALK = f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}"


@pytest.fixture
def thursday(db):
    with time_machine.travel(THURSDAY, tick=True) as traveller:
        yield traveller


@pytest.fixture
def post(settings):
    """A school that has a mail server."""
    settings.MAIL_IS_SET = True
    settings.SITE_URL = "https://houqin.example.edu.cn"


def states():
    return list(Send.objects.order_by("pk").values_list("state", flat=True))


def test_mail_goes_to_the_person_with_a_link_and_nothing_is_sent_twice(thursday, cast, post, work_off):
    add_address(cast.wang, kind="mail", target="wang@example.edu.cn")
    notify(cast.wang, "comment.mentioned", "李主任在報修單 WX-2026-0001 的留言裏提到您", "/documents/x/1/")
    work_off()
    work_off()

    sent = mail.outbox
    assert [(one.to, one.subject) for one in sent] == [
        (["wang@example.edu.cn"], "【市第一完全小學總務處】李主任在報修單 WX-2026-0001 的留言裏提到您")
    ]
    assert sent[0].body == "https://houqin.example.edu.cn/documents/x/1/"
    assert states() == [SendState.SENT]
    assert not Job.objects.exists()


def test_what_is_due_for_one_address_at_one_time_is_one_message(thursday, cast, post, work_off):
    add_address(cast.wang, kind="mail", target="wang@example.edu.cn")
    for number in (1, 2, 3):
        notify(cast.wang, "comment.mentioned", f"第 {number} 件")
    work_off()

    assert [one.subject for one in mail.outbox] == ["【市第一完全小學總務處】有 3 件事"]
    assert mail.outbox[0].body == "· 第 1 件\n· 第 2 件\n· 第 3 件"


def test_a_daily_wish_waits_for_the_digest_and_never_is_never(thursday, cast, post, work_off):
    add_address(cast.wang, kind="mail", target="wang@example.edu.cn")
    choose_way(cast.wang, occasion="comment.mentioned", way="daily")
    choose_way(cast.wang, occasion="paper.moved", way="never")
    notify(cast.wang, "comment.mentioned", "提到您")
    notify(cast.wang, "paper.moved", "有進展")
    work_off()
    assert mail.outbox == []

    thursday.move_to(THURSDAY + timedelta(hours=21, minutes=31))
    work_off()

    assert [one.subject for one in mail.outbox] == ["【市第一完全小學總務處】提到您"]
    assert Notice.objects.filter(person=cast.wang).count() == 2


def test_at_night_only_what_is_urgent_is_sent_and_the_rest_in_the_morning(thursday, cast, post, work_off):
    thursday.move_to(THURSDAY + timedelta(hours=12))
    add_address(cast.wang, kind="mail", target="wang@example.edu.cn")
    notify(cast.wang, "comment.mentioned", "提到您")
    notify(cast.wang, "comment.mentioned", "水管爆了", urgent=True)
    work_off()
    assert [one.subject for one in mail.outbox] == ["【市第一完全小學總務處】水管爆了"]

    thursday.move_to(THURSDAY + timedelta(hours=20, minutes=31))
    work_off()
    assert [one.subject for one in mail.outbox][1:] == ["【市第一完全小學總務處】提到您"]


def test_what_was_read_in_the_page_meanwhile_is_not_sent(thursday, cast, post, work_off):
    add_address(cast.wang, kind="mail", target="wang@example.edu.cn")
    choose_way(cast.wang, occasion="comment.mentioned", way="daily")
    notify(cast.wang, "comment.mentioned", "提到您")
    Notice.objects.update(read_at=THURSDAY)
    thursday.move_to(THURSDAY + timedelta(hours=22))
    work_off()

    assert mail.outbox == []
    assert states() == [SendState.DROPPED]


def test_a_school_without_a_mail_server_sends_none(thursday, cast, work_off):
    add_address(cast.wang, kind="mail", target="wang@example.edu.cn")
    notify(cast.wang, "comment.mentioned", "提到您")
    work_off()

    assert not Send.objects.exists()


@pytest.mark.parametrize(
    ("kind", "typed", "path", "content"),
    [
        ("dingtalk", DINGTALK, f"/dingtalk?access_token={TOKEN}", lambda body: body["text"]["content"]),
        ("wecom", f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}", f"/wecom?key={KEY}",
         lambda body: body["text"]["content"]),
        ("feishu", f"https://open.feishu.cn/open-apis/bot/v2/hook/{KEY}", f"/feishu/{KEY}/",
         lambda body: body["content"]["text"]),
    ],
)  # fmt: skip
def test_a_group_is_told_without_names(thursday, cast, robots, work_off, kind, typed, path, content):
    add_robot(cast.admin, name="總務群", kind=kind, target=typed, occasions=["task.waits"])
    notify(
        cast.wang,
        "task.waits",
        "等您辦：受理 張小明說水龍頭漏水",
        "/d/1/",
        public="等候辦理：報修單 WX-2026-0001",
        key="1",
    )
    notify(
        cast.li,
        "task.waits",
        "等您辦：受理 張小明說水龍頭漏水",
        "/d/1/",
        public="等候辦理：報修單 WX-2026-0001",
        key="1",
    )
    work_off()

    ((asked, body),) = robots.got
    assert asked == path
    assert content(body) == "【市第一完全小學總務處】等候辦理：報修單 WX-2026-0001\n請登入後勤系統查看。"


def test_a_dingtalk_secret_signs(thursday, cast, robots, work_off):
    add_address(cast.wang, kind="dingtalk", target=DINGTALK, secret="SEC0123456789abcdef0123456789abcdef")
    notify(cast.wang, "comment.mentioned", "林老師提到您：張小明")
    work_off()

    ((path, body),) = robots.got
    assert "timestamp=" in path and "sign=" in path
    assert body["text"]["content"] == "【市第一完全小學總務處】有人提到我\n請登入後勤系統查看。"


def test_a_no_that_comes_as_200_is_a_no_tried_again_and_then_seen(thursday, cast, robots, work_off):
    robots.answer = {"errcode": 310000, "errmsg": "keywords not in content"}
    add_robot(cast.admin, name="總務群", kind="dingtalk", target=DINGTALK, occasions=["task.waits"])
    notify(cast.wang, "task.waits", "等您辦", public="等候辦理", key="1")
    work_off()

    first = Send.objects.get()
    assert (first.state, first.error) == (SendState.SENDING, "310000 keywords not in content")
    for pause in PAUSES:
        thursday.shift(pause + timedelta(seconds=5))
        # Nights and days off are waited out.
        Job.objects.filter(state=State.WAITING, attempts__gt=0).update(run_after=clock.now())
        with_urgency()
        work_off()

    assert len(robots.got) == 1 + len(PAUSES)
    assert states() == [SendState.FAILED]
    assert Job.objects.get(state=State.FAILED).error == "310000 keywords not in content"
    assert [one.occasion for one in Notice.objects.filter(person=cast.admin)] == ["job.failed"]


def with_urgency():
    Send.objects.update(is_urgent=True)


def test_a_failed_send_done_again_by_the_administrator_is_sent(thursday, cast, robots, work_off):
    from houqin.foundation.jobs.actions import retry

    test_a_no_that_comes_as_200_is_a_no_tried_again_and_then_seen(thursday, cast, robots, work_off)
    robots.answer = {"errcode": 0}
    retry(cast.admin, job=Job.objects.get(state=State.FAILED).pk)
    work_off()

    assert states() == [SendState.SENT]


# Addresses and robots


def test_only_the_token_of_a_robots_own_company_is_kept():
    assert target_of("dingtalk", DINGTALK) == TOKEN
    for kind, typed in (
        ("dingtalk", f"https://evil.example/robot/send?access_token={TOKEN}"),
        ("wecom", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send"),
        ("feishu", "http://127.0.0.1/hook/" + KEY),
        ("dingtalk", "short"),
        ("mail", "nobody"),
    ):
        with pytest.raises(ValueError, match="。"):
            target_of(kind, typed)


def test_tokens_and_addresses_stay_out_of_the_journal(thursday, cast):
    add_robot(cast.admin, name="總務群", kind="dingtalk", target=DINGTALK, secret="SECabc", occasions=["task.late"])
    add_address(cast.wang, kind="mail", target="wang@example.edu.cn")

    for entry in Entry.objects.filter(kind__startswith="notices."):
        assert TOKEN not in entry.asked
        assert "SECabc" not in entry.asked
        assert "example.edu.cn" not in entry.asked


def test_a_removed_address_is_forgotten_and_gets_nothing_more(thursday, cast, post, work_off):
    add_address(cast.wang, kind="mail", target="wang@example.edu.cn")
    notify(cast.wang, "comment.mentioned", "提到您")
    remove_address(cast.wang, address=Address.objects.get().pk)
    work_off()

    assert mail.outbox == []
    assert Address.objects.get().target == ""


def test_what_cannot_be_is_refused(thursday, cast):
    with pytest.raises(Invalid, match="不像電子郵件"):
        add_address(cast.wang, kind="mail", target="nobody")
    with pytest.raises(Invalid, match="只有釘釘"):
        add_robot(cast.admin, name="群", kind="wecom", target=KEY, secret="x", occasions=["task.late"])
    with pytest.raises(Refused, match="您沒有這個地址"):
        remove_address(cast.wang, address=1)
    with pytest.raises(Refused, match="沒有第 7 號"):
        remove_robot(cast.admin, robot=7)


def test_a_stranger_neither_adds_a_group_nor_removes_anothers_address(thursday, cast):
    add_address(cast.wang, kind="mail", target="wang@example.edu.cn")
    with pytest.raises(Denied):
        add_robot(cast.zhao, name="群", kind="wecom", target=KEY, occasions=["task.late"])
    with pytest.raises(Refused, match="您沒有這個地址"):
        remove_address(cast.zhao, address=Address.objects.get().pk)
    assert not Robot.objects.exists()


# With real servers


def test_mail_arrives_at_a_real_server(thursday, cast, settings, work_off):
    from aiosmtpd.controller import Controller
    from aiosmtpd.handlers import Message

    arrived = []

    class Keep(Message):
        def handle_message(self, message):
            arrived.append(message)

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(Keep(), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.MAIL_IS_SET = True
        add_address(cast.wang, kind="mail", target="wang@example.edu.cn")
        notify(cast.wang, "comment.mentioned", "提到您")
        work_off()
    finally:
        controller.stop()

    assert [one["X-RcptTo"] for one in arrived] == ["wang@example.edu.cn"]
    assert arrived[0]["Auto-Submitted"] == "auto-generated"
    assert states() == [SendState.SENT]


WORKER = textwrap.dedent(
    """
    import sys
    import django
    from django.conf import settings
    settings.DATABASES["default"]["NAME"] = sys.argv[1]
    django.setup()
    from apprise.plugins.wecombot import NotifyWeComBot
    NotifyWeComBot.notify_url = sys.argv[2] + "/wecom?key={key}"
    from houqin.foundation.jobs import schedule, work
    from houqin.foundation.jobs.worker import HouseWorker
    from datetime import timedelta
    schedule.DAILIES._members.clear()
    work.LOST_AFTER = timedelta(seconds=0)
    HouseWorker().work(until_idle=True)
    """
)


def labour(address):
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, str(connection.settings_dict["NAME"]), address], env=os.environ.copy()
    )


def test_killed_in_the_middle_of_a_send_it_is_sent_again_at_most_twice(committed_cast, robots):
    cast = committed_cast
    add_robot(cast.admin, name="總務群", kind="wecom", target=KEY, occasions=["task.waits"])
    notify(cast.wang, "task.waits", "等您辦", public="等候辦理", key="1", urgent=True)
    # The robot's server takes the message and is slow to say so; the worker is killed while it waits.
    slow = robots.server.RequestHandlerClass
    answer = slow.do_POST

    def keep_waiting(self):
        robots.answer = {"errcode": 0}
        body = self.rfile.read(int(self.headers["Content-Length"]))
        robots.got.append((self.path, body))
        real_time.sleep(30)

    slow.do_POST = keep_waiting
    worker = labour(robots.address)
    for _turn in range(600):
        if robots.got:
            break
        real_time.sleep(0.1)
    worker.send_signal(signal.SIGKILL)
    worker.wait(timeout=30)
    assert len(robots.got) == 1
    assert Send.objects.get().state == SendState.SENDING
    slow.do_POST = answer

    # Taken up as lost, with its first pause; then sent.
    assert labour(robots.address).wait(timeout=60) == 0
    assert Job.objects.get().state == State.WAITING
    Job.objects.update(run_after=clock.now())
    from django_tasks_db.models import DBTaskResult

    DBTaskResult.objects.update(run_after=clock.now())
    assert labour(robots.address).wait(timeout=60) == 0

    assert len(robots.got) == 2
    assert Send.objects.get().state == SendState.SENT
    assert labour(robots.address).wait(timeout=60) == 0
    assert len(robots.got) == 2
