"""The house is walked: as everybody who has a login, every link, task, button and suggestion that the pages offer is opened.

    HOUQIN_HOME=/tmp/a-copy-of-the-demo python tests/walking.py

Only reads are made (GET). What is looked for: an offer that ends in 404, 403 or 500, a form that cannot be filled (a required
choice with nothing to choose), a suggestion that its own field refuses, an example in a help text that its own field refuses.
Breadth first from 今日; of each kind of address (this register's page, that step on that kind of paper in that state) a sample,
for the book holds thousands of papers. Prints one JSON line for each finding and ends with 1 where there is any.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections import Counter, deque
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "houqin.config.settings")

# Of each kind of address so many are opened for one person; of what takes long (files, prints) one for the whole walk.
SAMPLE = 2
HEAVY = frozenset(
    {
        "export", "tabulation_file", "document_slips_file", "summary_download", "print", "tabulation_print",
        "document_print", "document_slips", "summary", "dashboard", "labels",
    }
)  # fmt: skip
# What is not the house's own page, or ends the session.
LEFT_OUT = re.compile(r"^/(static|login|logout|setup|api/docs|accounts)(/|$)")
# Typed into the search, to see that what it offers opens.
SEARCHED = ("燈", "粉筆", "wx", "2026-0001", "王")


@dataclass(frozen=True)
class Finding:
    """An offer that cannot be taken: by whom, where it was offered, what it leads to, what is wrong."""

    who: str
    offered_at: str
    address: str
    what: str


class Walk:
    """One walk of the house; ``findings`` grow as it goes."""

    def __init__(self) -> None:
        self.findings: dict[tuple[str, str, str], Finding] = {}
        self.opened: Counter[str] = Counter()
        self.heavy: Counter[str] = Counter()
        self.forms: set[tuple[str, str]] = set()
        self.answers: Counter[str] = Counter()

    def as_everybody(self, only: list[str] | None = None) -> None:
        from houqin.foundation.org.models import Person

        for person in Person.objects.filter(user__isnull=False, is_active=True).select_related("user").order_by("pk"):
            if only and person.user.username not in only:
                continue
            began, before = time.process_time(), sum(self.opened.values())
            _AsOne(self, person).walk()
            told = f"{person.user.username}: {sum(self.opened.values()) - before} pages, {time.process_time() - began:.0f} s"
            print(told, file=sys.stderr)  # noqa: T201

    def find(self, who: str, offered_at: str, address: str, what: str) -> None:
        key = (who, kind_of(address), what)
        if key not in self.findings:
            self.findings[key] = Finding(who, offered_at, address, what)
            print(json.dumps(asdict(self.findings[key]), ensure_ascii=False), flush=True)  # noqa: T201


def kind_of(address: str) -> str:
    """What sort of address it is: its name, with the names in it, without the keys of rows."""
    from django.urls import Resolver404, resolve

    parts = urlsplit(address)
    try:
        match = resolve(parts.path)
    except Resolver404:
        return parts.path
    words = [str(match.url_name or match.route)]
    words += [str(value) for name, value in match.kwargs.items() if not isinstance(value, int) and name != "text"]
    if match.url_name == "document":
        words.append(_state_of(match.kwargs["kind"], match.kwargs["key"]))
    if match.url_name in ("register", "do", "tabulation", "figure"):
        words += sorted(name for name, _value in parse_qsl(parts.query))
    return " ".join(words)


def _state_of(kind: str, key: int) -> str:
    from houqin.foundation.signing.models import DOCUMENTS

    model = DOCUMENTS.get(kind)
    found = model._default_manager.filter(pk=key).values_list("state", flat=True).first() if model else None
    return found or "none"


class _AsOne:
    def __init__(self, whole: Walk, person: Any) -> None:
        from django.test import Client

        self.whole, self.person = whole, person
        self.who = person.user.username
        self.browser = Client(raise_request_exception=False, HTTP_HOST="localhost")
        self.browser.force_login(person.user, backend="django.contrib.auth.backends.ModelBackend")
        self.seen: set[str] = set()
        self.kinds: Counter[str] = Counter()
        self.ahead: deque[tuple[str, str]] = deque()

    def walk(self) -> None:
        for address in ("/", "/do/", "/me/", "/help/", *(f"/search/?q={text}" for text in SEARCHED)):
            self.offer(address, "")
        while self.ahead:
            self.open(*self.ahead.popleft())

    def offer(self, address: str, at: str) -> None:
        """Put an address on the list, unless enough of its kind were opened."""
        address = urljoin(at or "/", address).partition("#")[0]
        parts = urlsplit(address)
        if parts.scheme or parts.netloc or not parts.path.startswith("/") or LEFT_OUT.match(parts.path):
            return
        if address in self.seen:
            return
        self.seen.add(address)
        kind = kind_of(address)
        is_heavy = kind.split(" ")[0] in HEAVY
        if self.kinds[kind] >= (1 if is_heavy else SAMPLE) or (is_heavy and self.whole.heavy[kind] >= 2):
            return
        self.kinds[kind] += 1
        if is_heavy:
            self.whole.heavy[kind] += 1
        self.ahead.append((address, at))

    def open(self, address: str, at: str) -> None:
        self.whole.opened[kind_of(address).split(" ")[0]] += 1
        answer = self.browser.get(address, follow=True)
        self.whole.answers[str(answer.status_code)] += 1
        if answer.status_code != 200:
            told = str(answer.context["sentence"]) if answer.context and "sentence" in answer.context else ""
            self.whole.find(self.who, at, address, f"{answer.status_code} {told}".strip())
            return
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            for _part in answer.streaming_content if answer.streaming else ():
                pass
            return
        here = answer.redirect_chain[-1][0] if answer.redirect_chain else address
        for offered in offers_of(answer.content):
            self.offer(offered, here)
        if answer.context is not None and "fields" in answer.context and "verb" in answer.context:
            self.look_at_form(answer.context["verb"], answer.context["fields"], here)

    def look_at_form(self, verb: Any, fields: list[Any], here: str) -> None:
        for one in fields:
            if one.is_required and one.kind in ("select", "buttons", "picks", "checks") and not one.options:
                self.whole.find(self.who, here, here, f"nothing to choose: {verb.kind} {one.name} {one.label}")
        if (verb.kind, self.who) in self.whole.forms:
            return
        self.whole.forms.add((verb.kind, self.who))
        form = verb.form(actor=self.person)
        for one in fields:
            if one.name not in form.fields:
                continue
            if one.suggestions:
                self.try_suggestions(verb, one, form.fields[one.name])
            elif one.kind in ("select", "picks"):
                self.try_options(verb, one, form.fields[one.name], here)

    def try_suggestions(self, verb: Any, drawn: Any, field: Any) -> None:
        """Type the beginnings of rows that are offered, and let the field take what is suggested."""
        from houqin.foundation.org.fields import SeveralField

        each = field.each if isinstance(field, SeveralField) else field
        address = f"/do/{verb.kind}/suggest/{drawn.name}/"
        told = [each.told(row) for row in each.offered()[:2]]
        for typed in {re.split(r"[\s(（「]", text)[0][:6] for text in told}:
            answer = self.browser.get(address, {drawn.name: typed})
            if answer.status_code != 200:
                self.whole.find(self.who, address, address, f"{answer.status_code} suggestion")
                return
            options = re.findall(r'<option value="([^"]*)"', answer.content.decode())
            if not options:
                self.whole.find(self.who, address, address, f"nothing suggested for 「{typed}」")
            for value in options[:3]:
                self.take(verb, drawn, field, _unescaped(value), address)

    def try_options(self, verb: Any, drawn: Any, field: Any, here: str) -> None:
        for value, _label, _on in drawn.options[:3]:
            self.take(verb, drawn, field, value, here)

    def take(self, verb: Any, drawn: Any, field: Any, value: str, at: str) -> None:
        from django.core.exceptions import ValidationError

        try:
            field.clean([value] if drawn.kind in ("picks", "checks") else value)
        except ValidationError as error:
            self.whole.find(
                self.who, at, at, f"offered and refused: {verb.kind} {drawn.name} 「{value}」 {error.messages}"
            )


def offers_of(content: bytes) -> list[str]:
    """Every address a page offers to open: links, frames, what it loads by itself."""
    import lxml.html

    page = lxml.html.document_fromstring(content or b"<p>")
    found: dict[str, None] = {}
    for name in ("href", "src", "hx-get"):
        for one in page.xpath(f"//*[@{name}]"):
            if one.tag in ("link", "script") or "/suggest/" in one.get(name):
                continue
            found[one.get(name)] = None
    for form in page.xpath("//form[@action][not(@method) or @method='get']"):
        if not form.xpath(".//input[@required]"):
            found[form.get("action")] = None
    return [
        address for address in found if address and not address.startswith(("#", "data:", "javascript:", "mailto:"))
    ]


def _unescaped(text: str) -> str:
    from html import unescape

    return unescape(text)


def main() -> int:
    import django

    django.setup()
    from django.test.utils import setup_test_environment
    from django.utils import translation

    setup_test_environment()
    walk = Walk()
    with translation.override("zh-hant"):
        walk.as_everybody(sys.argv[1:])
    for one in walk.findings.values():
        print(json.dumps(asdict(one), ensure_ascii=False))  # noqa: T201
    print(dict(walk.opened), dict(walk.answers), f"{time.process_time():.0f} s", file=sys.stderr)  # noqa: T201
    return 1 if walk.findings else 0


if __name__ == "__main__":
    sys.exit(main())
