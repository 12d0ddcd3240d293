"""Cards: what is asked when one is opened, moved, handed over, disposed of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import ActionForm, LookThrough, locked
from houqin.foundation.org.correcting import KEPT, CorrectForm
from houqin.foundation.org.directory import Ambiguous, Directory, Unknown
from houqin.foundation.org.fields import CampusField, PersonField, PlaceField, ReferenceField
from houqin.foundation.org.models import Person
from houqin.kit import numbers
from houqin.kit.fields import DayField, FlagField, LongTextField, MoneyField, TextField, WholeNumberField, WordField
from houqin.kit.text import clean_cell

from ..models import AssetCard, Use
from ..rules import WAYS_OUT

USE_WORDS = {
    str(Use.IN_USE): ("使用", "使用中", "正常", "完好", "在用中"),
    str(Use.IDLE): ("閒置中", "未使用", "庫存"),
    str(Use.TO_REPAIR): ("待維修", "損壞", "維修中"),
    str(Use.TO_SCRAP): ("擬報廢", "報廢", "待處置"),
}


@dataclass(frozen=True)
class Written:
    """A name as it stands on paper, and the person of the school it means where exactly one bears it."""

    name: str = ""
    person: Person | None = None

    def __str__(self) -> str:
        return self.name

    def facts(self, field: str) -> dict[str, Any]:
        """The two fields of a document that keep it: the name as written, and the person."""
        return {f"{field}_name": self.name[:120], field: self.person}


class WrittenNameField(PersonField):
    """A name on paper: kept as written, with the person it means."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Written:
        if isinstance(value, Written):
            return value
        if isinstance(value, Person):
            return Written(value.name, value)
        if value in self.empty_values or not clean_cell(str(value)):
            return Written()
        text = clean_cell(str(value))
        if text.isascii() and text.isdecimal():
            person = super().to_python(text)
            return Written(person.name, person)
        try:
            return Written(text, (self.directory or Directory.read()).person(text))
        except (Unknown, Ambiguous):
            return Written(text)

    def validate(self, value: Written) -> None:
        if self.required and not value.name:
            raise forms.ValidationError(self.error_messages["required"], code="required")


class CardField(ReferenceField):
    """An asset card by its own row, its key or its 資產編號; locked while the action runs."""

    model = AssetCard
    picker = "assets.cards"

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("資產編號"))
        super().__init__(
            queryset=lambda: locked(AssetCard.objects.select_related("commodity", "place__campus", "campus")), **kwargs
        )


class OfCard(ActionForm):
    document = CardField(widget=forms.HiddenInput)


class AddCard(ActionForm):
    """The columns of the card; 數量 × 單價 must be 原值 where all three are written."""

    personal = ("custodian",)

    number = TextField(label=gettext_lazy("資產編號"), max_length=60, required=False)
    name = TextField(label=gettext_lazy("資產名稱"), max_length=120)
    gbt_2022 = TextField(label=gettext_lazy("國標分類代碼(2022)"), max_length=20, required=False)
    gbt_2010 = TextField(label=gettext_lazy("舊分類代碼"), max_length=20, required=False)
    account_subject = TextField(label=gettext_lazy("會計科目"), max_length=60, required=False)
    specification = TextField(label=gettext_lazy("規格型號"), max_length=120, required=False)
    brand = TextField(label=gettext_lazy("品牌"), max_length=80, required=False)
    serial = TextField(label=gettext_lazy("出廠編號(SN)"), max_length=120, required=False)
    counter = TextField(label=gettext_lazy("計量單位"), max_length=8, required=False)
    quantity = WholeNumberField(label=gettext_lazy("數量"), least=1, most=1_000_000)
    unit_price = MoneyField(label=gettext_lazy("單價"), required=False)
    value = MoneyField(label=gettext_lazy("原值"), required=False)
    funding = TextField(label=gettext_lazy("經費來源"), max_length=120, required=False)
    way = TextField(
        label=gettext_lazy("取得方式"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("購置、調撥、捐贈、自建、盤盈。"),
    )
    purchase_form = TextField(label=gettext_lazy("採購組織形式"), max_length=80, required=False)
    invoice = TextField(label=gettext_lazy("發票號"), max_length=80, required=False)
    occurred_on = DayField(label=gettext_lazy("取得日期"))
    booked = TextField(label=gettext_lazy("入賬日期(憑證號)"), max_length=80, required=False)
    in_use_on = DayField(label=gettext_lazy("投入使用日期"), required=False)
    life_years = WholeNumberField(label=gettext_lazy("折舊年限"), required=False, most=100)
    depreciation_method = TextField(label=gettext_lazy("折舊方法"), max_length=40, required=False)
    depreciation = MoneyField(label=gettext_lazy("累計折舊"), required=False)
    net_value = MoneyField(label=gettext_lazy("淨值"), required=False)
    managing_unit = TextField(label=gettext_lazy("管理部門"), max_length=80, required=False)
    using_unit = TextField(label=gettext_lazy("使用部門"), max_length=80, required=False)
    custodian = WrittenNameField(label=gettext_lazy("使用(保管)人"), required=False)
    campus = CampusField(label=gettext_lazy("校區"), required=False)
    place = PlaceField(label=gettext_lazy("存放地點"), required=False)
    use = WordField(label=gettext_lazy("使用狀況"), choices=Use.choices, words=USE_WORDS, required=False)
    warranty_until = DayField(label=gettext_lazy("保修期至"), required=False)
    tag = TextField(label=gettext_lazy("標籤號"), max_length=80, required=False)
    accessories = TextField(label=gettext_lazy("附屬設備"), max_length=300, required=False)
    changes_told = LongTextField(label=gettext_lazy("變動記錄"), required=False)
    note = LongTextField(label=gettext_lazy("備註"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self._place_by_campus(cleaned)
        self._value_agrees(cleaned)
        return cleaned

    def _place_by_campus(self, cleaned: dict[str, Any]) -> None:
        """The campus column settles 教學樓105室, and stands for the place where no room is written."""
        campus, place = cleaned.pop("campus", None), cleaned.get("place")
        if campus is not None and self._errors and "place" in self._errors:
            written = clean_cell(str(self.data.get(self.add_prefix("place"), "")))
            directory = getattr(self.fields["place"], "directory", None) or Directory.read()
            try:
                place = directory.place(written, campus=campus)
            except (Unknown, Ambiguous):
                return
            del self._errors["place"]
        elif "place" not in cleaned:
            return
        if place is not None and campus is not None and place.campus_or_self() != campus:
            self.add_error("place", _("「%(place)s」不在%(campus)s。請核對。") % {"place": place, "campus": campus})
            return
        cleaned["place"] = place or campus
        if cleaned["place"] is None:
            self.add_error("place", _("請寫存放地點，至少寫到校區。"))

    def _value_agrees(self, cleaned: dict[str, Any]) -> None:
        quantity, price, value = cleaned.get("quantity"), cleaned.get("unit_price"), cleaned.get("value")
        if quantity is None:
            return
        if price is not None and value is not None:
            # A unit price is written to the 分, so it may be half a 分 off each way.
            if 2 * abs(quantity * price - value) > quantity:
                self.add_error(
                    "value",
                    _("%(quantity)s × %(price)s 元 = %(product)s 元，原值寫的是 %(value)s 元。請核對數量、單價和原值。")
                    % {
                        "quantity": quantity,
                        "price": numbers.yuan(price),
                        "product": numbers.yuan(quantity * price),
                        "value": numbers.yuan(value),
                    },
                )
        elif price is not None:
            cleaned["value"] = quantity * price
        elif value is not None and value % quantity == 0:
            cleaned["unit_price"] = value // quantity


class MergeCard(AddCard):
    """A row of a sheet that bears the number of a card of the book; the same thing, more of it."""

    document = CardField(widget=forms.HiddenInput)


class CorrectCard(CorrectForm, OfCard):
    """What a card says of its thing. How many, where, with whom and what worth move by their own papers."""

    corrects = "document"
    elsewhere = {
        "quantity": gettext_lazy("數量不能直接改：減少走處置，盤點差異走清查，開卡寫錯請另一人「作廢卡片」後重開。"),
        "unit_price": gettext_lazy("單價不能直接改：開卡寫錯請另一人「作廢卡片」後按正確的重開。"),
        "value": gettext_lazy("原值不能直接改：開卡寫錯請另一人「作廢卡片」後按正確的重開。"),
        "custodian": gettext_lazy("使用(保管)人不能直接改：請「辦理財產移交」，由移交、接收、監交三人簽。"),
        "place": gettext_lazy("存放地點不能直接改：同校區用「換存放地點」，跨校區開調撥單。"),
        "campus": gettext_lazy("跨校區移動要開調撥單，雙方經手簽字。"),
        "occurred_on": gettext_lazy("取得日期不能直接改：開卡寫錯請另一人「作廢卡片」後重開。"),
        "way": gettext_lazy("取得方式不能直接改：開卡寫錯請另一人「作廢卡片」後重開。"),
        "depreciation": gettext_lazy("累計折舊由程式計算，不能直接改。"),
        "net_value": gettext_lazy("淨值由程式計算，不能直接改。"),
    }

    use = WordField(label=gettext_lazy("使用狀況"), choices=Use.choices, words=USE_WORDS, required=False)
    using_unit = TextField(label=gettext_lazy("使用部門"), max_length=80, required=False, help_text=KEPT)
    managing_unit = TextField(label=gettext_lazy("管理部門"), max_length=80, required=False, help_text=KEPT)
    warranty_until = DayField(label=gettext_lazy("保修期至"), required=False)
    tag = TextField(label=gettext_lazy("標籤號"), max_length=80, required=False, help_text=KEPT)
    name = TextField(label=gettext_lazy("資產名稱"), max_length=120, required=False)
    specification = TextField(label=gettext_lazy("規格型號"), max_length=120, required=False, help_text=KEPT)
    brand = TextField(label=gettext_lazy("品牌"), max_length=80, required=False, help_text=KEPT)
    serial = TextField(label=gettext_lazy("出廠編號(SN)"), max_length=120, required=False, help_text=KEPT)
    counter = TextField(label=gettext_lazy("計量單位"), max_length=8, required=False)
    gbt_2022 = TextField(label=gettext_lazy("國標分類代碼(2022)"), max_length=20, required=False, help_text=KEPT)
    gbt_2010 = TextField(label=gettext_lazy("舊分類代碼"), max_length=20, required=False, help_text=KEPT)
    account_subject = TextField(label=gettext_lazy("會計科目"), max_length=60, required=False, help_text=KEPT)
    funding = TextField(label=gettext_lazy("經費來源"), max_length=120, required=False, help_text=KEPT)
    purchase_form = TextField(label=gettext_lazy("採購組織形式"), max_length=80, required=False, help_text=KEPT)
    invoice = TextField(label=gettext_lazy("發票號"), max_length=80, required=False, help_text=KEPT)
    booked = TextField(label=gettext_lazy("入賬日期(憑證號)"), max_length=80, required=False, help_text=KEPT)
    in_use_on = DayField(label=gettext_lazy("投入使用日期"), required=False)
    life_years = WholeNumberField(label=gettext_lazy("折舊年限"), required=False, least=1, most=100)
    depreciation_method = TextField(label=gettext_lazy("折舊方法"), max_length=40, required=False, help_text=KEPT)
    accessories = TextField(label=gettext_lazy("附屬設備"), max_length=300, required=False, help_text=KEPT)
    changes_told = LongTextField(label=gettext_lazy("變動記錄"), required=False, help_text=KEPT)
    note = LongTextField(label=gettext_lazy("備註"), required=False, help_text=KEPT)


class VoidCard(OfCard):
    reason = TextField(label=gettext_lazy("作廢原因"), max_length=200)


class MoveRoom(OfCard):
    # A card may lie on two campuses; what is moved lies where it is taken from.
    judged_by = ("source", "target")

    source = PlaceField(label=gettext_lazy("原存放地點"))
    target = PlaceField(label=gettext_lazy("新存放地點"))
    quantity = WholeNumberField(label=gettext_lazy("數量"), least=1, most=1_000_000)
    occurred_on = DayField(label=gettext_lazy("日期"), required=False)


class FindAgain(OfCard):
    place = PlaceField(label=gettext_lazy("存放地點"))
    quantity = WholeNumberField(label=gettext_lazy("數量"), least=1, most=1_000_000)
    note = TextField(label=gettext_lazy("在哪裏、怎樣找到的"), max_length=200, required=False)
    occurred_on = DayField(label=gettext_lazy("日期"), required=False)


class Dispose(OfCard):
    place = PlaceField(label=gettext_lazy("存放地點"), required=False)
    quantity = WholeNumberField(label=gettext_lazy("數量"), least=1, most=1_000_000)
    way = WordField(
        label=gettext_lazy("處置方式"),
        choices=[(code, term.label) for code, term in WAYS_OUT.terms.items()],
        words={code: term.words for code, term in WAYS_OUT.terms.items()},
    )
    approval_number = TextField(label=gettext_lazy("批覆文號"), max_length=80)
    reason = TextField(label=gettext_lazy("原因"), max_length=200)
    early_reason = TextField(label=gettext_lazy("未到年限的說明"), max_length=200, required=False)
    media_wiped = FlagField(label=gettext_lazy("存儲介質已清除"))
    occurred_on = DayField(label=gettext_lazy("核銷日期"), required=False)


class CheckWarranties(LookThrough):
    days = WholeNumberField(label=gettext_lazy("看到多少天後"), least=1, most=400, initial=60)
    note = TextField(label=gettext_lazy("處理情況"), max_length=200)


class CompleteCodes(ActionForm):
    only_mapped = FlagField(
        label=gettext_lazy("只由另一版代碼換算"), help_text=gettext_lazy("不勾選時，名稱認得的也按名稱補上。")
    )
