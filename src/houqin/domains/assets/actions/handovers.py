"""Hand-over of all a person keeps: a list, three signatures, and custody changes with the last of them."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import action, locked
from houqin.foundation.journal.refused import Refused
from houqin.foundation.journal.writer import Draft
from houqin.foundation.org.models import Person
from houqin.foundation.org.rules import anyone, own
from houqin.foundation.signing.routes import ask, next_number, walks

from .. import rules
from ..forms import handovers as forms
from ..models import AssetCard, CustodyLetter, HandOver, HandOverLine


@action(
    "assets.handover_prepared",
    label=gettext_lazy("辦理財產移交"),
    form=forms.PrepareHandOver,
    rule=anyone,
)
def prepare_handover(entry: Draft, *, giver: Person, taker: Person, witness: Person, reason: str) -> None:
    """Draw up the list of all that somebody keeps, to be handed to another before a third (SOD-9)."""
    if entry.by.pk != giver.pk and not rules.keeps_assets(entry.by):
        raise Refused(_("移交清冊由移交人本人或資產管理員開立。"), field="giver")
    if not taker.is_active:
        raise Refused(_("%(name)s已不在職，不能接收。") % {"name": taker}, field="taker")
    open_one = HandOver.objects.filter(giver=giver, state__in=("prepared", "given", "taken")).first()
    if open_one is not None:
        raise Refused(
            _("%(name)s已有移交清冊 %(number)s 在辦。") % {"name": giver, "number": open_one.number}, field="giver"
        )
    letter = CustodyLetter.objects.filter(keeper=giver, state="in_force").first()
    if letter is not None:
        raise Refused(
            _("%(name)s還是「%(room)s」的責任人。請先在責任書 %(number)s 上「換人重簽」或驗收。")
            % {"name": giver, "room": letter.room_name, "number": letter.number},
            field="giver",
        )
    cards = list(AssetCard.objects.filter(custodian=giver, state="held").select_related("commodity").order_by("number"))
    if not cards:
        raise Refused(_("%(name)s名下沒有保管的固定資產。") % {"name": giver}, field="giver")
    entry.place = giver.campus
    handover: HandOver = entry.creates(
        HandOver(
            number=next_number(HandOver, entry.occurred_on),
            state="prepared",
            opened_on=entry.occurred_on,
            opened_by=entry.by,
            campus=giver.campus,
            giver=giver,
            taker=taker,
            witness=witness,
            reason=reason,
            cards=len(cards),
            value=sum(card.value or 0 for card in cards),
        )
    )
    entry.document = handover
    for position, card in enumerate(cards, start=1):
        left = sum(held.quantity for held in card.holdings())
        entry.creates(
            HandOverLine(handover=handover, position=position, card=card, quantity=left, value=card.value_of(left))
        )
    ask(entry, handover)


@action("assets.handover_given", label=gettext_lazy("移交人簽字"), form=forms.OfHandOver, rule=own("giver"))
@walks(lambda: rules.HANDOVER)
def give_over(entry: Draft, *, document: HandOver) -> None:
    """Sign that the list is all one keeps."""


@action("assets.handover_taken", label=gettext_lazy("接收人簽字"), form=forms.OfHandOver, rule=own("taker"))
@walks(lambda: rules.HANDOVER)
def take_over(entry: Draft, *, document: HandOver) -> None:
    """Sign that everything on the list was found and taken over."""


@action("assets.handed_over", label=gettext_lazy("監交人簽字"), form=forms.OfHandOver, rule=own("witness"))
@walks(lambda: rules.HANDOVER)
def witness_handover(entry: Draft, *, document: HandOver) -> None:
    """Sign as the third who watched; from here on the taker keeps what is on the list."""
    assert document.taker is not None
    keys = document.lines.values_list("card", flat=True)
    cards = list(locked(AssetCard.objects.filter(pk__in=list(keys))).order_by("number"))
    for card in cards:
        if card.custodian_id != document.giver_id:
            raise Refused(
                _("資產 %(number)s 已經不是%(name)s保管。請作廢後重開移交清冊。")
                % {"number": card.number, "name": document.giver}
            )
        card.custodian, card.custodian_name = document.taker, document.taker.name
        entry.changes(card, "custodian", "custodian_name")
    document.handed_on = entry.occurred_on
    entry.changes(document, "handed_on")
    entry.measure("cards", len(cards))


@action("assets.handover_dropped", label=gettext_lazy("作廢移交清冊"), form=forms.DropHandOver, rule=rules.keeps_assets)
@walks(lambda: rules.HANDOVER)
def drop_handover(entry: Draft, *, document: HandOver, reason: str) -> None:
    """Drop a list that no longer says what is kept."""
    entry.reason = reason
