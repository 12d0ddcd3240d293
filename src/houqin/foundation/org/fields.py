"""Form fields that take a row as itself, as its key, or by the name people write."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from django import forms
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.utils.translation import gettext as _

from houqin.foundation.journal.models import Place
from houqin.foundation.journal.statements import said

from .directory import Ambiguous, Directory, Unknown
from .models import Party, Person, SchoolClass, Unit


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


class ReferenceField(forms.Field):
    """A reference to a row of ``model``. A whole number is its key; other text is looked up by name.

    ``directory`` is set by an importer, so that ten thousand names cost one reading of the tables.
    ``search`` names the register a page's picker asks.
    """

    model: type[models.Model]
    missing = ""
    widget = forms.Select
    picker = ""

    def __init__(self, *, queryset: Callable[[], models.QuerySet[Any]] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.directory: Directory | None = None
        self._queryset = queryset

    def rows(self) -> models.QuerySet[Any]:
        """The rows one may choose from, for a page's select box."""
        return self._queryset() if self._queryset else self.model._default_manager.all()

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        if isinstance(value, self.model):
            return value
        text = str(value).strip()
        if isinstance(value, int) or (text.isascii() and text.isdecimal()):
            found = self._by_key(int(text)) if len(text) < 19 else None
            if found is None:
                raise forms.ValidationError(_("找不到第 %(key)s 號%(what)s。") % {"key": text, "what": self._what()})
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
            raise forms.ValidationError(
                _("沒有叫「%(name)s」的%(what)s。請先登記，或改成已登記的名稱。")
                % {"name": text, "what": self._what()},
                code="unknown",
            ) from error

    def named(self, directory: Directory, text: str) -> models.Model:
        raise NotImplementedError

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


class PlaceField(ReferenceField):
    model = Place
    picker = "org.places"

    def named(self, directory: Directory, text: str) -> Place:
        return directory.place(text)


class CampusField(PlaceField):
    def rows(self) -> models.QuerySet[Any]:
        return Place.objects.filter(kind="campus")


class PersonField(ReferenceField):
    model = Person
    picker = "org.people"

    def named(self, directory: Directory, text: str) -> Person:
        return directory.person(text)


class ClassField(ReferenceField):
    model = SchoolClass
    picker = "org.classes"

    def named(self, directory: Directory, text: str) -> SchoolClass:
        return directory.school_class(text)


class UnitField(ReferenceField):
    model = Unit
    picker = "org.units"

    def named(self, directory: Directory, text: str) -> Unit:
        return directory.unit(text)


class PartyField(ReferenceField):
    model = Party
    picker = "org.parties"

    def named(self, directory: Directory, text: str) -> Party:
        return directory.party(text)
