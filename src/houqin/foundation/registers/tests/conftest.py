"""A register of night-sky watching, which no school keeps: it shows the importer without any domain."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest

from houqin.foundation.journal.actions import ACTIONS, ActionForm, action
from houqin.foundation.journal.models import Entry
from houqin.foundation.org.fields import PersonField, PlaceField
from houqin.foundation.org.rules import office
from houqin.foundation.registers.register import REGISTERS, Column, Importing, register
from houqin.kit.fields import DayField, FlagField, MoneyField, TextField, WholeNumberField, WordField


class Watch(ActionForm):
    personal = ("phone",)

    number = TextField(label="觀星號", required=False, max_length=40)
    occurred_on = DayField(label="觀星日")
    place = PlaceField(label="觀星點")
    watcher = PersonField(label="觀星人", required=False)
    star = TextField(label="星名", max_length=40)
    stars = WholeNumberField(label="星數", required=False)
    cost = MoneyField(label="觀星費", required=False)
    cloudy = FlagField(label="是否多雲")
    sky = WordField(label="天色", choices=[("clear", "晴"), ("dim", "暗")], words={"dim": ("昏暗",)}, required=False)
    phone = TextField(label="觀星電話", required=False)


@pytest.fixture
def watches():
    """The register, for one test."""

    @action("watching.watched", label="觀星", form=Watch, rule=office, hidden=True)
    def watch(entry, *, number, place, watcher, star, stars, cost, cloudy, sky, phone):
        """Record a watch."""
        entry.place = place
        entry.category = sky
        entry.reason = star
        if cloudy:
            entry.measure("cloudy", 1)
        if stars:
            entry.measure("stars", stars)
        if cost:
            entry.measure("cost", cost)

    made = register(
        name="watching.watches",
        title="觀星登記",
        rows=lambda person: Entry.objects.filter(kind="watching.watched"),
        columns=(
            Column("number", "觀星號", imported_only=True),
            Column("occurred_on", "觀星日", kind="date", headings=("觀星日期",)),
            Column("place", "觀星點", path="place__full_name", kind="reference"),
            Column("watcher", "觀星人", kind="reference", imported_only=True),
            Column("star", "星名", path="reason", headings=("主題(星名)",)),
            Column("stars", "星數", kind="integer", imported_only=True),
            Column("cost", "觀星費", kind="money", imported_only=True),
            Column("cloudy", "是否多雲", kind="flag", imported_only=True),
            Column("sky", "天色", kind="choice", path="category", choices={"clear": "晴", "dim": "暗"}),
            Column("phone", "觀星電話", personal="phone", imported_only=True),
        ),
        order=("occurred_on",),
        day="occurred_on",
        importing=Importing(
            watch, names=("觀星記錄",), needs=("occurred_on", "place", "star"), key=("number",), order=50
        ),
    )
    yield made
    del REGISTERS._members[made.name]
    del ACTIONS._members["watching.watched"]


@pytest.fixture
def workbook(tmp_path):
    """Write rows (or sheets by name) as an .xlsx of that name; returns its path."""

    def write(name, rows):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, lines in (rows if isinstance(rows, dict) else {"Sheet1": rows}).items():
            sheet = book.create_sheet(title)
            for line in lines:
                sheet.append(line)
        path = tmp_path / name
        book.save(path)
        return path

    return write


@pytest.fixture
def csv_file(tmp_path):
    def write(name, rows, *, encoding="utf-8-sig"):
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        path = tmp_path / name
        path.write_bytes(text.getvalue().encode(encoding))
        return path

    return write
