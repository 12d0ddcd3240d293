"""What pages weigh: a school's line is shared by everybody in it."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from houqin.foundation.journal.actions import ACTIONS
from houqin.foundation.org.models import Person
from houqin.foundation.registers.register import REGISTERS
from houqin.kit.text import fold

HTML_BYTES = 60_000
ASSETS_GZIPPED_BYTES = 250_000
# The icons' own font; it is fetched once and kept for a year.
ICONS_BYTES = 600_000


def text(answer):
    return answer.content.decode()


@pytest.fixture
def half_a_year(cast):
    """Fifty long rows in the registers a school works in every day."""
    people = Person.objects.bulk_create(
        Person(name=f"歐陽{n:03d}", folded=fold(f"歐陽{n:03d}"), post="高級教師兼教研組長", phone=f"1390000{n:04d}")
        for n in range(60)
    )
    fault = "南側第二排靠窗的課桌椅面板開裂，椅背螺絲鬆動，學生坐着搖晃，請儘快修理"
    for n in range(52):
        ACTIONS["repairs.reported"](people[n], place=cast.south_105, fault=f"{fault}{n}", category="桌椅")


MAIN = ("org.people", "org.places", "repairs.work_orders")


def test_a_page_of_fifty_rows_is_under_sixty_thousand_bytes(login, half_a_year, cast):
    browser = login(cast.li)

    weights = {name: len(browser.get(f"/registers/{name}/").content) for name in MAIN}

    assert "第 1–50 行" in text(browser.get("/registers/repairs.work_orders/"))
    assert {name: weight for name, weight in weights.items() if weight > HTML_BYTES} == {}


def test_an_empty_register_leaves_room_for_its_rows(login, cast):
    """Menu, filters and columns of every register: fifty rows of 500 bytes must still fit."""
    browser = login(cast.admin)

    weights = {one.name: len(browser.get(f"/registers/{one.name}/").content) for one in REGISTERS}

    assert {name: weight for name, weight in weights.items() if weight > HTML_BYTES - 50 * 500} == {}


def files_of(page):
    """The stylesheets and scripts a page loads, as files."""
    addresses = re.findall(r'<(?:link rel="stylesheet" href|script[^>]* src)="/?static/([^"?]+)"', page)
    return {address: Path(finders.find(address)) for address in addresses}


@pytest.mark.parametrize("address", ["/", "/registers/org.people/", "/do/"])
def test_styles_and_scripts_of_an_ordinary_page_are_light(login, cast, address):
    files = files_of(text(login(cast.li).get(address)))

    weights = {name: len(gzip.compress(file.read_bytes())) for name, file in files.items()}

    assert "web/houqin.css" in weights
    assert "vendor/tabler.min.css" in weights
    assert sum(weights.values()) < ASSETS_GZIPPED_BYTES, weights


def test_the_font_of_the_icons_is_what_it_was():
    assert Path(finders.find("vendor/fonts/tabler-icons.woff2")).stat().st_size < ICONS_BYTES
