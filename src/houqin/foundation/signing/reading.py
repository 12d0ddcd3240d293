"""Who may read a document: whoever a register shows it to, whoever opened it, whoever it waits or waited for."""

from __future__ import annotations

from django.db.models import Q

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


def find_document(kind: str, key: int) -> Document | None:
    """The document of that kind and key, or None."""
    model = DOCUMENTS.get(kind)
    if model is None:
        return None
    return model._default_manager.select_related("place", "campus", "opened_by").filter(pk=key).first()
