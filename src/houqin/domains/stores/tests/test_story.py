"""A term in the stores, told in prose.

Before school opens Gao buys exercise books and chalk; Xu, who neither buys nor keeps, counts and accepts them. Wang hands
each class what its headcount says; Deng's class is two books short, signs for what came, and gets the rest a week later.
Zhao fetches chalk for his lesson and brings a box back. The projector he borrowed for one lesson he forgets; he gets
nothing more until it is back. In June a broom breaks; Wang says so, Li approves, and it leaves the book.
"""

from datetime import date, datetime, timedelta

import pytest
import time_machine

from houqin.domains.stores import actions, reports
from houqin.domains.stores.models import Distribution, Loan, Requisition, WriteOff
from houqin.foundation.journal.figures import Reading
from houqin.foundation.journal.refused import Refused
from houqin.foundation.journal.verification import verify
from houqin.foundation.org.holdings import holdings
from houqin.kit.clock import SHANGHAI
from houqin.kit.periods import Period


def on(month, day):
    return time_machine.travel(datetime(2026, month, day, 9, tzinfo=SHANGHAI), tick=False)


def test_a_term_in_the_stores(stores):
    wang, li, zhao = stores.cast.wang, stores.cast.li, stores.cast.zhao
    with on(2, 20):
        stores.buy("作業本 76本 1.00元\n粉筆 20盒 3.00元\n掃帚 6把 8.00元\n投影儀 1臺 2000元")
        actions.set_kit(li, name="作業本", per="每生", quantity=1)
        actions.plan_distribution(li, term=stores.term)
        for school_class, teacher in ((stores.one, stores.cast.lin), (stores.two, stores.deng)):
            actions.distribute(wang, document=Distribution.objects.get(school_class=school_class))
            actions.sign_distribution(teacher, document=Distribution.objects.get(school_class=school_class))
        assert [one.missing for one in reports.shortages(term=stores.term)] == [2]
    with on(2, 27):
        stores.buy("作業本 10本 1.20元")
        actions.distribute(wang, document=Distribution.objects.get(school_class=stores.two))
        actions.sign_distribution(stores.deng, document=Distribution.objects.get(school_class=stores.two))
        assert set(Distribution.objects.values_list("state", flat=True)) == {"signed"}
    with on(3, 5):
        slip = actions.issue_directly(
            wang, store=stores.north, receiver=zhao, purpose="上課", lines="粉筆 3盒", drawing="趙"
        )
        actions.return_left(wang, document=Requisition.objects.get(number=slip.document_number), quantities={"粉筆": 1})
        actions.lend_directly(
            wang, store=stores.north, item="投影儀", serial="T1", borrower=zhao, purpose="公開課", condition_out="完好",
            due_on=date(2026, 3, 6),
        )  # fmt: skip
    with on(3, 20):
        with pytest.raises(Refused, match="2026-03-06 就該還"):
            actions.lend_directly(
                wang, store=stores.north, item="掃帚", borrower=zhao, purpose="打掃", condition_out="完好",
                due_on=date(2026, 3, 21),
            )  # fmt: skip
        actions.chase_all(wang)
        assert list(holdings(zhao)) == ["借用未還"]
        actions.return_loan(wang, document=Loan.objects.get(), condition_back="完好")
        assert holdings(zhao) == {}
    with on(6, 12):
        actions.propose_loss(wang, store=stores.north, item="掃帚", quantity=1, loss="損壞", reason="斷了柄")
        actions.approve_loss(li, document=WriteOff.objects.get())
    with on(6, 30):
        half = Period(date(2026, 1, 21), date(2026, 6, 30))
        rows = {row.item.name: (row.received, row.issued, row.closing) for row in reports.stock_report(half)}
        assert rows == {"作業本": (86, 78, 8), "粉筆": (21, 3, 18), "掃帚": (6, 1, 5), "投影儀": (2, 1, 1)}
        reading = Reading(half)
        said = {
            name: reading[f"stores.{name}"].text
            for name in ("classes_supplied", "pupils_supplied", "loans", "loans_late", "written_off")
        }
        assert said == {
            "classes_supplied": "2個班", "pupils_supplied": "78人", "loans": "1次", "loans_late": "1次", "written_off": "1次",
        }  # fmt: skip
        assert verify().is_sound
    assert half.end - half.start == timedelta(days=160)
