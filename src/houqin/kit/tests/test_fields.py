"""Form fields read what people and spreadsheets write, and say what to write instead."""

from datetime import date, datetime, time

import pytest
from django import forms

from houqin.kit import clock
from houqin.kit.fields import (
    ClockField,
    DayField,
    DurationField,
    FlagField,
    MomentField,
    MoneyField,
    TextField,
    WholeNumberField,
    WordField,
)


@pytest.mark.parametrize(
    "written", ["2019-03-05", "2019.3.5", "2019年3月5日", date(2019, 3, 5), datetime(2019, 3, 5, 9)]
)
def test_a_day_is_read_in_any_style(written):
    assert DayField().clean(written) == date(2019, 3, 5)


def test_a_moment_without_a_time_is_midnight_in_shanghai():
    assert MomentField().clean("2018-07-10 10:11") == clock.at(date(2018, 7, 10), time(10, 11))
    assert MomentField().clean("2018-07-10") == clock.at(date(2018, 7, 10), time())


def test_times_and_durations():
    assert ClockField().clean("9:36") == time(9, 36)
    assert DurationField().clean("3分28秒") == 208
    assert DurationField(unit="minute").clean(20) == 1200


def test_whole_numbers_are_kept_within_their_bounds():
    field = WholeNumberField(least=1, most=500)

    assert field.clean("２００") == 200
    with pytest.raises(forms.ValidationError, match="不能小於 1"):
        field.clean(0)
    with pytest.raises(forms.ValidationError, match="多打了零"):
        field.clean(501)
    with pytest.raises(forms.ValidationError):
        field.clean("1.5")


def test_money_becomes_fen():
    assert MoneyField().clean("¥1,234.5") == 123450
    assert MoneyField().clean(12.5) == 1250
    with pytest.raises(forms.ValidationError, match="不能小於"):
        MoneyField().clean("-1")


def test_text_keeps_what_was_written_and_refuses_nul():
    assert TextField().clean("  灯管 ") == "灯管"
    assert TextField().clean(2018.0) == "2018"
    with pytest.raises(forms.ValidationError):
        TextField().clean("a\x00b")


def test_a_word_is_found_in_either_script_or_refused_with_the_list():
    field = WordField(choices=[("urgent", "緊急"), ("ordinary", "一般")], words={"urgent": ("特急",)})

    assert [field.clean(word) for word in ("紧急", "特急", "urgent", "一般")] == [
        "urgent",
        "urgent",
        "urgent",
        "ordinary",
    ]
    with pytest.raises(forms.ValidationError, match="緊急、一般"):
        field.clean("馬上")


def test_a_word_field_may_take_what_it_does_not_know():
    assert WordField(choices=[("other", "其他")], otherwise="other").clean("稀奇") == "other"


def test_flags():
    assert [FlagField().clean(word) for word in ("是", "否", "", None, True, "√")] == [
        True,
        False,
        False,
        False,
        True,
        True,
    ]
    with pytest.raises(forms.ValidationError, match="看不出是或否"):
        FlagField().clean("也許")


def test_a_written_no_is_no_in_a_form_too():
    class Form(forms.Form):
        flag = FlagField()

    cleaned = []
    for data in ({"flag": "否"}, {"flag": "on"}, {}, {"flag": False}):
        form = Form(data)
        assert form.is_valid()
        cleaned.append(form.cleaned_data["flag"])

    assert cleaned == [False, True, False, False]
