"""Who may read a document: whoever a register shows it to, whoever opened it, whoever it waits or waited for.

Whoever took a step that was waited for may read the paper on: it bears their signature. An optional step opens nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from houqin.foundation.journal.actions import Action, before_performing
from houqin.foundation.journal.refused import Unseen
from houqin.foundation.org.fields import ReferenceField
from houqin.foundation.org.models import Person
from houqin.foundation.org.rules import office, readers
from houqin.foundation.registers.register import REGISTERS, Register

from .models import DOCUMENTS, Document, Task


def registers_showing(model: type[Document], *, person: Person) -> list[Register]:
    """The registers of this kind of document that ``person`` may open."""
    return [register for register in REGISTERS if register.document is model and register.readers(person)]


def may_read(person: Person, document: Document) -> bool:
    """Whether ``person`` may see this paper; see the module."""
    if document.opened_by_id == person.pk:
        return True
    for register in registers_showing(type(document), person=person):
        if register.rows(person).filter(pk=document.pk).exists():
            return True
    if not any(register.document is type(document) for register in REGISTERS) and (readers | office)(person):
        return True
    of_document = Task.objects.filter(document_kind=document.kind, document_id=document.pk)
    return of_document.filter(Q(done_by=person) | Q(person=person)).exists() or of_document.open().of(person).exists()


def readable(person: Person, rows: QuerySet[Any]) -> QuerySet[Any]:
    """The papers among ``rows`` that ``person`` may read, as :func:`may_read` says of each; rows that are no papers all."""
    model = rows.model
    if not issubclass(model, Document):
        return rows
    if not any(register.document is model for register in REGISTERS) and (readers | office)(person):
        return rows
    of_kind = Task.objects.filter(document_kind=model.kind)
    waits = of_kind.filter(Q(done_by=person) | Q(person=person)) | of_kind.open().of(person)
    seen = Q(opened_by=person) | Q(pk__in=waits.values("document_id"))
    for register in registers_showing(model, person=person):
        seen |= Q(pk__in=register.rows(person).order_by().values("pk"))
    return rows.filter(seen)


def offer_what_is_read(fields: Iterable[forms.Field], person: Person) -> None:
    """Let the fields of a form offer and suggest of papers only those that ``person`` may read."""
    for one in fields:
        each = getattr(one, "each", one)
        if isinstance(each, ReferenceField):
            each.seen = partial(readable, person)


@before_performing
def refuse_unread(verb: Action, person: Person, data: Mapping[str, Any]) -> None:
    """No step on a paper one may not read, nor one that names such a paper, by whatever interface it is asked."""
    for name, one in verb.form.base_fields.items():
        if not issubclass(model_of(one) or Model, Document):
            continue
        try:
            told = one.clean(one.widget.value_from_datadict(data, {}, name))
        except ValidationError:
            continue  # The form says it better.
        for document in told if isinstance(told, Iterable) else [told]:
            if isinstance(document, Document) and not may_read(person, document):
                raise Unseen(_("這張單只給經手的人和總務處看。"), field=name)


def model_of(one: forms.Field) -> type[Model] | None:
    """The model whose rows a field of a form takes, one or several."""
    each = getattr(one, "each", one)
    return getattr(each, "model", None) or getattr(getattr(each, "queryset", None), "model", None)


def find_document(kind: str, key: int) -> Document | None:
    """The document of that kind and key, or None."""
    model = DOCUMENTS.get(kind)
    if model is None:
        return None
    return model._default_manager.select_related("place", "campus", "opened_by").filter(pk=key).first()
