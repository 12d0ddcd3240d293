"""One call to an address outside, as somebody typed it: never into the school's own network unless the installation allows it.

The address is resolved once, looked at, and that very address is connected to, so that a name cannot mean one machine when
it is looked at and another when it is called. Redirections are not followed.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

SECONDS = 10
# What is kept of an answer.
LONGEST_ANSWER = 500
LONGEST_URL = 500
# Ways to write an IPv4 address as an IPv6 one: what counts is the address within.
_NAT64 = ip_network("64:ff9b::/96")
# Not of the open Internet, though not all are told apart as such: NAT64 and IPv4 of one network's own, protocol assignments.
_OF_ONE_NETWORK = tuple(map(ip_network, ("64:ff9b:1::/48", "::/96", "192.0.0.0/24")))


class Forbidden(ValueError):
    """This address may not be called; the sentence says why."""


class NoAnswer(Exception):
    """Nobody answered, or not in HTTP."""


@dataclass(frozen=True)
class Target:
    """A URL taken apart: ``path`` with its query."""

    scheme: str
    host: str
    port: int
    path: str


def target_of(url: str) -> Target:
    """The parts of a URL that may be called. Raises :class:`Forbidden` with a sentence; resolves nothing yet."""
    if len(url) > LONGEST_URL or not url.isascii() or any(character <= " " for character in url):
        raise Forbidden(_("網址只用英文字母、數字和符號，最多 %(most)s 個字。") % {"most": LONGEST_URL})
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Forbidden(_("看不懂這個網址。請寫成 https://主機/路徑。")) from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Forbidden(_("看不懂這個網址。請寫成 https://主機/路徑。"))
    if parts.username or parts.password:
        raise Forbidden(_("網址裏不要寫帳號和密碼；對方用簽名認出是誰。"))
    if parts.scheme == "http" and not settings.WEBHOOKS_MAY_BE_PRIVATE:
        raise Forbidden(_("只能用 https，免得內容在路上被看見。"))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, parts.hostname, port or (443 if parts.scheme == "https" else 80), path)


def resolved(target: Target) -> str:
    """The IP address to connect to. Every address the name has must be public: one private among them is a trap."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NoAnswer(_("找不到主機 %(host)s。") % {"host": target.host}) from error
    addresses = [str(one[4][0]).partition("%")[0] for one in found]
    if not settings.WEBHOOKS_MAY_BE_PRIVATE and not all(is_public(one) for one in addresses):
        raise Forbidden(
            _("%(host)s 是校內或本機的地址，不能呼叫。確實需要時由管理員設定 HOUQIN_WEBHOOK_PRIVATE=1。")
            % {"host": target.host}
        )
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether an IP address lies in the open Internet."""
    found: IPv4Address | IPv6Address = ip_address(address)
    if any(found in one for one in _OF_ONE_NETWORK if one.version == found.version):
        return False
    if isinstance(found, IPv6Address):
        within = IPv4Address(int(found) & 0xFFFFFFFF) if found in _NAT64 else found.ipv4_mapped or found.sixtofour
        found = within or (found.teredo[1] if found.teredo else found)
    return found.is_global and not found.is_multicast


class _To(http.client.HTTPConnection):
    """Connects to the address that was looked at, and speaks to the name that was asked for."""

    def __init__(self, target: Target, address: str) -> None:
        super().__init__(target.host, target.port, timeout=SECONDS)
        self._target, self._address = target, address

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self._target.port), SECONDS)
        if self._target.scheme == "https":
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self._target.host)


def post(url: str, *, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
    """POST ``body``; gives the status and the beginning of the answer. Raises :class:`Forbidden` or :class:`NoAnswer`."""
    target = target_of(url)
    connection = _To(target, resolved(target))
    try:
        connection.request("POST", target.path, body=body, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read(LONGEST_ANSWER).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswer(_("對方沒有回答（%(what)s）。") % {"what": str(error)[:120] or type(error).__name__}) from error
    finally:
        connection.close()
