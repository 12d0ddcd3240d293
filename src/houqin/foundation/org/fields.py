"""Form fields that take a row, or several, as itself, as its key, or by the name or number people write."""

from __future__ import annotations

import copy
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, cast

from django import forms
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.utils.translation import gettext as _

from houqin.foundation.journal.actions import Action
from houqin.foundation.journal.models import Place
from houqin.foundation.journal.statements import said
from houqin.kit.text import fold, to_simplified, to_traditional

from .directory import Ambiguous, Directory, Unknown
from .models import Party, Person, SchoolClass, Unit
from .reach import Reach
from .rules import Rule


@cache
def _asking(model: type[models.Model], alias: str) -> tuple[str, list[str], list[tuple[int, list[Any], Any]]]:
    """How to ask for one row of ``model``: the SQL, its fields, and what turns column n into the field's value."""
    meta, ops = model._meta, connections[alias].ops
    # Quoted, for a duty's column is called "only", which is a word of SQL.
    columns = ", ".join(ops.quote_name(str(one.column)) for one in meta.concrete_fields)
    sql = f"SELECT {columns} FROM {ops.quote_name(meta.db_table)} WHERE {ops.quote_name(str(meta.pk.column))} = %s"
    converters = []
    for index, one in enumerate(meta.concrete_fields):
        column = one.get_col(meta.db_table)
        found = [*ops.get_db_converters(column), *column.get_db_converters(connections[alias])]
        if found:
            converters.append((index, found, column))
    return sql, [one.attname for one in meta.concrete_fields], converters


def _row_by_key(model: type[models.Model], key: int) -> models.Model | None:
    """What ``.filter(pk=key).first()`` gives, at an eighth of its cost: every form asks for its references by key."""
    connection = connections[DEFAULT_DB_ALIAS]
    sql, names, converters = _asking(model, DEFAULT_DB_ALIAS)
    found = said([(sql, [key])])[0]
    if not found:
        return None
    values = list(found[0])
    for index, ways, column in converters:
        for way in ways:
            values[index] = way(values[index], column, connection)
    return model.from_db(DEFAULT_DB_ALIAS, names, values)


@cache
def is_numbered(model: type[models.Model]) -> bool:
    """Whether rows bear a number of their own that nothing else of their kind bears."""
    return any(
        one.name == "number" and one.unique and isinstance(one, models.CharField) for one in model._meta.concrete_fields
    )


MOST_SUGGESTED = 20


class ReferenceField(forms.Field):
    """A reference to a row of ``model``. A whole number is its key; other text is its number or its name.

    A paper that stands on the page (a hidden field) is told by its key; where somebody writes, a paper's own number comes
    before the key of another that happens to be the same digits.

    ``directory`` is set by an importer, so that ten thousand names cost one reading of the tables.
    ``picker`` names the register a page's picker asks. ``queryset`` are the rows the field takes, ``offered`` those of
    them that a page offers (only the plans that wait to be ordered).
    """

    model: type[models.Model]
    missing = ""
    widget = forms.Select
    picker = ""
    # Columns in which suggestions look for what was typed, where the model has them.
    looked_in: tuple[str, ...] = ("number", "folded", "name", "specification", "goods", "project", "label", "title")

    def __init__(
        self,
        *,
        queryset: Callable[[], models.QuerySet[Any]] | None = None,
        offered: Callable[[], models.QuerySet[Any]] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.directory: Directory | None = None
        self._queryset, self._offered = queryset, offered

    @property
    def says_where(self) -> bool:
        """Whether what is chosen lies on a campus, so that a post of limited reach is judged by it."""
        return self.model is Place or hasattr(self.model, "stands_on")

    def rows(self) -> models.QuerySet[Any]:
        """The rows the field takes."""
        return self._queryset() if self._queryset else self.model._default_manager.all()

    # How far the posts of whoever chooses reach, where they are judged by this field; None is everywhere.
    within: Reach | None = None
    # Of the rows it takes those that whoever fills the form may read; set for a page, None where nobody looks.
    seen: Callable[[models.QuerySet[Any]], models.QuerySet[Any]] | None = None
    # Whether rows are suggested while somebody types.
    is_suggested = True

    @property
    def is_narrowed(self) -> bool:
        """Whether it is chosen from a list that may be empty while the model has rows: only the plans that wait to be ordered."""
        is_list = not isinstance(self.widget, forms.TextInput)
        return is_list and (self._queryset is not None or self._offered is not None or is_numbered(self.model))

    def offered(self) -> models.QuerySet[Any]:
        """The rows a page offers to choose from; read only, whatever the field locks when it takes one."""
        found = (self._offered() if self._offered else self.rows()).all()
        found.query.select_for_update = False
        if self.seen is not None:
            found = self.seen(found)
        return found if self.within is None else found.filter(lying_within(self.model, self.within))

    def written(self, rows: Sequence[Any]) -> list[str]:
        """What to write for each row so that the field takes that very row: what a suggestion fills in."""
        return [str(row.number) if is_numbered(self.model) else str(row) for row in rows]

    def told(self, row: Any) -> str:
        """How a list shows a row to choose: a paper by its number and what it is about."""
        if not is_numbered(self.model):
            return str(row)
        about = row.title() if hasattr(row, "title") else str(row)
        return about if str(row.number) in about else f"{row.number} {about}"

    def for_paper(self, paper: models.Model) -> str:
        """What to write where the paper in hand is meant; "" where the field takes none of its kind."""
        return self.written([paper])[0] if type(paper) is self.model else ""

    def suggested(self, typed: str, *, most: int = MOST_SUGGESTED) -> list[tuple[str, str]]:
        """Rows that hold what was typed, in either script: (what the field takes, how a list shows it)."""
        typed = typed.strip()
        if not typed:
            return []
        rows = list(self.offered().filter(self._holding(typed))[:most])
        return list(zip(self.written(rows), map(self.told, rows), strict=True))

    def _holding(self, typed: str) -> models.Q:
        has = {one.name: one for one in self.model._meta.concrete_fields}
        found = models.Q(pk__in=[])
        for name in self.looked_in:
            if not isinstance(
                has.get(name.partition("__")[0]), models.CharField | models.TextField | models.ForeignKey
            ):
                continue
            if name.endswith("folded"):
                if key := fold(typed):
                    found |= models.Q(**{f"{name}__contains": key})
                continue
            for spelling in {typed, to_traditional(typed), to_simplified(typed)}:
                found |= models.Q(**{f"{name}__icontains": spelling})
        return found

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        if isinstance(value, self.model):
            return value
        text = str(value).strip()
        if isinstance(value, int) or (text.isascii() and text.isdecimal()):
            is_typed = isinstance(value, str) and not cast("forms.Widget", self.widget).is_hidden
            found = self._by_number(text) if is_typed else None
            found = found or (self._by_key(int(text)) if len(text) < 19 else None)
            found = found or (self._by_number(text) if not is_typed else None)
            if found is None:
                raise forms.ValidationError(_("找不到第 %(key)s 號%(what)s。") % {"key": text, "what": self._what()})
            return found
        if (found := self._by_number(text)) is not None:
            return found
        try:
            return self.named(self.directory or Directory.read(), text)
        except Ambiguous as error:
            names = "、".join(error.candidates)
            raise forms.ValidationError(
                _("「%(name)s」不只一個：%(candidates)s。請寫明是哪一個。") % {"name": text, "candidates": names},
                code="ambiguous",
            ) from error
        except Unknown as error:
            raise forms.ValidationError(self._unknown(text), code="unknown") from error

    def _unknown(self, text: str) -> str:
        if is_numbered(self.model):
            return _("沒有單號為「%(number)s」的%(what)s。") % {"number": text, "what": self._what()}
        return _("沒有叫「%(name)s」的%(what)s。請先登記，或改成已登記的名稱。") % {"name": text, "what": self._what()}

    def named(self, directory: Directory, text: str) -> models.Model:
        """The row people mean by ``text``. Raises Unknown or Ambiguous."""
        raise Unknown

    def _by_number(self, text: str) -> models.Model | None:
        """The paper of that printed number, in full width or half."""
        if not is_numbered(self.model):
            return None
        found = self.rows().filter(number=text).first()
        if found is None and (plain := unicodedata.normalize("NFKC", text)) != text:
            found = self.rows().filter(number=plain).first()
        return found

    def _by_key(self, key: int) -> models.Model | None:
        """The row of that key, where it is one of ``rows()``.

        Where any row of the model may be chosen the SQL is fixed, and building it anew would cost more than the asking.
        """
        if self._queryset is not None or type(self).rows is not ReferenceField.rows:
            return self.rows().filter(pk=key).first()
        return _row_by_key(self.model, key)

    def _what(self) -> str:
        return str(self.model._meta.verbose_name)

    def prepare_value(self, value: Any) -> Any:
        return value.pk if isinstance(value, models.Model) else value


class SeveralWidget(forms.Textarea):
    """Every value sent under the name: ticks and inputs of a page come one by one, a text or a list as it is."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        if hasattr(data, "getlist"):
            told = [one for one in data.getlist(name) if one != ""]
            return told[0] if len(told) == 1 else told
        return data.get(name)


class SeveralField(forms.Field):
    """Several rows, each as ``each`` takes it → a list, every row once.

    They come as a list, or as text: one a line, or with 、 between them. ``twice`` refuses a row told twice with that
    sentence instead of taking it once.
    """

    widget = SeveralWidget

    def __init__(self, each: ReferenceField, *, twice: Any = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.each, self.twice = each, twice

    def __deepcopy__(self, memo: dict[int, Any]) -> SeveralField:
        made: SeveralField = super().__deepcopy__(memo)
        made.each = copy.deepcopy(self.each, memo)
        return made

    @property
    def directory(self) -> Directory | None:
        return self.each.directory

    @directory.setter
    def directory(self, read: Directory | None) -> None:
        self.each.directory = read

    def to_python(self, value: Any) -> list[Any]:
        if value in self.empty_values:
            return []
        told = list(value) if isinstance(value, (list, tuple, models.QuerySet)) else [value]
        found = [row for one in told for row in self._read(one) if row is not None]
        unique = list(dict.fromkeys(found))
        if self.twice and len(unique) != len(found):
            raise forms.ValidationError(self.twice)
        return unique

    def _read(self, value: Any) -> list[Any]:
        if not isinstance(value, str):
            return [self.each.to_python(value)]
        found = []
        for line in filter(None, map(str.strip, value.splitlines())):
            # A name may hold a comma: a line is one name where it is known as one.
            parts = [part for part in re.split(r"\s*[、,，;；]\s*", line) if part]
            try:
                found.append(self.each.to_python(line))
            except forms.ValidationError:
                if len(parts) < 2:
                    raise
                found += [self.each.to_python(part) for part in parts]
        return found

    def prepare_value(self, value: Any) -> Any:
        return [self.each.prepare_value(one) for one in value] if isinstance(value, (list, tuple)) else value


class PlaceField(ReferenceField):
    model = Place
    picker = "org.places"
    looked_in: tuple[str, ...] = ("folded",)

    def __init__(self, *, takes_closed: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.takes_closed = takes_closed

    def offered(self) -> models.QuerySet[Any]:
        found = super().offered()
        return found if self.takes_closed else found.filter(is_active=True)

    def validate(self, value: Any) -> None:
        super().validate(value)
        # A sheet of past papers names the room as it was.
        if isinstance(value, Place) and not value.is_active and not self.takes_closed and self.directory is None:
            raise forms.ValidationError(_("「%(place)s」已經停用。請改選現在的場所。") % {"place": value})

    def named(self, directory: Directory, text: str) -> Place:
        return directory.place(text)


class CampusField(PlaceField):
    """A campus. Left empty by somebody whose post reaches one campus only, it is that one."""

    is_own_unless_told = True

    def rows(self) -> models.QuerySet[Any]:
        return Place.objects.filter(kind="campus")


class PersonField(ReferenceField):
    model = Person
    picker = "org.people"
    looked_in: tuple[str, ...] = ("folded",)

    def written(self, rows: Sequence[Any]) -> list[str]:
        """The name; of namesakes with the campus or the staff number in brackets, whichever tells them apart."""
        folded = {row.folded for row in rows}
        alike: dict[str, list[Person]] = {}
        for one in Person.objects.filter(folded__in=folded).select_related("campus"):
            alike.setdefault(one.folded, []).append(one)
        return [_told_apart(row, alike.get(row.folded, [])) for row in rows]

    def told(self, row: Any) -> str:
        return " ".join(filter(None, (row.name, row.post, row.staff_number)))

    def named(self, directory: Directory, text: str) -> Person:
        return directory.person(text)


def _told_apart(person: Person, alike: list[Person]) -> str:
    known = [one for one in alike if one.is_active] if len(alike) > 1 else alike
    known = known or alike
    if known == [person]:
        return person.name
    ways = [lambda one: one.campus.name if one.campus else "", lambda one: one.staff_number]
    for way in ways:
        mark = way(person)
        # Whoever reads it compares the mark with both, so it must fit nobody else in either.
        fits = Counter(
            fold(said) for one in known for said in {one.staff_number, one.campus.name if one.campus else ""}
        )
        if mark and fits[fold(mark)] == 1:
            return f"{person.name}({mark})"
    return str(person.pk)


class ClassField(ReferenceField):
    model = SchoolClass
    picker = "org.classes"
    looked_in: tuple[str, ...] = ("folded", "campus__folded")

    def __init__(self, *, takes_past: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.takes_past = takes_past

    def offered(self) -> models.QuerySet[Any]:
        found = super().offered().select_related("campus")
        return found if self.takes_past else found.filter(is_active=True)

    def validate(self, value: Any) -> None:
        super().validate(value)
        # Last year's class stays what it was on last year's papers.
        if isinstance(value, SchoolClass) and not value.is_active and not self.takes_past and self.directory is None:
            raise forms.ValidationError(_("「%(class)s」已經升級或畢業。請改選現在的班級。") % {"class": value})

    def named(self, directory: Directory, text: str) -> SchoolClass:
        return directory.school_class(text)


class UnitField(ReferenceField):
    model = Unit
    picker = "org.units"
    looked_in: tuple[str, ...] = ("folded",)

    def named(self, directory: Directory, text: str) -> Unit:
        return directory.unit(text)


class PartyField(ReferenceField):
    model = Party
    picker = "org.parties"
    looked_in: tuple[str, ...] = ("folded",)

    def named(self, directory: Directory, text: str) -> Party:
        return directory.party(text)


def lying_within(model: type[models.Model], reach: Reach) -> models.Q:
    """The rows that lie on these campuses or are of these classes; all of a model that lies nowhere."""
    if model is Place:
        return models.Q(pk__in=reach.campuses) | models.Q(campus__in=reach.campuses)
    if model is SchoolClass:
        return models.Q(pk__in=reach.classes) | models.Q(campus__in=reach.campuses)
    return (
        models.Q(campus__in=reach.campuses)
        if "campus" in {one.name for one in model._meta.concrete_fields}
        else models.Q()
    )


def offer_within_reach(verb: Action, fields: Mapping[str, forms.Field], person: Person) -> None:
    """Let the fields by which ``person`` is judged offer only what their posts reach."""
    reach = verb.rule.reach(person) if isinstance(verb.rule, Rule) and person.is_limited() else None
    if not reach:
        return
    for name, one in fields.items():
        each = getattr(one, "each", one)
        is_judged = verb.form.judged_by is None or name in verb.form.judged_by
        if isinstance(each, ReferenceField) and each.says_where and is_judged and name not in verb.form.either_end:
            each.within = reach
