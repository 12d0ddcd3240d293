"""A hundred desks for the north.

In August the school buys 200 sets of desks, and they are carried to the south campus. Two weeks later the headcount shows
that the north campus has grown: a class teacher asks for a hundred sets, Li the director agrees, Zhou sends them off in
the afternoon and Wang counts them in the next morning. In between they belong to nobody's room, and yet they are not lost.
The half-year summary says what was bought and what was moved, in the words of the school.
"""

from datetime import date

import time_machine

from houqin.domains.assets import actions
from houqin.domains.assets.models import AssetCard, Transfer
from houqin.foundation.journal.checks import CHECKS
from houqin.foundation.journal.figures import Reading
from houqin.foundation.journal.sentences import CLAUSES
from houqin.foundation.signing.models import Task
from houqin.kit.periods import Period

from .conftest import DESKS


def lying(card):
    return {balance.account.name: balance.quantity for balance in card.holdings()}


def test_a_hundred_desks_for_the_north(cast):
    with time_machine.travel(date(2018, 8, 14)):
        actions.add_card(cast.zhou, **DESKS)
    card = AssetCard.objects.get()
    with time_machine.travel(date(2018, 8, 30)):
        actions.request_transfer(
            cast.lin, card="KZY-01", source="南校區", target="北校區", quantity="100", reason="北校區學生人數增加"
        )
        slip = Transfer.objects.get()
        assert [task.step for task in Task.objects.open().of(cast.li)] == ["assets.transfer_approved"]
        actions.approve_transfer(cast.li, document=slip)
        actions.send_transfer(cast.zhou, document=slip)
        assert lying(card) == {"南校區": 100, "南校區調出在途": 100}
    with time_machine.travel(date(2018, 8, 31)):
        actions.receive_transfer(cast.wang, document=slip)

    assert lying(card) == {"南校區": 100, "北校區": 100}
    reading = Reading(Period(date(2018, 7, 10), date(2019, 1, 20)))
    told = [
        "".join(part if isinstance(part, str) else part.text for part in CLAUSES[name].text(reading))
        for name in ("assets.desks", "assets.desks_moved")
    ]
    assert told == ["添置學生課桌椅200套", "從南校區向北校區調運課桌椅100套"]
    assert [finding.sentence for check in CHECKS for finding in check.look()] == []
