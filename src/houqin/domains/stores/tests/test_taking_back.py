"""What was written on a paper of the stores is taken back by the paper's own verbs, and journal and rows agree afterwards."""

import pytest

from houqin.domains.stores import actions
from houqin.domains.stores.models import HandOut, Requisition
from houqin.foundation.journal.checks import CHECKS
from houqin.foundation.journal.models import Account, Balance, Entry
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.journal.writer import balance
from houqin.foundation.signing.actions import take_back

from .test_issuing import hand, ready, requested


def reverse(stores, entry, *, by=None):
    """The general reversal of an entry, as the office may try it."""
    return take_back(by or stores.cast.li, entry_number=entry.number, reason="登錯了")


def last(kind):
    return Entry.objects.filter(kind=kind, sign=1).order_by("-number")[0]


def findings(name):
    return [finding.sentence for finding in CHECKS[name].look()]


def test_a_request_is_not_reversed_so_that_its_own_requester_may_approve_it(stores):
    stores.buy("粉筆 白色 20盒 3元")
    paper = requested(stores, by=stores.cast.li, receiver=stores.cast.zhao)

    with pytest.raises(Refused, match="不能單獨沖銷。要收回，請在單上用「撤回申領」「作廢領用單」"):
        reverse(stores, last("stores.requested"))
    with pytest.raises(Denied, match="另一個人"):
        actions.approve(stores.cast.li, document=paper)


def test_an_approval_is_not_reversed_under_goods_that_are_picked_all_the_same(stores):
    stores.buy("粉筆 白色 20盒 3元")
    ready(stores)

    with pytest.raises(Refused, match="作廢領用單"):
        reverse(stores, last("stores.approved"))
    with pytest.raises(Refused, match="作廢領用單"):
        reverse(stores, last("stores.picked"))


def test_goods_do_not_come_back_that_never_went_out(stores):
    """Issue 1, reverse, return 1: the store would have held one more than was bought (B1)."""
    stores.buy("粉筆 白色 10盒 3元")
    hand(stores, "粉筆 白色 1盒")
    paper = Requisition.objects.get()

    with pytest.raises(Refused, match="作廢領用單"):
        reverse(stores, last("stores.issued_directly"))
    actions.void_requisition(stores.cast.li, document=paper, reason="登錯了人")
    with pytest.raises(Refused, match="已作廢"):
        actions.return_left(stores.cast.wang, document=paper, quantities="粉筆 1")

    assert stores.held("粉筆") == 10
    used = Account.objects.get(code=f"used:person:{stores.cast.zhao.pk}")
    assert (used.floor, Balance.objects.filter(account=used, quantity__lt=0).count()) == (0, 0)


def test_what_was_used_up_gives_back_no_more_than_it_got(stores):
    from houqin.domains.stores.shelves import store_account, used_by
    from houqin.foundation.catalogue.models import Item
    from houqin.foundation.journal.actions import batch

    stores.buy("粉筆 白色 10盒 3元")
    hand(stores, "粉筆 白色 2盒")
    chalk, used = Item.objects.get(name="粉筆").commodity, used_by("person", stores.cast.zhao)

    with pytest.raises(Refused, match="不能拿出3盒"), batch(stores.cast.wang) as unit:
        unit.draft("stores.returned").line(chalk, source=used, target=store_account(stores.north), quantity=3)

    assert balance(used, chalk) == 2


def test_a_hand_out_taken_back_brings_every_row_along(stores):
    stores.buy("粉筆 白色 10盒 3元")
    hand(stores, "粉筆 白色 4盒")
    paper = Requisition.objects.get()

    actions.void_requisition(stores.cast.li, document=paper, reason="登錯了人")

    assert (stores.held("粉筆"), stores.worth("粉筆")) == (10, 3000)
    assert HandOut.objects.exclude(requisition__state="void").count() == 0
    assert findings("signing.taken_back_by_papers") == []


def test_a_reversal_of_old_is_found_until_the_paper_is_taken_back(stores):
    """An older book may hold what the general reversal did when it could."""
    from houqin.foundation.journal.actions import batch
    from houqin.foundation.journal.writer import reverse as turn_round

    stores.buy("粉筆 白色 10盒 3元")
    hand(stores, "粉筆 白色 4盒")
    paper = Requisition.objects.get()
    with batch(stores.cast.li) as unit:
        turn_round(unit, last("stores.issued_directly"), reason="登錯了")

    (found,) = findings("signing.taken_back_by_papers")
    assert paper.number in found

    actions.void_requisition(stores.cast.li, document=paper, reason="補辦作廢")
    assert findings("signing.taken_back_by_papers") == []


def test_who_asked_and_withdrew_may_approve_what_another_asks_anew(stores):
    """The new request is another paper; whoever is on the old one alone is not on it."""
    stores.buy("粉筆 白色 20盒 3元")
    paper = requested(stores, by=stores.cast.li, receiver=stores.cast.zhao)
    actions.withdraw(stores.cast.li, document=paper)
    anew = requested(stores, by=stores.cast.chen, receiver=stores.cast.zhao)

    actions.approve(stores.cast.li, document=anew)

    anew.refresh_from_db()
    assert anew.state == "approved"
