"""An action's form as a JSON schema, and a request's body as that form's input.

The form stays the one judge of what is said. The schema says which JSON types a field takes, so a number never reaches a
field that reads text; what stands in them (a day that does not exist, a name nobody bears) the form refuses by field.

A form field may bring its own schema as ``json_schema``; the others are known by their class.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import Action, ActionForm
from houqin.foundation.org.fields import ReferenceField, SeveralField
from houqin.foundation.signing.causes import BECAUSE
from houqin.kit import fields as kit

from .answers import Misfilled, Unreadable

Json = dict[str, Any]

LARGEST_KEY = 2**63 - 1
LARGEST_EXACT = 2**53
LONGEST_TEXT = 20_000
DEEPEST = 20
# Strings no database and no paper can hold: NUL, and half of a surrogate pair.
_UNUSABLE = re.compile("[\x00\ud800-\udfff]")


def _text(field: forms.CharField) -> Json:
    longest = min(field.max_length or LONGEST_TEXT, LONGEST_TEXT)
    return {"type": "string", "maxLength": longest, **({"minLength": 1} if field.required else {})}


def _choices(field: Any) -> list[str]:
    return [str(key) for key, _label in field.choices if not isinstance(_label, (list, tuple)) and str(key)]


def _word(field: Any) -> Json:
    keys = _choices(field)
    if getattr(field, "otherwise", None) is not None:
        return {"type": "string", "maxLength": 200, "examples": keys[:3]}
    return {"type": "string", "enum": keys} if keys else {"type": "string", "maxLength": 200}


def _reference(field: forms.Field) -> Json:
    return {
        "anyOf": [
            {"type": "integer", "minimum": 1, "maximum": LARGEST_KEY},
            {"type": "string", "minLength": 1, "maxLength": 200},
        ]
    }


def _several(field: SeveralField) -> Json:
    """A list, or text with a row a line."""
    told = _reference(field.each)["anyOf"]
    return {
        "anyOf": [
            {"type": "array", "maxItems": 500, "items": {"anyOf": told}},
            {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT},
            told[0],
        ]
    }


def _key(field: forms.Field) -> Json:
    return {"type": "integer", "minimum": 1, "maximum": LARGEST_KEY}


def _own(field: forms.Field) -> Json:
    """A field of a kind unknown here takes what a page would send it: text."""
    return {"type": "string", "maxLength": LONGEST_TEXT, **({"minLength": 1} if field.required else {})}


# The first class that fits, so subclasses stand before what they come from.
SCHEMAS: tuple[tuple[type[forms.Field], Callable[[Any], Json]], ...] = (
    (forms.FileField, lambda field: {"type": "string", "format": "binary"}),
    (ReferenceField, _reference),
    (SeveralField, _several),
    (kit.DayField, lambda field: {"type": "string", "format": "date"}),
    (kit.MomentField, lambda field: {"type": "string", "format": "date-time"}),
    (kit.ClockField, lambda field: {"type": "string", "maxLength": 20, "examples": ["09:36"]}),
    (
        kit.DurationField,
        lambda field: {
            "anyOf": [{"type": "integer", "minimum": 0, "maximum": 31_536_000}, {"type": "string", "maxLength": 40}]
        },
    ),
    (kit.WholeNumberField, lambda field: {"type": "integer", "minimum": field.least, "maximum": field.most}),
    (
        kit.MoneyField,
        lambda field: {
            "description": "元",
            "anyOf": [
                {"type": "string", "pattern": r"^-?[0-9]{1,11}(\.[0-9]{1,2})?$"},
                {"type": "number", "minimum": field.least / 100, "maximum": 10**11},
            ],
        },
    ),
    (kit.FlagField, lambda field: {"type": "boolean"}),
    (kit.KeptFlagField, lambda field: {"type": "boolean"}),
    (kit.WordField, _word),
    (forms.JSONField, lambda field: {}),
    (
        forms.MultipleChoiceField,
        lambda field: {"type": "array", "maxItems": 500, "items": {"type": "string", "enum": _choices(field)}},
    ),
    (forms.ModelMultipleChoiceField, lambda field: {"type": "array", "maxItems": 500, "items": _key(field)}),
    (forms.ModelChoiceField, _key),
    (forms.ChoiceField, _word),
    (forms.BooleanField, lambda field: {"type": "boolean"}),
    (
        forms.IntegerField,
        lambda field: {
            "type": "integer",
            "minimum": field.min_value if field.min_value is not None else -(10**12),
            "maximum": field.max_value if field.max_value is not None else 10**12,
        },
    ),
    (forms.CharField, _text),
)


def field_schema(field: forms.Field) -> Json:
    """The JSON schema of what ``field`` takes, with its label as title."""
    told = getattr(field, "json_schema", None)
    if told is None:
        made = next((make for kind, make in SCHEMAS if isinstance(field, kind)), _own)
        told = made(field)
    told = {"title": str(field.label or ""), **told}
    if field.help_text:
        told["description"] = " ".join(filter(None, (told.get("description", ""), str(field.help_text))))
    return told


# Any action may say which entry it is done because of (:mod:`houqin.foundation.signing.causes`).
_CAUSE = kit.WholeNumberField(label=gettext_lazy("起因（登記號）"), required=False, least=1)


def _fields(form: type[ActionForm]) -> Mapping[str, forms.Field]:
    """What a call may send: the fields of the form, and the cause."""
    return {**form.base_fields, BECAUSE: _CAUSE}


def form_schema(form: type[ActionForm], *, title: str) -> Json:
    """The JSON schema of an action's input."""
    taken = _fields(form)
    required = [name for name, field in taken.items() if field.required]
    return {
        "title": title,
        "type": "object",
        "properties": {name: _nullable(field_schema(field), field) for name, field in taken.items()},
        **({"required": required} if required else {}),
        "additionalProperties": False,
    }


def _nullable(schema: Json, field: forms.Field) -> Json:
    """What may be left out may also be null, as programs write it."""
    if field.required or not ({"type", "anyOf"} & set(schema)) or schema.get("format") == "binary":
        return schema
    if "anyOf" in schema:
        return {**schema, "anyOf": [*schema["anyOf"], {"type": "null"}]}
    told = {**schema, "type": [schema["type"], "null"]}
    if "enum" in told:
        told["enum"] = [*told["enum"], None]
    return told


def takes_files(form: type[ActionForm]) -> bool:
    return any(isinstance(field, forms.FileField) for field in form.base_fields.values())


def request_body(verb: Action) -> Json:
    """The ``requestBody`` of an action: JSON, and a form with files where the action takes any."""
    schema = form_schema(verb.form, title=str(verb.label))
    files = {name for name, field in verb.form.base_fields.items() if isinstance(field, forms.FileField)}
    plain = {**schema, "properties": {name: one for name, one in schema["properties"].items() if name not in files}}
    if "required" in schema:
        plain["required"] = [name for name in schema["required"] if name not in files]
    content = {"application/json": {"schema": plain}}
    if files:
        content["multipart/form-data"] = {"schema": schema}
    return {"required": True, "content": content}


def read_json(request: HttpRequest) -> Any:
    """The JSON of a request's body. Refuses what is no JSON in UTF-8, too deep, or holds what cannot be stored."""
    try:
        value = json.loads(request.body.decode("utf-8"), parse_float=_finite, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Unreadable(_("請求的內容不是 UTF-8 的 JSON。")) from error
    _must_be_usable(value, depth=0)
    return value


def _finite(text: str) -> float | int:
    """A number with a point or an exponent; 5.0 is the whole number 5, as JSON Schema has it."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return int(number) if number.is_integer() and abs(number) < LARGEST_EXACT else number


def _no_constant(text: str) -> float:
    raise ValueError(text)


def _must_be_usable(value: Any, *, depth: int) -> None:
    if depth > DEEPEST:
        raise Unreadable(_("JSON 的層數太深。"))
    if isinstance(value, str):
        refuse_unusable(value)
    elif isinstance(value, Mapping):
        for key, one in value.items():
            refuse_unusable(key)
            _must_be_usable(one, depth=depth + 1)
    elif isinstance(value, list):
        for one in value:
            _must_be_usable(one, depth=depth + 1)


def refuse_unusable(text: str) -> None:
    if _UNUSABLE.search(text):
        raise Unreadable(_("內容裏有 NUL 或不成對的代理字元，不能保存。"))


def read_input(request: HttpRequest, verb: Action) -> tuple[dict[str, Any], Mapping[str, Any] | None]:
    """What was asked, as the form of ``verb`` takes it: its data and its files.

    Raises :class:`Unreadable` or :class:`Misfilled`.
    """
    if request.content_type == "multipart/form-data" and takes_files(verb.form):
        sent = {name: request.POST.getlist(name) for name in request.POST}
        for name, texts in sent.items():
            refuse_unusable(name)
            for text in texts:
                refuse_unusable(text)
        data = {name: texts if len(texts) > 1 else texts[0] for name, texts in sent.items()}
        _refuse_unknown(data, verb)
        return data, request.FILES
    if request.content_type not in {"application/json", "text/plain", ""}:
        raise Unreadable(_("請以 application/json 送出。"))
    told = read_json(request)
    if not isinstance(told, dict):
        raise Misfilled({"__all__": [_("請求的內容要是一個 JSON 物件。")]})
    _refuse_unknown(told, verb)
    taken = _fields(verb.form)
    wrong = {
        name: [_("型別不對，這一欄要%(wanted)s。") % {"wanted": _wanted(schema)}]
        for name, value in told.items()
        if not fits(value, schema := field_schema(taken[name])) and not (value is None and not taken[name].required)
    }
    if wrong:
        raise Misfilled(wrong)
    return {
        name: json.dumps(value) if isinstance(taken[name], forms.JSONField) else value
        for name, value in told.items()
        if value is not None
    }, None


def _refuse_unknown(data: Mapping[str, Any], verb: Action) -> None:
    if unknown := [name for name in data if name not in _fields(verb.form)]:
        raise Misfilled({name[:60]: [_("沒有這一欄。")] for name in unknown[:20]})


_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}
_TYPE_WORDS = {
    "string": "文字",
    "integer": "整數",
    "number": "數字",
    "boolean": "true 或 false",
    "array": "列表",
    "object": "物件",
}


def fits(value: Any, schema: Json) -> bool:
    """Whether ``value`` is of the JSON types ``schema`` names, inside too; bounds and words are the form's business."""
    if "anyOf" in schema:
        return any(fits(value, one) for one in schema["anyOf"])
    wanted = schema.get("type")
    if wanted is None:
        return True
    for one in [wanted] if isinstance(wanted, str) else wanted:
        if type(value) not in _TYPES[one]:
            continue
        if one == "array":
            return len(value) <= schema.get("maxItems", 500) and all(
                fits(item, schema.get("items", {})) for item in value
            )
        if one == "object":
            known, other = schema.get("properties", {}), schema.get("additionalProperties", {})
            return all(
                other is not False
                if name not in known and isinstance(other, bool)
                else fits(item, known.get(name, other))
                for name, item in value.items()
            )
        return True
    return False


def _wanted(schema: Json) -> str:
    words = [word for one in schema.get("anyOf", [schema]) for word in _type_words(one)]
    return _("或").join(dict.fromkeys(words))


def _type_words(schema: Json) -> list[str]:
    wanted = schema.get("type", "string")
    return [_(_TYPE_WORDS[one]) for one in ([wanted] if isinstance(wanted, str) else wanted) if one in _TYPE_WORDS]
