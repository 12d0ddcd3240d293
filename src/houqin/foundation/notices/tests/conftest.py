"""Servers on this machine that take what is sent: a robot's, a mail server."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from houqin.foundation.jobs.models import Job
from houqin.foundation.jobs.work import carry_out


class RobotServer:
    """What came in, and what is answered."""

    def __init__(self) -> None:
        self.got: list[tuple[str, Any]] = []
        self.answer: Any = {"errcode": 0, "errmsg": "ok"}
        self.status = 200
        mine = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                mine.got.append((self.path, json.loads(body)))
                answer = json.dumps(mine.answer).encode()
                self.send_response(mine.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *args: Any) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def texts(self) -> list[str]:
        return [body.get("text", body.get("content", {})) for _path, body in self.got]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(timeout=5)


@pytest.fixture
def robots(monkeypatch):
    """The robots' companies, on this machine."""
    from apprise.plugins.dingtalk import NotifyDingTalk
    from apprise.plugins.feishu import NotifyFeishu
    from apprise.plugins.wecombot import NotifyWeComBot

    server = RobotServer()
    monkeypatch.setattr(NotifyDingTalk, "notify_url", server.address + "/dingtalk?access_token={token}")
    monkeypatch.setattr(NotifyFeishu, "notify_url", server.address + "/feishu/{token}/")
    monkeypatch.setattr(NotifyWeComBot, "notify_url", server.address + "/wecom?key={key}")
    yield server
    server.close()


@pytest.fixture
def work_off():
    """Look for work and do what may be done now, as a worker does."""
    from houqin.foundation.notices.jobs import look_at_the_book, look_for_sends

    def work() -> None:
        for look in (look_at_the_book, look_for_sends):
            look()
            for key in list(Job.objects.filter(state="waiting").order_by("pk").values_list("pk", flat=True)):
                carry_out(key, worker="test")

    return work
