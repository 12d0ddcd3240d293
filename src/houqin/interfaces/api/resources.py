"""A register as a resource: ``GET /api/registers/{name}`` and ``GET /api/registers/{name}/{id}``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Path

from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.org.models import Person
from houqin.foundation.registers.listing import HIDDEN, Listing
from houqin.foundation.registers.register import REGISTERS, Column, Register
from houqin.kit import clock, numbers

from . import cursors
from .access import Caller
from .answers import Misfilled, declared, says
from .inputs import LARGEST_KEY
from .tokens import READ

Json = dict[str, Any]
Key = Annotated[int, Path(ge=1, le=LARGEST_KEY)]
LONGEST = 200

_TYPES: dict[str, Json] = {
    "integer": {"type": ["integer", "null"]},
    "duration": {"type": ["integer", "null"], "description": "秒"},
    "money": {"type": ["string", "null"], "pattern": r"^-?[0-9]+\.[0-9]{2}$", "description": "元"},
    "date": {"type": ["string", "null"], "format": "date"},
    "moment": {"type": ["string", "null"], "format": "date-time"},
    "time": {"type": ["string", "null"], "description": "HH:MM:SS"},
    "flag": {"type": ["boolean", "null"]},
}


def add_registers(api: NinjaAPI) -> None:
    """Two operations for every register."""
    for register in REGISTERS:
        tags = [register.domain]
        word = register.name.replace(".", "_")
        title = str(register.title)
        api.default_router.add_api_operation(
            f"/registers/{register.name}",
            ["GET"],
            _lists(register),
            operation_id=f"list_{word}",
            summary=title,
            description=str(register.about or title),
            openapi_extra={
                "parameters": _parameters(register),
                "responses": declared({200: page_schema(register)}, no=(422,)),
            },
            tags=tags,
        )
        api.default_router.add_api_operation(
            f"/registers/{register.name}/{{int:key}}",
            ["GET"],
            _reads(register),
            operation_id=f"read_{word}",
            summary=_("%(title)s：一筆") % {"title": title},
            openapi_extra={"responses": declared({200: _ref(register)}, no=(404,))},
            tags=tags,
        )


# What the document says


def _ref(register: Register) -> Json:
    return {"$ref": f"#/components/schemas/{register.name}"}


def components() -> Json:
    """A row of every register, as the operations refer to it."""
    return {register.name: row_schema(register) for register in REGISTERS}


def row_schema(register: Register) -> Json:
    """The JSON schema of a row: its number, and a property for every column."""
    columns = register.table_columns()
    properties: Json = {"id": {"type": "integer"}}
    for column in columns:
        properties[column.name] = column_schema(column)
    # `columns` may choose fewer, so only the key is always there.
    return {"type": "object", "properties": properties, "required": ["id"], "additionalProperties": False}


def column_schema(column: Column) -> Json:
    """The JSON schema of a value of ``column``, with its label as title; the words of a choice stand in the description."""
    label = str(column.label)
    if column.personal:
        return {"title": label, "type": ["string", "null"], "description": _("個人資料，已隱去一部分")}
    told = {"title": label, **_TYPES.get(column.kind, {"type": ["string", "null"]})}
    if column.kind in {"choice", "state"} and (options := column.options()):
        told["description"] = "；".join(f"{key} {word}" for key, word in options.items())
    return told


def page_schema(register: Register) -> Json:
    """The JSON schema of a page of rows, with the sums over all pages."""
    totals = {column.name: column_schema(column) for column in register.table_columns() if column.total}
    return {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": _ref(register)},
            "count": {"type": "integer", "description": _("全部頁的行數；用游標時是剩下的行數")},
            "page": {"type": "integer"},
            "pages": {"type": "integer"},
            "per_page": {"type": "integer"},
            "totals": {"type": "object", "properties": totals, "additionalProperties": False},
            "next": {"type": ["integer", "null"], "description": _("用 after 時下一次的 after；讀完了為 null")},
            "next_cursor": {"type": ["string", "null"], "description": _("接着讀的 cursor；讀完了為 null")},
        },
        "required": ["items", "count", "page", "pages", "per_page", "totals", "next", "next_cursor"],
        "additionalProperties": False,
    }


def _parameters(register: Register) -> list[Json]:
    def query(name: str, description: str, schema: Json) -> Json:
        return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}

    text = {"type": "string", "minLength": 1, "maxLength": LONGEST}
    whole = {"type": "integer", "minimum": 1, "maximum": 10**9 - 1}
    columns = register.table_columns()
    sortable = [c.name for c in columns if c.sortable and c.personal not in HIDDEN]
    made = [
        query("page", _("第幾頁"), whole),
        query("per_page", _("每頁幾行，最多 500"), {**whole, "maximum": 500}),
        query(
            "after",
            _("游標：只要號碼大於它的，依號碼排列；不與 page、sort 同用"),
            {"type": "integer", "minimum": 0, "maximum": LARGEST_KEY},
        ),
        query(
            "cursor",
            _("游標：第一次寫 start，以後寫上次的 next_cursor；可與 sort 同用，不與 page、after 同用"),
            {"type": "string", "pattern": cursors.PATTERN},
        ),
        query("columns", _("要哪些列，逗號分隔；不寫是全部"), {"type": "string", "minLength": 1, "maxLength": 2000}),
    ]
    if sortable:
        made.append(
            query("sort", _("按哪一列排，前面加 - 倒過來"), {"enum": [*sortable, *(f"-{name}" for name in sortable)]})
        )
    if any(column.searched and column.personal not in HIDDEN for column in columns):
        made.append(query("q", _("搜尋，繁簡皆可"), text))
    if register.day:
        made += [
            query("from", _("第一天，含當天"), {"type": "string", "format": "date"}),
            query("to", _("最後一天，含當天"), {"type": "string", "format": "date"}),
        ]
    taken = {one["name"] for one in made} | {"q", "from", "to", "sort", "view", "full", "format"}
    for column in columns:
        if column.personal not in HIDDEN and column.name not in taken:
            made.append(
                query(column.name, _("只要「%(label)s」是這個的") % {"label": column.label}, _filter_schema(column))
            )
    return made


def _filter_schema(column: Column) -> Json:
    kind = column.kind
    if kind in {"choice", "state"} and (options := column.options()):
        return {"type": "string", "enum": [str(key) for key in options]}
    if kind in {"integer", "duration"}:
        return {"type": "integer", "minimum": -(10**12), "maximum": 10**12}
    if kind in {"date", "moment"}:
        return {"type": "string", "format": "date"}
    if kind == "flag":
        return {"type": "boolean"}
    return {"type": "string", "minLength": 1, "maxLength": LONGEST}


# What is answered


def _lists(register: Register) -> Callable[[HttpRequest], HttpResponse]:
    def read(request: HttpRequest) -> HttpResponse:
        caller: Caller = request.auth  # type: ignore[attr-defined]
        caller.needs(register.domain, READ)
        params = {name: request.GET[name] for name in request.GET}
        cursor = _cursor(params)
        after = _after(params)
        listing = listing_of(register, caller.person, params)
        if after is not None:
            listing.query, listing.sort, listing.page = listing.query.filter(pk__gt=after), ("pk",), 1
        if cursor is not None:
            cursors.go_on(listing, cursor)
        items = [plain_row(listing, row) for row in listing.rows()]
        count = listing.count()
        goes_on = bool(items) and listing.page < listing.pages()
        return says(
            {
                "items": items,
                "count": count,
                "page": listing.page,
                "pages": listing.pages(),
                "per_page": listing.per_page,
                "totals": {name: plain(register.column(name), value) for name, value in listing.totals().items()},
                "next": items[-1]["id"] if after is not None and count > len(items) else None,
                "next_cursor": cursors.cursor_after(listing, items[-1]["id"]) if goes_on and after is None else None,
            }
        )

    return read


def _reads(register: Register) -> Callable[..., HttpResponse]:
    def read(request: HttpRequest, key: Key) -> HttpResponse:
        caller: Caller = request.auth  # type: ignore[attr-defined]
        caller.needs(register.domain, READ)
        row = row_of(register, caller.person, key)
        if row is None:
            raise Http404
        return says(row)

    return read


def row_of(register: Register, person: Person, key: int) -> Json | None:
    """One row of ``register`` in plain values, or None where ``person`` does not see it."""
    listing = listing_of(register, person, {})
    listing.query = listing.query.filter(pk=key)
    rows = listing.rows()
    return plain_row(listing, rows[0]) if rows else None


def listing_of(register: Register, person: Person, params: Mapping[str, str]) -> Listing:
    """The register as asked for, with every column unless some were chosen; a bad parameter is said by its name."""
    every = ",".join(column.name for column in register.table_columns())
    try:
        return Listing(register, person, {"columns": every, **params})
    except Denied:
        raise
    except Refused as refusal:
        raise Misfilled({refusal.field or "__all__": [str(refusal)]}) from refusal


def _after(params: dict[str, str]) -> int | None:
    text = params.pop("after", None)
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 19 and int(text) <= LARGEST_KEY):
        raise Misfilled({"after": [_("游標是上一次回答裏的 next，一個整數。")]})
    if {"page", "sort"} & set(params):
        raise Misfilled({"after": [_("用游標時不寫 page 和 sort。")]})
    return int(text)


def _cursor(params: dict[str, str]) -> str | None:
    cursor = params.pop("cursor", None)
    if cursor is not None and {"page", "after"} & set(params):
        raise Misfilled({"cursor": [_("用 cursor 時不寫 page 和 after。")]})
    return cursor


def plain_row(listing: Listing, row: Mapping[str, Any]) -> Json:
    return {"id": row["pk"], **{column.name: plain(column, row[column.name]) for column in listing.columns}}


def plain(column: Column, value: Any) -> Any:
    """A value as JSON says it, by the column's kind: 元 as text with two decimals, ISO days, whole seconds, keys of words."""
    if value is None:
        return None
    kind = "text" if column.personal else column.kind
    if kind == "flag":
        return bool(value)
    if kind == "money":
        return numbers.yuan(int(value))
    if kind == "duration":
        return value // timedelta(seconds=1) if isinstance(value, timedelta) else int(value)
    if kind == "integer":
        return int(value)
    if isinstance(value, datetime):
        value = clock.local(value)
        return value.date().isoformat() if kind == "date" else value.isoformat()
    if kind == "moment" and isinstance(value, date):
        return clock.at(value, time()).isoformat()
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value)
