"""One form per action of the stores: what a paper may say, and what bad input gets told."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.calendar.models import Term
from houqin.foundation.catalogue.fields import AcceptanceField
from houqin.foundation.catalogue.items import item_key
from houqin.foundation.catalogue.lines import only_item_named, read_lines, words_of
from houqin.foundation.catalogue.models import Item
from houqin.foundation.journal.actions import ActionForm, LookThrough, locked
from houqin.foundation.journal.models import Place, PlaceKind
from houqin.foundation.org.correcting import KEPT, CorrectForm
from houqin.foundation.org.directory import Ambiguous, Directory, Unknown
from houqin.foundation.org.fields import (
    MOST_SUGGESTED,
    ClassField,
    PartyField,
    PersonField,
    PlaceField,
    ReferenceField,
    UnitField,
)
from houqin.foundation.org.models import Party, Person, SchoolClass, Unit
from houqin.kit import dates, numbers
from houqin.kit.fields import (
    ClockField,
    DayField,
    FlagField,
    KeptFlagField,
    LongTextField,
    MoneyField,
    TextField,
    WholeNumberField,
    WordField,
)

from . import terms
from .models import (
    Batch,
    Distribution,
    Keeping,
    Loan,
    Receipt,
    Requisition,
    Reservable,
    Reservation,
    Transfer,
    WriteOff,
)

MOST = 10_000_000


class PaperField(ReferenceField):
    """A paper as itself, by its key, or by its number; read under a lock, because it is about to change."""

    widget: type[forms.Widget] = forms.HiddenInput  # type: ignore[assignment]

    def __init__(self, model: type[models.Model], *, joined: tuple[str, ...] = (), **kwargs: Any) -> None:
        self.model = model
        kwargs.setdefault("label", model._meta.verbose_name)
        super().__init__(
            queryset=lambda: locked(model._default_manager.select_related("place", "place__campus", *joined)), **kwargs
        )


class StoreField(PlaceField):
    """A place where goods are kept."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("倉庫"))
        super().__init__(queryset=lambda: Place.objects.filter(kind=PlaceKind.STORE).select_related("campus"), **kwargs)

    def to_python(self, value: Any) -> Any:
        found = super().to_python(value)
        if found is not None and found.kind != PlaceKind.STORE:
            raise forms.ValidationError(_("「%(name)s」不是倉庫。請選倉庫，或先把它登記為倉庫。") % {"name": found})
        return found


class ItemField(ReferenceField):
    """An item of the catalogue, by itself, its key, or its name with its specification."""

    model = Item
    picker = "stores.catalogue"

    def rows(self) -> models.QuerySet[Any]:
        return Item.objects.select_related("commodity", "keeping")

    def named(self, directory: Directory, text: str) -> Item:
        found = self.rows().filter(folded=item_key(text)).first()
        if found is not None:
            return found
        try:
            found = only_item_named(text, self.rows())
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        if found is None:
            raise Unknown
        return found

    def to_python(self, value: Any) -> Any:
        if isinstance(value, Item):
            return value
        return super().to_python(value)


class OwnField(ReferenceField):
    """A row of the stores by itself or its key."""

    def __init__(self, model: type[models.Model], *, joined: tuple[str, ...] = (), **kwargs: Any) -> None:
        self.model = model
        kwargs.setdefault("label", model._meta.verbose_name)
        super().__init__(queryset=lambda: locked(model._default_manager.select_related(*joined)), **kwargs)

    def written(self, rows: Sequence[Any]) -> list[str]:
        return [str(row.pk) for row in rows]


class TermField(ReferenceField):
    model = Term

    def named(self, directory: Directory, text: str) -> Term:
        found = [term for term in Term.objects.all() if str(term) == text]
        if not found:
            raise Unknown
        return found[0]


class ReservableField(ReferenceField):
    """A room or set by its name, locked: whoever reserves it comes one after the other."""

    model = Reservable
    picker = "stores.reservables"

    def rows(self) -> models.QuerySet[Any]:
        return locked(Reservable.objects.filter(is_active=True))

    def named(self, directory: Directory, text: str) -> Reservable:
        from houqin.kit.text import fold

        found = self.rows().filter(folded=fold(text)).first()
        if found is None:
            raise Unknown
        return found


@dataclass(frozen=True)
class Named:
    """Somebody or something as written on paper, and the row it is where the book knows exactly one of that name."""

    name: str
    row: Any = None

    def __str__(self) -> str:
        return self.name


class AsWrittenField(ReferenceField):
    """A name as written: nobody is refused, nobody is guessed. ``ask`` looks a name up in the directory."""

    widget: type[forms.Widget] = forms.TextInput  # type: ignore[assignment]

    def __init__(
        self, ask: Callable[[Directory, str], Any], *, model: type[models.Model], longest: int = 40, **kwargs: Any
    ):
        super().__init__(**kwargs)
        self.ask, self.model, self.longest = ask, model, longest

    def to_python(self, value: Any) -> Named | None:
        if value in self.empty_values or not str(value).strip():
            return None
        if isinstance(value, self.model):
            return Named(str(value), value)
        if isinstance(value, Named):
            return value
        text = str(value).strip()[: self.longest]
        try:
            return Named(text, self.ask(self.directory or Directory.read(), text))
        except (Unknown, Ambiguous):
            return Named(text)


def _person_as_written(label: Any) -> AsWrittenField:
    return AsWrittenField(Directory.person, model=Person, label=label, required=False)


def _party_as_written(label: Any) -> AsWrittenField:
    return AsWrittenField(Directory.party, model=Party, longest=120, label=label, required=False)


def _holder_of(directory: Directory, text: str) -> SchoolClass | Unit | Person:
    """「三(1)班」 or 「總務處」 or a teacher's name: what stands under 領用部門(班級)."""
    for ask in (directory.school_class, directory.unit, directory.person):
        try:
            return ask(text)
        except Unknown:
            continue
    raise Unknown


class HolderField(AsWrittenField):
    """The department or class (or person) something went to, as written."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(_holder_of, model=models.Model, longest=80, **kwargs)

    def suggested(self, typed: str, *, most: int = MOST_SUGGESTED) -> list[tuple[str, str]]:
        """Classes, departments and people of that name."""
        found = [pair for kind in (ClassField, UnitField, PersonField) for pair in kind().suggested(typed, most=most)]
        return found[:most]


class LinesField(forms.Field):
    """Several items: one a line (粉筆 白色 10盒 3.50元), or rows with item, quantity and what else a paper says.

    Cleans to rows ``{"name", "specification", "item", "quantity", "counter", "price", "value", "batch", "expires_on",
    "old"}``; price and value in 分, None where nothing was written. ``priced`` allows a price behind the quantity.
    """

    widget = forms.Textarea(attrs={"rows": 4, "placeholder": "粉筆 10盒"})

    def __init__(self, *, priced: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("物品"))
        kwargs.setdefault("help_text", gettext_lazy("一行一種：品名 規格 數量單位，如 粉筆 白色 10盒"))
        super().__init__(**kwargs)
        self.priced = priced

    def to_python(self, value: Any) -> list[dict[str, Any]]:
        if value in self.empty_values:
            return []
        if isinstance(value, str):
            value = self._split(value)
        elif isinstance(value, Mapping):
            value = [value]
        rows = [self._read(row) for row in value]
        seen: set[tuple[str, str, str]] = set()
        for row in rows:
            key = (item_key(row["name"], row["specification"]), row["batch"], str(row["expires_on"]))
            if key in seen:
                raise forms.ValidationError(_("「%(name)s」寫了兩行，請合成一行。") % {"name": row["name"]})
            seen.add(key)
        return rows

    def _split(self, text: str) -> list[dict[str, Any]]:
        """The rows of typed lines, read by the catalogue's one reader; batch, day and 以舊換新 may stand anywhere in a line."""
        told, besides = [], []
        for line in filter(str.strip, text.splitlines()):
            words: list[str] = []
            row: dict[str, Any] = {}
            for part in words_of(line):
                if part.startswith(("批號", "批号")):
                    row["batch"] = part[2:].lstrip(":：")
                elif part.startswith(("有效期", "到期")):
                    row["expires_on"] = part.removeprefix("有效期").removeprefix("到期").lstrip("至:：")
                elif part in {"以舊換新", "以旧换新"}:
                    row["old"] = True
                else:
                    words.append(part)
            told.append(words or [line.strip()])
            besides.append(row)
        items = Item.objects.select_related("commodity", "keeping")
        try:
            read = read_lines(told, example="粉筆 10盒", with_money=self.priced, items=items)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        return [
            {
                **row,
                "item": one.item,
                "name": one.name,
                "specification": one.specification,
                "quantity": one.quantity,
                "counter": one.counter,
                "price": one.money,
            }
            for one, row in zip(read, besides, strict=True)
        ]

    def _read(self, row: Mapping[str, Any]) -> dict[str, Any]:
        item = row.get("item")
        if isinstance(item, Item):
            name, specification = item.name, item.specification
        elif isinstance(item, int):
            known = Item.objects.select_related("commodity", "keeping").filter(pk=item).first()
            if known is None:
                raise forms.ValidationError(_("物資目錄裡沒有第 %(key)s 號品目。") % {"key": item})
            item, name, specification = known, known.name, known.specification
        else:
            name = str(row.get("name") or item or "").strip()
            item, specification = None, str(row.get("specification") or "").strip()
        if not name:
            raise forms.ValidationError(_("每一行都要寫品名。"))
        try:
            quantity = numbers.parse_integer(row.get("quantity"))
            price = numbers.parse_yuan(row["price"]) if row.get("price") not in (None, "") else None
            value = numbers.parse_yuan(row["value"]) if row.get("value") not in (None, "") else None
            expires_on = row.get("expires_on") or None
            if expires_on is not None and not isinstance(expires_on, date):
                expires_on = dates.parse_date(expires_on)
        except ValueError as error:
            raise forms.ValidationError(_("「%(name)s」：%(why)s") % {"name": name, "why": error}) from error
        if not 0 < quantity <= MOST:
            raise forms.ValidationError(_("「%(name)s」的數量要大於零，且不超過一千萬。") % {"name": name})
        if (price or 0) < 0 or (value or 0) < 0:
            raise forms.ValidationError(_("「%(name)s」的單價和金額不能小於零。") % {"name": name})
        if price is not None and value is not None and (why := disagreement(quantity, price, value)):
            raise forms.ValidationError(_("「%(name)s」：%(why)s") % {"name": name, "why": why})
        return {
            "item": item,
            "name": name[:120],
            "specification": specification[:120],
            "quantity": quantity,
            "counter": str(row.get("counter") or "").strip()[:8],
            "price": price,
            "value": value,
            "batch": str(row.get("batch") or "").strip()[:40],
            "expires_on": expires_on,
            "old": bool(row.get("old")),
        }


def disagreement(quantity: int, price: int, value: int) -> str:
    """The sentence with both numbers where quantity × price is not the amount; "" where they agree.

    A unit price is written in 分, so an amount that divided by the quantity rounds to that price agrees with it.
    """
    if 2 * abs(quantity * price - value) <= quantity:
        return ""
    return _("數量 × 單價 是 %(told)s 元，金額寫的是 %(value)s 元，不一致。請核對。") % {
        "told": numbers.yuan(quantity * price),
        "value": numbers.yuan(value),
    }


class QuantitiesField(forms.Field):
    """How many of each line of a paper: {line key: number}, or one a line 「粉筆 8」; empty means as on the paper."""

    widget = forms.Textarea(attrs={"rows": 3})

    def to_python(self, value: Any) -> dict[str, int]:
        if value in self.empty_values:
            return {}
        if isinstance(value, str):
            pairs = []
            for line in filter(None, map(str.strip, value.splitlines())):
                name, _space, number = line.rpartition(" ")
                if not name:
                    raise forms.ValidationError(_("「%(line)s」請寫成「品名 數量」。") % {"line": line})
                pairs.append((name.strip(), number))
        else:
            pairs = list(value.items())
        found = {}
        for name, number in pairs:
            try:
                quantity = numbers.parse_integer(number)
            except ValueError as error:
                raise forms.ValidationError(_("「%(name)s」：%(why)s") % {"name": name, "why": error}) from error
            if quantity < 0:
                raise forms.ValidationError(_("「%(name)s」的數量不能小於零。") % {"name": name})
            found[str(name)] = quantity
        return found


# The catalogue


class SetItem(ActionForm):
    name = TextField(label=gettext_lazy("品名"), max_length=120)
    specification = TextField(label=gettext_lazy("規格"), max_length=120, required=False)
    counter = TextField(label=gettext_lazy("單位"), max_length=8, required=False)
    category = WordField(
        label=gettext_lazy("類別"),
        choices=[(term.code, term.label) for term in terms.CATEGORIES.terms.values()],
        required=False,
        otherwise="other",
    )
    minimum = WholeNumberField(label=gettext_lazy("最低庫存"), required=False, most=MOST)
    shelf = TextField(
        label=gettext_lazy("庫位"), max_length=40, required=False, help_text=gettext_lazy("空着不改，清空寫「無」。")
    )
    is_durable = KeptFlagField(label=gettext_lazy("低值耐用"))
    is_hazardous = KeptFlagField(label=gettext_lazy("危險品"))
    is_old_for_new = KeptFlagField(label=gettext_lazy("以舊換新"))
    is_serial = KeptFlagField(label=gettext_lazy("逐件編號"))
    cas = TextField(
        label=gettext_lazy("CAS 號"), max_length=20, required=False, help_text=gettext_lazy("空着不改，清空寫「無」。")
    )


class KeepingField(ReferenceField):
    """An item on the stores' list, by its row there or by its name with its specification."""

    model = Keeping
    picker = "stores.catalogue"
    looked_in = ("item__folded",)

    def rows(self) -> models.QuerySet[Any]:
        return locked(Keeping.objects.select_related("item", "item__commodity"))

    def named(self, directory: Directory, text: str) -> Keeping:
        found = self.rows().filter(item__folded=item_key(text)).first()
        if found is None:
            raise Unknown
        return found


class CorrectItem(CorrectForm):
    corrects = "item"

    item = KeepingField(label=gettext_lazy("物資"))
    name = TextField(label=gettext_lazy("品名"), max_length=120, required=False)
    specification = TextField(label=gettext_lazy("規格"), max_length=120, required=False, help_text=KEPT)
    counter = TextField(label=gettext_lazy("單位"), max_length=8, required=False)
    category = WordField(
        label=gettext_lazy("類別"),
        choices=[(term.code, term.label) for term in terms.CATEGORIES.terms.values()],
        required=False,
        otherwise="other",
    )
    minimum = WholeNumberField(label=gettext_lazy("最低庫存"), required=False, most=MOST)
    shelf = TextField(label=gettext_lazy("庫位"), max_length=40, required=False, help_text=KEPT)
    is_durable = KeptFlagField(label=gettext_lazy("低值耐用"))
    is_hazardous = KeptFlagField(label=gettext_lazy("危險品"))
    is_old_for_new = KeptFlagField(label=gettext_lazy("以舊換新"))
    is_serial = KeptFlagField(label=gettext_lazy("逐件編號"))
    cas = TextField(label=gettext_lazy("CAS 號"), max_length=20, required=False, help_text=KEPT)

    @classmethod
    def begun_with(cls, document: Any) -> dict[str, Any]:
        return {**super().begun_with(document), **{one: getattr(document.item, one) for one in ITEM_FACTS}}


# What of an item on the list stands in the catalogue, and not with how it is kept.
ITEM_FACTS = ("name", "specification", "counter")


class SetQuota(ActionForm):
    item = ItemField(label=gettext_lazy("品名"), required=False)
    category = WordField(
        label=gettext_lazy("類別"),
        choices=[(term.code, term.label) for term in terms.CATEGORIES.terms.values()],
        required=False,
    )
    holder = WordField(label=gettext_lazy("對象"), choices=terms.Holder.choices)
    quantity = WholeNumberField(label=gettext_lazy("每學期定額"), most=MOST)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if bool(cleaned.get("item")) == bool(cleaned.get("category")) and not self.errors:
            raise forms.ValidationError(_("定額要寫明品名或類別，兩樣選一樣。"))
        return cleaned


# Goods in


class Arrive(ActionForm):
    store = StoreField()
    source = WordField(
        label=gettext_lazy("來源"), choices=terms.Source.choices, words=terms.SOURCE_WORDS, required=False
    )
    supplier = PartyField(label=gettext_lazy("供應商或捐贈人"), required=False)
    buyer = PersonField(label=gettext_lazy("經手人"), required=False, help_text=gettext_lazy("採購的要寫誰買的。"))
    keeper = PersonField(label=gettext_lazy("保管員"), required=False, help_text=gettext_lazy("空着就是您本人。"))
    lines = LinesField(priced=True, help_text=gettext_lazy("一行一種：品名 規格 數量單位 單價元 批號… 有效期…"))
    note = LongTextField(label=gettext_lazy("備註"), max_length=500, required=False)


class Receive(ActionForm):
    document = PaperField(Receipt, joined=("campus", "buyer", "keeper"))
    accepted = QuantitiesField(
        label=gettext_lazy("實收與單上不同的"), required=False, help_text=gettext_lazy("一行一種：品名 實收數量")
    )
    note = LongTextField(label=gettext_lazy("驗收意見"), max_length=500, required=False)


class TakeIn(ActionForm):
    acceptance = AcceptanceField(
        label=gettext_lazy("採購驗收單"),
        widget=forms.TextInput,
        help_text=gettext_lazy("驗收單號，見「待入庫的採購物資」。"),
    )
    store = StoreField()
    lines = LinesField(
        label=gettext_lazy("入庫物品"),
        required=False,
        help_text=gettext_lazy("空着就是全部；分次入庫或有批號的，一行一種：品名 規格 數量單位 批號… 有效期…"),
    )
    note = LongTextField(label=gettext_lazy("備註"), max_length=500, required=False)


class ReceiptWithReason(ActionForm):
    document = PaperField(Receipt, joined=("campus",))
    reason = TextField(label=gettext_lazy("原因"), max_length=200)


# Goods out


class Request(ActionForm):
    store = StoreField()
    lines = LinesField()
    receiver = PersonField(label=gettext_lazy("領用人"), required=False, help_text=gettext_lazy("空着就是您本人。"))
    school_class = ClassField(label=gettext_lazy("領用班級"), required=False)
    unit = UnitField(label=gettext_lazy("領用部門"), required=False)
    purpose = TextField(label=gettext_lazy("用途"), max_length=120)
    needed_on = DayField(label=gettext_lazy("需用日期"), required=False)
    note = LongTextField(label=gettext_lazy("備註"), max_length=500, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("school_class") and cleaned.get("unit"):
            raise forms.ValidationError(_("領用班級和領用部門只能寫一個。"))
        return cleaned


class IssueDirectly(Request):
    """At the counter: the keeper hands out at once."""

    receiver = PersonField(label=gettext_lazy("領用人"))
    drawing = forms.CharField(
        label=gettext_lazy("領用人簽名"), required=False, widget=forms.HiddenInput, max_length=200_000
    )
    occurred_on = DayField(label=gettext_lazy("日期"), required=False)
    personal = ("drawing",)


class Approve(ActionForm):
    document = PaperField(Requisition, joined=("campus", "receiver", "school_class", "unit"))
    quantities = QuantitiesField(
        label=gettext_lazy("批准數量與申領不同的"), required=False, help_text=gettext_lazy("一行一種：品名 批准數量")
    )
    note = LongTextField(label=gettext_lazy("批示"), max_length=500, required=False)


class RequisitionOnly(ActionForm):
    document = PaperField(Requisition, joined=("campus", "receiver", "school_class", "unit"))


class RequisitionWithReason(RequisitionOnly):
    reason = TextField(label=gettext_lazy("原因"), max_length=200)


class Issue(RequisitionOnly):
    quantities = QuantitiesField(
        label=gettext_lazy("這次實發與未發數不同的"),
        required=False,
        help_text=gettext_lazy("一行一種：品名 實發數量；其餘照未發數發。"),
    )
    old_for_new = FlagField(label=gettext_lazy("舊品已收回"))
    drawing = forms.CharField(
        label=gettext_lazy("領用人簽名"), required=False, widget=forms.HiddenInput, max_length=200_000
    )
    personal = ("drawing",)


class SignReceipt(RequisitionOnly):
    drawing = forms.CharField(label=gettext_lazy("簽名"), required=False, widget=forms.HiddenInput, max_length=200_000)
    personal = ("drawing",)


class ReturnLeft(RequisitionOnly):
    quantities = QuantitiesField(label=gettext_lazy("退回數量"), help_text=gettext_lazy("一行一種：品名 退回數量"))
    note = TextField(label=gettext_lazy("備註"), max_length=200, required=False)


class HandCustody(ActionForm):
    judged_by = ("holder", "school_class", "store")

    item = ItemField(label=gettext_lazy("品名"))
    quantity = WholeNumberField(label=gettext_lazy("數量"), least=1, most=MOST)
    holder = PersonField(label=gettext_lazy("原保管人"), required=False)
    school_class = ClassField(label=gettext_lazy("原保管班級"), required=False, takes_past=True)
    unit = UnitField(label=gettext_lazy("原保管部門"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        told = [name for name in ("holder", "school_class", "unit") if cleaned.get(name)]
        if len(told) != 1 and not self.errors:
            raise forms.ValidationError(_("原保管的人、班級、部門要寫一個，只寫一個。"))
        return cleaned


class ReturnCustody(HandCustody):
    store = StoreField(label=gettext_lazy("退回倉庫"))


class PassCustody(HandCustody):
    to = PersonField(label=gettext_lazy("新保管人"))


class ProposeLoss(ActionForm):
    store = StoreField()
    item = ItemField(label=gettext_lazy("品名"))
    quantity = WholeNumberField(label=gettext_lazy("數量"), least=1, most=MOST)
    loss = WordField(label=gettext_lazy("類型"), choices=terms.Loss.choices, words=terms.LOSS_WORDS)
    batch = OwnField(Batch, label=gettext_lazy("批次"), required=False)
    reason = TextField(label=gettext_lazy("原因"), max_length=200)


class LossOnly(ActionForm):
    document = PaperField(WriteOff, joined=("campus", "item", "item__commodity", "batch"))


class LossWithReason(LossOnly):
    reason = TextField(label=gettext_lazy("原因"), max_length=200)


class Send(ActionForm):
    judged_by = ("store",)

    store = StoreField(label=gettext_lazy("調出倉庫"))
    target = StoreField(label=gettext_lazy("調入倉庫"))
    lines = LinesField()
    note = LongTextField(label=gettext_lazy("備註"), max_length=500, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("store") and cleaned.get("store") == cleaned.get("target"):
            self.add_error("target", _("調出和調入是同一個倉庫。"))
        return cleaned


class Deliver(ActionForm):
    document = PaperField(Transfer, joined=("campus", "target", "target__campus"))
    delivered = QuantitiesField(
        label=gettext_lazy("實收與發出不同的"), required=False, help_text=gettext_lazy("一行一種：品名 實收數量")
    )
    reason = TextField(label=gettext_lazy("短少原因"), max_length=200, required=False)


class RecallTransfer(ActionForm):
    document = PaperField(Transfer, joined=("campus", "target", "target__campus"))
    reason = TextField(label=gettext_lazy("原因"), max_length=200)


# Opening of term


class SetKit(ActionForm):
    name = TextField(label=gettext_lazy("品名"), max_length=120)
    specification = TextField(label=gettext_lazy("規格"), max_length=120, required=False)
    counter = TextField(label=gettext_lazy("單位"), max_length=8, required=False)
    grade = TextField(
        label=gettext_lazy("年級"), max_length=20, required=False, help_text=gettext_lazy("空着是各年級。")
    )
    per = WordField(label=gettext_lazy("按"), choices=terms.Per.choices, words=terms.PER_WORDS)
    quantity = WholeNumberField(label=gettext_lazy("數量"), least=1, most=1000)


class RemoveKit(ActionForm):
    name = TextField(label=gettext_lazy("品名"), max_length=120)
    specification = TextField(label=gettext_lazy("規格"), max_length=120, required=False)
    grade = TextField(label=gettext_lazy("年級"), max_length=20, required=False)


class PlanDistribution(ActionForm):
    term = TermField(label=gettext_lazy("學期"))
    store = StoreField(
        label=gettext_lazy("倉庫"), required=False, help_text=gettext_lazy("空着就從各校區自己的倉庫發。")
    )
    campus = PlaceField(
        label=gettext_lazy("校區"), required=False, queryset=lambda: Place.objects.filter(kind=PlaceKind.CAMPUS)
    )


class Distribute(ActionForm):
    document = PaperField(Distribution, joined=("campus", "school_class", "school_class__campus", "teacher", "term"))
    quantities = QuantitiesField(
        label=gettext_lazy("實發與應發不同的"),
        required=False,
        help_text=gettext_lazy("一行一種：品名 實發數；其餘有多少發多少。"),
    )


class SignDistribution(ActionForm):
    document = PaperField(Distribution, joined=("campus", "teacher"))
    drawing = forms.CharField(label=gettext_lazy("簽名"), required=False, widget=forms.HiddenInput, max_length=200_000)
    personal = ("drawing",)


class TakeDistributionBack(ActionForm):
    document = PaperField(Distribution, joined=("campus", "school_class", "school_class__campus", "teacher", "term"))
    reason = TextField(label=gettext_lazy("原因"), max_length=200)


# Loans and reservations


class _Borrowing(ActionForm):
    store = StoreField()
    item = ItemField(label=gettext_lazy("物品名稱"))
    serial = TextField(label=gettext_lazy("編號"), max_length=64, required=False)
    quantity = WholeNumberField(label=gettext_lazy("數量"), least=1, most=10_000, required=False)
    unit = UnitField(label=gettext_lazy("部門"), required=False)
    purpose = TextField(label=gettext_lazy("用途"), max_length=120)
    due_on = DayField(label=gettext_lazy("預計歸還日"))


class RequestLoan(_Borrowing):
    borrower = PersonField(label=gettext_lazy("借用人"), required=False, help_text=gettext_lazy("空着就是您本人。"))


class LendDirectly(_Borrowing):
    borrower = PersonField(label=gettext_lazy("借用人"))
    condition_out = WordField(
        label=gettext_lazy("借出時狀況"), choices=terms.Condition.choices, words=terms.CONDITION_WORDS
    )
    occurred_on = DayField(label=gettext_lazy("借用日期"), required=False)


class LoanOnly(ActionForm):
    document = PaperField(Loan, joined=("campus", "item", "item__commodity", "borrower"))


class LoanWithReason(LoanOnly):
    reason = TextField(label=gettext_lazy("原因"), max_length=200)


class Lend(LoanOnly):
    condition_out = WordField(
        label=gettext_lazy("借出時狀況"), choices=terms.Condition.choices, words=terms.CONDITION_WORDS
    )
    serial = TextField(label=gettext_lazy("編號"), max_length=64, required=False)


class ReturnLoan(LoanOnly):
    condition_back = WordField(
        label=gettext_lazy("歸還狀況"), choices=terms.Condition.choices, words=terms.CONDITION_WORDS
    )
    compensation = MoneyField(label=gettext_lazy("損壞賠償"), required=False)
    note = TextField(label=gettext_lazy("備註"), max_length=200, required=False)
    occurred_on = DayField(label=gettext_lazy("實際歸還日"), required=False)


class ReturnPart(ReturnLoan):
    quantity = WholeNumberField(label=gettext_lazy("歸還數量"), least=1, most=10_000)


class SetReservable(ActionForm):
    name = TextField(label=gettext_lazy("名稱"), max_length=80)
    is_room = FlagField(label=gettext_lazy("場地"))
    place = PlaceField(label=gettext_lazy("地點"), required=False)
    keeper = PersonField(label=gettext_lazy("管理人"), required=False)


class Reserve(ActionForm):
    reservable = ReservableField(label=gettext_lazy("場地或器材"))
    on = DayField(label=gettext_lazy("使用日期"))
    starts_at = ClockField(label=gettext_lazy("開始"))
    ends_at = ClockField(label=gettext_lazy("結束"))
    purpose = TextField(label=gettext_lazy("用途"), max_length=120)
    weeks = WholeNumberField(
        label=gettext_lazy("連續幾週"), least=1, most=25, required=False, help_text=gettext_lazy("每週同一時間。")
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        start, end = cleaned.get("starts_at"), cleaned.get("ends_at")
        if start and end:
            if end <= start:
                self.add_error("ends_at", _("結束要晚於開始。"))
            elif not (_is_half_hour(start) and _is_half_hour(end)):
                self.add_error("starts_at", _("預約按半小時計，請寫整點或半點，如 8:30。"))
        return cleaned


def _is_half_hour(clock_time: time) -> bool:
    return clock_time.minute in (0, 30) and not clock_time.second


class CancelReservation(ActionForm):
    document = PaperField(Reservation, joined=("reservable", "person"))
    reason = TextField(label=gettext_lazy("原因"), max_length=200, required=False)


# Looked through again and again


class CheckReorder(LookThrough):
    days = WholeNumberField(label=gettext_lazy("按最近多少天的消耗"), least=7, most=730, required=False)
    cover_days = WholeNumberField(label=gettext_lazy("要夠用多少天"), least=1, most=365, required=False)


class CheckExpiry(LookThrough):
    days = WholeNumberField(label=gettext_lazy("多少天內到期"), least=0, most=730, required=False)


# Past papers


class _Paper(ActionForm):
    """What the rows of past registers share: an item by name, how many, what it cost."""

    store = StoreField(required=False)
    name = TextField(label=gettext_lazy("品名"), max_length=120)
    specification = TextField(label=gettext_lazy("規格"), max_length=120, required=False)
    counter = TextField(label=gettext_lazy("單位"), max_length=8, required=False)
    quantity = WholeNumberField(label=gettext_lazy("數量"), least=1, most=MOST)
    price = MoneyField(label=gettext_lazy("單價"), required=False)
    value = MoneyField(label=gettext_lazy("金額"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        quantity, price, value = cleaned.get("quantity"), cleaned.get("price"), cleaned.get("value")
        if quantity and price is not None and value is not None and (why := disagreement(quantity, price, value)):
            self.add_error("value", why)
        return cleaned


class RecordOpening(_Paper):
    day = DayField(label=gettext_lazy("日期"), required=False)
    category = TextField(label=gettext_lazy("類別"), max_length=32, required=False)
    shelf = TextField(label=gettext_lazy("庫位"), max_length=40, required=False)
    batch = TextField(label=gettext_lazy("批號"), max_length=60, required=False)
    expires_on = DayField(label=gettext_lazy("有效期至"), required=False)
    minimum = WholeNumberField(label=gettext_lazy("最低庫存"), required=False, most=MOST)


class BatchField(TextField):
    """批號(有效期) in one cell: a number, a day, or both → (number, day or None)."""

    _PARTS = re.compile(
        r"^(?P<number>.*?)[\s(（;；,，/]*(?:有效期|保質期|到期)?至?[:：]?\s*(?P<day>(?:19|20)\d{2}\s*[-./年]\s*\d{1,2}\s*[-./月]\s*\d{1,2}\s*日?)?\s*[)）]?$"
    )

    def to_python(self, value: Any) -> Any:
        if isinstance(value, (date, datetime)):
            return "", value.date() if isinstance(value, datetime) else value
        text = super().to_python(value)
        if not text:
            return "", None
        found = self._PARTS.match(text)
        if found is None or not found["day"]:
            return text[:40], None
        try:
            return found["number"].strip()[:40], dates.parse_date(found["day"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def validate(self, value: Any) -> None:
        return None

    def run_validators(self, value: Any) -> None:
        return None


class RecordReceipt(_Paper):
    """A row of a past 入庫單."""

    personal = ("buyer", "acceptor", "keeper")

    occurred_on = DayField(label=gettext_lazy("入庫日期"))
    number = TextField(label=gettext_lazy("單號"), max_length=64, required=False)
    supplier = _party_as_written(gettext_lazy("供應商"))
    source = WordField(
        label=gettext_lazy("來源"), choices=terms.Source.choices, words=terms.SOURCE_WORDS, required=False
    )
    batch = BatchField(label=gettext_lazy("批號(有效期)"), required=False)
    expires_on = DayField(label=gettext_lazy("有效期至"), required=False)
    shelf = TextField(label=gettext_lazy("庫位"), max_length=40, required=False)
    buyer = _person_as_written(gettext_lazy("經手人"))
    acceptor = _person_as_written(gettext_lazy("驗收人"))
    keeper = _person_as_written(gettext_lazy("保管員"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        acceptor = cleaned.get("acceptor")
        for name, label in (("buyer", _("經手人")), ("keeper", _("保管員"))):
            other = cleaned.get(name)
            if acceptor and other and str(acceptor) == str(other):
                self.add_error(
                    "acceptor",
                    _("驗收人和%(label)s是同一個人（%(name)s）。採購、驗收、保管要分開，請核對。")
                    % {"label": label, "name": acceptor},
                )
        if cleaned.get("batch"):
            number, day = cleaned["batch"]
            cleaned["batch"], cleaned["expires_on"] = number, cleaned.get("expires_on") or day
        return cleaned


class RecordIssue(_Paper):
    """A row of a past 領物登記簿."""

    personal = ("receiver", "approver", "keeper")

    occurred_on = DayField(label=gettext_lazy("日期"))
    number = TextField(label=gettext_lazy("單號"), max_length=64, required=False)
    holder = HolderField(label=gettext_lazy("領用部門(班級)"), required=False)
    purpose = TextField(label=gettext_lazy("用途"), max_length=120, required=False)
    receiver = _person_as_written(gettext_lazy("領用人簽名"))
    approver = _person_as_written(gettext_lazy("批准人"))
    keeper = _person_as_written(gettext_lazy("發放人"))
    is_old_for_new = FlagField(label=gettext_lazy("是否以舊換新"))
    note = LongTextField(label=gettext_lazy("備註"), max_length=500, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("receiver"):
            holder = cleaned.get("holder")
            if holder is not None and isinstance(holder.row, Person):
                cleaned["receiver"] = holder
            elif "receiver" not in self.errors:
                self.add_error("receiver", _("領用人沒有簽名。領物要有具名的領用人，請補上。"))
        return cleaned


class RecordLoan(ActionForm):
    """A row of a past 借用登記簿."""

    personal = ("borrower", "approver", "acceptor")

    store = StoreField(required=False)
    lent_on = DayField(label=gettext_lazy("借用日期"))
    borrower = HolderField(label=gettext_lazy("借用人(部門)"))
    name = TextField(label=gettext_lazy("物品名稱"), max_length=120)
    specification = TextField(label=gettext_lazy("規格"), max_length=120, required=False)
    serial = TextField(label=gettext_lazy("編號"), max_length=64, required=False)
    quantity = WholeNumberField(label=gettext_lazy("數量"), least=1, most=10_000, required=False)
    counter = TextField(label=gettext_lazy("單位"), max_length=8, required=False)
    condition_out = WordField(
        label=gettext_lazy("借出時狀況"),
        choices=terms.Condition.choices,
        words=terms.CONDITION_WORDS,
        required=False,
        otherwise="worn",
    )
    purpose = TextField(label=gettext_lazy("用途"), max_length=120, required=False)
    due_on = DayField(label=gettext_lazy("預計歸還日"))
    approver = _person_as_written(gettext_lazy("批准人"))
    returned_on = DayField(label=gettext_lazy("實際歸還日"), required=False)
    condition_back = WordField(
        label=gettext_lazy("歸還狀況"),
        choices=terms.Condition.choices,
        words=terms.CONDITION_WORDS,
        required=False,
        otherwise="worn",
    )
    compensation = MoneyField(label=gettext_lazy("損壞賠償"), required=False)
    acceptor = _person_as_written(gettext_lazy("驗收人"))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        lent, due, back = cleaned.get("lent_on"), cleaned.get("due_on"), cleaned.get("returned_on")
        if lent and due and due < lent:
            self.add_error(
                "due_on", _("預計歸還日 %(due)s 早於借用日期 %(lent)s，請核對。") % {"due": due, "lent": lent}
            )
        if lent and back and back < lent:
            self.add_error(
                "returned_on", _("實際歸還日 %(back)s 早於借用日期 %(lent)s，請核對。") % {"back": back, "lent": lent}
            )
        quantity = cleaned.get("quantity") or 1
        if cleaned.get("serial") and quantity > 1:
            self.add_error(
                "quantity", _("寫了編號的一件一行，數量是 1，這裡寫的是 %(quantity)s。") % {"quantity": quantity}
            )
        cleaned["quantity"] = quantity
        return cleaned


class CompleteLoan(RecordLoan):
    """The same row again, with the return filled in."""

    document = PaperField(Loan, joined=("campus", "item", "item__commodity", "borrower"))


class RecordLedger(ActionForm):
    """A row of a past 實物台賬: something came in, or went out, or was there at the beginning."""

    store = StoreField(required=False)
    occurred_on = DayField(label=gettext_lazy("日期"))
    name = TextField(label=gettext_lazy("品名"), max_length=120)
    specification = TextField(label=gettext_lazy("規格"), max_length=120, required=False)
    counter = TextField(label=gettext_lazy("單位"), max_length=8, required=False)
    voucher = TextField(label=gettext_lazy("憑證號"), max_length=64, required=False)
    summary = TextField(label=gettext_lazy("摘要"), max_length=200, required=False)
    received = WholeNumberField(label=gettext_lazy("收入數量"), most=MOST, required=False)
    received_value = MoneyField(label=gettext_lazy("收入金額"), required=False)
    issued = WholeNumberField(label=gettext_lazy("發出數量"), most=MOST, required=False)
    issued_value = MoneyField(label=gettext_lazy("發出金額"), required=False)
    balance = WholeNumberField(label=gettext_lazy("結存數量"), most=MOST, required=False)
    price = MoneyField(label=gettext_lazy("結存單價"), required=False)
    balance_value = MoneyField(label=gettext_lazy("結存金額"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("received") and cleaned.get("issued"):
            raise forms.ValidationError(_("一行只能有收入或發出，這行兩樣都寫了。請分成兩行。"))
        if not cleaned.get("received") and not cleaned.get("issued") and not cleaned.get("balance") and not self.errors:
            raise forms.ValidationError(_("收入、發出、結存都空着，看不出這一行記什麼。"))
        balance, price, value = cleaned.get("balance"), cleaned.get("price"), cleaned.get("balance_value")
        if balance and price is not None and value is not None and (why := disagreement(balance, price, value)):
            self.add_error("balance_value", why)
        return cleaned
