"""What can be done about repairs where a code is scanned."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from houqin.foundation.org.models import Person
from houqin.foundation.tokens.things import Line, Listed, Offer, Scan, open_to_strangers, readable, scanned

from .models import WorkOrder

MOST_SHOWN = 8

open_to_strangers("place", "assets.card", page="repairs.fault")


@scanned("place", "assets.card")
def repairs_here(person: Person, scan: Scan) -> Iterator[Offer | Listed]:
    """Report a fault; see what is being mended here."""
    yield Offer(_("報修"), icon="tool", page="repairs.fault", rest=scan.token.text, is_first=True)
    if scan.place is None:
        return
    orders = WorkOrder.objects.open().filter(place=scan.place).order_by("due_at", "pk")
    shown = list(orders.select_related("place")[:MOST_SHOWN])
    may_open = readable(person, shown)
    lines = tuple(
        Line(
            order.fault,
            note=order.number,
            tag=order.state_label,
            style="wait",
            # Where it stands everybody here may know; the paper itself only who may read it.
            document=order if order.pk in may_open else None,
        )
        for order in shown
    )
    yield Listed(_("這裏在修的"), lines, icon="tool", more=max(0, orders.count() - MOST_SHOWN))
