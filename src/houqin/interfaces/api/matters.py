"""What the book says: figures with their rows, the summary, entries, documents with their entries and signatures."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI

from houqin.foundation.journal.figures import DIMENSIONS, FIGURES
from houqin.foundation.journal.models import Entry, Line
from houqin.foundation.journal.refused import Denied
from houqin.foundation.org.directory import Ambiguous, Directory, Unknown
from houqin.foundation.org.models import Person, School
from houqin.foundation.org.numbers import Readings, reads_all, reads_figures
from houqin.foundation.org.numbers import may_read as may_read_figure
from houqin.foundation.registers.tabulations import TABULATIONS, Tabulation
from houqin.foundation.signing.causes import may_read_entry
from houqin.foundation.signing.models import DOCUMENTS, Document, Signature
from houqin.foundation.signing.reading import find_document, may_read, registers_showing
from houqin.kit import clock, dates
from houqin.kit.periods import Period
from houqin.summary.composing import compose
from houqin.summary.models import Summary
from houqin.summary.plans import PLANS
from houqin.summary.reading import composition_of, corrections
from houqin.summary.rendering import as_json

from .access import Caller
from .answers import Misfilled, declared, says
from .resources import Json, Key, row_of
from .tokens import READ

# Ten years for a figure, three for a summary: beyond that a call would keep the others waiting.
LONGEST_FIGURE, LONGEST_SUMMARY = 3_660, 1_100

_DAY = {"type": "string", "format": "date"}
_TEXT = {"type": "string"}
_WHOLE = {"type": "integer"}
_KEY = {"type": ["integer", "null"]}
_WORD = {"type": ["string", "null"]}


def _object(properties: Json, *, optional: Iterable[str] = ()) -> Json:
    required = [name for name in properties if name not in set(optional)]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _list(items: Json) -> Json:
    return {"type": "array", "items": items}


ROW = _object(
    {
        "number": _WHOLE,
        "kind": _TEXT,
        "occurred_on": _DAY,
        "document": _TEXT,
        "quantity": _WHOLE,
        "place": _TEXT,
        "category": _TEXT,
        "thing": _TEXT,
    }
)
FIGURE = _object(
    {
        "name": _TEXT,
        "label": _TEXT,
        "value": {"type": ["integer", "string"], "description": "整數；金額是元，兩位小數的文字"},
        "unit": _TEXT,
        "text": {"type": "string", "description": "總結裏的寫法"},
        "from": _DAY,
        "to": _DAY,
        "as_of": _DAY | {"description": "這一期還沒有完：算到哪一天為止"},
        "by": _list(_object({"label": _TEXT, "value": _WHOLE})),
        "rows": _list({"$ref": "#/components/schemas/FigureRow"}),
    },
    optional=("as_of", "by", "rows"),
)
LISTED_FIGURE = _object({"name": _TEXT, "label": _TEXT, "unit": _TEXT, "rounding": _TEXT})
ENTRY = _object(
    {
        "number": _WHOLE,
        "kind": _TEXT,
        "sign": {"enum": [1, -1]},
        "occurred_on": _DAY,
        "about_on": {"type": ["string", "null"], "format": "date"},
        "recorded_at": {"type": "string", "format": "date-time"},
        "by": _TEXT,
        "place": _WORD,
        "campus": _WORD,
        "category": _TEXT,
        "document": {"anyOf": [_object({"kind": _TEXT, "id": _WHOLE, "number": _TEXT}), {"type": "null"}]},
        "because": _KEY,
        "reverses": _KEY,
        "reversed_by": _KEY,
        "reason": _TEXT,
        "lines": _list(
            _object({"commodity": _TEXT, "source": _TEXT, "target": _TEXT, "quantity": _WHOLE, "decimals": _WHOLE})
        ),
        "measures": {"type": "object", "additionalProperties": _WHOLE},
        "digest": _TEXT,
    }
)
SIGNATURE = _object(
    {
        "step": _TEXT,
        "signs_as": _TEXT,
        "person": _TEXT,
        "signed_at": {"type": "string", "format": "date-time"},
        "digest": _TEXT,
    }
)
DOCUMENT = _object(
    {
        "kind": _TEXT,
        "id": _WHOLE,
        "number": _TEXT,
        "title": _TEXT,
        "state": _TEXT,
        "state_label": _TEXT,
        "opened_on": _DAY,
        "opened_by": _WORD,
        "place": _WORD,
        "campus": _WORD,
        "registers": {
            "type": "object",
            "description": "在各登記簿裏的那一行",
            "additionalProperties": {"type": "object"},
        },
        "entries": _list({"$ref": "#/components/schemas/Entry"}),
        "signatures": _list({"$ref": "#/components/schemas/Signature"}),
    }
)
SUMMARY = {
    "type": "object",
    "properties": {
        "title": _TEXT,
        "from": _DAY,
        "to": _DAY,
        "sections": _list({"type": "object"}),
        "gaps": _list(_TEXT),
        "as_of": {"type": ["string", "null"], "format": "date", "description": "算到哪一天為止"},
        "corrections": _list(
            _object(
                {
                    "name": _TEXT,
                    "label": _TEXT,
                    "reported": {"type": ["integer", "string"]},
                    "reported_text": _TEXT,
                    "now": {"type": ["integer", "string"]},
                    "now_text": _TEXT,
                    "entries": _list(_WHOLE),
                    "text": {"type": "string", "description": "定稿以後的更正：報多少，今多少，因哪些登記"},
                }
            )
        ),
    },
    "required": ["title", "from", "to", "sections", "gaps"],
}
TABLE = _object(
    {
        "name": _TEXT,
        "title": _TEXT,
        "heading": _TEXT,
        "columns": _list(_object({"name": _TEXT, "label": _TEXT, "kind": _TEXT})),
        "rows": _list({"type": "object"}),
        "notes": _list(_TEXT),
    }
)
LISTED_TABLE = _object({"name": _TEXT, "title": _TEXT, "asks": _list(_object({"name": _TEXT, "label": _TEXT}))})
COMPONENTS = {
    "Table": TABLE,
    "FigureRow": ROW,
    "Figure": FIGURE,
    "Entry": ENTRY,
    "Signature": SIGNATURE,
    "Document": DOCUMENT,
}


def _query(name: str, schema: Json, description: str, *, required: bool = False) -> Json:
    return {"name": name, "in": "query", "required": required, "description": description, "schema": schema}


def add_matters(api: NinjaAPI) -> None:
    period = [
        _query("from", _DAY, _("第一天，含當天"), required=True),
        _query("to", _DAY, _("最後一天，含當天"), required=True),
    ]
    names = FIGURES.names()
    api.default_router.add_api_operation(
        "/figures",
        ["GET"],
        list_figures,
        operation_id="list_figures",
        summary=_("全部數字的名稱"),
        tags=["figures"],
        openapi_extra={"responses": declared({200: _list(LISTED_FIGURE)}, no=())},
    )
    api.default_router.add_api_operation(
        "/figures/{name}",
        ["GET"],
        read_figure,
        operation_id="read_figure",
        summary=_("一個數字：多少、怎麼寫、從哪些登記來"),
        tags=["figures"],
        openapi_extra={
            "parameters": [
                *period,
                _query("by", {"enum": sorted(DIMENSIONS)}, _("分校區、月份、類別或品目")),
                _query("rows", {"type": "boolean"}, _("連同背後的每一筆登記")),
            ],
            "responses": declared({200: {"$ref": "#/components/schemas/Figure"}}, no=(404, 422)),
            "x-figures": names,
        },
    )
    api.default_router.add_api_operation(
        "/tables",
        ["GET"],
        list_tables,
        operation_id="list_tables",
        summary=_("全部報表，各問什麼"),
        tags=["tables"],
        openapi_extra={"responses": declared({200: _list(LISTED_TABLE)}, no=())},
    )
    for table in TABULATIONS:
        api.default_router.add_api_operation(
            f"/tables/{table.name}",
            ["GET"],
            _table_reader(table),
            operation_id=f"table_{table.name}",
            summary=str(table.title),
            tags=["tables"],
            openapi_extra={
                "parameters": [
                    _query(name, {"type": "string"}, str(one.label or name))
                    for name, one in table.form.base_fields.items()
                ],
                "responses": declared({200: {"$ref": "#/components/schemas/Table"}}, no=(422,)),
            },
        )
    api.default_router.add_api_operation(
        "/summary",
        ["GET"],
        read_summary,
        operation_id="read_summary",
        summary=_("半年總結，逐段連同數字"),
        tags=["summary"],
        openapi_extra={
            "parameters": [
                *period,
                _query("kind", {"enum": PLANS.names()}, _("哪一種總結；不寫是部門總結")),
                _query("person", {"type": "string", "minLength": 1, "maxLength": 40}, _("個人總結寫誰；不寫是自己")),
                _query("script", {"enum": ["traditional", "simplified"]}, _("繁體或簡體")),
            ],
            "responses": declared({200: SUMMARY}, no=(409, 422)),
        },
    )
    api.default_router.add_api_operation(
        "/summaries/{int:key}",
        ["GET"],
        read_drafted_summary,
        operation_id="read_drafted_summary",
        summary=_("一份起草或定稿了的總結；定稿的連同以後的更正"),
        tags=["summary"],
        openapi_extra={"responses": declared({200: SUMMARY}, no=(404,))},
    )
    api.default_router.add_api_operation(
        "/entries/{int:number}",
        ["GET"],
        read_entry,
        operation_id="read_entry",
        summary=_("一筆登記"),
        tags=["journal"],
        openapi_extra={"responses": declared({200: {"$ref": "#/components/schemas/Entry"}}, no=(404,))},
    )
    api.default_router.add_api_operation(
        "/documents/{kind}/{int:key}",
        ["GET"],
        read_document,
        operation_id="read_document",
        summary=_("一張單：狀態、登記、簽章"),
        tags=["documents"],
        openapi_extra={
            "responses": declared({200: {"$ref": "#/components/schemas/Document"}}, no=(404,)),
            "x-kinds": DOCUMENTS.names(),
        },
    )


def list_figures(request: HttpRequest) -> HttpResponse:
    caller = _caller(request)
    return says(
        [
            {"name": one.name, "label": str(one.label), "unit": one.unit, "rounding": one.style}
            for one in FIGURES
            if _opens(caller, one.name) and may_read_figure(caller.person, one)
        ]
    )


def list_tables(request: HttpRequest) -> HttpResponse:
    caller = _caller(request)
    return says(
        [
            {
                "name": one.name,
                "title": str(one.title),
                "asks": [{"name": name, "label": str(f.label or name)} for name, f in one.form.base_fields.items()],
            }
            for one in TABULATIONS
            if one.readers(caller.person) and _opens(caller, one.name)
        ]
    )


def _table_reader(table: Tabulation) -> Callable[[HttpRequest], HttpResponse]:
    def read_table(request: HttpRequest) -> HttpResponse:
        caller = _caller(request)
        caller.needs(table.domain, READ)
        _refuse_unknown(request, *table.form.base_fields)
        asked = table.asked(caller.person, request.GET)
        if not asked.is_readable:
            raise Misfilled({name: [str(one) for one in errors] for name, errors in asked.form.errors.items()})
        return says(asked.as_json())

    return read_table


def _opens(caller: Caller, name: str) -> bool:
    try:
        caller.needs(name.partition(".")[0], READ)
    except Denied:
        return False
    return True


def read_figure(request: HttpRequest, name: str) -> HttpResponse:
    caller = _caller(request)
    if name not in FIGURES:
        raise Http404
    caller.needs(name.partition(".")[0], READ)
    _refuse_unknown(request, "from", "to", "by", "rows")
    reading = Readings(caller.person, _period(request, longest=LONGEST_FIGURE)).of(FIGURES[name])
    told = reading[name].as_json()
    if (dimension := request.GET.get("by", "")) or "by" in request.GET:
        if dimension not in DIMENSIONS:
            raise Misfilled({"by": [_("可以分的是 %(names)s。") % {"names": "、".join(sorted(DIMENSIONS))}]})
        told["by"] = [{"label": label, "value": value} for label, value in reading.by(name, dimension)]
    if _flag(request, "rows"):
        told["rows"] = [row.as_json(style=reading[name].style) for row in reading.rows(name)]
    return says(told)


def read_summary(request: HttpRequest) -> HttpResponse:
    caller = _caller(request)
    caller.needs("summary", READ)
    _refuse_unknown(request, "from", "to", "kind", "person", "script")
    kind = request.GET.get("kind", "department")
    script = request.GET.get("script", "traditional")
    if kind not in PLANS:
        raise Misfilled({"kind": [_("沒有這種總結，可以寫 %(kinds)s。") % {"kinds": "、".join(PLANS.names())}]})
    if script not in {"traditional", "simplified"}:
        raise Misfilled({"script": [_("可以寫 traditional 或 simplified。")]})
    person = _person(request, caller) if kind == "personal" else None
    if person != caller.person and not reads_all(caller.person):
        raise Denied(_("總結由%(who)s來看。") % {"who": reads_figures.who})
    period = _period(request, longest=LONGEST_SUMMARY)
    school = School.objects.get()
    composition = compose(period, kind=kind, school=school, today=clock.today(), person=person)
    return says(as_json(composition, script=script))  # type: ignore[arg-type]


def read_drafted_summary(request: HttpRequest, key: Key) -> HttpResponse:
    caller = _caller(request)
    caller.needs("summary", READ)
    document = find_document(Summary.kind, key)
    if not isinstance(document, Summary) or not may_read(caller.person, document):
        raise Http404
    composition = composition_of(document, today=clock.today())
    return says(as_json(composition, corrections=corrections(document)))


def _person(request: HttpRequest, caller: Caller) -> Person:
    name = request.GET.get("person", "").strip()
    if not name:
        return caller.person
    try:
        return Directory.read().person(name)
    except Unknown as error:
        raise Misfilled({"person": [_("沒有叫「%(name)s」的人員。") % {"name": name[:40]}]}) from error
    except Ambiguous as error:
        candidates = "、".join(error.candidates)
        raise Misfilled({"person": [_("不只一位：%(candidates)s。") % {"candidates": candidates}]}) from error


def read_entry(request: HttpRequest, number: Key) -> HttpResponse:
    caller = _caller(request)
    entry = _entries().filter(number=number).first()
    if entry is None:
        raise Http404
    caller.needs(entry.kind.partition(".")[0], READ)
    if not may_read_entry(caller.person, entry):
        raise Http404
    return says(_entry(entry))


def read_document(request: HttpRequest, kind: str, key: Key) -> HttpResponse:
    caller = _caller(request)
    caller.needs(kind.partition(".")[0], READ)
    document = find_document(kind, key)
    if document is None or not may_read(caller.person, document):
        raise Http404
    return says(told_document(document, caller.person))


def told_document(document: Document, person: Person) -> Json:
    """A document as ``person`` may see it: its facts, rows, entries and signatures."""
    of_document = {"document_kind": document.kind, "document_id": document.pk}
    signatures = Signature.objects.filter(**of_document).select_related("person").order_by("pk")
    return {
        "kind": document.kind,
        "id": document.pk,
        "number": document.number,
        "title": document.title(),
        "state": document.state,
        "state_label": document.state_label,
        "opened_on": document.opened_on.isoformat(),
        "opened_by": _named(document.opened_by),
        "place": _named(document.place),
        "campus": _named(document.campus),
        "registers": _rows_of(document, person),
        "entries": [_entry(entry) for entry in _entries().filter(**of_document).order_by("number")],
        "signatures": [
            {
                "step": one.step,
                "signs_as": one.signs_as,
                "person": str(one.person),
                "signed_at": clock.local(one.signed_at).isoformat(),
                "digest": one.digest,
            }
            for one in signatures
        ],
    }


def _rows_of(document: Document, person: Person) -> Json:
    """The document as its registers show it to ``person``: the same columns, the same masks."""
    found = {
        register.name: row_of(register, person, document.pk)
        for register in registers_showing(type(document), person=person)
    }
    return {name: row for name, row in found.items() if row is not None}


def _entries() -> Any:
    return Entry.objects.select_related("by", "place", "campus", "reversed_by").prefetch_related("measures")


def _entry(entry: Entry) -> Json:
    lines = Line.objects.filter(entry=entry).select_related("commodity", "source", "target").order_by("position")
    reversal = getattr(entry, "reversed_by", None)
    return {
        "number": entry.number,
        "kind": entry.kind,
        "sign": entry.sign,
        "occurred_on": entry.occurred_on.isoformat(),
        "about_on": entry.about_on.isoformat() if entry.about_on else None,
        "recorded_at": clock.local(entry.recorded_at).isoformat(),
        "by": str(entry.by),
        "place": _named(entry.place),
        "campus": _named(entry.campus),
        "category": entry.category,
        "document": (
            {"kind": entry.document_kind, "id": entry.document_id, "number": entry.document_number}
            if entry.document_id is not None
            else None
        ),
        "because": entry.because_id,
        "reverses": entry.reverses_id,
        "reversed_by": reversal.number if reversal else None,
        "reason": entry.reason,
        "lines": [
            {
                "commodity": line.commodity.name,
                "source": line.source.name,
                "target": line.target.name,
                "quantity": line.quantity,
                "decimals": line.commodity.decimals,
            }
            for line in lines
        ],
        "measures": {measure.name: measure.quantity for measure in entry.measures.all()},
        "digest": entry.digest,
    }


def _named(row: Any) -> str | None:
    return str(row) if row is not None else None


def _caller(request: HttpRequest) -> Caller:
    return request.auth  # type: ignore[attr-defined]


def _refuse_unknown(request: HttpRequest, *known: str) -> None:
    if unknown := [name for name in request.GET if name not in known]:
        raise Misfilled({name[:60]: [_("沒有這個參數。")] for name in unknown[:20]})


def _period(request: HttpRequest, *, longest: int) -> Period:
    days: dict[str, Any] = {}
    wrong: dict[str, list[str]] = {}
    for name in ("from", "to"):
        try:
            days[name] = dates.parse_date(request.GET.get(name, ""))
        except ValueError as error:
            wrong[name] = [str(error)]
    if wrong:
        raise Misfilled(wrong)
    try:
        period = Period(days["from"], days["to"])
    except ValueError as error:
        raise Misfilled({"to": [str(error)]}) from error
    if period.days() > longest:
        raise Misfilled({"to": [_("一次最多 %(days)s 天，請分幾次。") % {"days": longest}]})
    return period


def _flag(request: HttpRequest, name: str) -> bool:
    text = request.GET.get(name, "false").lower()
    if text not in {"true", "false", "1", "0"}:
        raise Misfilled({name: [_("請寫 true 或 false。")]})
    return text in {"true", "1"}
