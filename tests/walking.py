"""The house is walked: as everybody who has a login, every link, task, button and suggestion that the pages offer is opened.

    HOUQIN_HOME=/tmp/a-copy-of-the-demo python tests/walking.py

Only reads are made (GET). What is looked for: an offer that ends in 404, 403 or 500, a form that cannot be filled (a required
choice with nothing to choose) or a suggestion that its own field refuses.
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
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

import lxml.html

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "houqin.config.settings")

# Files and prints are made once for the whole walk: who may have them is told by the page that offers them.
HEAVY = frozenset(
    {
        "export", "document_slips_file", "summary_download", "print", "tabulation_print",
        "document_print", "document_slips", "labels", "attachment", "signature",
    }
)  # fmt: skip
# The table itself is opened; as a file it is the same rows, made by tests of their own, and the dearest of all.
NOT_OPENED = frozenset({"tabulation_file"})
# Much alike, whichever it is: so many for each person, so many for the whole walk.
ALIKE = {
    "figure": (2, 40),
    "entry": (2, 40),
    "help_chapter": (2, 20),
    "search": (5, 40),
    "summary": (1, 4),
    "dashboard": (1, 4),
}
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
        self.kinds: Counter[str] = Counter()
        self.spent: Counter[str] = Counter()
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
            told += f"; dearest {self.spent.most_common(6)}"
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
    if match.url_name in ALIKE:
        words = words[:1]
    elif parts.query and match.url_name in ("register", "tabulation"):
        words.append("+")
    return " ".join(words)


def limits_of(kind: str) -> tuple[int, int]:
    """How many addresses of a kind are opened for one person, and for the whole walk."""
    word = kind.partition(" ")[0]
    if word in NOT_OPENED:
        return 0, 0
    if word in HEAVY:
        return 1, 1
    if kind.endswith(" +"):
        return 1, 2
    return ALIKE.get(word, (1, 1_000))


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
        for_one, for_all = limits_of(kind)
        if self.kinds[kind] >= for_one or self.whole.kinds[kind] >= for_all:
            return
        self.kinds[kind] += 1
        self.whole.kinds[kind] += 1
        self.ahead.append((address, at))

    def open(self, address: str, at: str) -> None:
        self.whole.opened[kind_of(address).split(" ")[0]] += 1
        began = time.process_time()
        answer = self.browser.get(address, follow=True)
        self.whole.spent[kind_of(address).split(" ")[0]] += round(1000 * (time.process_time() - began))
        self.whole.answers[str(answer.status_code)] += 1
        is_page = answer.headers.get("Content-Type", "").startswith("text/html")
        for _part in answer.streaming_content if answer.streaming else ():
            pass
        if answer.status_code != 200:
            said = told_on(answer.content) if is_page and not answer.streaming else ""
            self.whole.find(self.who, at, address, f"{answer.status_code} {said}".strip())
            return
        if not is_page or answer.streaming:
            return
        here = answer.redirect_chain[-1][0] if answer.redirect_chain else address
        page = lxml.html.document_fromstring(answer.content or b"<p>")
        for offered in offers_of(page):
            self.offer(offered, here)
        verb = self.verb_at(here)
        if verb is not None:
            self.look_at_form(verb, page, here)

    def verb_at(self, address: str) -> Any:
        """The verb whose form stands at an address."""
        from django.urls import resolve

        from houqin.foundation.journal.actions import offered_as

        match = resolve(urlsplit(address).path)
        kind = {"do": "kind", "document_do": "step"}.get(match.url_name or "")
        return offered_as(match.kwargs[kind]) if kind else None

    def look_at_form(self, verb: Any, page: Any, here: str) -> None:
        for one in page.xpath("//form//select[@required]"):
            if not [option for option in one.xpath(".//option/@value") if option]:
                self.whole.find(self.who, here, here, f"nothing to choose: {verb.kind} {one.get('name')}")
        for one in page.xpath("//form//fieldset[.//*[@class='must']][not(.//input)][not(.//textarea)][not(.//select)]"):
            self.whole.find(self.who, here, here, f"nothing to choose: {verb.kind} {one.text_content().strip()[:20]}")
        if (verb.kind, self.who) in self.whole.forms:
            return
        self.whole.forms.add((verb.kind, self.who))
        form = verb.form(actor=self.person)
        for address in page.xpath("//form//*[@hx-get]/@hx-get"):
            name = urlsplit(address).path.rstrip("/").rpartition("/")[2]
            if "/suggest/" in address and name in form.fields:
                self.try_suggestions(verb, form.fields[name], address, name)
        for one in page.xpath("//form//select[@name]"):
            if one.get("name") in form.fields:
                self.try_options(
                    verb, form.fields[one.get("name")], one.xpath(".//option/@value"), here, one.get("name")
                )

    def try_suggestions(self, verb: Any, field: Any, address: str, name: str) -> None:
        """Type the beginnings of rows that are offered, and let the field take what is suggested."""
        from houqin.foundation.org.fields import offer_within_reach
        from houqin.foundation.signing.reading import offer_what_is_read

        offer_within_reach(verb, {name: field}, self.person)
        offer_what_is_read([field], self.person)
        each = getattr(field, "each", field)
        if not hasattr(each.model, "_meta") or each.model._meta.abstract or not each.model._meta.concrete_fields:
            return
        for typed in {re.split(r"[\s(（「]", each.told(row))[0][:6] for row in each.offered()[:2]}:
            answer = self.browser.get(address, {name: typed})
            if answer.status_code != 200:
                self.whole.find(self.who, address, address, f"{answer.status_code} suggestion")
                return
            options = [unescape(one) for one in re.findall(r'<option value="([^"]*)"', answer.content.decode())]
            if not options:
                self.whole.find(self.who, address, address, f"nothing suggested for 「{typed}」")
            self.try_options(verb, field, options, address, name)

    def try_options(self, verb: Any, field: Any, options: list[str], at: str, name: str) -> None:
        """Let the field take the first of what it offers, as it would be sent."""
        from django.core.exceptions import ValidationError

        for value in [one for one in options if one][:3]:
            try:
                field.clean(value)
            except ValidationError as error:
                self.whole.find(
                    self.who, at, at, f"offered and refused: {verb.kind} {name} 「{value}」 {error.messages}"
                )


def told_on(content: bytes) -> str:
    """The sentence with which a page says no."""
    page = lxml.html.document_fromstring(content or b"<p>")
    return " ".join(page.xpath("string(//section[contains(@class, 'nothing')])").split())[:200]


def offers_of(page: Any) -> list[str]:
    """Every address a page offers to open: links, frames, what it loads by itself."""
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


def main() -> int:
    import django

    django.setup()
    from django.utils import translation

    walk = Walk()
    with translation.override("zh-hant"):
        walk.as_everybody(sys.argv[1:])
    print(dict(walk.opened), dict(walk.spent), dict(walk.answers), f"{time.process_time():.0f} s", file=sys.stderr)  # noqa: T201
    return 1 if walk.findings else 0


if __name__ == "__main__":
    sys.exit(main())
