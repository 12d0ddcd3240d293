"""What an order or a contract of an amount must rest on: the one ladder, the one competition, the one sum (P02, P03, P04)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from houqin.foundation.catalogue.models import Item
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.journal.writer import Draft
from houqin.foundation.org.models import Party, Role, RoleAssignment
from houqin.foundation.org.parameters import value
from houqin.foundation.signing.models import Signature
from houqin.kit import clock, numbers

from .. import rules, sums, terms
from ..models import Comparison, Contract, Order, Plan, Request, Tender
from ..terms import Method


def decided(plan: Plan) -> tuple[Comparison | None, Tender | None]:
    """The approved comparison and the awarded tender of a plan, the latest of each."""
    comparison = Comparison.objects.filter(plan=plan, state="approved").select_related("chosen").order_by("-pk").first()
    tender = (
        Tender.objects.filter(plan=plan, state__in=("awarded", "contracted", "archived"))
        .select_related("winner")
        .order_by("-pk")
        .first()
    )
    return comparison, tender


def committed(plan: Plan) -> int:
    """分 of a plan already bound: its contracts, and its orders under no contract."""
    orders = Order.objects.filter(plan=plan, contract__isnull=True).exclude(state="cancelled")
    contracts = Contract.objects.filter(plan=plan)
    return (orders.aggregate(n=Sum("amount"))["n"] or 0) + (contracts.aggregate(n=Sum("amount"))["n"] or 0)


def refuse_without_competition(entry: Draft, plan: Plan, *, amount: int, quotes: int, tender: Tender | None) -> None:
    """Three quotes or a signed reason; a formal procedure where the method is one (P02, P03)."""
    least = value("purchasing.min_quotes", on=entry.occurred_on)
    method = Method(plan.method)
    if method in terms.BY_TENDER and tender is None:
        raise Refused(_("這個計劃要用「%(method)s」，還沒有定標，不能訂購。") % {"method": terms.method_label(method)})
    if method in terms.BY_QUOTES and quotes < least and not plan.quotes_reason:
        raise Refused(
            _("這個計劃要有 %(least)s 家報價並經批准，現在是 %(quotes)s 家。請先辦比價，或由領導簽字說明理由。")
            % {"least": least, "quotes": quotes}
        )
    if method == Method.SINGLE_SOURCE and not plan.quotes_reason:
        raise Refused(_("單一來源採購要由領導簽字說明理由。"))
    if (
        rules.is_too_weak(method, category=plan.category, amount=amount, on=entry.occurred_on)
        and not plan.quotes_reason
    ):
        wanted = rules.method_for(plan.category, amount, on=entry.occurred_on)
        raise Refused(
            _("%(amount)s 元要用「%(wanted)s」，「%(told)s」不夠。")
            % {"amount": numbers.yuan(amount), "wanted": terms.method_label(wanted), "told": terms.method_label(method)}
        )


def refuse_split(entry: Draft, plan: Plan, *, amount: int) -> bool:
    """Whether the year's sum passes a limit with this amount; refused with the sum and the limit unless signed for (P02)."""
    passed = sums.passed_limit(plan.category, method=plan.method, amount=amount, on=entry.occurred_on)
    if passed is None:
        return False
    so_far, limit, wanted = passed
    if not plan.split_reason:
        raise Refused(
            _(
                "%(year)s 年「%(category)s」已訂 %(so_far)s 元，加上這次 %(amount)s 元達到「%(wanted)s」的限額 %(limit)s 元。"
                "不得化整為零：請改用「%(wanted)s」，或由領導簽字說明理由。"
            )
            % {
                "year": entry.occurred_on.year,
                "category": terms.CATEGORIES.label(plan.category),
                "so_far": numbers.yuan(so_far),
                "amount": numbers.yuan(amount),
                "wanted": terms.method_label(wanted),
                "limit": numbers.yuan(limit),
            }
        )
    return True


def refuse_unapproved(
    entry: Draft, plan: Plan, *, amount: int, supplier: Party, comparison: Comparison | None, tender: Tender | None
) -> None:
    """Somebody who may decide over that much has signed: on a request, the comparison, the plan, or the award (P02).

    What was bound with the same supplier in the same category within a few days counts along: three orders of 990 are
    one of 2,970.
    """
    on = entry.occurred_on
    days = value("purchasing.split_days", on=on)
    lately = sums.bound_lately(plan.category, supplier=supplier, on=on, days=days)
    state, who = rules.rung(amount, on=on, beside=lately)
    if state == rules.LADDER[0][0]:
        return
    signed = Q(document_kind=Request.kind, step="purchasing.approved") & Q(
        document_id__in=Request.objects.filter(lines__plan_line__plan=plan).values("pk")
    )
    signed |= Q(document_kind=Plan.kind, document_id=plan.pk)
    if comparison is not None:
        signed |= Q(document_kind=Comparison.kind, document_id=comparison.pk, step="purchasing.comparison_approved")
    if tender is not None:
        signed |= Q(document_kind=Tender.kind, document_id=tender.pk, step="purchasing.awarded")
    for one in Signature.objects.filter(signed).exclude(person=entry.by):
        held = RoleAssignment.objects.in_force(clock.day_of(one.signed_at))
        if held.filter(person=one.person_id, role__in=[*who, Role.ADMINISTRATOR]).exists():
            return
    told = {
        "amount": numbers.yuan(amount),
        "near": numbers.yuan(sum(lately)),
        "days": days,
        "supplier": supplier,
        "who": "或".join(str(Role(one).label) for one in who),
    }
    if state != rules.rung(amount, on=on)[0]:
        raise Refused(
            _(
                "%(days)s 天內同類已向「%(supplier)s」訂了 %(near)s 元，連這次 %(amount)s 元合計要由%(who)s批准。"
                "請他在採購計劃上「批准累計超限」。"
            )
            % told
        )
    raise Refused(_("%(amount)s 元要由%(who)s批准。請他批准比價，或在採購計劃上「批准累計超限」。") % told)


def dearer(bought: Iterable[tuple[Item, int]], entry: Draft) -> str:
    """The sentence where a price rose more than the school lets pass unexplained; "" where none did (P03-5)."""
    percent = value("purchasing.price_rise_percent", on=entry.occurred_on)
    for item, price in bought:
        last = sums.last_price(item, before=entry.occurred_on)
        if last and price * 100 > last * (100 + percent):
            return _("「%(name)s」報價 %(price)s 元，上次是 %(last)s 元，漲了不止 %(percent)s%%。請寫明理由。") % {
                "name": item,
                "price": numbers.yuan(price),
                "last": numbers.yuan(last),
                "percent": percent,
            }
    return ""


def refuse_beneath(entry: Draft, amount: int) -> None:
    """Refuse who may not decide over ``amount`` 分 (the ladder of P02)."""
    _state, who = rules.rung(amount, on=entry.occurred_on)
    if not entry.by.has_role(*who, Role.ADMINISTRATOR):
        raise Denied(
            _("金額 %(amount)s 元，要由%(who)s批准。")
            % {"amount": numbers.yuan(amount), "who": "或".join(str(Role(one).label) for one in who)}
        )
