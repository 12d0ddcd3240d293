"""What must never be true of fixed assets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.accounts import HOLDING_ROLES
from houqin.foundation.journal.checks import Finding, check
from houqin.foundation.journal.models import Balance, Entry
from houqin.foundation.registers.tabulations import Tabulated
from houqin.kit import clock
from houqin.kit.numbers import yuan

from .depreciation import with_depreciation
from .models import AssetCard, Transfer
from .rules import EXCUSED
from .standing import share_in_order, standings


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


@check("assets.tables_agree", gettext_lazy("資產各表與賬相符"))
def tables_agree_with_the_journal() -> Iterable[Finding]:
    """Every table of fixed assets against the lines of the journal: cards, rooms, worth, changes, depreciation, states.

    What the lines say, card by card, is worked out from the first entry to today; each table gets at its figures its own
    way (balances, sums of the day, movements), and all must come to the same pieces and the same 分.
    """
    today = clock.today()
    truth = {one.card.pk: one for one in standings(on=today)}
    rooms: dict[int, int] = defaultdict(int)
    holding = Balance.objects.filter(
        commodity__asset_card__isnull=False, account__role__in=HOLDING_ROLES, quantity__gt=0
    )
    parts: Any = share_in_order(holding)
    for card_id, amount in parts.values_list("commodity__asset_card", "amount"):
        rooms[card_id] += amount
    standing = set(
        Entry.objects.filter(kind="assets.added", sign=1, reversed_by__isnull=True).values_list(
            "document_id", flat=True
        )
    )
    cards: Any = with_depreciation(AssetCard.objects.all(), on=today).order_by("number")
    for card in cards:
        one = truth.get(card.pk)
        held, value = (one.held, one.value) if one else (0, 0)
        told = ((card.held, card.held_value), (card.held, card.cost if held else 0), (held, rooms.get(card.pk, 0)))
        is_misplaced = (card.state == "held") != (held > 0) and (held > 0 or card.pk in standing)
        if any(pair != (held, value) for pair in told) or is_misplaced:
            yield Finding(
                _("資產卡片 %(number)s「%(card)s」（%(state)s）賬上是 %(held)d、%(value)s 元，卡片、折舊、各室合計是 %(told)s。")
                % {
                    "number": card.number, "card": card.title(), "state": card.state_label, "held": held,
                    "value": yuan(value), "told": "、".join(f"{pieces}／{yuan(worth)}" for pieces, worth in told),
                },
                AssetCard.kind,
                card.pk,
            )  # fmt: skip
    sums = (sum(one.held for one in truth.values()), sum(one.value for one in truth.values()))
    for title, table, columns in _tables(today):
        found = dict(zip((column.name for column in table.columns), table.totals(), strict=True))
        if tuple(found[name] or 0 for name in columns) != sums:
            yield Finding(
                _("「%(title)s」合計 %(found)s，賬上是 %(pieces)d 件、%(value)s 元。")
                % {
                    "title": title, "found": "、".join(str(found[name]) for name in columns), "pieces": sums[0],
                    "value": yuan(sums[1]),
                }
            )  # fmt: skip


def _tables(today: date) -> Iterator[tuple[Any, Tabulated, tuple[str, str]]]:
    """The tables that add up all there is: title, table, the columns of pieces and of worth."""
    from . import tabulations

    for by in tabulations.BY:
        table = tabulations.worth.rows(None, on=today, by=by, campus=None)
        yield tabulations.worth.title, table, ("pieces", "cost")
    table = tabulations.changes.rows(None, start=today, end=today)
    yield tabulations.changes.title, table, ("closing", "closing_value")


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
