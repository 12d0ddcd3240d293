"""Nobody leaves the school with a loan or a thing in custody (D02-4, D03-3)."""

import pytest

from houqin.domains.stores import actions
from houqin.domains.stores.models import Loan
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.org import actions as org
from houqin.foundation.org.models import Person
from houqin.kit import clock


@pytest.fixture
def holding(stores):
    """Zhao has a calculator in custody and a projector on loan."""
    wang, zhao = stores.cast.wang, stores.cast.zhao
    actions.set_item(wang, name="計算器", counter="個", is_durable=True)
    stores.buy("計算器 5個 35元\n投影儀 1臺 2000元")
    actions.issue_directly(wang, store=stores.north, receiver=zhao, purpose="備課", lines="計算器 1個")
    actions.lend_directly(
        wang, store=stores.north, item="投影儀", serial="T1", borrower=zhao, purpose="公開課", condition_out="完好",
        due_on=clock.today(),
    )  # fmt: skip
    return stores


def leave(by, person):
    org.person_left(by, person=person.pk, reason="調離")


def test_who_holds_something_does_not_leave_and_what_it_is_is_named(holding):
    with pytest.raises(Refused, match="借用未還 投影儀 T1 1臺") as no:
        leave(holding.cast.li, holding.cast.zhao)
    assert "計算器 1個" in str(no.value)
    assert Person.objects.get(pk=holding.cast.zhao.pk).is_active


def test_who_has_brought_everything_back_leaves(holding):
    wang, zhao = holding.cast.wang, holding.cast.zhao
    actions.return_loan(wang, document=Loan.objects.get(), condition_back="完好")
    with pytest.raises(Refused, match="保管的物資 計算器 1個"):
        leave(holding.cast.li, zhao)
    actions.pass_custody(wang, item="計算器", quantity=1, holder=zhao, to=holding.cast.lin)
    leave(holding.cast.li, zhao)
    assert not Person.objects.get(pk=zhao.pk).is_active


def test_a_stranger_strikes_nobody_off(holding):
    with pytest.raises(Denied):
        leave(holding.cast.ma, holding.cast.lin)
