"""The director signs papers on a phone: with a finger, then with the stamp kept from it. And photos, made smaller on the way."""

import shutil
from io import BytesIO

import pytest
from django.conf import settings
from django.test import Client
from PIL import Image

from houqin.foundation.journal.actions import ACTIONS
from houqin.foundation.signing.attachments import path_of
from houqin.foundation.signing.models import DOCUMENTS, Attachment, Comment, Signature

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture(autouse=True)
def _own_attachments(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "attachments")


@pytest.fixture
def open_as(chromium, live_server, django_user_model):
    """``open_as(person)`` → a tab of a phone in which that person is logged in, and what the browser complains about."""

    def opened(person, *, width=390, **how):
        person.user = person.user or django_user_model.objects.create(username=f"user{person.pk}")
        person.save(update_fields=["user"])
        session = Client()
        session.force_login(person.user, backend="django.contrib.auth.backends.ModelBackend")
        is_phone = width < 800
        context = chromium.new_context(
            viewport={"width": width, "height": 844}, has_touch=is_phone, is_mobile=is_phone, **how
        )
        context.add_cookies(
            [{"name": "sessionid", "value": session.cookies["sessionid"].value, "url": live_server.url}]
        )
        tab = context.new_page()
        complaints = []
        tab.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        return tab, complaints

    return opened


def is_too_wide(tab):
    return tab.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def write_by_hand(tab):
    """Three strokes in the box."""
    tab.wait_for_load_state("networkidle")
    # Above the bar with the button, as a thumb would bring it.
    tab.evaluate("document.querySelector('.pad').scrollIntoView({ block: 'center' })")
    tab.locator(".pad canvas").hover()  # waits until the page has come to rest
    box = tab.locator(".pad canvas").bounding_box()
    for left, top, right, bottom in ((0.2, 0.2, 0.7, 0.3), (0.45, 0.15, 0.4, 0.8), (0.3, 0.5, 0.8, 0.75)):
        tab.mouse.move(box["x"] + box["width"] * left, box["y"] + box["height"] * top)
        tab.mouse.down()
        tab.mouse.move(box["x"] + box["width"] * right, box["y"] + box["height"] * bottom, steps=8)
        tab.mouse.up()


def requests(cast, *things):
    for thing in things:
        ACTIONS["purchasing.requested"](cast.zhao, purpose="上課", lines=thing, place=cast.south_105)


def test_the_director_signs_three_papers_on_a_phone(committed_cast, live_server, open_as):
    cast = committed_cast
    requests(cast, "粉筆 白色 10盒 3.50元", "板擦 5個 4元", "抹布 20塊 2元")
    tab, complaints = open_as(cast.li)
    wide = []

    for signed in range(3):
        tab.goto(f"{live_server.url}/")
        tab.locator('a.btn[href*="purchasing.approved"]').first.click()
        tab.wait_for_url("**/do/purchasing.approved/**")
        if signed == 0:
            # Nothing is kept yet: on a phone the box to sign in is open.
            write_by_hand(tab)
            tab.check("input[name=keep_stamp]")
        wide.append(is_too_wide(tab))
        tab.click(".send .btn-primary")
        tab.wait_for_url(f"{live_server.url}/")

    signatures = list(Signature.objects.order_by("pk"))
    assert [(one.person, one.manner) for one in signatures] == [
        (cast.li, "drawn"), (cast.li, "stamp"), (cast.li, "stamp"),
    ]  # fmt: skip
    assert len({one.image for one in signatures}) == 1
    assert path_of(signatures[0].image).stat().st_size < 60 * 1024
    assert (wide, complaints) == ([False] * 3, [])


def test_the_drawn_signature_is_seen_on_the_paper(committed_cast, live_server, open_as):
    cast = committed_cast
    requests(cast, "粉筆 白色 10盒 3.50元")
    paper = DOCUMENTS["purchasing.request"].objects.get()
    tab, complaints = open_as(cast.li)

    tab.goto(f"{live_server.url}/documents/{paper.kind}/{paper.pk}/do/purchasing.approved/")
    write_by_hand(tab)
    tab.click(".send .btn-primary")
    tab.wait_for_selector(".ink img")
    tab.locator(".ink img").scroll_into_view_if_needed()
    tab.wait_for_function("document.querySelector('.ink img').naturalWidth > 0")

    assert not is_too_wide(tab)
    assert complaints == []


def test_an_empty_box_is_not_sent_and_what_was_drawn_survives_a_refusal(committed_cast, live_server, open_as):
    cast = committed_cast
    requests(cast, "粉筆 白色 10盒 3.50元")
    paper = DOCUMENTS["purchasing.request"].objects.get()
    address = f"{live_server.url}/documents/{paper.kind}/{paper.pk}/do/purchasing.approved/"
    tab, _complaints = open_as(cast.li)
    tab.goto(address)

    tab.click(".send .btn-primary")
    is_marked = tab.locator(".pad.is-wrong").count()
    write_by_hand(tab)
    tab.fill("[name=approved]", "沒有這樣東西 3")
    tab.click(".send .btn-primary")
    tab.wait_for_selector(".said.error")

    assert is_marked == 1
    assert tab.input_value("input[name=drawn]").startswith("data:image/png;base64,")
    assert tab.input_value("[name=approved]") == "沒有這樣東西 3"
    tab.wait_for_selector(".pad.has-ink")
    assert not Signature.objects.exists()


def test_without_javascript_the_button_alone_signs(committed_cast, live_server, open_as):
    cast = committed_cast
    requests(cast, "粉筆 白色 10盒 3.50元")
    paper = DOCUMENTS["purchasing.request"].objects.get()
    tab, _complaints = open_as(cast.li, java_script_enabled=False)

    tab.goto(f"{live_server.url}/documents/{paper.kind}/{paper.pk}/do/purchasing.approved/")
    is_pad_shown = tab.locator(".pad").is_visible()
    tab.click(".send .btn-primary")

    assert not is_pad_shown
    assert [(one.person, one.manner, one.image) for one in Signature.objects.all()] == [(cast.li, "button", "")]


def large_photo():
    content = BytesIO()
    Image.effect_noise((3200, 2400), 60).convert("RGB").save(content, "JPEG", quality=92)
    return {"name": "現場.jpg", "mimeType": "image/jpeg", "buffer": content.getvalue()}


def test_photos_are_made_smaller_before_they_are_sent_and_looked_at_large(committed_cast, live_server, open_as):
    cast = committed_cast
    requests(cast, "粉筆 白色 10盒 3.50元")
    paper = DOCUMENTS["purchasing.request"].objects.get()
    tab, complaints = open_as(cast.li, width=1440)
    tab.goto(f"{live_server.url}/documents/{paper.kind}/{paper.pk}/")
    photo = large_photo()

    tab.set_input_files("#file_files", [photo, {**photo, "name": "二樓.jpg"}])
    tab.wait_for_selector(".photos.picked li >> nth=1")
    sent = tab.evaluate("Array.from(document.querySelector('#file_files').files).map(one => one.size)")
    tab.click("#files form .btn:not(.camera)")
    tab.wait_for_selector("a[data-lightbox] >> nth=1")
    tab.click("a[data-lightbox] >> nth=0")
    tab.wait_for_selector("dialog.lightbox[open] img")
    tab.keyboard.press("ArrowRight")
    caption = tab.inner_text("dialog.lightbox p")
    tab.keyboard.press("Escape")

    assert all(size < len(photo["buffer"]) for size in sent)
    assert [one.name for one in Attachment.objects.order_by("pk")] == ["現場.jpg", "二樓.jpg"]
    assert caption == "二樓.jpg"
    assert tab.locator("dialog.lightbox[open]").count() == 0
    assert complaints == []


def test_after_an_at_sign_the_readers_of_the_paper_are_offered(committed_cast, live_server, open_as):
    cast = committed_cast
    requests(cast, "粉筆 白色 10盒 3.50元")
    paper = DOCUMENTS["purchasing.request"].objects.get()
    tab, complaints = open_as(cast.zhao, width=1440)
    tab.goto(f"{live_server.url}/documents/{paper.kind}/{paper.pk}/")

    tab.locator("#comment").press_sequentially("請@李")
    tab.click("[data-mention='李主任']")
    tab.locator("#comment").press_sequentially("先批")
    tab.click("#comments > .btn")
    tab.wait_for_selector(".comment .mention")

    assert Comment.objects.get().text == "請@李主任 先批"
    assert [one.person for one in Comment.objects.get().mentions.all()] == [cast.li]
    assert complaints == []
