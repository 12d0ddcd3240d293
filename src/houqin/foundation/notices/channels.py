"""How a message leaves the house: mail through the school's server, robots through apprise.

A robot is given as the address its group shows (https://oapi.dingtalk.com/robot/send?access_token=…); only its token is kept and
only that company's host is ever called.
"""

from __future__ import annotations

import re
import sys
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import requests
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from houqin.foundation.jobs.work import Failed

from .models import Channel, Kind

_TOKEN = re.compile(r"[A-Za-z0-9_-]{8,200}")
# The host of each kind of robot, and where in its address the token stands.
HOSTS = {Kind.DINGTALK: "oapi.dingtalk.com", Kind.WECOM: "qyapi.weixin.qq.com", Kind.FEISHU: "open.feishu.cn"}
_QUERY = {Kind.DINGTALK: "access_token", Kind.WECOM: "key"}


class Unsent(Failed):
    """The other side did not take the message; the sentence says what it said."""


def target_of(kind: str, typed: str) -> str:
    """What is kept of an address as typed. ValueError says what is wrong with it."""
    text = typed.strip()
    if kind == Kind.MAIL:
        try:
            validate_email(text)
        except Exception as error:
            raise ValueError(_("這不像電子郵件地址，請寫成 name@example.com。")) from error
        return text
    token = text
    if "/" in text:
        parts = urlsplit(text)
        if parts.hostname != HOSTS[Kind(kind)]:
            raise ValueError(_("這個地址不是%(host)s的。請從群機器人的設定裏整條複製。") % {"host": HOSTS[Kind(kind)]})
        if name := _QUERY.get(Kind(kind)):
            token = (parse_qs(parts.query).get(name) or [""])[0]
        else:
            token = parts.path.rstrip("/").rpartition("/")[2]
    if not _TOKEN.fullmatch(token):
        raise ValueError(_("看不出機器人的權杖。請從群機器人的設定裏把 Webhook 地址整條複製過來。"))
    return token


def send(channel: Channel, *, subject: str, lines: list[str]) -> None:
    """Send one message. Raises :class:`Unsent` where it was not taken."""
    if channel.kind == Kind.MAIL:
        _mail(channel.target, subject=subject, lines=lines)
    else:
        _robot(channel, "\n".join([subject, *lines]))


def _mail(to: str, *, subject: str, lines: list[str]) -> None:
    # Automatic replies to an automatic mail help nobody.
    headers = {"Auto-Submitted": "auto-generated"}
    body = "\n".join(lines)
    try:
        EmailMessage(subject.replace("\n", " "), body, settings.DEFAULT_FROM_EMAIL, [to], headers=headers).send()
    except OSError as error:  # smtplib's errors are OSErrors
        raise Unsent(f"{type(error).__name__}: {error}"[:200]) from error


def _robot(channel: Channel, text: str) -> None:
    # Half a second's worth of libraries that no page needs.
    import apprise

    secret = quote(channel.secret, safe="")
    address = {
        Kind.DINGTALK: f"dingtalk://{secret}@{channel.target}/" if secret else f"dingtalk://{channel.target}/",
        Kind.WECOM: f"wecombot://{channel.target}/",
        Kind.FEISHU: f"feishu://{channel.target}/",
    }[Kind(channel.kind)]
    robot = apprise.Apprise.instantiate(address + "?cto=10&rto=15")
    if robot is None:
        raise Unsent(_("機器人的權杖不對。請重新登記。"))
    _hear(robot)
    heard = Heard()
    _hearing.set(heard)
    try:
        taken = robot.notify(body=text)
    finally:
        _hearing.set(None)
    if not taken or heard.refusal():
        raise Unsent(heard.refusal() or heard.error or _("對方沒有回答。"))


@dataclass
class Heard:
    """What the robot's server answered. Their errors come with status 200, which apprise takes for a yes."""

    status: int = 0
    answer: Any = None
    error: str = ""

    def refusal(self) -> str:
        if self.status and self.status != 200:
            return f"HTTP {self.status}"
        if not isinstance(self.answer, dict):
            return ""
        for code, words in (("errcode", "errmsg"), ("code", "msg"), ("StatusCode", "StatusMessage")):
            if self.answer.get(code) not in (None, 0):
                return f"{self.answer[code]} {self.answer.get(words, '')}"[:200]
        return ""


_hearing: ContextVar[Heard | None] = ContextVar("hearing", default=None)


class _Listening:
    """The library apprise's robots speak with, and a note of what they were answered."""

    def __getattr__(self, name: str) -> Any:
        return getattr(requests, name)

    def post(self, *args: Any, **facts: Any) -> requests.Response:
        heard = _hearing.get()
        try:
            response = requests.post(*args, **facts)  # noqa: S113 - apprise gives its timeout
        except requests.RequestException as error:
            if heard is not None:
                # Not the error's text: it holds the address, and the address holds the token.
                heard.error = type(error).__name__
            raise
        if heard is not None:
            heard.status = response.status_code
            try:
                heard.answer = response.json()
            except ValueError:
                heard.answer = None
        return response


def _hear(robot: Any) -> None:
    module: Any = sys.modules[type(robot).__module__]
    if not isinstance(module.requests, _Listening):
        module.requests = _Listening()
