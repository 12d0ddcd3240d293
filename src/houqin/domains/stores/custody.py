"""What a person still answers for in the stores: durable goods in custody, and loans (D03-3: neither may be left behind)."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from houqin.foundation.catalogue.stock import VALUE
from houqin.foundation.journal.models import Balance
from houqin.foundation.org.holdings import Holding, holds
from houqin.foundation.org.models import Person

from .models import Loan


@holds("stores.custody", _("保管的物資"))
def kept_by_person(person: Person) -> Iterable[Holding]:
    """Durable goods on somebody's custody list, with their value."""
    held = Balance.objects.filter(account__code=f"person:{person.pk}", quantity__gt=0)
    values = dict(held.filter(commodity__category=VALUE).values_list("commodity__code", "quantity"))
    for one in held.filter(commodity__item__isnull=False).select_related("commodity").order_by("commodity__name"):
        yield Holding(
            thing=one.commodity.name,
            quantity=one.quantity,
            counter=one.commodity.counter,
            value=values.get(f"value:{one.commodity_id}", 0),
        )


@holds("stores.loans", _("借用未還"))
def lent_to_person(person: Person) -> Iterable[Holding]:
    """Loans not yet returned, the earliest due first."""
    for loan in Loan.objects.filter(borrower=person, state="out").select_related("item").order_by("due_on", "pk"):
        yield Holding(
            thing=f"{loan.item} {loan.serial}".strip(),
            quantity=loan.outstanding,
            counter=loan.item.counter,
            value=loan.value - loan.returned_value,
            since=loan.lent_on,
            due_on=loan.due_on,
            document=loan.number,
        )
