"""What must never be true of stocktakes."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.checks import Finding, check
from houqin.foundation.journal.models import Entry
from houqin.foundation.signing.models import Signature
from houqin.foundation.signing.papers import Agreement, agreements

from .models import Member, Move, Part, Stocktake


@check("stocktakes.keeper_leads", gettext_lazy("保管員不主盤自己的盤點"))
def keeper_leads_no_count() -> Iterable[Finding]:
    """SOD-5, D04-4."""
    own = Member.objects.filter(part=Part.KEEPER, person=F("stocktake__leader")).select_related("stocktake")
    for member in own:
        yield Finding(
            _("盤點 %(number)s 由保管員自己主盤。") % {"number": member.stocktake.number},
            Stocktake.kind,
            member.stocktake_id,
        )


@check("stocktakes.posted_once", gettext_lazy("盤點入賬一次"))
def posted_once() -> Iterable[Finding]:
    """A sheet that is posted or signed has one entry that posted it, and no other has any."""
    entries: dict[int | None, int] = {}
    rows = Entry.objects.filter(kind="stocktakes.counted", document_kind=Stocktake.kind, sign=1, reversed_by=None)
    for key in rows.values_list("document_id", flat=True):
        entries[key] = entries.get(key, 0) + 1
    for sheet in Stocktake.objects.all():
        wanted = 1 if sheet.state in ("posted", "signed") else 0
        # One that an older program took back stays signed, without an entry that stands.
        if entries.get(sheet.pk, 0) > wanted:
            yield Finding(_("盤點 %(number)s 入賬不止一次。") % {"number": sheet.number}, Stocktake.kind, sheet.pk)


@check("stocktakes.minutes_unchanged", gettext_lazy("簽過字的盤點記錄沒有改動"))
def minutes_are_as_signed() -> Iterable[Finding]:
    """What people signed is what the sheet still says."""
    signed = {sheet.pk: sheet for sheet in Stocktake.objects.filter(state__in=("posted", "signed"))}
    under = Signature.objects.filter(document_kind=Stocktake.kind, step="stocktakes.minutes_signed").order_by("pk")
    for key, sheet in signed.items():
        signatures = list(under.filter(document_id=key))
        for agreement in agreements(sheet, signatures).values() if signatures else ():
            if agreement is not Agreement.STANDS:
                yield Finding(_("盤點 %(number)s 的記錄和簽字時不同。") % {"number": sheet.number}, Stocktake.kind, key)


@check("stocktakes.moves_add_up", gettext_lazy("搬遷裝車等於卸車加缺失"))
def moves_add_up() -> Iterable[Finding]:
    """What went onto the van came off it or is missing."""
    for move in Move.objects.filter(
        state="posted", lines__loaded__gt=F("lines__unloaded") + F("lines__missing")
    ).distinct():
        yield Finding(_("搬遷 %(number)s 的裝車和卸車對不上。") % {"number": move.number}, Move.kind, move.pk)
