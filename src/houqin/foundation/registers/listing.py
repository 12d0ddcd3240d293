"""What a person sees of a register: filtered, searched, sorted and paged, for page, API and export alike.

    listing = Listing(register, person, {"q": "燈管", "from": "2018-09-01", "campus": "北校區", "sort": "-opened_on"})
    listing.count(), listing.rows(), listing.totals()

Parameters come from a URL, so from anybody: whatever cannot be read is refused with a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, time, timedelta
from functools import cached_property
from typing import Any

from django.db.models import DateTimeField, F, Model, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.org.models import Person
from houqin.foundation.org.rules import reveals
from houqin.kit import clock, dates, numbers
from houqin.kit.fields import FlagField
from houqin.kit.text import clean_cell, to_simplified, to_traditional

from .display import masked, shown
from .register import Column, Register
from .remembering import LARGE, end_of_book, until_the_book_goes_on

# Parameters that are no column; `format` and `full` are for exports, `view` names a saved view.
WORDS = frozenset({"q", "from", "to", "sort", "columns", "page", "per_page", "format", "full", "view"})
PER_PAGE, MOST_PER_PAGE = 50, 500
LONGEST = 200
MOST_WORDS = 8
LARGEST = 10**15
# Personal values nobody may search, filter or sort by: it would tell them one question at a time.
HIDDEN = frozenset({"identity", "phone"})
_UNUSABLE = re.compile("[\x00\ud800-\udfff]")


class Listing:
    """The rows of ``register`` that ``person`` may see and ``params`` ask for.

    Raises Denied where the person may not read the register, Refused for a parameter that cannot be read.
    ``full`` shows telephone numbers and pupils' names; identity numbers stay masked. It is for exports of the office.
    """

    def __init__(self, register: Register, person: Person, params: Mapping[str, str], *, full: bool = False) -> None:
        if not register.readers(person):
            raise Denied(
                _("%(name)s不能看「%(title)s」，可以看的是%(who)s。")
                % {"name": person, "title": register.title, "who": register.readers.who}
            )
        self.register, self.person = register, person
        self.all_columns = register.table_columns()
        self._by_name = {column.name: column for column in self.all_columns}
        self._options = {column.name: column.options() for column in self.all_columns}
        self.params = self._readable(params)
        self.full = full and reveals(person)
        self.columns = self._chosen_columns()
        self.sort = self._sort()
        self.page = self._whole("page", default=1)
        self.per_page = min(self._whole("per_page", default=PER_PAGE), MOST_PER_PAGE)
        self.query: QuerySet[Any] = self._filtered()

    # What was asked

    def _readable(self, params: Mapping[str, str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for name, value in params.items():
            text = str(value)
            if _UNUSABLE.search(text) or _UNUSABLE.search(name):
                raise Refused(_("篩選條件裡有不能用的字元。請重新輸入。"))
            if name not in WORDS and name not in self._by_name:
                raise Refused(
                    _("「%(title)s」沒有叫「%(name)s」的篩選。") % {"title": self.register.title, "name": name[:40]}
                )
            if len(text) > (2_000 if name == "columns" else LONGEST):
                raise Refused(_("篩選條件太長，最多 %(most)d 個字。") % {"most": LONGEST}, field=name)
            if text.strip():
                found[name] = clean_cell(text)
        return found

    def _chosen_columns(self) -> list[Column]:
        if "columns" not in self.params:
            return [column for column in self.all_columns if column.shown]
        names = [name.strip() for name in self.params["columns"].split(",") if name.strip()]
        return [self._column(name) for name in dict.fromkeys(names)]

    def _column(self, name: str) -> Column:
        if name not in self._by_name:
            raise Refused(
                _("「%(title)s」沒有叫「%(name)s」的欄。") % {"title": self.register.title, "name": name[:40]}
            )
        return self._by_name[name]

    def _sort(self) -> tuple[str, ...]:
        order = self.register.order
        asked = self.params.get("sort", "")
        if asked:
            column = self._column(asked.removeprefix("-"))
            if not column.sortable or column.personal in HIDDEN:
                raise Refused(_("「%(column)s」不能用來排序。") % {"column": column.label}, field="sort")
            order = (("-" if asked.startswith("-") else "") + column.lookup, *order)
        # The key last, so that no row stands on two pages; in the direction of the rest, so that one index serves.
        key = "-pk" if order and order[-1].startswith("-") else "pk"
        kept: dict[str, str] = {}
        for one in (*order, key):
            kept.setdefault(one.lstrip("-"), one)
        return tuple(kept.values())

    def _whole(self, name: str, *, default: int) -> int:
        text = self.params.get(name, "")
        if not text:
            return default
        if not (text.isascii() and text.isdecimal() and len(text) <= 9 and int(text) >= 1):
            raise Refused(_("「%(text)s」不是頁碼或行數，請寫大於零的整數。") % {"text": text[:40]}, field=name)
        return int(text)

    # Filters

    def _filtered(self) -> QuerySet[Any]:
        query = self.register.rows(self.person)
        for name, text in self.params.items():
            if name not in WORDS:
                query = query.filter(self._condition(self._by_name[name], text))
        if "q" in self.params:
            query = query.filter(self._search(self.params["q"]))
        return query.filter(self._days())

    def _condition(self, column: Column, text: str) -> Q:
        if column.personal in HIDDEN:
            raise Refused(_("「%(column)s」是個人資料，不能用來篩選。") % {"column": column.label}, field=column.name)
        path = column.lookup
        try:
            if column.kind in {"choice", "state"}:
                return self._choice(column, text)
            if column.kind == "flag":
                return Q(**{path: FlagField().read(text)})
            if column.kind in {"integer", "duration"}:
                return Q(**{path: _bounded(numbers.parse_integer(text))})
            if column.kind == "money":
                return Q(**{path: _bounded(numbers.parse_yuan(text))})
            if column.kind == "date":
                return Q(**{path: dates.parse_date(text)})
            if column.kind == "moment":
                day = dates.parse_date(text)
                return _between(path, day, day, moments=True)
            if column.kind == "time":
                return Q(**{path: dates.parse_time(text)})
        except ValueError as error:
            raise Refused(str(error), field=column.name) from error
        return Q(**{f"{path}__in": _scripts(text)})

    def _choice(self, column: Column, text: str) -> Q:
        """One of the column's values, or any of several: ``state=ordered,partly``."""
        parts = [part.strip() for part in text.split(",") if part.strip()]
        if len(parts) <= 1 or text in {str(value) for value in self.options(column)}:
            return Q(**{column.lookup: self._option(column, text)})
        return Q(**{f"{column.lookup}__in": [self._option(column, part) for part in parts]})

    def _option(self, column: Column, text: str) -> Any:
        options = self.options(column)
        for value, label in options.items():
            if text == str(value) or to_simplified(text) == to_simplified(str(label)):
                return value
        if not options:
            return text
        raise ValueError(
            _("「%(column)s」沒有「%(text)s」，可選%(options)s。")
            % {
                "column": column.label,
                "text": text[:40],
                "options": "、".join(str(label) for label in options.values()),
            }
        )

    def _search(self, text: str) -> Q:
        """Every word in one of the searched columns, in either script."""
        columns = [column for column in self.all_columns if column.searched and column.personal not in HIDDEN]
        found = Q()
        for word in text.split()[:MOST_WORDS]:
            anywhere = Q()
            for column in columns:
                for written in _scripts(word):
                    anywhere |= Q(**{f"{column.lookup}__icontains": written})
            if not anywhere:
                raise Refused(_("「%(title)s」沒有可以搜尋的欄。") % {"title": self.register.title}, field="q")
            found &= anywhere
        return found

    def _days(self) -> Q:
        asked = {}
        for name in ("from", "to"):
            if name in self.params:
                try:
                    asked[name] = dates.parse_date(self.params[name])
                except ValueError as error:
                    raise Refused(str(error), field=name) from error
        if not asked:
            return Q()
        if not self.register.day:
            raise Refused(_("「%(title)s」沒有日期，不能按日期篩選。") % {"title": self.register.title}, field="from")
        first, last = asked.get("from", date.min), asked.get("to", date.max)
        if last < first:
            raise Refused(_("結束日 %(to)s 早於開始日 %(from)s。") % {"from": first, "to": last}, field="to")
        is_moment = isinstance(_field_at(self.register.rows(self.person).model, self.register.day), DateTimeField)
        return _between(self.register.day, asked.get("from"), asked.get("to"), moments=is_moment)

    # Answers

    @cached_property
    def _book(self) -> str:
        return end_of_book()

    def _asked(self, query: QuerySet[Any], what: str, ask: Callable[[], Any]) -> Any:
        """An answer about every row of ``query``, kept while the book stands where the register is large."""
        return until_the_book_goes_on(query, what, ask, book=self._book, keep=lambda _answer: self._is_large)

    @cached_property
    def _is_large(self) -> bool:
        return self._count_of(self.register.rows(self.person)) >= LARGE

    def _count_of(self, query: QuerySet[Any]) -> int:
        query = query.order_by()
        return until_the_book_goes_on(query, "count", query.count, book=self._book, keep=lambda count: count >= LARGE)

    @cached_property
    def _count(self) -> int:
        return self._count_of(self.query)

    def count(self) -> int:
        """How many rows there are on all pages."""
        return self._count

    def pages(self) -> int:
        return max(1, -(-self._count // self.per_page))

    def totals(self) -> dict[str, int]:
        """The sum of every column shown whose numbers add up, over all pages."""
        sums = {f"total_{column.name}": Sum(column.lookup) for column in self.columns if column.total}
        if not sums:
            return {}
        query = self.query.order_by()
        found = self._asked(query, f"sums {sorted(sums)}", lambda: query.aggregate(**sums))
        return {name.removeprefix("total_"): value or 0 for name, value in found.items()}

    def keys(self) -> list[Any]:
        """The primary keys on the page asked for, in order. The database passes over the earlier ones in its index."""
        start = (self.page - 1) * self.per_page
        stop = start + self.per_page
        if start > 1_000 and start > self._count // 2:
            # Nearer to the end: count from there.
            left = max(self._count - stop, 0), max(self._count - start, 0)
            backwards = self.query.order_by(*(_turned(one) for one in self.sort))
            return list(backwards.values_list("pk", flat=True)[left[0] : left[1]])[::-1]
        return list(self.query.order_by(*self.sort).values_list("pk", flat=True)[start:stop])

    def rows(self) -> list[dict[str, Any]]:
        """The rows of the page: plain values by column name, and ``pk``; personal values masked."""
        keys = self.keys()
        found = self.register.rows(self.person).filter(pk__in=keys).values_list("pk", *self._lookups())
        by_key = {row[0]: row for row in found}
        return [self._row(by_key[key]) for key in keys if key in by_key]

    def every_row(self, *, at_once: int = 2_000) -> Iterator[Sequence[Any]]:
        """All rows on all pages as tuples in the order of ``columns``, masked, without holding them all."""
        query = self.query.order_by(*self.sort).values_list("pk", *self._lookups())
        for row in query.iterator(chunk_size=at_once):
            yield [self._told(column, value) for column, value in zip(self.columns, row[1:], strict=True)]

    def _lookups(self) -> list[str]:
        return [column.lookup for column in self.columns]

    def _row(self, values: Sequence[Any]) -> dict[str, Any]:
        row = {column.name: self._told(column, value) for column, value in zip(self.columns, values[1:], strict=True)}
        return {"pk": values[0], **row}

    def _told(self, column: Column, value: Any) -> Any:
        if column.personal and not (self.full and column.personal != "identity"):
            return masked(column, value)
        return value

    def shown(self, column: Column, value: Any) -> str:
        """A value of :meth:`rows` as people read it."""
        return shown(column, value, options=self.options(column))

    def options(self, column: Column) -> Mapping[str, Any]:
        """Value → label of a choice; a document's states come from its route."""
        options = self._options[column.name]
        if not options and column.kind == "state" and self.register.document is not None:
            route = getattr(self.register.document, "route", lambda: None)()
            options = self._options[column.name] = dict(route.states) if route else {}
        return options

    def values(self, column: Column, *, most: int = 200) -> list[Any]:
        """The different values a column has in what this person may see, for a filter's list."""
        if column.personal:
            return []
        found = self.register.rows(self.person).order_by(column.lookup).values_list(column.lookup, flat=True).distinct()
        values = self._asked(found, f"values {most}", lambda: list(found[:most]))
        return [value for value in values if value not in (None, "")]


def _scripts(text: str) -> list[str]:
    return list(dict.fromkeys((text, to_traditional(text), to_simplified(text))))


def _bounded(number: int) -> int:
    if abs(number) > LARGEST:
        raise ValueError(_("數字太大了，請檢查是否多打了零。"))
    return number


def _between(path: str, first: date | None, last: date | None, *, moments: bool) -> Q:
    """Both days included."""
    found = Q()
    if first is not None:
        found &= Q(**{f"{path}__gte": clock.at(first, time()) if moments else first})
    if last is not None and moments:
        found &= Q(**{f"{path}__lt": clock.at(last + timedelta(days=1), time())})
    elif last is not None:
        found &= Q(**{f"{path}__lte": last})
    return found


def _turned(order: str) -> Any:
    """The opposite of an ordering, NULLs included."""
    return F(order[1:]).asc() if order.startswith("-") else F(order).desc()


def _field_at(model: type[Model], path: str) -> Any:
    """The model field a lookup path ends in, or None for an annotation."""
    found: Any = None
    for part in path.split("__"):
        names = {field.name: field for field in model._meta.get_fields()} | {"pk": model._meta.pk}
        found = names.get(part)
        if found is None:
            return None
        model = getattr(found, "related_model", None) or model
    return found


__all__ = ["HIDDEN", "WORDS", "Listing"]
