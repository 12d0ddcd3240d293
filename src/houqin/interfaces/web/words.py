"""What kinds, measures and documents are called on screen, taken from the registries."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.catalogue.vocabulary import VOCABULARIES
from houqin.foundation.journal.actions import ACTIONS
from houqin.foundation.journal.figures import EXACT, FIGURES, MONEY, say
from houqin.foundation.journal.models import Account, Commodity, Entry
from houqin.foundation.journal.spoken import KINDS, ROLES
from houqin.foundation.signing.models import DOCUMENTS

# Ends of lines that are not a place or a person.
ACCOUNT_ROLES = {
    "outside": gettext_lazy("校外"),
    "used": gettext_lazy("已使用"),
    "loss": gettext_lazy("盤虧"),
    "found": gettext_lazy("盤盈"),
    "income": gettext_lazy("收入"),
    "expense": gettext_lazy("支出"),
    "written_off": gettext_lazy("已報廢"),
    "scrapped": gettext_lazy("已報廢"),
    "transit": gettext_lazy("在途"),
    "pending": gettext_lazy("待處理"),
    "opening": gettext_lazy("期初"),
    "cash": gettext_lazy("庫存現金"),
    "fund": gettext_lazy("經費"),
}
MEASURES = {
    "minutes": gettext_lazy("分鐘"),
    "seconds": gettext_lazy("秒"),
    "pupils": gettext_lazy("學生人數"),
    "people": gettext_lazy("人數"),
    "copies": gettext_lazy("份數"),
    "due": gettext_lazy("期限"),
    "rows": gettext_lazy("行數"),
}


def kind_label(kind: str) -> str:
    """What an entry of this kind is called: the word on the button of its action, else the one declared where it is written."""
    verb = ACTIONS.get(kind)
    if verb is not None:
        return str(verb.label)
    return str(KINDS.get(kind) or _("登記"))


def document_label(kind: str) -> str:
    """What a document of this kind is called."""
    model = DOCUMENTS.get(kind)
    return str(model._meta.verbose_name) if model is not None else kind


def entry_label(entry: Entry) -> str:
    """The entry's kind in words; a reversal says so."""
    label = kind_label(entry.kind)
    return _("沖銷：%(label)s") % {"label": label} if entry.sign < 0 else label


def category_label(code: str, kind: str = "") -> str:
    """A category's word: as the papers of the entry's domain choose it, else in whichever vocabulary knows it."""
    if not code:
        return ""
    domain = kind.partition(".")[0]
    if code in (chosen := _choices_of(domain)):
        return str(chosen[code])
    for vocabulary in VOCABULARIES:
        label = vocabulary.label(code)
        if label and label != code:
            return str(label)
    return code


@cache
def _choices_of(domain: str) -> dict[str, Any]:
    """Every word the models of a domain choose from: code → label. The label is lazy, so any language may ask."""
    found: dict[str, Any] = {}
    if domain not in apps.app_configs:
        return found
    for model in apps.get_app_config(domain).get_models():
        fields = [field for field in model._meta.concrete_fields if field.choices]
        for field in sorted(fields, key=lambda one: one.name not in ("category", "state")):
            for code, label in field.flatchoices:
                if field.name != "state":
                    found.setdefault(str(code), label)
    return found


def kind_choices() -> list[tuple[str, str]]:
    """Every kind of entry there is in the book, with its word."""
    kinds = Entry.objects.order_by("kind").values_list("kind", flat=True).distinct()
    return sorted(((kind, kind_label(kind)) for kind in kinds), key=lambda pair: pair[1])


def measure_label(name: str, kind: str = "") -> str:
    """What a measure is called: as the figure that sums it, else as the field it was typed in."""
    for figure in FIGURES:
        if getattr(figure.of, "measure", "") == name and (not kind or kind in _words(figure.of.kind)):
            return str(figure.label)
    verb = ACTIONS.get(kind)
    if verb is not None and name in verb.form.base_fields:
        return str(verb.form.base_fields[name].label or name)
    return str(MEASURES.get(name, name))


def measure_text(name: str, kind: str, quantity: int) -> str:
    """What a measure counts, in its unit: 12.50元, 40分鐘, 312人."""
    for figure in FIGURES:
        if getattr(figure.of, "measure", "") == name and kind in _words(figure.of.kind):
            return say(quantity, figure.unit, MONEY if figure.style == MONEY else EXACT)
    return f"{quantity:,}"


def _words(kind: str | Sequence[str]) -> Sequence[str]:
    return (kind,) if isinstance(kind, str) else kind


def account_label(account: Account) -> str:
    """What an account is called; one made without a name is called by its role."""
    if account.name and account.name != account.code:
        return account.name
    return str(ROLES.get(account.role) or ACCOUNT_ROLES.get(account.role) or _("其他"))


def quantity_label(quantity: int, commodity: Commodity) -> str:
    """A quantity in the unit people say: 5個, 300.00元."""
    if commodity.decimals:
        whole, part = divmod(abs(quantity), 10**commodity.decimals)
        said = f"{'-' if quantity < 0 else ''}{whole:,}.{part:0{commodity.decimals}d}"
    else:
        said = f"{quantity:,}"
    return said + commodity.counter
