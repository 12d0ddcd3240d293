"""What must never be true of fixed assets."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.accounts import HOLDING_ROLES
from houqin.foundation.journal.checks import Finding, check
from houqin.foundation.journal.models import Entry

from .models import AssetCard, Transfer
from .rules import EXCUSED


@check("assets.conserved", gettext_lazy("資產不增不減"))
def nothing_is_created_or_lost() -> Iterable[Finding]:
    """A06: what is held anywhere and what was disposed of is what the card says, unless its addition was taken back.

    What a stocktake found missing lies in ``loss``; what it found too many came out of ``found``, which is below nought.
    """
    inside = Q(commodity__balances__account__role__in=[*HOLDING_ROLES, "disposed", "loss", "found"])
    cards = AssetCard.objects.annotate(found=Coalesce(Sum("commodity__balances__quantity", filter=inside), 0))
    for card in cards.exclude(found=F("quantity")).exclude(found=0).order_by("number"):
        yield Finding(
            _("資產卡片 %(number)s「%(card)s」數量是 %(quantity)s，各處合計是 %(found)s。")
            % {"number": card.number, "card": card.title(), "quantity": card.quantity, "found": card.found},
            AssetCard.kind,
            card.pk,
        )


@check("assets.three_persons", gettext_lazy("調撥經手與審批分開"))
def transfers_have_three_persons() -> Iterable[Finding]:
    """SOD-3: sender, receiver and approver of a transfer are different people, unless the principal signed for it; past slips may show otherwise."""
    one = (
        Q(sender__isnull=False, sender=F("receiver"))
        | Q(sender__isnull=False, sender=F("approver"))
        | Q(receiver__isnull=False, receiver=F("approver"))
    )
    excused = Entry.objects.filter(
        kind=EXCUSED, document_kind=Transfer.kind, document_id=OuterRef("pk"), sign=1, reversed_by__isnull=True
    )
    for slip in (
        Transfer.objects.filter(one)
        .exclude(Exists(excused))
        .select_related("card", "source", "place")
        .order_by("number")
    ):
        yield Finding(
            _("調撥單 %(number)s 的調出經手、調入經手、審批中有同一個人。") % {"number": slip.number},
            Transfer.kind,
            slip.pk,
        )
