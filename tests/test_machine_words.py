"""What the machine calls a thing is never shown: kinds, codes, accounts, day numbers; and money is money by its field."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import translation

import houqin
from houqin.domains.assets.models import AssetCard
from houqin.domains.purchasing.models import OrderLine
from houqin.domains.safety.models import Drill, ResponsibilityLetter
from houqin.domains.stores.models import Quota
from houqin.foundation.calendar.forms import cycle_told
from houqin.foundation.journal.accounts import account
from houqin.foundation.journal.actions import ACTIONS
from houqin.foundation.journal.spoken import KINDS
from houqin.foundation.registers.register import REGISTERS
from houqin.interfaces.web import words
from houqin.interfaces.web.lines import plain
from houqin.kit.dates import month_label
from houqin.kit.fields import MoneyField
from houqin.kit.money import is_money

LANGUAGES = ("zh-hant", "zh-hans", "en")
# Named as money in a form, yet no money on the model: points out of five for a supplier's prices.
MARKS = {("SupplierMark", "price")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_money_is_money_in_every_language(language):
    with translation.override(language):
        assert plain(OrderLine(price=16835), OrderLine._meta.get_field("price")) == "168.35"
        assert plain(AssetCard(life_years=15), AssetCard._meta.get_field("life_years")) == "15"
        assert "0.3" not in plain(Quota(quantity=30), Quota._meta.get_field("quantity"))


def _fields_of(domain):
    for model in apps.get_app_config(domain).get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.IntegerField):
                yield model, field


def test_what_a_form_takes_as_money_the_model_keeps_as_money():
    astray = set()
    for verb in ACTIONS:
        if verb.domain not in apps.app_configs:
            continue
        names = {name for name, field in verb.form.base_fields.items() if isinstance(field, MoneyField)}
        for model, field in _fields_of(verb.domain):
            if field.name in names and not is_money(field) and (model.__name__, field.name) not in MARKS:
                astray.add(f"{model.__name__}.{field.name}")
    assert astray == set()


@pytest.mark.django_db
def test_what_a_register_shows_as_money_and_what_the_model_keeps_as_money_agree(cast):
    astray = []
    for register in REGISTERS:
        model = register.rows(cast.li).model
        for column in register.columns:
            try:
                field = model._meta.get_field(column.lookup)
            except FieldDoesNotExist:
                continue
            if isinstance(field, models.IntegerField) and is_money(field) != (column.kind == "money"):
                astray.append(f"{register.name}: {column.name}")
    assert astray == []


def test_every_kind_of_entry_that_is_written_has_a_word():
    """Whatever a literal names where a draft is made: ``unit.draft("…")``, ``entry.followed_by("…")``, ``entry.kind = "…"``."""
    nameless = []
    for path in Path(houqin.__file__).parent.rglob("*.py"):
        if "tests" in path.parts or path.name == "testing.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for kind in _kinds_written(node):
                if "." in kind and kind not in ACTIONS and kind not in KINDS:
                    nameless.append(f"{path.name}: {kind}")
    assert nameless == []


def _kinds_written(node):
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("draft", "followed_by")
    ):
        return (
            [one.value for one in ast.walk(ast.Module([ast.Expr(node.args[0])], [])) if _is_text(one)]
            if node.args
            else []
        )
    if isinstance(node, ast.Assign) and any(
        isinstance(one, ast.Attribute) and one.attr == "kind" for one in node.targets
    ):
        return [one.value for one in ast.walk(node.value) if _is_text(one)]
    return []


def _is_text(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_follows_of_itself_is_called_by_a_word(language):
    with translation.override(language):
        for kind in KINDS.names():
            assert words.kind_label(kind) not in ("", kind)


@pytest.mark.django_db
def test_an_end_without_a_name_is_called_by_its_role_never_by_its_code():
    ends = [
        account("faulty", "things"),
        account("mended", "things"),
        account("used", "repairs"),
        account("outside", "materials"),
    ]
    assert [words.account_label(end) for end in ends] == ["損壞待修", "修好", "已使用", "校外"]
    assert words.account_label(account("somewhere", "odd")) == "其他"


def test_every_measure_that_is_written_has_a_word():
    nameless = set()
    for path in Path(houqin.__file__).parent.rglob("*.py"):
        if "tests" in path.parts or path.name == "testing.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "measure":
                nameless |= {one.value for one in ast.walk(node.args[0]) if node.args and _is_text(one)}
    assert {name for name in nameless if words.measure_told(name) == "計數"} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_measure_that_is_a_day_or_money_is_told_as_such(language):
    with translation.override(language):
        assert words.measure_text("return_due", "gate.slip_issued", 739946) == "2026-11-26"
        assert words.measure_text("ends", "purchasing.contract_signed", 739926) == "2026-11-06"
        assert "2000000" not in words.measure_text("bond", "purchasing.bonds_returned", 2000000)


def test_a_month_of_the_year_is_called_as_the_reader_says_it():
    for language, said in (("zh-hant", "7月"), ("zh-hans", "7月"), ("en", "July")):
        with translation.override(language):
            assert month_label(7) == said


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("FREQ=WEEKLY;BYDAY=MO", "每週"),
        ("FREQ=WEEKLY;BYDAY=FR", "每週五"),
        ("FREQ=MONTHLY;BYMONTHDAY=5", "每月 5 日"),
        ("FREQ=YEARLY;BYMONTH=3,9;BYMONTHDAY=1", "每年 3、9 月 1 日"),
        ("FREQ=MONTHLY;BYMONTH=3,9;BYMONTHDAY=25", "每年 3、9 月 25 日"),
        ("FREQ=MONTHLY;BYSETPOS=1;BYDAY=MO", "FREQ=MONTHLY;BYSETPOS=1;BYDAY=MO"),
    ],
)
def test_how_often_a_duty_comes_round_is_told_in_words(rule, said):
    assert cycle_told(rule) == said


@pytest.mark.parametrize(
    ("model", "field", "code", "said"),
    [
        (Drill, "drill_kind", "evacuation", "應急疏散"),
        (AssetCard, "life_group", "furniture", "家具"),
        (ResponsibilityLetter, "letter_kind", "fire", "消防"),
    ],
)
def test_a_code_on_a_paper_is_told_by_its_word(model, field, code, said):
    assert plain(model(**{field: code}), model._meta.get_field(field)).startswith(said)
