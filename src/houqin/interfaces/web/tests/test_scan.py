"""Codes: what opens where one is scanned, labels that can be read again, and the site as an app."""

import json
from io import BytesIO

import pytest
from django.test import Client

from houqin.domains.assets import actions as assets
from houqin.domains.assets.models import AssetCard
from houqin.domains.repairs.models import WorkOrder
from houqin.foundation.journal.models import Entry
from houqin.foundation.tokens import actions as tokens
from houqin.foundation.tokens.models import Token
from houqin.foundation.tokens.things import said_of


@pytest.fixture
def token(cast):
    tokens.issue(cast.li, kind="place", keys=[cast.south_105.pk])
    return Token.objects.live().get()


def projector(cast):
    assets.add_card(
        cast.zhou, number="ZC-2019-00421", name="投影儀", quantity=1, place=cast.south_105, way="購置", value="3000",
        occurred_on="2019-03-05",
    )  # fmt: skip
    return AssetCard.objects.get()


def test_a_thing_says_what_is_broken_on_it(cast):
    card = projector(cast)
    tokens.issue(cast.li, kind="assets.card", keys=[card.pk])
    token = Token.objects.get(kind="assets.card")

    Client().post(f"/pages/repairs.fault/{token.text}", {"category": "av", "fault": "不亮", "once": "report-0001"})

    order = WorkOrder.objects.get()
    assert (order.place, order.fault) == (cast.south_105, "投影儀：不亮")
    offers, _lists = said_of(token.scan(), person=cast.zhou)
    labels = [str(offer.label) for offer in offers]
    assert labels[0] == "報修"
    assert {"看卡片", "換存放地點", "更換保管人"} <= set(labels)


def test_a_scanned_room_shows_its_things_and_what_is_being_mended(cast, token, login):
    projector(cast)
    Client().post(
        f"/pages/repairs.fault/{token.text}", {"category": "electric", "fault": "後排燈不亮", "once": "report-0001"}
    )

    page = login(cast.zhou).get(f"/q/{token.text.lower()}").content.decode()

    assert [
        word for word in ("投影儀", "ZC-2019-00421", "後排燈不亮", "報修", "南校區教學樓105室") if word not in page
    ] == []


def test_a_token_of_a_thing_that_is_no_more_opens_nothing(cast, token):
    Token.objects.filter(pk=token.pk).update(thing_id=987_654)

    assert Client().get(f"/q/{token.text}").status_code == 410


def test_what_is_typed_finds_the_token_the_number_or_the_name(cast, token, login):
    card = projector(cast)
    tokens.issue(cast.li, kind="assets.card", keys=[card.pk])
    other = Token.objects.get(kind="assets.card")
    browser = login(cast.zhao)

    def found(typed):
        return getattr(browser.get("/scan/", {"q": typed}), "url", None)

    assert found(token.spoken().lower()) == f"/q/{token.text}"
    assert found(f"https://houqin.example/q/{token.text}") == f"/q/{token.text}"
    assert found("ZC-2019-00421") == f"/q/{other.text}"
    assert found("南校区教学楼105室") == f"/q/{token.text}"
    assert browser.get("/scan/", {"q": "不知道是什麼"}).status_code == 404
    assert Client().get("/scan/").status_code == 302


def test_labels_of_what_the_register_shows(cast, login):
    browser = login(cast.li)

    shown = browser.get("/labels/", {"register": "org.places", "query": "q=教學樓"}).content.decode()
    response = browser.post("/labels/", {"register": "org.places", "query": "q=教學樓", "stock": "4x10", "skip": "0"})

    assert "共 2 張" in shown
    assert (response.status_code, response["Content-Type"], response.content[:5]) == (200, "application/pdf", b"%PDF-")
    assert set(Token.objects.live().values_list("title", flat=True)) == {"南校區教學樓105室", "北校區教學樓105室"}
    assert Entry.objects.filter(kind="tokens.issued").count() == 1
    again = browser.post("/labels/", {"register": "org.places", "query": "q=教學樓", "stock": "50x30mm", "skip": "0"})
    assert again.status_code == 200
    assert Entry.objects.filter(kind="tokens.issued").count() == 1


def test_labels_refuse_what_is_no_paper_and_who_may_not(cast, login):
    office = login(cast.li)

    wrong = office.post("/labels/", {"register": "org.places", "stock": "三乘八", "skip": "0"})
    skipped = office.post("/labels/", {"register": "org.places", "stock": "3x8", "skip": "24"})
    nothing = office.post("/labels/", {"register": "org.places", "query": "q=沒有這裏", "stock": "3x8"})
    other = office.get("/labels/", {"register": "org.people"})

    assert [page.status_code for page in (wrong, skipped, nothing, other)] == [422, 422, 422, 403]
    assert "不是標籤規格" in wrong.content.decode()
    assert "小於一頁的 24 張" in skipped.content.decode()
    assert login(cast.zhao).post("/labels/", {"register": "org.places", "stock": "3x8"}).status_code == 403
    assert Client().get("/labels/").status_code == 302


@pytest.mark.parametrize("stock", ["3x8", "4x10", "50x30mm", "60x40mm", "40x30mm"])
def test_a_printed_label_is_read_again(stock):
    zxingcpp = pytest.importorskip("zxingcpp")
    from PIL import Image

    from houqin.kit.papers.labels import Label, stock_named, write_png

    labels = [
        Label(
            address=f"https://houqin.school.example.cn/q/ABCDEFGHJKLMNPQRST{number:02d}",
            title="南校區啟慧樓多媒體教室投影儀",
            head="市第一完全小學",
            lines=("ZC-2019-00421", "南校區啟慧樓101室"),
            code="ABCDE-FGHJK-LMNPQ-RSTUV",
        )
        for number in range(22, 25)
    ]
    paper = stock_named(stock)

    # What a label printer of 203 dots an inch makes of it.
    picture = Image.open(BytesIO(write_png(labels, paper, dpi=203)))

    read = {found.text for found in zxingcpp.read_barcodes(picture)}
    assert read == {label.address for label in (labels[:1] if paper.is_roll else labels)}


def test_the_app_can_be_installed(cast):
    manifest = json.loads(Client().get("/manifest.webmanifest").content)

    assert (manifest["name"], manifest["display"], manifest["start_url"]) == (
        "市第一完全小學 · 後勤",
        "standalone",
        "/",
    )
    assert [(icon["sizes"], icon["purpose"]) for icon in manifest["icons"]] == [
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    ]
    assert [Client().get(icon["src"]).status_code for icon in manifest["icons"]] == [200] * 3


def test_the_worker_names_its_version_and_is_asked_for_each_time(db):
    response = Client().get("/pages/sw.js")

    assert response["Content-Type"].startswith("text/javascript")
    assert response["Cache-Control"] == "no-cache"
    assert response.content.startswith(b'const VERSION = "')


def test_the_queue_is_told_who_is_logged_in(cast, login):
    nobody, guard = Client().get("/standing/").json(), login(cast.ma).get("/standing/").json()

    assert (nobody["person"], nobody["csrf"]) == (None, "")
    assert (guard["person"], guard["name"], len(guard["csrf"])) == (cast.ma.pk, "馬門衛", 64)
