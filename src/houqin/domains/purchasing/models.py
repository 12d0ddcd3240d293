"""Papers of purchasing. Nothing here saves; actions do. Money is 分, quantities are pieces."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from houqin.foundation.catalogue.models import Item
from houqin.foundation.org.models import Party, Person, Unit
from houqin.foundation.org.parameters import value
from houqin.foundation.signing.models import Document
from houqin.kit.money import FenField

from . import rules
from .terms import CATEGORIES, Method, category_of


def _person(label: Any) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


def _party(label: Any) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


def _of(model: str, label: Any, *, related_name: str = "+") -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        model, on_delete=models.PROTECT, null=True, blank=True, related_name=related_name, verbose_name=label
    )


def _item() -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+", verbose_name=_("品名"))


def _category() -> models.CharField[Any, Any]:
    return models.CharField(
        _("類別"),
        max_length=16,
        choices=[(t.code, t.label) for t in CATEGORIES.terms.values()],
        default="other",
        db_index=True,
    )


METHOD = _("採購方式")


def _method(label: Any = METHOD) -> models.CharField[Any, Any]:
    return models.CharField(label, max_length=16, choices=Method.choices, blank=True)


class RequestQuerySet(models.QuerySet["Request"]):
    def of(self, person: Person) -> RequestQuerySet:
        """What this person may see: those who deal with purchases all of it, others their own."""
        return self if rules.readers(person) else self.filter(requester=person)


class Request(Document):
    """採購申請單 (P01)."""

    kind = "purchasing.request"
    prefix = "CG"

    requester = _person(_("申請人"))
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("申請部門")
    )
    category = _category()
    goods = models.TextField(_("物品"), blank=True)
    purpose = models.CharField(_("用途"), max_length=200)
    needed_on = models.DateField(_("需要日期"), null=True, blank=True)
    budget_item = models.CharField(_("預算項目"), max_length=80, blank=True)
    suggested = _method(_("建議採購方式"))
    estimated = FenField(_("估計金額"), default=0)
    stock_reason = models.CharField(_("有庫存仍要買的理由"), max_length=200, blank=True)

    objects = RequestQuerySet.as_manager()

    class Meta(Document.Meta):
        abstract = False
        verbose_name = _("採購申請單")

    @classmethod
    def route(cls) -> Any:
        return rules.REQUEST

    def title(self) -> str:
        return f"{self.goods}（{self.purpose}）"[:120]


class Plan(Document):
    """採購計劃: approved lines of one category, bought together by one method."""

    kind = "purchasing.plan"
    prefix = "CJ"

    category = _category()
    goods = models.TextField(_("物品"), blank=True)
    budget_item = models.CharField(_("預算項目"), max_length=80, blank=True)
    method = _method()
    wanted_method = _method(_("按金額應採用"))
    budget = FenField(_("預算金額"), default=0)
    needed_on = models.DateField(_("需要日期"), null=True, blank=True)
    # The reasons a leader signed for; a signature under the paper vouches for each.
    quotes_reason = models.CharField(_("不足三家報價的理由"), max_length=200, blank=True)
    split_reason = models.CharField(_("累計超限仍採購的理由"), max_length=200, blank=True)

    class Meta(Document.Meta):
        abstract = False
        verbose_name = _("採購計劃")

    @classmethod
    def route(cls) -> Any:
        return rules.PLAN

    def title(self) -> str:
        return f"{self.goods} {self.get_method_display()}"[:120]


class PlanLine(models.Model):
    """One item of a plan; what was asked for it stands on its request lines."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="lines")
    item = _item()
    quantity = models.PositiveBigIntegerField(_("計劃數量"))
    ordered = models.PositiveBigIntegerField(_("已訂數量"), default=0)
    price = FenField(_("估計單價"), default=0)

    class Meta:
        verbose_name = _("計劃明細")
        constraints = [
            models.CheckConstraint(condition=Q(ordered__lte=F("quantity")), name="plan_line_ordered_at_most_planned"),
            models.UniqueConstraint(fields=["plan", "item"], name="one_plan_line_an_item"),
        ]

    def __str__(self) -> str:
        return str(self.item)

    @property
    def remaining(self) -> int:
        return self.quantity - self.ordered


class RequestLine(models.Model):
    """One item somebody wants, with what the stores held when it was asked for: wanted, approved, ordered stay visible."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="lines")
    item = _item()
    wanted = models.PositiveBigIntegerField(_("申請數量"))
    approved = models.PositiveBigIntegerField(_("批准數量"), null=True, blank=True)
    ordered = models.PositiveBigIntegerField(_("訂購數量"), default=0)
    price = FenField(_("估計單價"), default=0)
    on_hand = models.BigIntegerField(_("庫存現有量"), default=0)
    last_price = FenField(_("上次單價"), null=True, blank=True)
    plan_line = models.ForeignKey(
        PlanLine, on_delete=models.PROTECT, null=True, blank=True, related_name="asked_by", verbose_name=_("採購計劃")
    )

    class Meta:
        verbose_name = _("申請明細")
        constraints = [
            models.CheckConstraint(
                condition=Q(approved__isnull=True) | Q(approved__lte=F("wanted")),
                name="request_line_approved_at_most_wanted",
            ),
            models.CheckConstraint(
                condition=Q(ordered=0) | Q(ordered__lte=F("approved")), name="request_line_ordered_at_most_approved"
            ),
        ]


class Comparison(Document):
    """比價表 (P03): what several suppliers ask for the lines of one plan."""

    kind = "purchasing.comparison"
    prefix = "BJ"

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="comparisons", verbose_name=_("採購計劃"))
    goods = models.TextField(_("項目名稱"), blank=True)
    budget = FenField(_("預算金額"), default=0)
    opens_at = models.DateTimeField(_("開價時間"), null=True, blank=True)
    collector = _person(_("採購小組成員"))
    second_collector = _person(_("採購小組第二人"))
    supervisor = _person(_("監督人"))
    visit = models.TextField(_("市場考察情況"), blank=True)
    chosen = _party(_("擬定供應商"))
    amount = FenField(_("成交金額"), null=True, blank=True)
    highest = FenField(_("最高報價"), null=True, blank=True)
    reason = models.CharField(_("成交理由"), max_length=200, blank=True)

    class Meta(Document.Meta):
        abstract = False
        verbose_name = _("比價表")

    @classmethod
    def route(cls) -> Any:
        return rules.COMPARISON

    def title(self) -> str:
        return f"{self.goods}"[:120]

    @property
    def saved(self) -> int | None:
        """Budget less deal, in 分."""
        return None if self.amount is None else self.budget - self.amount


class Quote(models.Model):
    """What one supplier asks; without an amount it was only invited. Given once, never changed (采購法 art. 40)."""

    comparison = models.ForeignKey(Comparison, on_delete=models.PROTECT, related_name="quotes")
    supplier = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", verbose_name=_("供應商"))
    amount = FenField(_("總價"), null=True, blank=True)
    quoted_on = models.DateField(_("報價日期"), null=True, blank=True)
    is_compliant = models.BooleanField(_("符合要求"), default=True)
    warranty = models.CharField(_("質保(售後)"), max_length=120, blank=True)
    delivery = models.CharField(_("交貨期"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("報價")
        constraints = [models.UniqueConstraint(fields=["comparison", "supplier"], name="one_quote_a_supplier")]


class QuoteLine(models.Model):
    """One unit price of a quote."""

    quote = models.ForeignKey(Quote, on_delete=models.PROTECT, related_name="lines")
    plan_line = models.ForeignKey(PlanLine, on_delete=models.PROTECT, related_name="+", verbose_name=_("品名規格"))
    price = FenField(_("單價"))
    value = FenField(_("總價"))

    class Meta:
        verbose_name = _("報價明細")


class Tender(Document):
    """招標項目 (P04). Nothing of a bid's content is in the book before the opening; see the package."""

    kind = "purchasing.tender"
    prefix = "ZB"

    plan = _of("purchasing.Plan", _("採購計劃"), related_name="tenders")
    project = models.CharField(_("項目名稱"), max_length=120)
    category = _category()
    method = _method()
    budget = FenField(_("預算金額"), default=0)
    fund = models.CharField(_("資金來源"), max_length=80, blank=True)
    agent = models.CharField(_("代理機構"), max_length=120, blank=True)
    documents_from = models.DateField(_("文件發售起"))
    documents_to = models.DateField(_("文件發售止"))
    clarified_on = models.DateField(_("澄清日期"), null=True, blank=True)
    deadline_at = models.DateTimeField(_("投標截止(開標)"))
    bids_received = models.PositiveSmallIntegerField(_("投標家數"), default=0)
    committee_size = models.PositiveSmallIntegerField(_("評標委員會人數"), default=0)
    experts = models.PositiveSmallIntegerField(_("專家數"), default=0)
    opened_at = models.DateTimeField(_("開標時間"), null=True, blank=True)
    reported_on = models.DateField(_("評標報告日期"), null=True, blank=True)
    winner = _party(_("中標單位"))
    amount = FenField(_("中標金額"), null=True, blank=True)
    reason = models.CharField(_("定標理由"), max_length=200, blank=True)
    notice_from = models.DateField(_("公示起"), null=True, blank=True)
    notice_to = models.DateField(_("公示止"), null=True, blank=True)
    awarded_on = models.DateField(_("中標通知書日期"), null=True, blank=True)
    complaints = models.PositiveSmallIntegerField(_("質疑投訴"), default=0)
    archive_number = models.CharField(_("歸檔號"), max_length=40, blank=True)
    archived_on = models.DateField(_("歸檔日期"), null=True, blank=True)
    keep_until = models.DateField(_("保存至"), null=True, blank=True)

    class Meta(Document.Meta):
        abstract = False
        verbose_name = _("招標項目")

    @classmethod
    def route(cls) -> Any:
        return rules.TENDER

    def title(self) -> str:
        return self.project

    @property
    def saved(self) -> int | None:
        """Budget less award, in 分."""
        return None if self.amount is None else self.budget - self.amount

    @property
    def contract_by(self) -> date | None:
        """The last day to sign the contract."""
        if self.awarded_on is None:
            return None
        return self.awarded_on + timedelta(days=value("purchasing.contract_days", on=self.awarded_on))


class Bid(models.Model):
    """An envelope: when it came and from whom. ``amount`` exists only once the tender was opened, said by the database."""

    tender = models.ForeignKey(Tender, on_delete=models.PROTECT, related_name="bids")
    supplier = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", verbose_name=_("投標人"))
    received_at = models.DateTimeField(_("收到時間"))
    seal = models.CharField(_("封存碼"), max_length=64, blank=True)
    bond = FenField(_("投標保證金"), default=0)
    bond_returned_on = models.DateField(_("保證金退還日期"), null=True, blank=True)
    opened_at = models.DateTimeField(_("開標時間"), null=True, blank=True)
    amount = FenField(_("投標報價"), null=True, blank=True)
    invalid_reason = models.CharField(_("廢標原因"), max_length=200, blank=True)
    # Sum of the committee's points, in hundredths.
    score = models.BigIntegerField(_("得分合計"), null=True, blank=True)

    class Meta:
        verbose_name = _("投標")
        constraints = [
            models.UniqueConstraint(fields=["tender", "supplier"], name="one_bid_a_supplier"),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=False) | Q(amount__isnull=True, score__isnull=True),
                name="bid_sealed_until_opened",
            ),
        ]


class CommitteeMember(models.Model):
    """Who judges the bids; the name is shown to nobody before the award (招標投標法 art. 37)."""

    tender = models.ForeignKey(Tender, on_delete=models.PROTECT, related_name="committee")
    name = models.CharField(_("評委"), max_length=40)
    person = _person(_("本校人員"))
    is_expert = models.BooleanField(_("專家"), default=False)

    class Meta:
        verbose_name = _("評標委員")
        constraints = [models.UniqueConstraint(fields=["tender", "name"], name="one_seat_a_member")]


class Score(models.Model):
    """The points (hundredths) one member gave one bid."""

    bid = models.ForeignKey(Bid, on_delete=models.PROTECT, related_name="scores")
    member = models.ForeignKey(CommitteeMember, on_delete=models.PROTECT, related_name="scores")
    points = models.PositiveIntegerField(_("得分"))

    class Meta:
        verbose_name = _("評分")
        constraints = [models.UniqueConstraint(fields=["bid", "member"], name="one_score_a_member")]


class Complaint(models.Model):
    """質疑投訴 about a tender, to be answered in time and before the award."""

    tender = models.ForeignKey(Tender, on_delete=models.PROTECT, related_name="objections")
    complainant = models.CharField(_("質疑人"), max_length=120)
    matter = models.TextField(_("質疑事項"))
    raised_on = models.DateField(_("收到日期"))
    answer = models.TextField(_("答覆"), blank=True)
    answered_on = models.DateField(_("答覆日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("質疑投訴")


class Contract(Document):
    """合同 (P05)."""

    kind = "purchasing.contract"
    prefix = "HT"

    name = models.CharField(_("合同名稱"), max_length=120)
    category = models.CharField(_("類別"), max_length=40, blank=True)
    supplier = _party(_("對方單位"))
    supplier_name = models.CharField(_("對方單位"), max_length=120)
    tender = _of("purchasing.Tender", _("招標項目"), related_name="contracts")
    plan = _of("purchasing.Plan", _("採購計劃"), related_name="contracts")
    amount = FenField(_("金額"))
    added = FenField(_("追加金額"), default=0)
    from_on = models.DateField(_("開始日期"), null=True, blank=True)
    to_on = models.DateField(_("結束日期"), null=True, blank=True)
    unit_name = models.CharField(_("經辦部門"), max_length=80, blank=True)
    legal = models.CharField(_("法務(審核)"), max_length=80, blank=True)
    payment_plan = models.CharField(_("付款計劃"), max_length=200, blank=True)
    paid = FenField(_("已付金額"), default=0)
    changes = models.CharField(_("變更(補充協議)"), max_length=200, blank=True)
    bond = FenField(_("履約保證金"), default=0)
    retention = FenField(_("質保金"), default=0)
    warranty_until = models.DateField(_("質保到期"), null=True, blank=True)
    acceptor = _person(_("驗收人"))
    accepted_on = models.DateField(_("驗收日期"), null=True, blank=True)
    acceptance = models.CharField(_("驗收"), max_length=200, blank=True)
    settled_on = models.DateField(_("結清日期"), null=True, blank=True)
    archive_number = models.CharField(_("歸檔號"), max_length=40, blank=True)

    class Meta(Document.Meta):
        abstract = False
        verbose_name = _("合同")
        constraints = [
            models.CheckConstraint(condition=Q(paid__lte=F("amount") + F("added")), name="contract_not_overpaid"),
            models.CheckConstraint(condition=Q(retention__lte=F("amount")), name="contract_retention_at_most_amount"),
        ]

    @classmethod
    def route(cls) -> Any:
        return rules.CONTRACT

    def title(self) -> str:
        return f"{self.name} {self.supplier_name}"[:120]

    def bought_as(self) -> str:
        """The category it counts in: that of what it rests on, else what its name says."""
        ground = self.tender or self.plan
        return ground.category if ground else category_of(self.category, self.name)

    def method(self) -> str:
        """How it was bought; "" where nothing says so."""
        ground = self.tender or self.plan
        return ground.method if ground else ""

    @property
    def ceiling(self) -> int:
        """What may be paid in all, in 分."""
        return self.amount + self.added


class Order(Document):
    """訂單: what was bought from whom, at which price, after how many quotes."""

    kind = "purchasing.order"
    prefix = "DD"
    personal = ("buyer_name", "acceptor_name")

    plan = _of("purchasing.Plan", _("採購計劃"), related_name="orders")
    comparison = _of("purchasing.Comparison", _("比價表"), related_name="orders")
    tender = _of("purchasing.Tender", _("招標項目"), related_name="orders")
    contract = _of("purchasing.Contract", _("合同"), related_name="orders")
    supplier = _party(_("供應商"))
    supplier_name = models.CharField(_("供應商"), max_length=120)
    category = _category()
    method = _method()
    goods = models.TextField(_("物品"), blank=True)
    budget = FenField(_("預算金額"), null=True, blank=True)
    amount = FenField(_("成交金額"))
    quotes = models.PositiveSmallIntegerField(_("報價家數"), default=0)
    reason = models.CharField(_("說明"), max_length=200, blank=True)
    due_on = models.DateField(_("約定交貨日期"), null=True, blank=True)
    buyer = _person(_("採購人"))
    buyer_name = models.CharField(_("採購人"), max_length=40, blank=True)
    acceptor_name = models.CharField(_("驗收人"), max_length=40, blank=True)
    received = FenField(_("已驗收金額"), default=0)
    asked = FenField(_("已申請付款"), default=0)
    completed_on = models.DateField(_("到齊日期"), null=True, blank=True)

    class Meta(Document.Meta):
        abstract = False
        verbose_name = _("採購訂單")
        constraints = [
            models.CheckConstraint(
                condition=Q(asked__lte=F("received")) | Q(state="recorded"), name="order_paid_only_what_was_accepted"
            ),
            models.CheckConstraint(condition=Q(received__lte=F("amount")), name="order_received_at_most_ordered"),
        ]
        indexes = [models.Index(fields=["category", "opened_on"], name="order_running_sum")]

    @classmethod
    def route(cls) -> Any:
        return rules.ORDER

    def title(self) -> str:
        return f"{self.supplier_name} {self.goods}"[:120]

    @property
    def saved(self) -> int | None:
        """Budget less deal, in 分."""
        return None if self.budget is None else self.budget - self.amount


class OrderLine(models.Model):
    """One item of an order; ``value`` is quantity × price."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    plan_line = models.ForeignKey(PlanLine, on_delete=models.PROTECT, null=True, related_name="+")
    item = _item()
    quantity = models.PositiveBigIntegerField(_("數量"))
    price = FenField(_("單價"))
    value = FenField(_("金額"))
    accepted = models.PositiveBigIntegerField(_("已驗收"), default=0)

    class Meta:
        verbose_name = _("訂單明細")
        constraints = [
            models.CheckConstraint(condition=Q(accepted__lte=F("quantity")), name="order_line_accepted_at_most_ordered")
        ]

    def __str__(self) -> str:
        return str(self.item)

    @property
    def outstanding(self) -> int:
        return self.quantity - self.accepted


class Delivery(Document):
    """採購驗收單: one arrival of an order, accepted by two people who neither bought nor keep it."""

    kind = "purchasing.delivery"
    prefix = "YS"
    personal = ("deliverer",)

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="deliveries", verbose_name=_("訂單"))
    goods = models.TextField(_("物品"), blank=True)
    value = FenField(_("金額"), default=0)
    quality = models.TextField(_("質量情況"), blank=True)
    certificate = models.CharField(_("合格證(檢測報告)"), max_length=120, blank=True)
    difference = models.CharField(_("差異說明"), max_length=200, blank=True)
    deliverer = models.CharField(_("送貨人"), max_length=40, blank=True)
    acceptor = _person(_("驗收人1"))
    second_acceptor = _person(_("驗收人2"))
    keeper = _person(_("保管員"))
    accepted_on = models.DateField(_("驗收日期"), null=True, blank=True)

    class Meta(Document.Meta):
        abstract = False
        verbose_name = _("採購驗收單")

    @classmethod
    def route(cls) -> Any:
        return rules.DELIVERY

    def title(self) -> str:
        return f"{self.order.supplier_name} {self.goods}"[:120]


class DeliveryLine(models.Model):
    """What came of one order line, and how much of it was good."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="lines")
    order_line = models.ForeignKey(
        OrderLine, on_delete=models.PROTECT, related_name="deliveries", verbose_name=_("品名規格")
    )
    due = models.PositiveBigIntegerField(_("應收數量"))
    delivered = models.PositiveBigIntegerField(_("送到數量"))
    accepted = models.PositiveBigIntegerField(_("實收數量"), default=0)
    value = FenField(_("金額"), default=0)

    class Meta:
        verbose_name = _("驗收明細")
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted__lte=F("delivered")), name="delivery_line_accepted_at_most_delivered"
            )
        ]


class PaymentRequest(Document):
    """付款申請: handed to the accountant; the finance office draws on its entry through ``because``."""

    kind = "purchasing.payment_request"
    prefix = "QK"

    order = _of("purchasing.Order", _("訂單"), related_name="payment_requests")
    contract = _of("purchasing.Contract", _("合同"), related_name="payment_requests")
    payee = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", verbose_name=_("收款單位"))
    amount = FenField(_("金額"))
    invoice = models.CharField(_("發票號"), max_length=80, blank=True)
    is_retention = models.BooleanField(_("質保金"), default=False)

    class Meta(Document.Meta):
        abstract = False
        verbose_name = _("付款申請")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_request_of_something"),
            models.CheckConstraint(
                condition=Q(order__isnull=False) | Q(contract__isnull=False), name="payment_request_has_a_ground"
            ),
        ]

    @classmethod
    def route(cls) -> Any:
        return rules.PAYMENT

    def title(self) -> str:
        return f"{self.payee} {self.invoice}".strip()


class SupplierFile(models.Model):
    """供應商檔案 beside the party of the house; the bank account is kept to match suppliers and payees."""

    party = models.OneToOneField(Party, on_delete=models.PROTECT, related_name="supplier_file", verbose_name=_("名稱"))
    legal_representative = models.CharField(_("法定代表人"), max_length=40, blank=True)
    licence = models.CharField(_("許可證"), max_length=120, blank=True)
    licence_until = models.DateField(_("許可證有效期"), null=True, blank=True)
    supplies = models.CharField(_("供應類別"), max_length=120, blank=True)
    bank_account = models.CharField(_("開戶行賬號"), max_length=120, blank=True)
    admitted_on = models.DateField(_("准入日期"), null=True, blank=True)
    score = models.PositiveSmallIntegerField(_("評價得分"), null=True, blank=True)
    bad_record = models.CharField(_("不良記錄"), max_length=200, blank=True)
    left_on = models.DateField(_("退出日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("供應商檔案")

    def __str__(self) -> str:
        return self.party.name


class SupplierMark(models.Model):
    """One year's marks of a supplier, 0–100 each; ``score`` is their mean."""

    supplier = models.ForeignKey(SupplierFile, on_delete=models.PROTECT, related_name="marks", verbose_name=_("供應商"))
    year = models.PositiveSmallIntegerField(_("年度"))
    quality = models.PositiveSmallIntegerField(_("質量"))
    price = models.PositiveSmallIntegerField(_("價格"))
    delivery = models.PositiveSmallIntegerField(_("交貨"))
    service = models.PositiveSmallIntegerField(_("服務"))
    score = models.PositiveSmallIntegerField(_("得分"))
    note = models.CharField(_("評語"), max_length=200, blank=True)
    by = _person(_("評價人"))

    class Meta:
        verbose_name = _("供應商評價")
        constraints = [models.UniqueConstraint(fields=["supplier", "year"], name="one_mark_a_year")]


class Relation(models.Model):
    """A person of the school who is related to a supplier stays out of its purchases (P03-4)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("本校人員"))
    supplier = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", verbose_name=_("供應商"))
    what = models.CharField(_("關係"), max_length=80)

    class Meta:
        verbose_name = _("利害關係")
        constraints = [models.UniqueConstraint(fields=["person", "supplier"], name="one_relation_a_pair")]
