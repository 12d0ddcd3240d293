"""A school's own spreadsheets over the wire: ``POST /api/import``, the same reading and the same report as in a shell."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI

from houqin.foundation.journal.actions import can
from houqin.foundation.journal.refused import Denied
from houqin.foundation.registers.correcting import CORRECTIONS
from houqin.foundation.registers.importing import run_import
from houqin.foundation.registers.register import REGISTERS

from .access import Caller
from .answers import Misfilled, Unreadable, declared, json_content, says
from .inputs import refuse_unusable
from .tokens import WRITE

MOST_FILES = 20
MISSING = ("places", "people", "campuses", "classes", "parties", "units", "doubtful")

REPORT = {
    "title": "ImportReport",
    "type": "object",
    "properties": {
        "files": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "file": {"type": "string"},
                    "register": {"type": "string"},
                    "read": {"type": "integer"},
                    "added": {"type": "integer"},
                    "unchanged": {"type": "integer"},
                    "refused": {"type": "array", "items": {"type": "object"}},
                    "notes": {"type": "array", "items": {"type": "string"}},
                    "corrections": {"type": "array", "items": {"type": "object"}},
                },
                "required": ["file", "register", "read", "added", "unchanged", "refused", "notes"],
            },
        },
    },
    "required": ["files"],
}
COMPONENTS = {"ImportReport": REPORT}
_BODY = {
    "type": "object",
    "properties": {
        "files": {
            "type": "array",
            "minItems": 1,
            "maxItems": MOST_FILES,
            "items": {"type": "string", "format": "binary"},
        },
        "register": {"type": "string", "enum": []},
        "dry_run": {"type": "string", "enum": ["true", "false"]},
        "add_missing": {"type": "array", "items": {"type": "string", "enum": list(MISSING)}},
        "correct": {"type": "string", "enum": ["true", "false"]},
    },
    "required": ["files"],
    "additionalProperties": False,
}


def add_imports(api: NinjaAPI) -> None:
    report = {"$ref": "#/components/schemas/ImportReport"}
    names = [one.name for one in REGISTERS if one.importing is not None]
    body = {**_BODY, "properties": {**_BODY["properties"], "register": {"type": "string", "enum": names}}}  # type: ignore[dict-item]
    responses = declared({200: report, 201: report}, no=(409, 422))
    refused = {"anyOf": [report, {"$ref": "#/components/schemas/Refusal"}]}
    responses[409] = {"description": _("有不收的行，什麼都沒有寫"), "content": json_content(refused)}
    api.default_router.add_api_operation(
        "/import",
        ["POST"],
        import_files,
        operation_id="import_files",
        summary=_("匯入學校自己的登記表"),
        description=_("xlsx、xls、ods、csv；全部讀得懂才寫（201），試讀（200）什麼都不寫，有一行不行就都不寫（409）。"),
        tags=["import"],
        openapi_extra={
            "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": body}}},
            "responses": responses,
        },
    )


def import_files(request: HttpRequest) -> HttpResponse:
    caller: Caller = request.auth  # type: ignore[attr-defined]
    if request.content_type != "multipart/form-data":
        raise Unreadable(_("請以 multipart/form-data 送出檔案。"))
    for name in request.POST:
        for text in (name, *request.POST.getlist(name)):
            refuse_unusable(text)
    if unknown := set(request.POST) - {"register", "dry_run", "add_missing", "correct"}:
        raise Misfilled({name[:60]: [_("沒有這一欄。")] for name in sorted(unknown)[:20]})
    register = _register(request.POST.get("register", ""), caller)
    dry_run = request.POST.get("dry_run", "false")
    if dry_run not in {"true", "false"}:
        raise Misfilled({"dry_run": [_("請寫 true 或 false。")]})
    correct = request.POST.get("correct", "false")
    if correct not in {"true", "false"}:
        raise Misfilled({"correct": [_("請寫 true 或 false。")]})
    adding = request.POST.getlist("add_missing")
    if unknown := set(adding) - set(MISSING):
        raise Misfilled({"add_missing": [_("可以寫 %(words)s。") % {"words": "、".join(MISSING)}]})
    if correct == "true":
        adding = [*adding, CORRECTIONS]
    uploads = request.FILES.getlist("files")
    if not uploads or len(uploads) > MOST_FILES or set(request.FILES) != {"files"}:
        raise Misfilled({"files": [_("請在 files 欄附上 1 至 %(most)s 個檔案。") % {"most": MOST_FILES}]})
    files: list[Any] = []
    for upload in uploads:
        refuse_unusable(upload.name or "")
        files.append((upload.name or "", cast(BinaryIO, upload.file)))
    report = run_import(caller.person, files, register=register, dry_run=dry_run == "true", add_missing=adding)
    status = 409 if report.is_refused else 200 if dry_run == "true" else 201
    return says(report.as_json(), status=status)


def _register(name: str, caller: Caller) -> str | None:
    """The register the caller named; who names none may write in all domains and be of those who import."""
    if not name:
        caller.needs("*", WRITE)
        if not any(one.importing and can(caller.person, one.importing.action) for one in REGISTERS):
            raise Denied(_("您沒有可以匯入的登記簿。"))
        return None
    known = REGISTERS.get(name)
    if known is None or known.importing is None:
        raise Misfilled({"register": [_("沒有這種可以匯入的登記簿。")]})
    caller.needs(known.domain, WRITE)
    return name
