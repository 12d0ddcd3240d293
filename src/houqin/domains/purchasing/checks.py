"""What must never be true of purchases."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, F, OuterRef, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.checks import Finding, check
from houqin.foundation.journal.models import Entry
from houqin.foundation.signing.models import Signature

from .models import Bid, Comparison, Delivery, Order, PlanLine, RequestLine, Tender
from .rules import EXCUSED


@check("purchasing.three_people", gettext_lazy("採購、驗收、保管是不同的人"))
def buyer_acceptors_and_keeper_differ() -> Iterable[Finding]:
    """SOD-4; but for what the principal signed for."""
    excused = Entry.objects.filter(
        kind=EXCUSED, document_kind=Delivery.kind, document_id=OuterRef("pk"), sign=1, reversed_by__isnull=True
    )
    accepted = Delivery.objects.filter(state__in=("received", "kept")).exclude(Exists(excused)).select_related("order")
    for one in accepted:
        people = [one.order.buyer_id, one.acceptor_id, one.second_acceptor_id, one.keeper_id]
        if None in people or len(set(people)) != len(people):
            yield Finding(
                _("驗收單 %(number)s 的採購、驗收、保管不是四個不同的人。") % {"number": one.number},
                Delivery.kind,
                one.pk,
            )


@check("purchasing.two_collectors", gettext_lazy("比價表有兩個人簽名"))
def comparisons_bear_two_signatures() -> Iterable[Finding]:
    """SOD-8."""
    for one in Comparison.objects.filter(state__in=("countersigned", "approved")):
        signed = Signature.objects.filter(
            document_kind=Comparison.kind, document_id=one.pk, signs_as__in=("collector", "second_collector")
        )
        if signed.values("person_id").distinct().count() < 2:
            yield Finding(_("比價表 %(number)s 沒有兩個人簽名。") % {"number": one.number}, Comparison.kind, one.pk)


@check("purchasing.sealed", gettext_lazy("開標前沒有投標金額"))
def nothing_is_read_before_the_opening() -> Iterable[Finding]:
    """P03-2, P04-2: of a tender not opened no amount stands in the book."""
    for bid in Bid.objects.filter(
        Q(tender__state="announced") | Q(opened_at__lt=F("tender__deadline_at")), amount__isnull=False
    ):
        yield Finding(
            _("招標項目 %(number)s 在開標時間前已有投標金額。") % {"number": bid.tender.number},
            Tender.kind,
            bid.tender_id,
        )


@check("purchasing.ordered_as_shared", gettext_lazy("訂購數量等於分到各申請的數量"))
def ordered_quantities_agree() -> Iterable[Finding]:
    lines = PlanLine.objects.annotate(shared=Sum("asked_by__ordered")).exclude(shared=F("ordered"))
    for line in lines.select_related("plan", "item"):
        yield Finding(
            _("採購計劃 %(number)s 的「%(item)s」訂購數量與各申請單之和不符。")
            % {"number": line.plan.number, "item": line.item}
        )


@check("purchasing.orders_written", gettext_lazy("每張訂單在登記簿裡"))
def orders_stand_in_the_journal() -> Iterable[Finding]:
    written = Entry.objects.filter(
        kind="purchasing.ordered",
        document_kind=Order.kind,
        document_id=OuterRef("pk"),
        sign=1,
        reversed_by__isnull=True,
    )
    for order in Order.objects.annotate(is_written=Exists(written)).filter(is_written=False):
        yield Finding(_("訂單 %(number)s 在登記簿裡沒有登記。") % {"number": order.number}, Order.kind, order.pk)


@check("purchasing.requests_covered", gettext_lazy("有庫存的申請寫明理由"))
def covered_requests_have_a_reason() -> Iterable[Finding]:
    """P01-1."""
    found = RequestLine.objects.filter(on_hand__gte=F("wanted"), request__stock_reason="").exclude(
        request__state__in=("from_stock", "withdrawn", "rejected")
    )
    for line in found.select_related("request", "item"):
        yield Finding(
            _("採購申請 %(number)s 的「%(item)s」庫存夠用，沒有寫理由。")
            % {"number": line.request.number, "item": line.item}
        )
