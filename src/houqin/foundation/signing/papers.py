"""What a signature stands on: the whole paper, and whether the paper still says it.

The whole paper is its header, every row that hangs on it (lines, quotes, members …) and its attachments. A signature covers of
these what was filled in when it was given. A route goes on after a signature and fills in what was blank; that takes nothing
back of what was signed. So a signature

- *stands* where every value it covers is still there and no line was added,
- has *later entries* where something it covers was changed by entries,
- *disagrees* where the paper is not what its entries left (:mod:`houqin.foundation.journal.verification`).

A signature of the first version covers the header alone, as it was then, filled in or not.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from hashlib import sha256
from itertools import product
from typing import Any

from django.apps import apps
from django.db import models

from houqin.foundation.journal.digest import canonical
from houqin.foundation.journal.verification import are_as_vouched
from houqin.foundation.journal.vouching import AT_ONCE, spelling_of
from houqin.kit import clock

from .models import Attachment, Document, Signature

VERSION = 2
# Of the header: what a route moves, and what no reader of the paper sees.
_NOT_ON_PAPER = frozenset({"id", "state"})

# Table, names of the columns that were filled in, keys of the rows that had just these.
Cover = tuple[str, list[str], list[int]]
# Table and key of a row, and what it says.
Row = tuple[str, int, dict[str, Any]]


class Agreement(Enum):
    STANDS = "stands"
    LATER_ENTRIES = "later"
    DISAGREES = "disagrees"


@dataclass(frozen=True)
class SignedPaper:
    """What is on a paper at one moment: ``digest`` and ``covers`` as a signature keeps them."""

    digest: str
    covers: str


# The rows of a paper


@cache
def parts_of(model: type[Document]) -> tuple[tuple[type[models.Model], str], ...]:
    """The models whose rows hang on this kind of paper, each with the lookup that leads to it (``comparison``, ``bid__tender``).

    A row hangs on what its first column into its own domain names; a row of another paper that mentions this one does not.
    """
    found: list[tuple[type[models.Model], str]] = []
    for one in apps.get_app_config(model._meta.app_label).get_models():
        path = _path_to(one, model, seen=frozenset())
        if path:
            found.append((one, path))
    return tuple(found)


def _path_to(model: type[models.Model], paper: type[Document], *, seen: frozenset[type[models.Model]]) -> str:
    if issubclass(model, Document) or model in seen:
        return ""
    for field in model._meta.concrete_fields:
        target = field.related_model
        if not isinstance(target, type) or target._meta.app_label != model._meta.app_label:
            continue
        if target is paper:
            return field.name
        if issubclass(target, Document):
            return ""
        if further := _path_to(target, paper, seen=seen | {model}):
            return f"{field.name}__{further}"
    return ""


def rows_of(papers: Sequence[Document]) -> dict[int, list[Row]]:
    """What the database holds of each of these papers (of one kind), header first. A few questions for five hundred papers."""
    found: dict[int, list[Row]] = {paper.pk: [] for paper in papers}
    if not papers:
        return found
    model = type(papers[0])
    personal = {model._meta.get_field(name).attname for name in model.personal}  # type: ignore[union-attr]
    keys = list(found)
    for start in range(0, len(keys), AT_ONCE):
        part = keys[start : start + AT_ONCE]
        for paper, row in _read(model, "pk", part, without=_NOT_ON_PAPER | personal):
            found[paper].append(row)
        for one, path in parts_of(model):
            # A row says on which paper it is by its place in the list.
            for paper, row in _read(one, path, part, without=frozenset({"id"})):
                found[paper].append(row)
        kept = Attachment.objects.filter(document_kind=model.kind, document_id__in=part).order_by("pk")
        for paper, key, name, digest in kept.values_list("document_id", "pk", "name", "digest"):
            found[paper].append((Attachment._meta.db_table, key, {"name": name, "digest": digest}))
    return found


def _read(
    model: type[models.Model], path: str, keys: list[int], *, without: frozenset[str]
) -> Iterator[tuple[int, Row]]:
    spelling = spelling_of(model)
    rows = model._base_manager.filter(**{f"{path}__in": keys}).order_by("pk")
    for paper, key, *values in rows.values_list(path, "pk", *spelling.names):
        told = spelling.told(values)
        yield paper, (spelling.table, key, {name: value for name, value in told.items() if name not in without})


# Signing


def whole_papers(papers: Sequence[Document]) -> dict[int, SignedPaper]:
    """What a signature given now covers, for each of these papers of one kind by its key."""
    return {key: _signed(rows) for key, rows in rows_of(papers).items()}


def _signed(rows: list[Row]) -> SignedPaper:
    covers: dict[tuple[str, tuple[str, ...]], list[int]] = {}
    for table, key, told in rows:
        covers.setdefault((table, tuple(sorted(told))), []).append(key)
    listed = [[table, list(names), keys] for (table, names), keys in covers.items()]
    return SignedPaper(_digest(rows, listed), canonical(listed))


def _digest(rows: Iterable[Row], covers: Sequence[Sequence[Any]]) -> str:
    """SHA-256 of what ``covers`` names, as ``rows`` say it; a row or value that is gone leaves its place empty."""
    held = {(table, key): told for table, key, told in rows}
    said = [
        [table, key, None if (told := held.get((table, key))) is None else [[name, told.get(name)] for name in names]]
        for table, names, keys in covers
        for key in keys
    ]
    return sha256(canonical(said).encode()).hexdigest()


# Looking at it later


def agreements(paper: Document, signatures: Iterable[Signature]) -> dict[int, Agreement]:
    """For each signature under ``paper``, by its key, whether the paper still says what was signed."""
    rows = rows_of([paper])[paper.pk]
    signatures = list(signatures)
    covered = [cover for one in signatures if one.covers for cover in json.loads(one.covers)]
    if not are_as_vouched(
        {(table, key) for table, key, _told in rows} | {(table, key) for table, _names, keys in covered for key in keys}
    ):
        return {one.pk: Agreement.DISAGREES for one in signatures}
    return {one.pk: Agreement.STANDS if _stands(one, paper, rows) else Agreement.LATER_ENTRIES for one in signatures}


def _stands(signature: Signature, paper: Document, rows: list[Row]) -> bool:
    if not signature.covers:
        return signature.digest in _first_digests(paper)
    covers = json.loads(signature.covers)
    known = {(table, key) for table, _names, keys in covers for key in keys}
    is_longer = any((table, key) not in known and table != Attachment._meta.db_table for table, key, _told in rows)
    return not is_longer and _digest(rows, covers) == signature.digest


def _first_digests(paper: Document) -> Iterator[str]:
    """The digests of the header that a signature of the first version may bear.

    It spelled a moment as the action held it, in the school's time where it was set just then and in UTC where it was read.
    """
    facts = paper.paper()
    moments = [one.name for one in paper._meta.concrete_fields if isinstance(getattr(paper, one.attname), datetime)]
    moments = [name for name in moments if name in facts]
    spelled = [(str(value), str(clock.local(value))) for value in (getattr(paper, name) for name in moments)]
    for mix in product(*spelled[:8]):
        said = facts | dict(zip(moments, mix, strict=False))
        yield sha256(canonical(said).encode()).hexdigest()
