"""Codes: what opens where one is scanned, scanning with the camera, printing labels; and what makes the site an app.

What can be done at a thing the domains say (``foundation/tokens``); nothing here names one.
"""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _

from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.org.models import Person, School
from houqin.foundation.registers.register import REGISTERS, Register
from houqin.foundation.tokens import rules
from houqin.foundation.tokens.labels import Chosen, labels_of, stocks
from houqin.foundation.tokens.limits import TooOften, address_of
from houqin.foundation.tokens.models import LENGTH, Token, as_typed
from houqin.foundation.tokens.reading import token_scanned
from houqin.foundation.tokens.things import STRANGERS, THINGS, Offer, kind_of_model, said_of
from houqin.kit import clock

from ..access import EVERYONE, Request, page
from ..writing import spoken
from .registers import attachment_header


@page(EVERYONE)
def scanned(request: Request, text: str) -> HttpResponse:
    """A scanned code: what this person can do here; without a login, the page for strangers."""
    try:
        token = token_scanned(text, address=address_of(request))
    except TooOften as too_often:
        return _gone(request, spoken(too_often), status=429)
    if token is None:
        return _gone(request, _("這個標籤碼不存在。請重新掃一次，或找總務處。"), status=404)
    scan = token.scan()
    if not token.is_live or scan is None:
        return _gone(request, _("這張標籤已經作廢。請掃現在貼着的那一張，或找總務處。"), status=410)
    if request.person is None:
        if scan.kind.name not in STRANGERS:
            return _gone(request, _("這張標籤給本校人員用，請先登入。"), status=403)
        return redirect(reverse("hand_page", args=[STRANGERS[scan.kind.name], token.text]))
    here = reverse("scanned", args=[token.text])
    offers, lists = said_of(scan, person=request.person)
    facts = {
        "scan": scan,
        "title": scan.kind.title(scan.thing),
        "lines": scan.kind.lines(scan.thing),
        "offers": [(offer, _address(offer, back=here)) for offer in offers],
        "lists": lists,
        "issues": rules.issues(request.person),
        "here": here,
    }
    return render(request, "web/scanned.html", facts)


def _address(offer: Offer, *, back: str) -> str:
    """Where an offer leads; a form comes back here afterwards."""
    given = dict(offer.given)
    if offer.verb is not None and offer.document is not None and "document" in offer.verb.form.base_fields:
        document = offer.document
        base, given = (
            reverse("document_do", args=[document.kind, document.pk, offer.verb.kind]),
            {**given, "next": back},
        )
    elif offer.verb is not None:
        base, given = reverse("do", args=[offer.verb.kind]), {**given, "next": back}
    elif offer.page:
        base = reverse("hand_page", args=[offer.page, *([offer.rest] if offer.rest else [])])
    elif offer.register:
        base = reverse("register", args=[offer.register])
    elif offer.document is not None:
        base = reverse("document", args=[offer.document.kind, offer.document.pk])
    else:
        raise Http404
    return f"{base}?{urlencode(given)}" if given else base


@page()
def scan(request: Request) -> HttpResponse:
    """Scan with the camera, or type what stands under the code, or a thing's number."""
    typed = (request.GET.get("q") or "").strip()[:200]
    if not typed:
        return render(request, "web/scan.html", {"typed": ""})
    text = as_typed(typed.rstrip("/").rpartition("/q/")[2] or typed)
    if len(text) == LENGTH and Token.objects.filter(text=text).exists():
        return redirect(reverse("scanned", args=[text]))
    for kind in THINGS:
        thing = kind.find(typed)
        if thing is None:
            continue
        token = Token.objects.live().filter(kind=kind.name, thing_id=thing.pk).first()
        if token is not None:
            return redirect(reverse("scanned", args=[token.text]))
        said = _("「%(title)s」還沒有標籤碼，請先印標籤。") % {"title": kind.title(thing)}
        return render(request, "web/scan.html", {"typed": typed, "said": said, "issues": rules.issues(request.person)})
    said = _("沒有這個標籤碼、編號或名稱。看看有沒有打錯。")
    return render(request, "web/scan.html", {"typed": typed, "said": said}, status=404)


@page(rules.issues, methods=("GET", "HEAD", "POST"))
def labels(request: Request) -> HttpResponse:
    """Print labels for what a register shows now; whatever bears no token yet gets one."""
    asked = request.POST if request.method == "POST" else request.GET
    registers = [one for one in REGISTERS if one.readers(request.person) and bears_tokens(one, request.person)]
    name = asked.get("register") or (registers[0].name if registers else "")
    if name not in {one.name for one in registers}:
        raise Denied(_("這本登記簿的東西不貼標籤碼。"))
    params = dict(parse_qsl(str(asked.get("query") or "").lstrip("?"), max_num_fields=50))
    for word in ("page", "per_page", "columns", "sort", "view"):
        params.pop(word, None)
    facts: dict[str, Any] = {
        "registers": registers,
        "name": name,
        "query": urlencode(params),
        "stocks": stocks(),
        "stock": asked.get("stock") or "3x8",
        "skip": asked.get("skip") or "0",
        "back": f"{reverse('register', args=[name])}?{urlencode(params)}",
    }
    try:
        chosen = Chosen.of(REGISTERS[name], request.person, params)
        facts |= {"count": chosen.count, "without": chosen.without_token, "first": chosen.first_titles()}
        if request.method == "POST":
            content = labels_of(
                chosen,
                by=request.person,
                stock=facts["stock"],
                skip=facts["skip"],
                address=settings.ADDRESS or request.build_absolute_uri("/"),
            )
            response = HttpResponse(content, content_type="application/pdf")
            response["Content-Disposition"] = attachment_header(
                f"{_('標籤')}-{REGISTERS[name].title}-{clock.today()}.pdf"
            )
            return response
    except Refused as refused:
        return render(request, "web/labels.html", facts | {"refusal": spoken(refused)}, status=422)
    return render(request, "web/labels.html", facts)


def bears_tokens(register: Register, person: Person) -> bool:
    """Whether labels can be printed for the rows of this register."""
    return kind_of_model(register.document or register.rows(person).model) is not None


def _gone(request: HttpRequest, sentence: str, *, status: int) -> HttpResponse:
    response = render(request, "web/scan_gone.html", {"sentence": sentence}, status=status)
    response["Cache-Control"] = "no-store"
    return response


# An app on the phone ----------------------------------------------------------------------------------------------

ICONS = (("icon-192", 192, "any"), ("icon-512", 512, "any"), ("icon-maskable-512", 512, "maskable"))


@page(EVERYONE)
def manifest(request: Request) -> HttpResponse:
    """What a phone needs to know to install the site as an app."""
    school = School.objects.first()
    name = school.name if school else _("後勤")
    facts = {
        "id": "/",
        "name": f"{name} · {_('後勤')}",
        "short_name": _("後勤"),
        "lang": "zh-Hant",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f5f6f4",
        "theme_color": "#2a5f6e",
        "icons": [
            {"src": static(f"web/{icon}.png"), "sizes": f"{width}x{width}", "type": "image/png", "purpose": purpose}
            for icon, width, purpose in ICONS
        ],
        "shortcuts": [
            {"name": _("掃碼"), "url": reverse("scan")},
            {"name": _("今日"), "url": reverse("today")},
        ],
    }
    response = HttpResponse(json.dumps(facts, ensure_ascii=False), content_type="application/manifest+json")
    response["Cache-Control"] = "max-age=3600"
    return response


@page(EVERYONE)
def worker(request: Request) -> HttpResponse:
    """The service worker of the pages that work without a connection: only those below its own address."""
    response = HttpResponse(
        f'const VERSION = "{_version()}";\n{_file("web/sw.js")}', content_type="text/javascript; charset=utf-8"
    )
    # Asked for anew each time, so that a new version of the house reaches the phones at once.
    response["Cache-Control"] = "no-cache"
    return response


@cache
def _version() -> str:
    """Of everything the pages without a connection are made of; another one empties what phones have kept."""
    digest = sha256()
    for name in (
        "web/sw.js",
        "web/offline.js",
        "web/houqin.js",
        "web/houqin.css",
        "web/phones.css",
        "web/snapshots.js",
    ):
        digest.update(_file(name).encode())
    return digest.hexdigest()[:16]


@cache
def _file(name: str) -> str:
    return Path(str(finders.find(name))).read_text("utf-8")


@page(EVERYONE)
def standing(request: Request) -> HttpResponse:
    """For the queue of a phone: who is logged in here now, what time it is, and the key forms are sent with."""
    person = request.person
    facts = {
        "person": person.pk if person else None,
        "name": person.name if person else "",
        "csrf": get_token(request) if person else "",
        "now": int(clock.now().timestamp() * 1000),
    }
    response = JsonResponse(facts)
    response["Cache-Control"] = "no-store"
    return response
