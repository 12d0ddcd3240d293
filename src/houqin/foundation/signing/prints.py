"""What a document is printed on besides its own page: a sheet to sign, a letter in two copies, a comparison table.

    @print_of(Distribution, "sheet", label=_("各班簽領單"))
    def sheet(distribution, person) -> Sequence[Slip]: ...

The document's page offers it, the API gives it, each as .pdf, .docx and on screen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from houqin.foundation.journal.models import Entry
from houqin.foundation.org.models import Person, School
from houqin.foundation.org.rules import Rule, anyone
from houqin.kit import clock
from houqin.kit.papers.slip import Slip
from houqin.kit.registry import Registry

from .models import Document, Signature


@dataclass(frozen=True)
class Print:
    """One way a kind of document is printed; ``slips(document, person)`` gives its forms, ``when`` says whether it has any yet."""

    document: type[Document]
    name: str
    label: Any
    slips: Callable[[Any, Person], Sequence[Slip]]
    readers: Rule = anyone
    when: Callable[[Any], bool] = lambda document: True


PRINTS: Registry[Print] = Registry("print")


def print_of(document: type[Document], name: str, **facts: Any) -> Callable[..., Callable[..., Sequence[Slip]]]:
    """Declare a print of ``document`` over the function that fills it in; ``name`` stands in its address."""

    def declare(slips: Callable[[Any, Person], Sequence[Slip]]) -> Callable[..., Sequence[Slip]]:
        PRINTS.add(f"{document.kind}/{name}", Print(document=document, name=name, slips=slips, **facts))
        return slips

    return declare


def prints_of(document: Document, person: Person) -> list[Print]:
    """The prints this paper has as it stands, of those this person may make. Whoever asks may read the paper already."""
    return [
        one
        for one in PRINTS
        if one.document is type(document) and one.readers(person, document=document) and one.when(document)
    ]


def letterhead() -> str:
    """School and office as they stand over every form; "" before a school is founded."""
    school = School.objects.first()
    return f"{school.name}{school.office}" if school else ""


def exceptions(document: Document, kind: str) -> tuple[str, ...]:
    """What a form says where the principal lifted the separation of duties on it: who, when, why; nothing elsewhere."""
    found = Entry.objects.filter(
        document_kind=document.kind, document_id=document.pk, kind=kind, sign=1, reversed_by__isnull=True
    ).select_related("by")
    return tuple(
        _("不相容職務例外：%(who)s %(day)s 批准，理由：%(reason)s。")
        % {"who": one.by, "day": one.occurred_on, "reason": one.reason}
        for one in found.order_by("number")
    )


def signed(document: Document, *lines: tuple[str, Any]) -> tuple[tuple[str, str], ...]:
    """The line of signatures of a form: for each (``signs_as``, label) who signed and when, an empty line where nobody did.

    Several who signed as the same (three appraisers) stand one after the other.
    """
    found: dict[str, list[str]] = {}
    rows = Signature.objects.filter(document_kind=document.kind, document_id=document.pk).select_related("person")
    for one in rows.order_by("pk"):
        found.setdefault(one.signs_as, []).append(f"{one.person} {clock.day_of(one.signed_at)}")
    return tuple((str(label), "、".join(found.get(signs_as, ()))) for signs_as, label in lines)
