"""What the keeper looks through again and again: what to buy, what expires, which loans are late."""

from datetime import timedelta

import pytest
import time_machine

from houqin.domains.stores import actions, plan
from houqin.foundation.calendar.defaults import DEFAULT_DUTIES
from houqin.foundation.catalogue.models import Item
from houqin.foundation.journal.actions import ACTIONS
from houqin.foundation.journal.figures import Reading
from houqin.foundation.journal.refused import Denied
from houqin.foundation.signing.models import Task
from houqin.kit import clock
from houqin.kit.periods import Period


def test_what_to_buy_follows_from_what_was_used(stores):
    with time_machine.travel(clock.now() - timedelta(days=20), tick=False):
        stores.buy("粉筆 100盒 3元\n掃把 3把 6元\n拖把 50把 12元")
        actions.set_item(stores.cast.wang, name="掃把", minimum=10)
        actions.issue_directly(
            stores.cast.wang, store=stores.north, receiver=stores.cast.zhao, purpose="上課", lines="粉筆 90盒"
        )
    today = clock.today()
    found = plan.proposal(day=today, days=30, cover_days=60)
    assert [(one.item.name, one.on_hand, one.consumed, one.buy, one.is_below_minimum) for one in found] == [
        ("掃把", 3, 0, 7, True), ("粉筆", 10, 90, 170, False),
    ]  # fmt: skip
    assert plan.proposal(day=today, days=20, cover_days=60)[-1].item.name == "掃把"
    with pytest.raises(Denied):
        actions.check_reorder(stores.cast.zhao)
    entry = actions.check_reorder(stores.cast.wang, days=30)
    assert dict(entry.measures.values_list("name", "quantity")) == {"items": 2, "below_minimum": 1}
    assert Task.objects.open().of(stores.gao).get().title.startswith("建議採購 2 種：掃把 7把")
    assert Item.objects.count() == 3


def test_what_is_about_to_expire_stands_on_the_keepers_list(stores):
    today = clock.today()
    with time_machine.travel(clock.now() - timedelta(days=30), tick=False):
        stores.buy(
            f"消毒液 6瓶 8元 批號A 有效期{today - timedelta(days=1)}\n"
            f"消毒液 5瓶 8元 批號B 有效期{today + timedelta(days=60)}\n"
            f"消毒液 4瓶 8元 批號C 有效期{today + timedelta(days=61)}"
        )
    with pytest.raises(Denied):
        actions.check_expiry(stores.cast.zhao)
    entry = actions.check_expiry(stores.cast.wang)
    assert dict(entry.measures.values_list("name", "quantity")) == {"batches": 2, "expired": 1}
    assert Task.objects.open().of(stores.cast.wang).get().title.startswith("臨期物資 2 批，其中已過期 1 批：消毒液 6瓶")
    assert Reading(Period(today, today))["stores.expired_batches"].value == 1
    none = actions.check_expiry(stores.cast.wang, days=0)
    assert dict(none.measures.values_list("name", "quantity")) == {"batches": 1, "expired": 1}


def test_that_no_loan_is_late_is_told_too(stores):
    entry = actions.chase_all(stores.cast.wang)
    assert dict(entry.measures.values_list("name", "quantity")) == {"loans": 0}
    assert not Task.objects.open().exists()


def test_every_duty_of_the_stores_is_fulfilled_by_an_action_that_exists():
    own = {duty.name: duty.fulfilled_by for duty in DEFAULT_DUTIES if duty.name.startswith("stores.")}
    assert own == {
        "stores.term_stocktake": "stocktakes.counted",
        "stores.monthly_stocktake": "stocktakes.counted",
        "stores.near_expiry": "stores.expiry_checked",
        "stores.overdue_loans": "stores.loans_chased",
        "stores.reorder": "stores.reorder_checked",
        "stores.opening": "stores.planned",
    }
    assert set(own.values()) <= {one.kind for one in ACTIONS}
