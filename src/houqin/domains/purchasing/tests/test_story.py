"""From a teacher's wish to the accountant's list, told once."""

from datetime import date, datetime

from houqin.domains.purchasing import actions
from houqin.domains.purchasing.models import Order, RequestLine
from houqin.domains.purchasing.thread import thread_of
from houqin.foundation.journal.figures import Reading
from houqin.foundation.journal.models import Balance, Entry
from houqin.foundation.signing.models import Signature, Task
from houqin.kit import clock
from houqin.kit.periods import Period

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


def test_two_hundred_desk_sets_are_bought_and_nothing_is_left_over(purchases, monday):
    """Mr Zhao asks for 120 desk sets, Miss Lin for 80; the principal cuts hers to 70. Gao merges both, gathers three
    quotes with Mr Deng, orders from the cheapest, who sends 150 and later 40. Xu and Deng accept, Wang keeps,
    the accountant takes the request for payment."""
    cast = purchases.cast
    first = purchases.request("課桌椅 120套 80元")
    second = purchases.request("課桌椅 80套 80元", by=cast.lin)
    assert (first.state, second.state) == ("to_vice_principal", "to_vice_principal")
    actions.approve(cast.principal, document=first)
    actions.approve(cast.principal, document=second, approved="課桌椅 70")
    entry = actions.plan(purchases.gao, requests=[first, second])
    from houqin.domains.purchasing.models import Plan

    plan = Plan.objects.get(pk=entry.document_id)
    assert (plan.method, plan.budget, plan.goods) == ("quotes", 1_520_000, "課桌椅 190套")
    purchases.compared(plan)
    order = purchases.ordered(plan)
    assert (order.amount, order.saved, order.quotes) == (1_330_000, 190_000, 3)
    asked = RequestLine.objects.order_by("pk").values_list("wanted", "approved", "ordered")
    assert list(asked) == [(120, 120, 120), (80, 70, 70)]
    monday.move_to(datetime(2026, 3, 10, 9, 0, tzinfo=clock.SHANGHAI))
    part = purchases.received(order, delivered="課桌椅 150")
    order.refresh_from_db()
    assert (order.state, order.received) == ("partly", 1_050_000)
    actions.take_over(cast.wang, document=part)
    monday.move_to(datetime(2026, 3, 25, 9, 0, tzinfo=clock.SHANGHAI))
    purchases.received(order)
    order.refresh_from_db()
    assert (order.state, order.received, order.completed_on) == ("delivered", 1_330_000, date(2026, 3, 25))
    arrivals = Balance.objects.get(account__code=f"arrivals:{cast.south.pk}", commodity__item__name="課桌椅")
    assert arrivals.quantity == 190
    payment = purchases.payment(order)
    assert list(Task.objects.open().of(cast.qian).values_list("step", flat=True)) == ["purchasing.payment_taken"]
    actions.take_payment(cast.qian, document=payment)
    assert Order.objects.get(pk=order.pk).state == "closed"
    last = Entry.objects.get(kind="purchasing.payment_taken")
    assert [one.kind.partition(".")[2] for one in thread_of(last)] == [
        "requested", "approved", "planned", "invited", "quoted", "compared", "comparison_countersigned",
        "comparison_approved", "ordered", "arrived", "checked", "received", "payment_requested", "payment_taken",
    ]  # fmt: skip
    assert Signature.objects.filter(document_kind="purchasing.comparison").count() == 3
    reading = Reading(MARCH)
    told = {
        name: reading[f"purchasing.{name}"].value
        for name in (
            "requests",
            "orders",
            "spend",
            "saved",
            "quotes",
            "comparisons",
            "received",
            "late_deliveries",
            "cut",
            "payments",
        )
    }
    assert told == {
        "requests": 2, "orders": 1, "spend": 1_330_000, "saved": 190_000, "quotes": 3, "comparisons": 1, "received": 2,
        "late_deliveries": 1, "cut": 80_000, "payments": 1_330_000,
    }  # fmt: skip
