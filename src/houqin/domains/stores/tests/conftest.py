"""Two stores with a keeper each, a buyer, somebody to accept, classes and a term."""

from __future__ import annotations

from datetime import date

import pytest

from houqin.domains.stores import actions
from houqin.foundation.calendar.models import Term
from houqin.foundation.journal.actions import batch
from houqin.foundation.journal.models import Balance, Place
from houqin.foundation.org.models import Person, RoleAssignment, SchoolClass, Unit
from houqin.kit import clock
from houqin.kit.text import fold


class Stores:
    """The stage: ``cast`` of the house, a store on each campus, Gao buys, Xu accepts, Wu keeps the other store."""

    def __init__(self, cast) -> None:
        self.cast = cast
        self.north = self._store(cast.north)
        self.south = self._store(cast.south)
        self.gao = self._person("高採購", "採購員", "buyer")
        self.xu = self._person("徐驗收", "驗收人", "acceptor")
        self.wu = self._person("吳保管", "保管員", "storekeeper")
        self.deng = self._person("鄧老師", "教師", "teacher")
        today = clock.today()
        self.term = Term.objects.create(
            school_year=today.year, season="autumn", starts_on=date(today.year, 1, 1), ends_on=date(today.year, 12, 31)
        )
        self.office = Unit.objects.create(name="總務處", folded=fold("總務處"))
        self.one = SchoolClass.objects.create(
            campus=cast.north, grade="一年級", name="一(1)班", folded=fold("一(1)班"), pupils=40, teacher=cast.lin
        )
        self.two = SchoolClass.objects.create(
            campus=cast.north, grade="二年級", name="二(1)班", folded=fold("二(1)班"), pupils=38, teacher=self.deng
        )

    @staticmethod
    def _store(campus):
        full = f"{campus.name}倉庫"
        return Place.objects.create(
            parent=campus, campus=campus, kind="store", name="倉庫", full_name=full, folded=fold(full)
        )

    @staticmethod
    def _person(name, post, *roles):
        made = Person.objects.create(name=name, folded=fold(name), post=post)
        for role in roles:
            RoleAssignment.objects.create(person=made, role=role, from_on=date(2000, 1, 1))
        return made

    def buy(self, lines, *, store=None, **facts):
        """Goods delivered and accepted, as they are most days."""
        arrived = actions.arrive(
            self.cast.wang, store=store or self.north, source="purchase", buyer=self.gao, lines=lines, **facts
        )
        from houqin.domains.stores.models import Receipt

        paper = Receipt.objects.get(number=arrived.document_number)
        actions.receive(self.xu, document=paper)
        return Receipt.objects.get(pk=paper.pk)

    def held(self, name, *, store=None, role="store"):
        place = store or self.north
        found = Balance.objects.filter(account__code=f"{role}:{place.pk}", commodity__item__name=name)
        return sum(found.values_list("quantity", flat=True))

    def worth(self, name, *, store=None):
        from houqin.foundation.journal.models import Commodity

        commodity = Commodity.objects.get(item__name=name)
        found = Balance.objects.filter(
            account__code=f"store:{(store or self.north).pk}", commodity__code=f"value:{commodity.pk}"
        )
        return sum(found.values_list("quantity", flat=True))


@pytest.fixture
def stores(cast):
    """The stage; whatever the test did on it, what must never be true is not true afterwards."""
    from houqin.foundation.journal.checks import CHECKS

    yield Stores(cast)
    # What the test itself laid down has no entry.
    with batch(cast.admin):
        pass
    own = [check for check in CHECKS if check.name.startswith(("stores.", "journal."))]
    assert [finding for check in own for finding in check.look() if not finding.notice] == []
