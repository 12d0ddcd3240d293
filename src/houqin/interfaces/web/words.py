"""What kinds, measures and documents are called on screen, taken from the registries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.catalogue.vocabulary import VOCABULARIES
from houqin.foundation.journal.actions import ACTIONS, called
from houqin.foundation.journal.figures import EXACT, FIGURES, MONEY, say
from houqin.foundation.journal.models import Account, Commodity, Entry
from houqin.foundation.journal.spoken import ROLES
from houqin.foundation.registers.register import REGISTERS
from houqin.foundation.signing.models import DOCUMENTS
from houqin.kit.fields import MoneyField

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

# Categories that no field chooses from: of custody letters, of goods that go out, of hand-outs, of counts, of labels.
NAMED_THINGS = {
    "class": gettext_lazy("班級"),
    "special": gettext_lazy("專室"),
    "property": gettext_lazy("學校的物品"),
    "own": gettext_lazy("個人物品"),
    "opening": gettext_lazy("開學發放"),
    "topup": gettext_lazy("補發"),
    "assets": gettext_lazy("固定資產"),
    "place": gettext_lazy("地點"),
    "item": gettext_lazy("物品"),
}
# What an entry counts beside, told on its own page only.
BESIDE = {
    "amount": gettext_lazy("金額"),
    "batches": gettext_lazy("批數"),
    "below_minimum": gettext_lazy("低於最低庫存"),
    "bids": gettext_lazy("投標家數"),
    "bond": gettext_lazy("保證金"),
    "budget": gettext_lazy("預算金額"),
    "cards": gettext_lazy("卡片數"),
    "changed": gettext_lazy("改動數"),
    "classes": gettext_lazy("班數"),
    "codes": gettext_lazy("編碼數"),
    "compensation": gettext_lazy("賠償金額"),
    "cost": gettext_lazy("費用"),
    "counted": gettext_lazy("已盤項數"),
    "cut": gettext_lazy("核減金額"),
    "dear": gettext_lazy("高於市價"),
    "different": gettext_lazy("不符數"),
    "differing": gettext_lazy("有差異項數"),
    "due_on": gettext_lazy("期限"),
    "elsewhere": gettext_lazy("在別處找到"),
    "ending": gettext_lazy("將到期"),
    "ends": gettext_lazy("到期日"),
    "excess": gettext_lazy("超定額"),
    "expired": gettext_lazy("已過期"),
    "explained": gettext_lazy("已說明項數"),
    "failed": gettext_lazy("不合格"),
    "found": gettext_lazy("盤盈件數"),
    "found_value": gettext_lazy("盤盈金額"),
    "half_hours": gettext_lazy("半小時數"),
    "inside": gettext_lazy("未離校人數"),
    "invited": gettext_lazy("邀請家數"),
    "items": gettext_lazy("項數"),
    "kept": gettext_lazy("暫留數"),
    "lacking": gettext_lazy("缺數"),
    "late": gettext_lazy("逾期"),
    "on_time": gettext_lazy("按時"),
    "loaded": gettext_lazy("裝車件數"),
    "loans": gettext_lazy("借用數"),
    "man_made": gettext_lazy("人為損壞"),
    "matched": gettext_lazy("相符項數"),
    "material_cost": gettext_lazy("材料費"),
    "missing": gettext_lazy("盤虧件數"),
    "missing_after": gettext_lazy("搬後缺失"),
    "missing_value": gettext_lazy("盤虧金額"),
    "not_separated": gettext_lazy("未分崗辦理"),
    "broken": gettext_lazy("破損件數"),
    "orders": gettext_lazy("單數"),
    "packed": gettext_lazy("裝箱件數"),
    "past_deadline": gettext_lazy("過了期限"),
    "pieces": gettext_lazy("件數"),
    "planned": gettext_lazy("應發數"),
    "proceeds": gettext_lazy("殘值收入"),
    "quotes": gettext_lazy("報價家數"),
    "recounted": gettext_lazy("複盤項數"),
    "requests": gettext_lazy("申請數"),
    "return_due": gettext_lazy("應返校日"),
    "rows": gettext_lazy("行數"),
    "saved": gettext_lazy("節約額"),
    "score": gettext_lazy("得分"),
    "self_accepted": gettext_lazy("自驗"),
    "split_suspect": gettext_lazy("疑似拆分"),
    "things": gettext_lazy("件數"),
    "to_buy": gettext_lazy("待購數"),
    "tokens": gettext_lazy("標籤碼數"),
    "told": gettext_lazy("報數次數"),
    "unaccepted": gettext_lazy("未驗收"),
    "unbooked": gettext_lazy("未入賬"),
    "unexpected": gettext_lazy("賬外數"),
    "unloaded": gettext_lazy("卸車件數"),
    "unsigned": gettext_lazy("未簽出"),
    "value": gettext_lazy("金額"),
    "visitors": gettext_lazy("來訪人數"),
    "visits": gettext_lazy("來訪次數"),
    "without_quotes": gettext_lazy("無報價"),
    "work_minutes": gettext_lazy("工時"),
}
# Measures in 分, and measures that are a day, as its ordinal.
IN_FEN = frozenset(
    {
        "amount",
        "bond",
        "budget",
        "compensation",
        "cost",
        "cut",
        "found_value",
        "material_cost",
        "missing_value",
        "proceeds",
        "saved",
        "value",
    }
)
DAYS = frozenset({"due", "due_on", "return_due", "ends"})


def kind_label(kind: str) -> str:
    """What an entry of this kind is called: the word on the button of its action, else the one declared where it is written."""
    return called(kind)


def document_label(kind: str) -> str:
    """What a document of this kind is called."""
    model = DOCUMENTS.get(kind)
    return str(model._meta.verbose_name) if model is not None else kind


def entry_label(entry: Entry) -> str:
    """The entry's kind in words; a reversal says so."""
    label = kind_label(entry.kind)
    return _("沖銷：%(label)s") % {"label": label} if entry.sign < 0 else label


def category_label(code: str, kind: str = "", document_kind: str = "") -> str:
    """A category's word: as its paper or the papers of the entry's domain choose it, else in whichever vocabulary knows it."""
    if not code:
        return ""
    for vocabulary in getattr(DOCUMENTS.get(document_kind), "coded", {}).values():
        if code in VOCABULARIES[vocabulary].terms:
            return str(VOCABULARIES[vocabulary].label(code))
    domain = kind.partition(".")[0]
    if code in (chosen := _choices_of(domain)):
        return str(chosen[code])
    for known in VOCABULARIES:
        label = known.label(code)
        if label and label != code:
            return str(label)
    if code in DOCUMENTS or code in NAMED_THINGS:
        return str(NAMED_THINGS.get(code) or document_label(code))
    return code


def code_label(model: type[models.Model], name: str, code: str) -> str:
    """A code a field holds without choices of its own: by its vocabulary, else as a register of that model or domain tells it."""
    vocabulary = getattr(model, "coded", {}).get(name)
    if vocabulary:
        return str(VOCABULARIES[vocabulary].label(code))
    registers = sorted(
        (one for one in REGISTERS if one.domain == model._meta.app_label), key=lambda one: one.document is not model
    )
    for register in registers:
        for column in register.columns:
            if column.kind == "choice" and column.lookup == name and code in (options := column.options()):
                return str(options[code])
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


def measure_told(name: str, kind: str = "") -> str:
    """What a measure is called on the page of its entry, which tells what is counted beside too."""
    label = measure_label(name, kind)
    return str(BESIDE.get(name) or _("計數")) if label == name else label


def measure_text(name: str, kind: str, quantity: int) -> str:
    """What a measure counts, in its unit: 12.50元, 40分鐘, 312人; a day as a day, 分 as 元."""
    if name in DAYS:
        try:
            return date.fromordinal(quantity).isoformat()
        except (ValueError, OverflowError):
            return str(quantity)
    for figure in FIGURES:
        if getattr(figure.of, "measure", "") == name and kind in _words(figure.of.kind):
            return say(quantity, figure.unit, MONEY if figure.style == MONEY else EXACT)
    verb = ACTIONS.get(kind)
    if name in IN_FEN or (verb is not None and isinstance(verb.form.base_fields.get(name), MoneyField)):
        return say(quantity, "元", MONEY)
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
