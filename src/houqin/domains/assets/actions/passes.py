"""Gate passes: issued by whoever keeps the assets, honoured by the guard, answered when the thing is back."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import action
from houqin.foundation.journal.refused import Refused
from houqin.foundation.journal.writer import Draft
from houqin.foundation.signing.routes import ask, next_number, walks

from .. import rules
from ..forms import passes as forms
from ..models import AssetCard, GatePass


@action("assets.gate_pass", label=gettext_lazy("開資產出門證"), form=forms.IssuePass, rule=rules.keeps_assets)
def issue_pass(
    entry: Draft, *, card: AssetCard, quantity: int, carrier: str, destination: str, reason: str, back_on: date
) -> None:
    """Let so many of a card leave the school for a time; the guard finds it on the list."""
    held = sum(one.quantity for one in card.holdings())
    out = sum(one.quantity for one in card.passes.filter(state__in=("issued", "out")))
    if quantity > held - out:
        raise Refused(
            _("資產 %(number)s 在校只有%(left)s%(counter)s，不夠%(quantity)s%(counter)s。")
            % {"number": card.number, "left": held - out, "counter": card.counter, "quantity": quantity},
            field="quantity",
        )
    if back_on < entry.occurred_on:
        raise Refused(_("應還日期不能早於今天。"), field="back_on")
    entry.place = card.place
    made: GatePass = entry.creates(
        GatePass(
            number=next_number(GatePass, entry.occurred_on),
            state="issued",
            opened_on=entry.occurred_on,
            opened_by=entry.by,
            place=card.place,
            campus=card.campus,
            card=card,
            quantity=quantity,
            carrier=carrier,
            destination=destination,
            reason=reason,
            back_on=back_on,
        )
    )
    entry.document = made
    ask(entry, made)


@action("assets.pass_let_through", label=gettext_lazy("放行"), form=forms.OfPass, rule=rules.lets_through)
@walks(lambda: rules.GATE_PASS)
def let_through(entry: Draft, *, document: GatePass) -> None:
    """Let the thing out of the gate after comparing it with the pass."""
    document.guard, document.left_on = entry.by, entry.occurred_on
    entry.changes(document, "guard", "left_on")


@action(
    "assets.pass_returned", label=gettext_lazy("還回"), form=forms.OfPass, rule=rules.lets_through | rules.keeps_assets
)
@walks(lambda: rules.GATE_PASS)
def return_pass(entry: Draft, *, document: GatePass) -> None:
    """Write down that the thing is back."""
    document.returned_on = entry.occurred_on
    entry.changes(document, "returned_on")


@action("assets.pass_void", label=gettext_lazy("作廢出門證"), form=forms.VoidPass, rule=rules.keeps_assets)
@walks(lambda: rules.GATE_PASS)
def void_pass(entry: Draft, *, document: GatePass, reason: str) -> None:
    """Take a pass back that was not used."""
    entry.reason = reason
