"""An action's form as fields to draw: what kind of input, with which value, options, help and errors."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.safestring import SafeString

from houqin.foundation.journal.actions import Action, ActionForm, can
from houqin.foundation.org.correcting import CorrectForm
from houqin.foundation.org.fields import (
    ReferenceField,
    SeveralField,
    is_numbered,
    offer_within_reach,
)
from houqin.foundation.org.models import Person
from houqin.foundation.signing.attachments import ACCEPT
from houqin.foundation.signing.reading import offer_what_is_read
from houqin.kit import clock
from houqin.kit.fields import ClockField, DayField, FlagField, MomentField, MoneyField, WholeNumberField

from .writing import spoken

# More rows than this are typed with suggestions, not chosen from a list.
MOST_CHOSEN = 300
# Up to this many words stand side by side as buttons.
MOST_BUTTONS = 5
# So many empty lines for a field of several rows that are typed.
MOST_LINES = 6
# The field in which a form takes the signature of somebody at the counter.
DRAWING = "drawing"


@dataclass
class Drawn:
    """One field as a template draws it."""

    name: str
    id: str
    label: str
    help: str
    is_required: bool
    kind: str
    value: Any = ""
    options: list[tuple[str, str, bool]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    least: int | None = None
    most: int | None = None
    longest: int | None = None
    suggestions: bool = False
    accept: str = ""
    multiple: bool = False
    html: SafeString | str = ""


def blank_form(verb: Action, *, actor: Person, given: dict[str, Any]) -> ActionForm:
    """The form as it is first shown: the day and the moment are now, the rest is what the address gave."""
    initial = _todays_values(verb, actor=actor, given=given) | given
    for name, one in verb.form.base_fields.items():
        if name in initial or one.initial is not None:
            continue
        if isinstance(one, DayField) and (one.required or name == "occurred_on"):
            initial[name] = clock.today()
        elif isinstance(one, MomentField) and one.required:
            initial[name] = clock.now()
    return verb.form(initial=initial, actor=actor)


def _todays_values(verb: Action, *, actor: Person, given: dict[str, Any]) -> dict[str, Any]:
    """What the noun says now that a correction was begun with."""
    if not issubclass(verb.form, CorrectForm) or not given.get(verb.form.corrects):
        return {}
    form = verb.form(actor=actor)
    offer_within_reach(verb, form.fields, actor)
    one = form.fields[verb.form.corrects]
    try:
        noun = one.to_python(given[verb.form.corrects])
    except forms.ValidationError:
        return {}
    may = can(actor, verb, **{verb.form.corrects: noun})
    return verb.form.begun_with(noun) if noun is not None and may else {}


def has_something_to_choose(verb: Action, person: Person) -> bool:
    """Whether every list the form wants something chosen from holds something: nobody is offered to end a ban that is not there."""
    form = verb.form(actor=person)
    if any(
        isinstance(one, forms.ModelChoiceField) and one.required and not one.queryset for one in form.fields.values()
    ):
        return False
    fields: dict[str, Any] = {
        name: one
        for name, one in form.fields.items()
        if one.required and isinstance(each := getattr(one, "each", one), ReferenceField) and each.is_narrowed
    }
    offer_within_reach(verb, fields, person)
    offer_what_is_read(fields.values(), person)
    return all(getattr(one, "each", one).offered().exists() for one in fields.values())


def drawn(form: forms.BaseForm, *, hidden: Iterable[str] = ()) -> list[Drawn]:
    """The form's fields in order, without those the page fills in itself; offering what whoever fills it in may read."""
    if isinstance(form, ActionForm) and form.actor is not None:
        offer_what_is_read(form.fields.values(), form.actor)
    return [_drawn(form[name]) for name in form.fields if name not in set(hidden)]


def _drawn(bound: forms.BoundField) -> Drawn:
    one = bound.field
    value = bound.value()
    made = Drawn(
        name=bound.html_name,
        id=bound.id_for_label or f"id_{bound.html_name}",
        label=str(bound.label),
        help=str(one.help_text or ""),
        is_required=one.required,
        kind="text",
        value="" if value is None else value,
        errors=[spoken(error) for error in bound.errors],
        longest=getattr(one, "max_length", None),
    )
    if isinstance(one, forms.JSONField) and value in (None, "null"):
        made.value = ""
    if isinstance(one, forms.FileField):
        made.kind, made.accept, made.value = "file", ACCEPT, ""
    elif isinstance(one, ReferenceField):
        _draw_reference(made, one, value)
    elif isinstance(one, SeveralField):
        _draw_several(made, one, value)
    elif isinstance(one, forms.ModelMultipleChoiceField | forms.MultipleChoiceField):
        chosen = {str(getattr(v, "pk", v)) for v in (value or [])}
        made.kind, made.multiple = "checks", True
        made.options = [(str(key), str(label), str(key) in chosen) for key, label in _choices(one)]
    elif isinstance(one, forms.ModelChoiceField | forms.ChoiceField):
        _draw_choice(made, one, value)
    elif isinstance(one, FlagField | forms.BooleanField):
        made.kind, made.value = "checkbox", value in (True, "on", "1", "true", "True", "是")
    elif isinstance(one, DayField | forms.DateField):
        made.kind, made.value = "date", _day(value)
    elif isinstance(one, MomentField | forms.DateTimeField):
        made.kind, made.value = "datetime-local", _moment(value)
    elif isinstance(one, ClockField):
        made.kind, made.value = "time", value.strftime("%H:%M") if hasattr(value, "strftime") else made.value
    elif isinstance(one, WholeNumberField):
        made.kind, made.least, made.most = "number", one.least, one.most
    elif isinstance(one, MoneyField):
        made.kind = "money"
    elif isinstance(one.widget, forms.Textarea):
        made.kind = "textarea"
    elif isinstance(one.widget, forms.HiddenInput):
        # A signature is drawn into a hidden field of this name; without JavaScript it stays empty.
        made.kind = "signature" if bound.name == DRAWING else "hidden"
    elif not isinstance(one, forms.CharField) and type(one.widget) is not forms.TextInput:
        made.kind, made.html = "other", bound.as_widget(attrs={"class": "form-control"})
    return made


def _choices(one: Any) -> list[tuple[Any, Any]]:
    return list(one.choices)


def _draw_choice(made: Drawn, one: Any, value: Any) -> None:
    chosen = str(getattr(value, "pk", value) if value is not None else "")
    made.options = [(str(key), str(label), str(key) == chosen) for key, label in _choices(one) if str(key) != ""]
    is_short = len(made.options) <= MOST_BUTTONS and all(len(label) <= 8 for _key, label, _on in made.options)
    made.kind = "buttons" if is_short and one.required else "select"


def _draw_reference(made: Drawn, one: ReferenceField, value: Any) -> None:
    """A short list is chosen from; a long one is typed, and the field finds the row by its name in either script."""
    is_free = isinstance(one.widget, forms.TextInput)  # takes what is written, known or not
    rows = [] if is_free else list(one.offered()[: MOST_CHOSEN + 1])
    key = str(getattr(value, "pk", value) if value is not None else "")
    if not is_free and len(rows) <= MOST_CHOSEN:
        made.kind = "select"
        made.options = _row_options(one, rows, {key})
        if key and not any(on for _key, _label, on in made.options):
            # What was typed stays, though it is not in the list: from a link, or refused.
            made.options.append((key, key, True))
        return
    made.kind, made.suggestions = "text", one.is_suggested
    if key.isascii() and key.isdecimal():
        row = one.offered().filter(pk=int(key)).first()
        made.value = one.written([row])[0] if row is not None else key


def _row_options(one: ReferenceField, rows: list[Any], chosen: set[str]) -> list[tuple[str, str, bool]]:
    """Rows as options. A paper is chosen by its number, for digits sent from a form may be one; other rows by their key."""
    made = []
    for row, written in zip(rows, one.written(rows), strict=True):
        sent = written if is_numbered(one.model) else str(row.pk)
        made.append((sent, one.told(row), bool({str(row.pk), written, str(row)} & chosen)))
    return made


def _draw_several(made: Drawn, one: SeveralField, value: Any) -> None:
    """A short list is ticked; of a long one some lines are typed, each with suggestions."""
    told = value if isinstance(value, (list, tuple)) else str(value or "").splitlines()
    chosen = [str(getattr(each, "pk", each)) for each in told]
    rows = list(one.each.offered()[: MOST_CHOSEN + 1])
    made.multiple = True
    if len(rows) <= MOST_CHOSEN:
        made.kind, made.options = "picks", _row_options(one.each, rows, set(chosen))
        known = {word for row in rows for word in (str(row.pk), str(row), *one.each.written([row]))}
        made.options += [(each, each, True) for each in chosen if each not in known]
        return
    made.kind, made.suggestions = "lines", True
    made.options = [(each, each, True) for each in [*chosen, *[""] * (MOST_LINES - len(chosen) or 1)]]


def _day(value: Any) -> str:
    if isinstance(value, datetime):
        return clock.day_of(value).isoformat()
    return value.isoformat() if isinstance(value, date) else str(value or "")


def _moment(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{clock.local(value):%Y-%m-%dT%H:%M}"
    return str(value or "")
