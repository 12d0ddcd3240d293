"""Correcting a noun: what a card, a class, a place, an item or somebody is called and is, with a reason and its history.

Every ``…_corrected`` verb tells :func:`correct` the fields it was given. What is not told stays; each field that changes leaves a
:class:`Correction` (what it was, what it is, why, by whom), of a personal field only that it changed. The entry says the same
in words. Numbers that the journal backs (how many, where, what worth) are no corrections: they move by their own papers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import ActionForm
from houqin.foundation.journal.models import Place
from houqin.foundation.journal.refused import Refused
from houqin.foundation.journal.writer import Draft
from houqin.kit.fields import EMPTIED, TextField
from houqin.kit.text import fold

from .models import Correction, Person

LONGEST = 300
LONGEST_REASON = 200
KEPT = gettext_lazy("空着不改，清空寫「無」。")


class Cleared:
    """What a reference is told to be where nothing is wanted there any more."""


CLEARED = Cleared()


class Clearing:
    """Mixed into a reference field: 無 takes away what is there."""

    def to_python(self, value: Any) -> Any:
        if value is CLEARED or (isinstance(value, str) and fold(value) in EMPTIED):
            return CLEARED
        return super().to_python(value)  # type: ignore[misc]


class CorrectForm(ActionForm):
    """The form of a correction: the noun under ``corrects``, its fields with none required, and the reason.

    ``elsewhere`` says of columns that move by their own papers which verb does it.
    """

    corrects: ClassVar[str] = ""
    elsewhere: ClassVar[Mapping[str, Any]] = {}

    reason = TextField(label=gettext_lazy("更正原因"), max_length=LONGEST_REASON)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([name for name in self.fields if name != "reason"] + ["reason"])

    @classmethod
    def begun_with(cls, document: Any) -> dict[str, Any]:
        """Today's values of the noun."""
        known = {one.name for one in document._meta.concrete_fields}
        return {
            name: getattr(document, name)
            for name in cls.base_fields
            if name in known and name not in {"document", cls.corrects}
        }


# The models that are corrected: label → the fields of theirs that are personal.
CORRECTED: dict[str, tuple[type[models.Model], frozenset[str]]] = {}


def correctable(model: type[models.Model], *, personal: tuple[str, ...] = ()) -> None:
    """Declare that rows of ``model`` are corrected; of its ``personal`` fields the history keeps only that they changed."""
    CORRECTED[model._meta.label_lower] = (model, frozenset(personal))


def kinds() -> dict[str, Any]:
    """The nouns that are corrected, with their words."""
    return {label: model._meta.verbose_name for label, (model, _personal) in CORRECTED.items()}


def field_labels() -> dict[str, Any]:
    """The fields a correction may be about, with their words."""
    return {
        f"{label}.{one.name}": one.verbose_name
        for label, (model, _personal) in CORRECTED.items()
        for one in model._meta.concrete_fields
    }


def differing(row: Any, told: Mapping[str, Any]) -> dict[str, Any]:
    """What of ``told`` says something else than the row: the value it is to have. None and "" are not told, 無 empties."""
    found: dict[str, Any] = {}
    for name, new in told.items():
        if new is None or new == "":
            continue
        if new is CLEARED:
            new = None
        elif isinstance(new, str) and fold(new) in EMPTIED:
            new = ""
        if getattr(row, name) != new:
            found[name] = new
    return found


def correct(
    entry: Draft,
    row: Any,
    told: Mapping[str, Any],
    *,
    reason: str,
    campus: Place | None = None,
    follows: tuple[str, ...] = (),
) -> list[str]:
    """Set of ``row`` what is told and differs, and keep what it was; gives the fields that changed.

    None and "" are not told; 無 empties a text, :data:`CLEARED` a reference. ``follows`` are fields the caller has derived from
    them, written along. Refuses where nothing would change.
    """
    label = row._meta.label_lower
    _model, personal = CORRECTED[label]
    changed: list[str] = []
    words: list[str] = []
    called = str(row)
    for name, new in differing(row, told).items():
        one: Any = row._meta.get_field(name)
        was = _shown(row, one)
        setattr(row, name, new)
        is_now = _shown(row, one)
        hidden = name in personal
        changed.append(name)
        about_a_person = hidden or one.related_model is Person
        words.append(str(one.verbose_name) if about_a_person else f"{one.verbose_name} {was or '—'}→{is_now or '—'}")
        entry.creates(
            Correction(
                noun=label,
                row=row.pk,
                name=called[:200],
                field=f"{label}.{name}",
                before="" if hidden else was[:LONGEST],
                after="" if hidden else is_now[:LONGEST],
                reason=reason,
                campus=campus,
                by=entry.by,
                on=entry.occurred_on,
            )
        )
    if not changed:
        raise Refused(_("「%(name)s」和填的一樣，沒有要更正的。") % {"name": called})
    entry.changes(row, *changed, *follows)
    entry.reason = told_in_words(reason, words)
    return changed


def told_in_words(reason: str, words: list[str]) -> str:
    """The reason, and what it changed, as an entry keeps it."""
    return f"{reason}（{'；'.join(words)}）"[:LONGEST_REASON]


def _shown(row: models.Model, one: Any) -> str:
    value = getattr(row, one.name)
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if one.choices:
        return str(dict(one.flatchoices).get(value, value))
    return str(value)


def history(row: models.Model) -> models.QuerySet[Correction]:
    """What was corrected of a noun, the newest first."""
    return Correction.objects.filter(noun=row._meta.label_lower, row=row.pk).select_related("by").order_by("-pk")


__all__ = ["CLEARED", "Clearing", "CorrectForm", "correct", "correctable", "field_labels", "history", "kinds"]
