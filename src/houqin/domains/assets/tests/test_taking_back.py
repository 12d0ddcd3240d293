"""A card made by mistake is voided by somebody else while nothing rests on it; what is on the way can be called back."""

from datetime import date

import pytest

from houqin.domains.assets import actions
from houqin.domains.assets.models import AssetCard, Transfer
from houqin.foundation.journal.models import Balance, Entry
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.signing.actions import take_back


def test_a_card_made_by_mistake_is_voided_by_somebody_else(cast, desks):
    with pytest.raises(Refused, match="請在單上用「作廢卡片」"):
        take_back(cast.li, entry_number=Entry.objects.get(kind="assets.added").number, reason="登了兩次")
    with pytest.raises(Denied, match="另一個人"):
        actions.void_card(cast.zhou, document=desks.pk, reason="登了兩次")
    actions.void_card(cast.li, document=desks.pk, reason="登了兩次")

    card = AssetCard.objects.get()
    assert (card.state, Balance.objects.filter(commodity=card.commodity, quantity__gt=0).count()) == ("void", 0)


def test_a_card_whose_things_have_moved_is_not_voided(cast, desks):
    actions.request_transfer(cast.lin, card=desks, source=cast.south, target=cast.north, quantity=10, reason="補缺")
    slip = Transfer.objects.get()
    actions.approve_transfer(cast.li, document=slip)
    actions.send_transfer(cast.zhou, document=slip.pk, occurred_on=date(2018, 8, 30))

    with pytest.raises(Refused, match="只有190套「學生課桌椅"):
        actions.void_card(cast.li, document=desks.pk, reason="登了兩次")


def test_what_was_sent_by_mistake_is_called_back_to_where_it_stood(cast, desks):
    actions.request_transfer(cast.lin, card=desks, source=cast.south, target=cast.north, quantity=10, reason="補缺")
    slip = Transfer.objects.get()
    actions.approve_transfer(cast.li, document=slip)
    actions.send_transfer(cast.zhou, document=slip.pk, occurred_on=date(2018, 8, 30))

    with pytest.raises(Refused, match="請在單上用「撤回調出」"):
        take_back(cast.li, entry_number=Entry.objects.get(kind="assets.sent").number, reason="車沒有來")
    actions.recall_transfer(cast.zhou, document=slip.pk, reason="車沒有來")

    slip.refresh_from_db()
    assert (slip.state, slip.sender, slip.sent_on) == ("approved", None, None)
    actions.void_card(cast.li, document=desks.pk, reason="登了兩次")
