"""A voucher with two signatures, for the tests of routes; its table is made for the test database only."""

from django.apps import apps
from django.db import models

from houqin.foundation.journal.actions import ACTIONS, ActionForm, action, locked
from houqin.foundation.org.rules import anyone, roles
from houqin.foundation.signing.models import DOCUMENTS, Document
from houqin.foundation.signing.routes import Route, Step, ask, next_number, walks
from houqin.kit.fields import MoneyField, TextField, WholeNumberField

ROUTE = Route(
    states={"drawn": "待證明", "witnessed": "待審批", "approved": "已批准"},
    steps=(
        Step("drawn", "witnessed", "test.witnessed", signs="witness", not_by=("test.drawn_up",), waits_for=("storekeeper", "director")),
        Step("witnessed", "approved", "test.approved", signs="approver", not_by=("test.drawn_up", "test.witnessed"), waits_for=("director",)),
    ),
    final=("approved",),
)  # fmt: skip


class Voucher(Document):
    kind = "test.voucher"
    prefix = "TV"

    amount = models.BigIntegerField()
    purpose = models.CharField(max_length=40)

    class Meta(Document.Meta):
        abstract = False
        app_label = "signing"
        verbose_name = "測試單"

    @classmethod
    def route(cls):
        return ROUTE


apps.all_models["signing"].pop("voucher", None)


class DrawUp(ActionForm):
    amount = MoneyField()
    purpose = TextField(max_length=40)


class OfVoucher(ActionForm):
    document = WholeNumberField()

    def clean_document(self):
        return locked(Voucher.objects.all()).get(pk=self.cleaned_data["document"])


@action("test.drawn_up", label="填單", form=DrawUp, rule=anyone)
def draw_up(entry, *, amount, purpose):
    """Draw up a voucher."""
    document = entry.creates(
        Voucher(
            number=next_number(Voucher, entry.occurred_on), state="drawn", opened_on=entry.occurred_on,
            opened_by=entry.by, amount=amount, purpose=purpose,
        )
    )  # fmt: skip
    entry.document = document
    ask(entry, document)


@action("test.witnessed", label="證明", form=OfVoucher, rule=anyone)
@walks(lambda: ROUTE)
def witness(entry, *, document):
    """Witness a voucher."""


@action("test.approved", label="審批", form=OfVoucher, rule=roles("director"))
@walks(lambda: ROUTE)
def approve(entry, *, document):
    """Approve a voucher."""


# Other tests look through the registries; the fixture of this package puts these in and takes them out again.
VERBS = (draw_up, witness, approve)
DOCUMENTS.remove(Voucher.kind)
for verb in VERBS:
    ACTIONS.remove(verb.kind)
