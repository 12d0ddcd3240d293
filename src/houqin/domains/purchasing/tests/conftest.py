"""A buyer, two who accept, a vice principal, a keeper, four suppliers and a store with chalk in it."""

from __future__ import annotations

from datetime import date, datetime

import pytest
import time_machine

from houqin.domains.purchasing import actions
from houqin.domains.purchasing.models import Comparison, Delivery, Order, PaymentRequest, Plan, Request
from houqin.foundation.catalogue.items import item_named
from houqin.foundation.journal.accounts import account, account_of_place
from houqin.foundation.journal.actions import batch
from houqin.foundation.journal.models import Place
from houqin.foundation.org.models import Party, Person, RoleAssignment
from houqin.kit import clock
from houqin.kit.text import fold

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=clock.SHANGHAI)


class Purchases:
    """Gao buys, Xu and Deng accept, Wang keeps the store, Vice Principal Fu and the accountant Qian."""

    def __init__(self, cast) -> None:
        self.cast = cast
        self.gao = self._person("高採購", "buyer")
        self.xu = self._person("徐驗收", "acceptor")
        self.deng = self._person("鄧老師", "teacher")
        self.fu = self._person("傅副校長", "vice_principal")
        self.jia, self.yi, self.bing, self.ding = (self.supplier(f"{one}公司") for one in "甲乙丙丁")
        full = "南校區倉庫"
        self.store = Place.objects.create(
            parent=cast.south, campus=cast.south, kind="store", name="倉庫", full_name=full, folded=fold(full)
        )

    @staticmethod
    def _person(name, *roles):
        made = Person.objects.create(name=name, folded=fold(name))
        for role in roles:
            RoleAssignment.objects.create(person=made, role=role, from_on=date(2000, 1, 1))
        return made

    @staticmethod
    def supplier(name, **facts):
        return Party.objects.create(name=name, folded=fold(name), is_supplier=True, **facts)

    def stock(self, name, quantity, **facts):
        """Put goods into the store as the stores would."""
        with batch(self.cast.li) as unit:
            draft = unit.draft("stores.opened")
            item = item_named(name, **facts)
            draft.line(
                item.commodity,
                source=account("opening", "stores"),
                target=account_of_place(self.store, role="store"),
                quantity=quantity,
            )

    def request(self, lines="粉筆 白色 10盒 3.50元", *, by=None, **facts):
        told = {"lines": lines, "purpose": "上課", "place": self.cast.south_105} | facts
        entry = actions.request(by or self.cast.zhao, **told)
        return Request.objects.get(pk=entry.document_id)

    def approved(self, lines="粉筆 白色 10盒 3.50元", *, by=None, **facts):
        paper = self.request(lines, **facts)
        actions.approve(by or self.cast.principal, document=paper)
        return Request.objects.get(pk=paper.pk)

    def planned(self, lines="粉筆 白色 10盒 3.50元", *, method="", budget=None, **facts):
        paper = self.approved(lines, **facts)
        told = {"requests": [paper], "method": method} | ({"budget": budget} if budget else {})
        entry = actions.plan(self.gao, **told)
        return Plan.objects.get(pk=entry.document_id)

    def inviting(self, plan, *suppliers, **facts):
        told = {"plan": plan, "suppliers": suppliers or [self.jia, self.yi, self.bing], "second_collector": self.deng}
        entry = actions.invite(self.gao, **(told | facts))
        return Comparison.objects.get(pk=entry.document_id)

    def quoted(self, plan, prices=(70, 72, 75), *, item="課桌椅"):
        paper = self.inviting(plan)
        for supplier, price in zip((self.jia, self.yi, self.bing), prices, strict=True):
            actions.quote(self.gao, document=paper, supplier=supplier, prices={item: price})
        return paper

    def compared(self, plan, prices=(70, 72, 75), *, by=None, **facts):
        paper = self.quoted(plan, prices, **facts)
        actions.compare(self.gao, document=paper, supplier=self.jia)
        actions.countersign(self.deng, document=paper)
        actions.approve_comparison(by or self.cast.principal, document=paper)
        return Comparison.objects.get(pk=paper.pk)

    def desks(self, quantity=200, *, price=80):
        return self.planned(f"課桌椅 {quantity}套 {price}元", method="quotes" if quantity * price < 10_000 else "")

    def ordered(self, plan=None, **facts):
        plan = plan or self.desks()
        if not Comparison.objects.filter(plan=plan, state="approved").exists() and plan.method == "quotes":
            self.compared(plan)
        entry = actions.order(self.gao, **({"document": plan, "due_on": date(2026, 3, 20)} | facts))
        return Order.objects.get(pk=entry.document_id)

    def arrived(self, order=None, *, by=None, **facts):
        order = order or self.ordered()
        told = {"document": order, "campus": self.cast.south, "keeper": self.cast.wang} | facts
        entry = actions.arrive(by or self.gao, **told)
        return Delivery.objects.get(pk=entry.document_id)

    def received(self, order=None, *, accepted="", difference="", **facts):
        paper = self.arrived(order, **facts)
        actions.check(self.xu, document=paper, quality="規格質量符合合同要求", accepted=accepted, difference=difference)
        actions.receive(self.deng_or_other(paper), document=paper)
        return Delivery.objects.get(pk=paper.pk)

    def deng_or_other(self, paper):
        return self.deng

    def payment(self, order, **facts):
        told = {"document": order, "payee": self.jia, "invoice": "0001"} | facts
        entry = actions.ask_payment(self.gao, **told)
        return PaymentRequest.objects.get(pk=entry.document_id)


@pytest.fixture
def monday():
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def purchases(monday, cast):
    """The stage on Monday 2 March 2026; what must never be true is not true afterwards."""
    from houqin.foundation.journal.checks import CHECKS

    yield Purchases(cast)
    # What the test itself laid down has no entry.
    with batch(cast.admin):
        pass
    assert [finding.sentence for check in CHECKS for finding in check.look()] == []
