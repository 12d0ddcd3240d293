"""What the journal keeps of a form: ids, days, numbers and words of a list. It cannot forget, so it learns no names."""

from datetime import date

import pytest
from django import forms

from houqin.foundation.journal.actions import ACTIONS, ActionForm, asked
from houqin.foundation.journal.models import Entry
from houqin.kit.fields import DayField, TextField, WholeNumberField, WordField


class Slip(ActionForm):
    pupil = TextField()
    kind = WordField(choices=[("ill", "病假"), ("other", "事假")])
    minutes = WholeNumberField()
    on = DayField()


def test_words_of_a_list_numbers_and_days_are_kept_and_free_text_is_not():
    form = Slip({"pupil": "王小明", "kind": "病假", "minutes": "40", "on": "2019-03-05"})
    assert form.is_valid()

    assert asked(form.cleaned_data, words=form.told_as_text()) == {"kind": "ill", "minutes": 40, "on": "2019-03-05"}


def test_names_in_lists_and_as_keys_are_not_kept():
    assert asked({"committee": ["孫大有"], "scores": {"孫大有": 90}, "day": date(2019, 3, 5)}) == {"day": "2019-03-05"}


@pytest.mark.parametrize("kind", sorted(one.kind for one in ACTIONS))
def test_no_action_keeps_what_may_be_written_freely(kind):
    """The few that do, keep what names no person."""
    form = ACTIONS[kind].form()
    free = {name for name, one in form.fields.items() if isinstance(one, forms.CharField)}

    assert free & form.told_as_text() == set(form.also_told)
    assert set(form.also_told) <= {"username"}


def test_what_was_reported_is_not_in_the_entry(cast):
    ACTIONS["repairs.reported"](cast.zhao, place=cast.south_105, category="electric", fault="趙老師摔了燈")

    assert "趙老師" not in Entry.objects.get(kind="repairs.reported").asked
