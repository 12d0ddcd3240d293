"""One form per action of purchasing: what a paper may say, and what bad input gets told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.catalogue.items import item_key
from houqin.foundation.catalogue.lines import read_lines, words_of
from houqin.foundation.catalogue.models import Item
from houqin.foundation.journal.actions import ActionForm, locked
from houqin.foundation.org.directory import Ambiguous, Directory, Unknown
from houqin.foundation.org.fields import (
    CampusField,
    PartyField,
    PersonField,
    PlaceField,
    ReferenceField,
    SeveralField,
    UnitField,
)
from houqin.foundation.org.models import Party
from houqin.foundation.signing.models import Document
from houqin.kit import numbers
from houqin.kit.fields import (
    DayField,
    FlagField,
    LongTextField,
    MomentField,
    MoneyField,
    TextField,
    WholeNumberField,
    WordField,
)

from .models import (
    Comparison,
    Contract,
    Delivery,
    Order,
    PaymentRequest,
    Plan,
    Request,
    SupplierFile,
    Tender,
)
from .terms import CATEGORIES, METHOD_WORDS, Method

MOST = 10_000_000
# What stands behind a paper in a list to choose from: the first of these it has.
MONEY_OF_A_PAPER = ("amount", "budget", "estimated")
CATEGORY_CHOICES = [(term.code, term.label) for term in CATEGORIES.terms.values()]


class PaperField(ReferenceField):
    """A paper as itself, by its key, or by its number; read under a lock, because it is about to change."""

    widget: Any = forms.HiddenInput

    def __init__(
        self, model: type[Document], *, joined: tuple[str, ...] = (), states: tuple[str, ...] = (), **kwargs: Any
    ) -> None:
        """``states`` are those of the papers a page offers."""
        self.model = model
        kwargs.setdefault("label", model._meta.verbose_name)
        if states:
            kwargs["offered"] = lambda: model._default_manager.filter(state__in=states).order_by("-pk")
        super().__init__(
            queryset=lambda: locked(model._default_manager.select_related("place", "campus", *joined)), **kwargs
        )

    def told(self, row: Any) -> str:
        """Number, what it is about, and how much money."""
        amount = next((getattr(row, one) for one in MONEY_OF_A_PAPER if getattr(row, one, None)), None)
        return " ".join(
            [super().told(row), *([_("%(amount)s 元") % {"amount": numbers.yuan(amount)}] if amount else [])]
        )

    def to_python(self, value: Any) -> Any:
        # Read again: what the caller holds may be older than the book.
        return super().to_python(value.pk if isinstance(value, self.model) else value)


def suppliers() -> models.QuerySet[Party]:
    """Whom one may ask for a price or order from: suppliers still dealt with."""
    found = Party.objects.filter(is_active=True).exclude(supplier_file__left_on__isnull=False)
    return found.exclude(is_donor=True, is_supplier=False)


class LinesField(forms.Field):
    """Items wanted, one a line (粉筆 白色 10盒 3.50元), or rows with name, specification, quantity, counter, price (元).

    Cleans to rows with the price in 分, None where none was written.
    """

    widget = forms.Textarea(attrs={"rows": 4, "placeholder": "粉筆 白色 10盒 3.50元"})

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("物品"))
        kwargs.setdefault("help_text", gettext_lazy("一行一種：品名 規格 數量單位 估計單價"))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> list[dict[str, Any]]:
        if value in self.empty_values:
            return []
        if isinstance(value, str):
            value = self._split(value)
        elif isinstance(value, Mapping):
            value = [value]
        rows = [self._read(row) for row in value]
        keys = [item_key(row["name"], row["specification"]) for row in rows]
        for row, key in zip(rows, keys, strict=True):
            if keys.count(key) > 1:
                raise forms.ValidationError(_("「%(name)s」寫了兩行，請合成一行。") % {"name": row["name"]})
        return rows

    @staticmethod
    def _split(text: str) -> list[dict[str, Any]]:
        try:
            read = read_lines(map(words_of, text.splitlines()), example="粉筆 10盒 3.50元", with_money=True)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        return [
            {
                "name": one.name,
                "specification": one.specification,
                "quantity": one.quantity,
                "counter": one.counter,
                "price": one.money,
            }
            for one in read
        ]

    @staticmethod
    def _read(row: Mapping[str, Any]) -> dict[str, Any]:
        name = str(row.get("name") or "").strip()
        if not name:
            raise forms.ValidationError(_("每一行都要寫品名。"))
        try:
            quantity = numbers.parse_integer(row.get("quantity"))
            price = numbers.parse_yuan(row["price"]) if row.get("price") not in (None, "") else None
        except ValueError as error:
            raise forms.ValidationError(_("「%(name)s」：%(why)s") % {"name": name, "why": error}) from error
        if not 0 < quantity <= MOST:
            raise forms.ValidationError(_("「%(name)s」的數量要大於零，且不超過一千萬。") % {"name": name})
        if (price or 0) < 0:
            raise forms.ValidationError(_("「%(name)s」的單價不能小於零。") % {"name": name})
        return {
            "name": name[:120],
            "specification": str(row.get("specification") or "").strip()[:120],
            "quantity": quantity,
            "counter": str(row.get("counter") or "").strip()[:8],
            "price": price,
        }


class ByNameField(forms.Field):
    """A number for each of several names: one a line (粉筆 白色 3.20元 or 粉筆 8盒), or a mapping name → number.

    Cleans to ``{name: number}``; amounts in 分 with ``money``, else whole numbers.
    """

    widget = forms.Textarea(attrs={"rows": 4})

    def __init__(self, *, money: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.money = money

    def to_python(self, value: Any) -> dict[str, int]:
        if value in self.empty_values:
            return {}
        if not isinstance(value, Mapping):
            value = dict(self._split(line) for line in str(value).splitlines() if line.strip())
        found = {}
        for name, number in value.items():
            try:
                read = numbers.parse_yuan(number) if self.money else numbers.parse_integer(number)
            except ValueError as error:
                raise forms.ValidationError(_("「%(name)s」：%(why)s") % {"name": name, "why": error}) from error
            if read < 0 or (self.money and read == 0):
                raise forms.ValidationError(_("「%(name)s」的數要大於零。") % {"name": name})
            found[str(name).strip()] = read
        return found

    @staticmethod
    def _split(line: str) -> tuple[str, str]:
        name, _space, number = line.strip().replace("：", " ").rpartition(" ")
        if not name:
            raise forms.ValidationError(_("「%(line)s」要寫成「名稱 數」。") % {"line": line.strip()})
        return name.strip(), re.sub(r"[^\d.,．０-９-]+$", "", number)


class ScoresField(forms.Field):
    """Points of each member for each bidder: one a line (供應商 評委 95.5), or {supplier: {member: points}}.

    Cleans to ``{supplier: {member: hundredths}}``.
    """

    widget = forms.Textarea(attrs={"rows": 6, "placeholder": "某某公司 張評委 95.5"})

    def to_python(self, value: Any) -> dict[str, dict[str, int]]:
        if value in self.empty_values:
            return {}
        if isinstance(value, str):
            told: dict[str, dict[str, Any]] = {}
            for line in value.splitlines():
                if not line.strip():
                    continue
                parts = line.split()
                if len(parts) != 3:
                    raise forms.ValidationError(_("「%(line)s」要寫成「供應商 評委 分數」。") % {"line": line.strip()})
                told.setdefault(parts[0], {})[parts[1]] = parts[2]
            value = told
        found: dict[str, dict[str, int]] = {}
        for supplier, points in value.items():
            for member, given in points.items():
                try:
                    hundredths = numbers.parse_yuan(given)
                except ValueError as error:
                    raise forms.ValidationError(_("「%(name)s」的分數看不懂。") % {"name": member}) from error
                if not 0 <= hundredths <= 10_000:
                    raise forms.ValidationError(_("分數在 0 到 100 之間，「%(name)s」不是。") % {"name": member})
                found.setdefault(str(supplier), {})[str(member)] = hundredths
        return found


class CommitteeField(forms.Field):
    """Members, one a line; experts with 專家 behind the name → list of (name, is_expert)."""

    widget = forms.Textarea(attrs={"rows": 5, "placeholder": "張三 專家\n李四"})

    def to_python(self, value: Any) -> list[tuple[str, bool]]:
        if value in self.empty_values:
            return []
        members = []
        for line in value.splitlines() if isinstance(value, str) else value:
            parts = str(line).split()
            if parts:
                members.append((parts[0][:40], "專家" in parts[1:] or "专家" in parts[1:]))
        if len({name for name, _expert in members}) != len(members):
            raise forms.ValidationError(_("同一個評委寫了兩次。"))
        return members


class Dated(ActionForm):
    """An action that may be written down some days after it happened."""

    occurred_on = DayField(label=gettext_lazy("日期"), required=False, help_text=gettext_lazy("空着就是今天。"))


def _category(*, required: bool = False, **more: Any) -> WordField:
    return WordField(
        label=gettext_lazy("類別"),
        choices=CATEGORY_CHOICES,
        required=required,
        help_text=gettext_lazy("空着就從品名認。"),
        **more,
    )


METHOD = gettext_lazy("採購方式")


def _method(label: Any = METHOD, **more: Any) -> WordField:
    more.setdefault("required", False)
    return WordField(label=label, choices=Method.choices, words=METHOD_WORDS, **more)


def _reason(label: Any, **more: Any) -> TextField:
    return TextField(label=label, max_length=200, **more)


class AskFor(Dated):
    lines = LinesField()
    purpose = TextField(label=gettext_lazy("用途"), max_length=200)
    needed_on = DayField(label=gettext_lazy("需要日期"), required=False)
    place = PlaceField(label=gettext_lazy("用在哪裡"), required=False)
    unit = UnitField(label=gettext_lazy("申請部門"), required=False)
    category = _category()
    budget_item = TextField(label=gettext_lazy("預算項目"), max_length=80, required=False)
    suggested = _method(gettext_lazy("建議採購方式"))
    from_stock = FlagField(label=gettext_lazy("倉庫有就用庫存"))
    stock_reason = _reason(gettext_lazy("有庫存仍要買的理由"), required=False)


class Approve(Dated):
    document = PaperField(Request, joined=("requester",))
    approved = ByNameField(
        label=gettext_lazy("批准數量"), required=False, help_text=gettext_lazy("空着就照申請數量；一行一種：粉筆 8")
    )
    note = LongTextField(label=gettext_lazy("審批意見"), max_length=500, required=False)


class Endorse(Dated):
    document = PaperField(Request, joined=("requester",))
    note = LongTextField(label=gettext_lazy("審批意見"), max_length=500, required=False)


class RequestOnly(Dated):
    document = PaperField(Request, joined=("requester",))


class RequestWithReason(RequestOnly):
    reason = _reason(gettext_lazy("原因"))


class MakePlan(Dated):
    requests = SeveralField(
        PaperField(Request, widget=forms.Select, states=("approved",)),
        label=gettext_lazy("採購申請單"),
        help_text=gettext_lazy("可以選幾張，合成一個計劃；類別要相同。"),
        twice=gettext_lazy("同一張申請單寫了兩次。"),
    )
    method = _method(help_text=gettext_lazy("空着就按金額定。"))
    budget = MoneyField(
        label=gettext_lazy("預算金額"), required=False, help_text=gettext_lazy("空着就是批准數量 × 估計單價。")
    )
    budget_item = TextField(label=gettext_lazy("預算項目"), max_length=80, required=False)


class PlanWithReason(Dated):
    document = PaperField(Plan)
    reason = _reason(gettext_lazy("理由"))


class Invite(Dated):
    plan = PaperField(Plan, widget=forms.Select, states=("planned",))
    suppliers = SeveralField(
        PartyField(offered=suppliers),
        label=gettext_lazy("邀價供應商"),
        help_text=gettext_lazy("至少三家。"),
        twice=gettext_lazy("同一家供應商寫了兩次。"),
    )
    second_collector = PersonField(label=gettext_lazy("採購小組第二人"))
    supervisor = PersonField(label=gettext_lazy("監督人"), required=False)
    opens_at = MomentField(
        label=gettext_lazy("開價時間"), required=False, help_text=gettext_lazy("詢價必須密封到這時；比價可以空着。")
    )


class GiveQuote(Dated):
    document = PaperField(Comparison, joined=("plan",))
    supplier = PartyField(label=gettext_lazy("供應商"))
    prices = ByNameField(label=gettext_lazy("單價"), money=True, help_text=gettext_lazy("一行一種：粉筆 白色 3.20元"))
    is_compliant = WordField(
        label=gettext_lazy("符合要求"),
        choices=(("yes", gettext_lazy("是")), ("no", gettext_lazy("否"))),
        required=False,
    )
    warranty = TextField(label=gettext_lazy("質保(售後)"), max_length=120, required=False)
    delivery = TextField(label=gettext_lazy("交貨期"), max_length=80, required=False)
    extras = TextField(label=gettext_lazy("附贈"), max_length=120, required=False)


class Compare(Dated):
    document = PaperField(Comparison, joined=("plan",))
    supplier = PartyField(label=gettext_lazy("擬定供應商"))
    reason = _reason(gettext_lazy("成交理由"), required=False, help_text=gettext_lazy("不是最低價、或比上次貴時必填。"))
    visit = LongTextField(label=gettext_lazy("市場考察情況"), max_length=1000, required=False)


class ComparisonOnly(Dated):
    document = PaperField(Comparison, joined=("plan", "chosen"))


class ComparisonWithReason(ComparisonOnly):
    reason = _reason(gettext_lazy("原因"))


class PlaceOrder(Dated):
    document = PaperField(Plan)
    supplier = PartyField(
        offered=suppliers,
        label=gettext_lazy("供應商"),
        required=False,
        help_text=gettext_lazy("比價或招標定下的可以空着。"),
    )
    prices = ByNameField(
        label=gettext_lazy("單價"),
        money=True,
        required=False,
        help_text=gettext_lazy("沒有比價時填，一行一種：粉筆 3.20元"),
    )
    quantities = ByNameField(
        label=gettext_lazy("本次訂購數量"), required=False, help_text=gettext_lazy("空着就全部訂購。")
    )
    due_on = DayField(label=gettext_lazy("約定交貨日期"))
    contract = PaperField(Contract, required=False, widget=forms.Select, states=("signed", "accepted"))
    reason = _reason(gettext_lazy("說明"), required=False)


class OrderWithReason(Dated):
    document = PaperField(Order)
    reason = _reason(gettext_lazy("原因"))


class Arrive(Dated):
    document = PaperField(Order)
    campus = CampusField(label=gettext_lazy("送到哪個校區"))
    keeper = PersonField(label=gettext_lazy("保管員"))
    delivered = ByNameField(
        label=gettext_lazy("送到數量"), required=False, help_text=gettext_lazy("空着就是全部；一行一種：粉筆 8")
    )
    deliverer = TextField(label=gettext_lazy("送貨人"), max_length=40, required=False)
    personal = ("deliverer",)

    @classmethod
    def begun_with(cls, document: Any) -> dict[str, Any]:
        return {"campus": document.campus}


class Check(Dated):
    document = PaperField(Delivery, joined=("order",))
    quality = LongTextField(
        label=gettext_lazy("質量情況"),
        max_length=1000,
        help_text=gettext_lazy("逐項寫明技術、服務、安全要求是否達到。"),
    )
    certificate = TextField(label=gettext_lazy("合格證(檢測報告)"), max_length=120, required=False)
    accepted = ByNameField(
        label=gettext_lazy("實收數量"), required=False, help_text=gettext_lazy("空着就是送到的全部合格。")
    )
    difference = _reason(gettext_lazy("差異說明"), required=False)


class DeliveryOnly(Dated):
    document = PaperField(Delivery, joined=("order",))


class DeliveryWithReason(DeliveryOnly):
    reason = _reason(gettext_lazy("原因"))


class AskPayment(Dated):
    document = PaperField(Order)
    payee = PartyField(label=gettext_lazy("收款單位"))
    amount = MoneyField(
        label=gettext_lazy("金額"), required=False, least=1, help_text=gettext_lazy("空着就是已驗收未付的全部。")
    )
    invoice = TextField(label=gettext_lazy("發票號"), max_length=80)

    @classmethod
    def begun_with(cls, document: Any) -> dict[str, Any]:
        return {"payee": document.supplier}


class AskContractPayment(Dated):
    document = PaperField(Contract)
    payee = PartyField(label=gettext_lazy("收款單位"))
    amount = MoneyField(label=gettext_lazy("金額"), least=1)
    invoice = TextField(label=gettext_lazy("發票號"), max_length=80)
    is_retention = FlagField(label=gettext_lazy("這是質保金"))

    @classmethod
    def begun_with(cls, document: Any) -> dict[str, Any]:
        return {"payee": document.supplier}


class PaymentOnly(Dated):
    document = PaperField(PaymentRequest)


class PaymentWithReason(PaymentOnly):
    reason = _reason(gettext_lazy("原因"))


class Announce(Dated):
    plan = PaperField(Plan, required=False, widget=forms.Select, states=("planned",))
    project = TextField(label=gettext_lazy("項目名稱"), max_length=120)
    method = _method(required=True)
    budget = MoneyField(label=gettext_lazy("預算金額"), least=1)
    category = _category()
    fund = TextField(label=gettext_lazy("資金來源"), max_length=80, required=False)
    agent = TextField(label=gettext_lazy("代理機構"), max_length=120, required=False)
    documents_from = DayField(label=gettext_lazy("文件發售起"))
    documents_to = DayField(label=gettext_lazy("文件發售止"))
    deadline_at = MomentField(label=gettext_lazy("投標截止(開標)"))
    place = PlaceField(label=gettext_lazy("地點"), required=False)


class Clarify(Dated):
    document = PaperField(Tender)
    matter = LongTextField(label=gettext_lazy("澄清修改內容"), max_length=1000)
    deadline_at = MomentField(label=gettext_lazy("新的投標截止"), required=False)


class ReceiveBid(Dated):
    """Nothing of what is in the envelope is asked for."""

    document = PaperField(Tender)
    supplier = PartyField(label=gettext_lazy("投標人"))
    received_at = MomentField(label=gettext_lazy("收到時間"), required=False, help_text=gettext_lazy("空着就是現在。"))
    bond = MoneyField(label=gettext_lazy("投標保證金"), required=False)
    seal = TextField(
        label=gettext_lazy("封存碼"),
        max_length=64,
        required=False,
        help_text=gettext_lazy("投標人自留的「金額（分）|口令」的 SHA-256；沒有可以空着。"),
    )

    def clean_seal(self) -> str:
        seal = str(self.cleaned_data["seal"]).lower()
        if seal and not re.fullmatch(r"[0-9a-f]{64}", seal):
            raise forms.ValidationError(_("封存碼是 64 位十六進制數。"))
        return seal


class NameCommittee(Dated):
    document = PaperField(Tender)
    members = CommitteeField(label=gettext_lazy("評標委員"))
    personal = ("members",)


class OpenBids(Dated):
    document = PaperField(Tender)
    amounts = ByNameField(
        label=gettext_lazy("投標報價"), money=True, help_text=gettext_lazy("一行一家：某某公司 198000元")
    )
    words = LongTextField(
        label=gettext_lazy("封存口令"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy("有封存碼的一行一家：某某公司 口令"),
    )


class Evaluate(Dated):
    document = PaperField(Tender)
    scores = ScoresField(label=gettext_lazy("評分"))
    invalid = LongTextField(
        label=gettext_lazy("廢標"), required=False, max_length=1000, help_text=gettext_lazy("一行一家：某某公司 原因")
    )
    personal = ("scores",)


class Notice(Dated):
    document = PaperField(Tender)
    notice_to = DayField(label=gettext_lazy("公示止"))
    reason = _reason(gettext_lazy("逾期說明"), required=False)


class Award(Dated):
    document = PaperField(Tender)
    supplier = PartyField(label=gettext_lazy("中標單位"), required=False, help_text=gettext_lazy("空着就是第一名。"))
    reason = _reason(gettext_lazy("說明"), required=False)
    no_gifts = FlagField(label=gettext_lazy("供應商沒有贈品、回扣或額外服務"))


class Complain(Dated):
    document = PaperField(Tender)
    complainant = TextField(label=gettext_lazy("質疑人"), max_length=120)
    matter = LongTextField(label=gettext_lazy("質疑事項"), max_length=1000)
    personal = ("complainant",)


class AnswerComplaint(Dated):
    document = PaperField(Tender)
    answer = LongTextField(label=gettext_lazy("答覆"), max_length=1000)


class TenderOnly(Dated):
    document = PaperField(Tender)


class TenderWithReason(TenderOnly):
    reason = _reason(gettext_lazy("原因"))


class Archive(Dated):
    document = PaperField(Tender)
    archive_number = TextField(label=gettext_lazy("歸檔號"), max_length=40)
    keep_until = DayField(label=gettext_lazy("保存至"), required=False)


class SignContract(Dated):
    name = TextField(label=gettext_lazy("合同名稱"), max_length=120)
    number = TextField(label=gettext_lazy("合同編號"), max_length=64, required=False)
    tender = PaperField(Tender, required=False, widget=forms.Select, states=("awarded",))
    plan = PaperField(
        Plan,
        required=False,
        widget=forms.Select,
        states=("planned",),
        help_text=gettext_lazy("沒有招標的合同要選採購計劃：比價、單一來源等都在計劃裡辦好。"),
    )
    supplier = PartyField(label=gettext_lazy("對方單位"))
    amount = MoneyField(label=gettext_lazy("金額"), least=1)
    category = TextField(label=gettext_lazy("類別"), max_length=40, required=False)
    from_on = DayField(label=gettext_lazy("開始日期"), required=False)
    to_on = DayField(label=gettext_lazy("結束日期"))
    unit_name = TextField(label=gettext_lazy("經辦部門"), max_length=80, required=False)
    legal = TextField(label=gettext_lazy("法務(審核)"), max_length=80, required=False)
    payment_plan = TextField(label=gettext_lazy("付款計劃"), max_length=200, required=False)
    bond = MoneyField(label=gettext_lazy("履約保證金"), required=False)
    retention = MoneyField(label=gettext_lazy("質保金"), required=False)
    warranty_until = DayField(label=gettext_lazy("質保到期"), required=False)
    place = PlaceField(label=gettext_lazy("地點"), required=False)
    reason = _reason(gettext_lazy("逾期說明"), required=False)


class ExtendContract(Dated):
    document = PaperField(Contract)
    amount = MoneyField(label=gettext_lazy("追加金額"), least=1)
    reason = _reason(gettext_lazy("補充協議"))


class AcceptContract(Dated):
    document = PaperField(Contract)
    acceptance = _reason(gettext_lazy("驗收結論"))


class ContractOnly(Dated):
    document = PaperField(Contract)
    archive_number = TextField(label=gettext_lazy("歸檔號"), max_length=40, required=False)


class FileSupplier(Dated):
    personal = ("legal_representative", "contact", "phone", "bank_account")

    name = TextField(label=gettext_lazy("名稱"), max_length=120)
    credit_code = TextField(label=gettext_lazy("統一社會信用代碼"), max_length=32, required=False)
    legal_representative = TextField(label=gettext_lazy("法定代表人"), max_length=40, required=False)
    licence = TextField(label=gettext_lazy("許可證"), max_length=120, required=False)
    licence_until = DayField(label=gettext_lazy("許可證有效期"), required=False)
    supplies = TextField(label=gettext_lazy("供應類別"), max_length=120, required=False)
    contact = TextField(label=gettext_lazy("聯繫人"), max_length=40, required=False)
    phone = TextField(label=gettext_lazy("電話"), max_length=32, required=False)
    bank_account = TextField(label=gettext_lazy("開戶行賬號"), max_length=120, required=False)
    admitted_on = DayField(label=gettext_lazy("准入日期"), required=False)
    score = WholeNumberField(label=gettext_lazy("評價得分"), required=False, most=100)
    bad_record = TextField(label=gettext_lazy("不良記錄"), max_length=200, required=False)
    left_on = DayField(label=gettext_lazy("退出日期"), required=False)


class SupplierField(ReferenceField):
    """A supplier's file, by its key or the supplier's name."""

    model = SupplierFile
    picker = "purchasing.suppliers"
    looked_in = ("party__folded",)

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("供應商"))
        super().__init__(queryset=lambda: locked(SupplierFile.objects.select_related("party")), **kwargs)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, Party):
            value = value.name
        return super().to_python(value)

    def named(self, directory: Directory, text: str) -> models.Model:
        party = directory.party(text)
        found = self.rows().filter(party=party).first()
        if found is None:
            raise Unknown
        return found


class MarkSupplier(Dated):
    supplier = SupplierField()
    year = WholeNumberField(label=gettext_lazy("年度"), least=1990, most=2200)
    quality = WholeNumberField(label=gettext_lazy("質量"), most=100)
    price = WholeNumberField(label=gettext_lazy("價格"), most=100)
    delivery = WholeNumberField(label=gettext_lazy("交貨"), most=100)
    service = WholeNumberField(label=gettext_lazy("服務"), most=100)
    note = TextField(label=gettext_lazy("評語"), max_length=200, required=False)


class SupplierLeaves(Dated):
    supplier = SupplierField()
    reason = _reason(gettext_lazy("不良記錄或退出原因"))


class DeclareRelation(Dated):
    person = PersonField(label=gettext_lazy("本校人員"))
    supplier = PartyField(label=gettext_lazy("供應商"))
    what = TextField(label=gettext_lazy("關係"), max_length=80)
    personal = ("what",)


class NameField(PersonField):
    """A person as written on a past paper: nobody is refused, nobody is guessed → (name, person or None)."""

    widget = forms.TextInput  # type: ignore[assignment]

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values or not str(value).strip():
            return ("", None)
        text = str(value).strip()[:40]
        try:
            return (text, super().to_python(value))
        except (forms.ValidationError, Unknown, Ambiguous):
            return (text, None)


class RecordOrder(Dated):
    """A row of a past purchases register."""

    personal = ("buyer", "acceptor")

    number = TextField(label=gettext_lazy("單號"), max_length=64, required=False)
    occurred_on = DayField(label=gettext_lazy("採購日期"))
    name = TextField(label=gettext_lazy("品名"), max_length=120)
    specification = TextField(label=gettext_lazy("規格"), max_length=120, required=False)
    quantity = WholeNumberField(label=gettext_lazy("數量"), least=1, most=MOST)
    counter = TextField(label=gettext_lazy("單位"), max_length=8, required=False)
    price = MoneyField(label=gettext_lazy("單價"), required=False)
    amount = MoneyField(label=gettext_lazy("金額"), required=False)
    supplier = TextField(label=gettext_lazy("供應商"), max_length=120, required=False)
    category = _category(otherwise="")
    method = _method(otherwise="")
    quotes = WholeNumberField(label=gettext_lazy("報價家數"), required=False, most=99)
    budget = MoneyField(label=gettext_lazy("預算金額"), required=False)
    buyer = NameField(label=gettext_lazy("採購人"), required=False)
    acceptor = NameField(label=gettext_lazy("驗收人"), required=False)
    received_on = DayField(label=gettext_lazy("驗收日期"), required=False)
    note = LongTextField(label=gettext_lazy("備註"), max_length=1000, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        price, amount, quantity = cleaned.get("price"), cleaned.get("amount"), cleaned["quantity"]
        if price is None and amount is None:
            self.add_error("amount", _("單價和金額都空着，看不出花了多少錢。"))
        elif amount is None:
            cleaned["amount"] = price * quantity
        elif price is None:
            cleaned["price"] = (2 * amount + quantity) // (2 * quantity)
        elif 2 * abs(quantity * price - amount) > quantity:
            self.add_error(
                "amount",
                _("數量 × 單價 是 %(told)s 元，金額寫的是 %(value)s 元，不一致。請核對。")
                % {"told": numbers.yuan(quantity * price), "value": numbers.yuan(amount)},
            )
        received = cleaned.get("received_on")
        if received and received < cleaned["occurred_on"]:
            self.add_error("received_on", _("驗收日期早於採購日期，請核對。"))
        return cleaned


class RecordContract(Dated):
    """A row of a past contract ledger (合同管理台賬)."""

    number = TextField(label=gettext_lazy("合同編號"), max_length=64, required=False)
    name = TextField(label=gettext_lazy("合同名稱"), max_length=120)
    category = TextField(label=gettext_lazy("類別"), max_length=40, required=False)
    supplier = TextField(label=gettext_lazy("對方單位"), max_length=120)
    amount = MoneyField(label=gettext_lazy("金額"))
    occurred_on = DayField(label=gettext_lazy("簽訂日期"))
    period = TextField(label=gettext_lazy("起止日期"), max_length=80, required=False)
    from_on = DayField(label=gettext_lazy("開始日期"), required=False)
    to_on = DayField(label=gettext_lazy("結束日期"), required=False)
    unit_name = TextField(label=gettext_lazy("經辦部門"), max_length=80, required=False)
    legal = TextField(label=gettext_lazy("法務(審核)"), max_length=80, required=False)
    payment_plan = TextField(label=gettext_lazy("付款計劃"), max_length=200, required=False)
    paid = MoneyField(label=gettext_lazy("已付金額"), required=False)
    changes = TextField(label=gettext_lazy("變更(補充協議)"), max_length=200, required=False)
    bond = MoneyField(label=gettext_lazy("履約保證金"), required=False)
    warranty_until = DayField(label=gettext_lazy("質保到期"), required=False)
    acceptance = TextField(label=gettext_lazy("驗收"), max_length=200, required=False)
    settled_on = DayField(label=gettext_lazy("結清日期"), required=False)
    archive_number = TextField(label=gettext_lazy("歸檔號"), max_length=40, required=False)

    def clean(self) -> dict[str, Any]:
        from houqin.kit import dates

        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        period = cleaned.pop("period", "")
        if period and not cleaned.get("from_on") and not cleaned.get("to_on"):
            parts = [part for part in re.split(r"\s*(?:至|到|~|～|—+|－+|--+|\s-\s)\s*", period) if part]
            try:
                if len(parts) != 2:
                    raise ValueError(_("起止日期要寫成「2019-03-01至2020-02-29」。"))
                cleaned["from_on"], cleaned["to_on"] = (dates.parse_date(part) for part in parts)
            except ValueError as error:
                self.add_error("period", str(error))
        start, end = cleaned.get("from_on"), cleaned.get("to_on")
        if start and end and end < start:
            self.add_error("to_on", _("結束日期早於開始日期，請核對。"))
        paid, amount = cleaned.get("paid") or 0, cleaned.get("amount")
        if amount is not None and paid > amount:
            self.add_error(
                "paid",
                _("已付 %(paid)s 元超過合同金額 %(amount)s 元，請核對。")
                % {"paid": numbers.yuan(paid), "amount": numbers.yuan(amount)},
            )
        return cleaned


def items_by_name(names: Mapping[str, int], items: Mapping[int, Item]) -> tuple[dict[int, int], str]:
    """What was told by item name, by item key; the first name that fits none, or several, comes back as well."""
    keys: dict[str, list[int]] = {}
    for pk, item in items.items():
        keys.setdefault(item.folded, []).append(pk)
        if item.specification:
            keys.setdefault(item_key(item.name), []).append(pk)
    found: dict[int, int] = {}
    for name, number in names.items():
        fits = keys.get(item_key(name), [])
        if len(fits) != 1:
            return found, name
        found[fits[0]] = number
    return found, ""
