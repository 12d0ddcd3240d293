"""Form fields that read what people and spreadsheets write: days, amounts, whole numbers, words of a list.

Each cleans a typed text, a spreadsheet's value or the value itself, and says what to write instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import clock, dates, numbers
from .text import clean_cell, fold


class _Spoken(forms.Field):
    """A field whose value is read by a function of the kit that raises ValueError with a sentence."""

    def read(self, value: Any) -> Any:
        raise NotImplementedError

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values or (isinstance(value, str) and not value.strip()):
            return None
        try:
            return self.read(value)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class DayField(_Spoken):
    """A day in any style a school writes → date."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def read(self, value: Any) -> date:
        if isinstance(value, datetime):
            return value.date()
        return value if isinstance(value, date) else dates.parse_date(value)

    def prepare_value(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, date) else value


class MomentField(_Spoken):
    """A day with or without a time → aware datetime; midnight where no time was written."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def read(self, value: Any) -> datetime:
        if isinstance(value, datetime):
            return value if value.tzinfo else clock.at(value.date(), value.time())
        if isinstance(value, date):
            return clock.at(value, time())
        day, clock_time = dates.parse_moment(value)
        return clock.at(day, clock_time or time())


class ClockField(_Spoken):
    """A time of day: 9:36, 上午9:30, a spreadsheet's fraction of a day → time."""

    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")

    def read(self, value: Any) -> time:
        if isinstance(value, datetime):
            return value.time()
        return value if isinstance(value, time) else dates.parse_time(value)


class DurationField(_Spoken):
    """A length of time: 3分28秒, 3:28, or a bare number of ``unit`` → whole seconds."""

    def __init__(self, *, unit: str = "second", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.unit = unit

    def read(self, value: Any) -> int:
        return dates.parse_duration(value, unit=self.unit)


class WholeNumberField(_Spoken):
    """A whole number between ``least`` and ``most``: 200, 200.0, ２００, 1,200 → int."""

    widget = forms.NumberInput(attrs={"inputmode": "numeric"})

    def __init__(self, *, least: int = 0, most: int = 10**9, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.least, self.most = least, most

    def read(self, value: Any) -> int:
        number = numbers.parse_integer(value)
        if number < self.least:
            raise ValueError(_("不能小於 %(least)s，寫的是 %(number)s。") % {"least": self.least, "number": number})
        if number > self.most:
            raise ValueError(
                _("%(number)s 太大了，最多 %(most)s。請檢查是否多打了零。") % {"most": self.most, "number": number}
            )
        return number


class MoneyField(_Spoken):
    """An amount in 元 (54, "¥54.00", 1,234.5元) → 分 as int, never negative unless ``least`` says so."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def __init__(self, *, least: int = 0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.least = least

    def read(self, value: Any) -> int:
        fen = numbers.parse_yuan(value)
        if fen < self.least:
            raise ValueError(_("金額不能小於 %(least)s 元。") % {"least": numbers.yuan(self.least)})
        return fen


class TextField(forms.CharField):
    """Text as written, edges trimmed; numbers from a spreadsheet as their digits (2018, not 2018.0)."""

    def to_python(self, value: Any) -> str:
        if value in self.empty_values:
            return ""
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return clean_cell(str(value))


class LongTextField(TextField):
    widget = forms.Textarea(attrs={"rows": 3})


class WordField(forms.ChoiceField):
    """One word of a list; ``words`` gives for each key the ways people write it, either script.

    ``WordField(choices=Urgency.choices, words={"urgent": ("緊急", "急", "特急")})``. Labels and keys count as words too.
    ``otherwise`` takes whatever is not in the list (as the key it names) instead of refusing it.
    """

    def __init__(
        self, *, words: Mapping[str, tuple[str, ...]] | None = None, otherwise: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.otherwise = otherwise
        self._words = dict(words or {})
        self._by_word: dict[str, str] = {}

    def _listed(self) -> list[tuple[Any, Any]]:
        return list(cast("Iterable[tuple[Any, Any]]", self.choices))

    def _known(self) -> dict[str, str]:
        if not self._by_word:
            found: dict[str, str] = {}
            listed = self._listed()
            # A sheet is written in the school's words whatever language its reader's pages are in.
            for language, _name in settings.LANGUAGES:
                with translation.override(language):
                    for key, label in listed:
                        for word in (str(key), str(label), *self._words.get(str(key), ())):
                            found.setdefault(fold(word), str(key))
            # The form's fields are copied from the class: fill the dict they share.
            self._by_word.update(found)
        return self._by_word

    def to_python(self, value: Any) -> str:
        text = clean_cell(str(value)) if value not in self.empty_values else ""
        if not text:
            return ""
        known = self._known().get(fold(text))
        if known is not None:
            return known
        if self.otherwise is not None:
            return self.otherwise
        listed = "、".join(str(label) for key, label in self._listed() if key != "")
        raise forms.ValidationError(_("「%(word)s」不在可選的詞裏：%(listed)s。") % {"word": text, "listed": listed})

    def validate(self, value: str) -> None:
        forms.Field.validate(self, value)


class _Tick(forms.CheckboxInput):
    """A box to tick that lets a written word (否) through to its field instead of taking it for a tick."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        return data.get(name, False)


class FlagField(_Spoken):
    """是 or 否 → bool; empty is False."""

    widget = _Tick
    YES = frozenset(map(fold, ("是", "有", "對", "√", "✓", "1", "true", "yes", "y", "on", "已")))
    NO = frozenset(map(fold, ("否", "無", "沒有", "×", "0", "false", "no", "n", "off", "未", "-")))

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> bool:
        return bool(super().to_python(value))

    def read(self, value: Any) -> bool:
        if isinstance(value, bool):
            return value
        word = fold(str(value))
        if word in self.YES:
            return True
        if word in self.NO:
            return False
        raise ValueError(_("「%(word)s」看不出是或否，請寫「是」或「否」。") % {"word": value})


class KeptFlagField(forms.ChoiceField):
    """是 or 否 → bool, and None where nothing was told: for verbs that set some facts of a row and keep the others.

    A box that is not ticked cannot be told from a box that was not looked at, so on a page it is three choices.
    """

    def __init__(self, **kwargs: Any) -> None:
        choices = [("", gettext_lazy("不改")), ("yes", gettext_lazy("是")), ("no", gettext_lazy("否"))]
        super().__init__(choices=choices, required=False, **kwargs)

    def to_python(self, value: Any) -> bool | None:
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        try:
            return FlagField().read(value)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def validate(self, value: Any) -> None:
        """Anything that reads as 是 or 否 is valid, and so is nothing."""

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value


# What is written into a text to say that it is to be empty, where an empty field keeps what is there.
EMPTIED = frozenset(map(fold, ("無", "清空")))


def kept_text(told: str, known: str) -> str:
    """The text a row has after a verb that keeps what is not told: ``known`` where nothing was, "" where it says 無."""
    return "" if fold(told) in EMPTIED else told or known
