"""Hand-over of what a person keeps, all of it or one card: a list, three signatures, and custody changes with the last of them."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import action, locked
from houqin.foundation.journal.models import Place
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.journal.writer import Draft
from houqin.foundation.org.models import Person, Role
from houqin.foundation.org.rules import anyone, own
from houqin.foundation.signing.routes import ask, next_number, walks

from .. import rules
from ..forms import handovers as forms
from ..models import AssetCard, CustodyLetter, HandOver, HandOverLine
from ..standing import on_the_book

# Drawn up and not yet signed by all.
OPEN = ("prepared", "given", "taken")


@action(
    "assets.handover_prepared",
    label=gettext_lazy("辦理財產移交"),
    form=forms.PrepareHandOver,
    rule=anyone,
)
def prepare_handover(entry: Draft, *, giver: Person, taker: Person, witness: Person, reason: str) -> None:
    """Draw up the list of all that somebody keeps, to be handed to another before a third (SOD-9)."""
    if entry.by.pk != giver.pk and not rules.keeps_assets(entry.by, place=giver.campus, settled=True):
        raise Refused(_("移交清冊由移交人本人或資產管理員開立。"), field="giver")
    open_one = HandOver.objects.filter(giver=giver, state__in=OPEN).first()
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
    kept = on_the_book(AssetCard.objects.filter(custodian=giver)).select_related("commodity")
    cards = list(kept.order_by("number"))
    if not cards:
        raise Refused(_("%(name)s名下沒有保管的固定資產。") % {"name": giver}, field="giver")
    _draw_up(entry, cards, giver=giver, taker=taker, witness=witness, reason=reason, campus=giver.campus)


@action(
    "assets.custodian_changed", label=gettext_lazy("更換保管人"), form=forms.ChangeCustodian, rule=rules.keeps_assets
)
def change_custodian(entry: Draft, *, document: AssetCard, custodian: Person, supervisor: Person, reason: str) -> None:
    """Draw up the hand-over of one card; it is the taker's once giver, taker and witness have signed (SOD-9)."""
    if custodian.pk == document.custodian_id:
        raise Refused(_("%(name)s已經是保管人。") % {"name": custodian}, field="custodian")
    if supervisor.pk in {custodian.pk, document.custodian_id}:
        raise Refused(_("監交人要是移交人和接收人以外的第三個人。"), field="supervisor")
    listed = HandOverLine.objects.filter(card=document, handover__state__in=OPEN).select_related("handover").first()
    if listed is not None:
        raise Refused(
            _("資產 %(number)s 已在移交清冊 %(list)s 上待簽。請先簽完或作廢那一張。")
            % {"number": document.number, "list": listed.handover.number}
        )
    _draw_up(
        entry,
        [document],
        giver=document.custodian,
        taker=custodian,
        witness=supervisor,
        reason=reason or _("更換保管人"),
        campus=document.campus,
    )


def _draw_up(
    entry: Draft,
    cards: list[AssetCard],
    *,
    giver: Person | None,
    taker: Person,
    witness: Person,
    reason: str,
    campus: Place | None,
) -> None:
    """The list and its lines. What nobody keeps yet has no giver: taker and witness sign for it."""
    for name, person in (("taker", taker), ("witness", witness)):
        if not person.is_active:
            raise Refused(_("%(name)s已不在職，不能在清冊上簽字。") % {"name": person}, field=name)
    entry.place = campus
    held = [(card, card.held_now()) for card in cards]
    handover: HandOver = entry.creates(
        HandOver(
            number=next_number(HandOver, entry.occurred_on),
            state="prepared" if giver is not None else "given",
            opened_on=entry.occurred_on,
            opened_by=entry.by,
            campus=campus,
            giver=giver,
            taker=taker,
            witness=witness,
            reason=reason,
            cards=len(cards),
            value=sum(card.value_of(pieces) for card, pieces in held),
        )
    )
    entry.document = handover
    for position, (card, pieces) in enumerate(held, start=1):
        entry.creates(
            HandOverLine(handover=handover, position=position, card=card, quantity=pieces, value=card.value_of(pieces))
        )
    ask(entry, handover)


@action("assets.handover_given", label=gettext_lazy("移交人簽字"), form=forms.OfHandOver, rule=own("giver"))
@walks(lambda: rules.HANDOVER)
def give_over(entry: Draft, *, document: HandOver) -> None:
    """Sign that the list is all one keeps."""


@action(
    "assets.handover_excused",
    label=gettext_lazy("移交人不能到場，校長代簽"),
    form=forms.ExcuseGiver,
    rule=rules.excuses,
)
@walks(lambda: rules.HANDOVER)
def excuse_giver(entry: Draft, *, document: HandOver, reason: str) -> None:
    """Sign in the giver's stead, for one who has left, died or cannot come: the principal in person, with a reason."""
    if not entry.by.has_role(Role.PRINCIPAL):
        raise Denied(_("移交人不能到場時，要由校長本人簽字。"))
    if entry.by.pk in {document.taker_id, document.witness_id}:
        raise Refused(_("接收人、監交人不能再代移交人簽字。請作廢後另選接收人或監交人。"))
    entry.reason = reason
    entry.measure("not_separated", 1)
    document.note = _("移交人%(name)s未到場，校長%(principal)s代簽：%(reason)s") % {
        "name": document.giver,
        "principal": entry.by,
        "reason": reason,
    }
    entry.changes(document, "note")


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
