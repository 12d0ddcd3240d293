"""Webhooks: told in order, signed, again where there was no answer, never into the school's own network."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from houqin.foundation.jobs.models import Job, State
from houqin.foundation.jobs.work import PAUSES, carry_out
from houqin.foundation.journal.actions import ACTIONS, Denied, Invalid, Refused
from houqin.foundation.journal.models import Entry
from houqin.interfaces.api import outside, webhooks
from houqin.interfaces.api.actions import add_webhook, redeliver, remove_webhook, resume_webhook
from houqin.interfaces.api.jobs import look_for_deliveries
from houqin.interfaces.api.models import Webhook, WebhookDelivery
from houqin.kit import clock

SECRET = "between-us-and-them-0"


class Listener:
    """A program that is told."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.status = 200
        self.elsewhere = ""
        mine = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                mine.got.append((dict(self.headers), body))
                self.send_response(mine.status)
                if mine.elsewhere:
                    self.send_header("Location", mine.elsewhere)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, *args: Any) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/told?by=houqin"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _headers, body in self.got]


@pytest.fixture
def listener():
    made = Listener()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def private(settings):
    """As HOUQIN_WEBHOOK_PRIVATE=1 does."""
    settings.WEBHOOKS_MAY_BE_PRIVATE = True


@pytest.fixture
def hook(cast, listener, private):
    add_webhook(cast.admin, name="大屏", url=listener.url, kinds="repairs", secret=SECRET)
    return Webhook.objects.get()


def work_off():
    look_for_deliveries()
    for key in list(Job.objects.filter(state=State.WAITING).order_by("pk").values_list("pk", flat=True)):
        carry_out(key, worker="test")


def report(cast, **facts):
    return ACTIONS["repairs.reported"](
        cast.lin, **{"place": cast.south_105, "fault": "張小明說水龍頭漏水", "category": "水", **facts}
    )


def test_every_entry_of_the_kind_is_told_in_order_and_no_other(cast, hook, listener):
    first = report(cast)
    ACTIONS["repairs.accepted"](cast.li, document=first.document_id)
    second = report(cast, fault="燈管不亮", category="電")
    work_off()
    work_off()

    assert [(one["id"], one["kind"]) for one in listener.bodies()] == [
        (first.number, "repairs.reported"),
        (first.number + 1, "repairs.accepted"),
        (second.number, "repairs.reported"),
    ]
    assert not Job.objects.exists()
    assert Webhook.objects.get().delivered_through == second.number


def test_what_was_before_it_and_what_it_did_not_ask_for_is_not_told(cast, listener, private):
    report(cast)
    add_webhook(cast.admin, name="庫房", url=listener.url, kinds="stores.issued safety", secret=SECRET)
    report(cast)
    work_off()

    assert listener.got == []
    assert webhooks.behind() == []


def test_a_word_is_a_whole_word_of_the_kind():
    class Hook:
        kinds = "repairs.rep stores."

    found = str(webhooks.wanted(Hook()))
    assert "repairs.rep." in found
    assert "'stores.'" in found


def test_what_is_told_is_signed_and_holds_no_names_and_no_free_text(cast, hook, listener):
    entry = report(cast)
    work_off()

    headers, body = listener.got[0]
    stamp = headers["Houqin-Timestamp"]
    wanted = hmac.new(SECRET.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    assert headers["Houqin-Signature"] == f"v1={wanted}"
    assert headers["Houqin-Entry"] == str(entry.number)
    assert "張小明" not in body.decode()
    assert "林老師" not in body.decode()
    assert json.loads(body)["by"] == cast.lin.pk
    assert json.loads(body)["document"]["number"] == entry.document_number


def test_no_answer_stops_the_rest_until_it_is_taken(cast, hook, listener):
    listener.status = 503
    first = report(cast)
    second = report(cast)
    work_off()

    assert [one["id"] for one in listener.bodies()] == [first.number]
    failed = WebhookDelivery.objects.get()
    assert (failed.status, failed.error, failed.delivered_at) == (503, "HTTP 503 ok", None)
    listener.status = 204
    Job.objects.update(run_after=clock.now())
    work_off()

    assert [one["id"] for one in listener.bodies()] == [first.number, first.number, second.number]
    assert list(WebhookDelivery.objects.order_by("number").values_list("attempts", "status", "error")) == [
        (2, 204, ""),
        (1, 204, ""),
    ]


def test_given_up_it_waits_for_the_administrator_and_nothing_is_lost(cast, hook, listener):
    listener.status = 500
    entry = report(cast)
    for _attempt in range(len(PAUSES) + 1):
        Job.objects.update(run_after=clock.now())
        work_off()
    assert Job.objects.get().state == State.FAILED
    assert Webhook.objects.get().paused_at is not None
    work_off()
    assert len(listener.got) == len(PAUSES) + 1

    listener.status = 200
    resume_webhook(cast.admin, webhook=hook.pk)
    work_off()

    assert listener.bodies()[-1]["id"] == entry.number
    assert webhooks.behind() == []


def test_a_program_that_is_gone_is_not_asked_again(cast, hook, listener):
    listener.status = 410
    report(cast)
    work_off()

    assert Webhook.objects.get().paused_at is not None
    assert len(listener.got) == 1


def test_a_redirection_is_not_followed(cast, hook, listener):
    listener.status, listener.elsewhere = 302, "http://127.0.0.1:1/elsewhere"
    report(cast)
    work_off()

    assert WebhookDelivery.objects.get().error == "HTTP 302 ok"


def test_an_entry_is_told_again_when_asked(cast, hook, listener):
    entry = report(cast)
    work_off()
    redeliver(cast.admin, webhook=hook.pk, number=entry.number)
    work_off()

    assert [one["id"] for one in listener.bodies()] == [entry.number, entry.number]
    with pytest.raises(Refused, match="不在「大屏」要的種類裏"):
        redeliver(cast.admin, webhook=hook.pk, number=10**9)


def test_one_worker_at_a_time_tells_a_webhook(cast, hook, listener):
    report(cast)
    Webhook.objects.update(busy_until=clock.now() + timedelta(seconds=60))
    work_off()

    assert listener.got == []
    assert Job.objects.get().state == State.WAITING


def test_removed_it_is_told_nothing_more_and_its_secret_is_gone(cast, hook, listener):
    remove_webhook(cast.admin, webhook=hook.pk)
    report(cast)
    work_off()

    assert listener.got == []
    assert Webhook.objects.get().secret == ""


def test_secrets_and_addresses_stay_out_of_the_journal(cast, hook):
    asked = Entry.objects.get(kind="api.webhook_added").asked
    assert SECRET not in asked
    assert "127.0.0.1" not in asked


def test_a_stranger_has_no_webhooks(cast, hook):
    for verb, facts in (
        (add_webhook, {"name": "大屏", "url": "https://example.org/", "kinds": "*", "secret": SECRET}),
        (remove_webhook, {"webhook": hook.pk}),
        (resume_webhook, {"webhook": hook.pk}),
        (redeliver, {"webhook": hook.pk, "number": 1}),
    ):
        with pytest.raises(Denied):
            verb(cast.li, **facts)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", "http://example.org/"),
        ("url", "ftp://example.org/"),
        ("url", "https://user:word@example.org/"),
        ("url", "https://exam ple.org/"),
        ("url", "https://example.org:99999/"),
        ("url", "https:///path"),
        ("kinds", "nothing.known"),
        ("kinds", "repai"),
        ("secret", "short"),
    ],
)
def test_what_cannot_be_called_is_refused_with_a_sentence(cast, field, value):
    asked = {"name": "大屏", "url": "https://example.org/", "kinds": "repairs", "secret": SECRET, field: value}
    with pytest.raises(Invalid) as refused:
        add_webhook(cast.admin, **asked)
    assert list(refused.value.by_field()) == [field]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "::1", "::", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "64:ff9b::a01:203", "2002:7f00:1::",
        "64:ff9b:1::a01:203", "::127.0.0.1", "192.0.0.192",
    ],
)  # fmt: skip
def test_no_address_within_is_public(address):
    assert not outside.is_public(address)


def test_addresses_of_the_open_internet_are_public():
    assert outside.is_public("1.1.1.1")
    assert outside.is_public("2606:4700::1111")


def test_a_private_address_is_not_called_however_it_is_written(cast, listener):
    port = listener.server.server_port
    for url in (
        f"https://127.0.0.1:{port}/",
        f"https://localhost:{port}/",
        f"https://[::ffff:127.0.0.1]:{port}/",
        "https://2130706433/",
    ):
        with pytest.raises((outside.Forbidden, outside.NoAnswer)):
            outside.post(url, body=b"{}", headers={})
    assert listener.got == []


def test_the_address_that_was_looked_at_is_the_one_connected_to(private, listener, monkeypatch):
    """A name that answers differently the second time (DNS rebinding) is asked once only."""
    import socket

    asked = []
    really = socket.getaddrinfo

    def changing(host, *args, **facts):
        if host != "changing.example":
            return really(host, *args, **facts)
        asked.append(host)
        return really("127.0.0.1" if len(asked) == 1 else "127.0.0.2", *args, **facts)

    monkeypatch.setattr(socket, "getaddrinfo", changing)
    status, _answer = outside.post(
        f"http://changing.example:{listener.server.server_port}/",
        body=b"{}",
        headers={"Content-Type": "application/json"},
    )

    assert status == 200
    assert asked == ["changing.example"]
    assert listener.got[0][0]["Host"].startswith("changing.example")
