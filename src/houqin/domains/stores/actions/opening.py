"""The opening of term: kit lists × headcounts → what each class gets, handed out once, signed for, topped up later."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.calendar.models import Term
from houqin.foundation.catalogue import stock
from houqin.foundation.catalogue.items import item_key
from houqin.foundation.catalogue.models import Item
from houqin.foundation.journal.actions import action, locked
from houqin.foundation.journal.models import Place
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.journal.writer import Draft
from houqin.foundation.org.models import SchoolClass
from houqin.foundation.signing.routes import ask, move, next_number, sign_as, walks
from houqin.foundation.signing.taking_back import take_back
from houqin.kit.text import fold

from .. import forms, rules
from ..models import Distribution, DistributionLine, Kit
from ..shelves import (
    draw,
    keeping_of,
    kept_by,
    put_back,
    refuse_other_counter,
    store_account,
    store_of_campus,
    told_by_item,
    used_by,
)
from ..terms import Holder, Per


@action("stores.kit_set", label=gettext_lazy("設定開學發放標準"), form=forms.SetKit, rule=rules.may_plan)
def set_kit(entry: Draft, *, name: str, specification: str, counter: str, grade: str, per: str, quantity: int) -> None:
    """Say how many of an item each pupil, class or class teacher gets at the opening of term."""
    item = stock.item_of(entry.unit, name, specification=specification, counter=counter)
    refuse_other_counter(item, counter)
    known = Kit.objects.filter(item=item, grade=grade, per=per).first()
    if known is None:
        entry.creates(Kit(item=item, grade=grade, per=per, quantity=quantity))
        return
    known.quantity, known.is_active = quantity, True
    entry.changes(known, "quantity", "is_active")


@action("stores.kit_removed", label=gettext_lazy("取消開學發放標準"), form=forms.RemoveKit, rule=rules.may_plan)
def remove_kit(entry: Draft, *, name: str, specification: str, grade: str) -> None:
    """Take an item off the kit list; sheets already planned keep it."""
    rows = list(Kit.objects.filter(item__folded=item_key(name, specification), grade=grade, is_active=True))
    if not rows:
        raise Refused(_("發放標準裡沒有「%(name)s」。") % {"name": name}, field="name")
    for row in rows:
        row.is_active = False
        entry.changes(row, "is_active")


@dataclass(frozen=True)
class Share:
    """What one class gets of one kit line."""

    item: Item
    per: str
    per_head: int
    heads: int

    @property
    def planned(self) -> int:
        return self.per_head * self.heads


def shares_of(school_class: SchoolClass, kits: list[Kit]) -> list[Share]:
    """The kit lists times the headcounts of a class (D05-1). A line for its grade goes before one for every grade."""
    own = {(kit.item_id, kit.per) for kit in kits if kit.grade and fold(kit.grade) == fold(school_class.grade)}
    heads = {Per.PUPIL: school_class.pupils, Per.CLASS: 1, Per.TEACHER: 1 if school_class.teacher_id else 0}
    return [
        Share(kit.item, kit.per, kit.quantity, heads[Per(kit.per)])
        for kit in kits
        if (fold(kit.grade) == fold(school_class.grade) if kit.grade else (kit.item_id, kit.per) not in own)
        and heads[Per(kit.per)]
    ]


@action("stores.planned", label=gettext_lazy("編制開學發放計劃"), form=forms.PlanDistribution, rule=rules.may_plan)
def plan_distribution(entry: Draft, *, term: Term, store: Place | None, campus: Place | None) -> None:
    """Work out what each class gets this term and make its sheet; again it only adds what is missing (never twice)."""
    # Who plans at the same moment comes after, and finds the sheets there.
    locked(Term.objects.filter(pk=term.pk)).get()
    kits = list(Kit.objects.filter(is_active=True).select_related("item", "item__commodity").order_by("per", "pk"))
    if not kits:
        raise Refused(_("還沒有發放標準。請先設定每生、每班發什麼。"))
    classes = SchoolClass.objects.filter(is_active=True).select_related("campus", "teacher").order_by("pk")
    if campus is not None:
        classes = classes.filter(campus=campus)
    sheets = {
        sheet.school_class_id: sheet
        for sheet in Distribution.objects.filter(term=term).select_related("school_class", "campus")
    }
    lines: dict[int, dict[tuple[int, str], DistributionLine]] = {}
    for line in DistributionLine.objects.filter(distribution__term=term):
        lines.setdefault(line.distribution_id, {})[line.item_id, line.per] = line
    stores: dict[int, Place] = {}
    entry.place = campus
    for school_class in classes:
        shares = shares_of(school_class, kits)
        if not shares:
            continue
        sheet = sheets.get(school_class.pk)
        if sheet is None:
            if school_class.campus_id not in stores:
                stores[school_class.campus_id] = store or store_of_campus(school_class.campus)
            sheet = entry.creates(
                Distribution(
                    number=next_number(Distribution, entry.occurred_on), state="planned", opened_on=entry.occurred_on,
                    opened_by=entry.by, place=stores[school_class.campus_id], campus=school_class.campus,
                    school_class=school_class, term=term, teacher=school_class.teacher, pupils=school_class.pupils,
                )
            )  # fmt: skip
            ask(entry, sheet)
            entry.measure("classes", 1)
        elif sheet.state != "planned":
            continue
        elif sheet.pupils != school_class.pupils:
            sheet.pupils = school_class.pupils
            entry.changes(sheet, "pupils")
        _put_on_sheet(entry, sheet, shares, known=lines.get(sheet.pk, {}) if sheet.pk else {})
    if not entry.measures:
        raise Refused(_("各班的發放表都已經編好，沒有要添的。"))


def _put_on_sheet(
    entry: Draft, sheet: Distribution, shares: list[Share], *, known: dict[tuple[int, str], DistributionLine]
) -> None:
    for share in shares:
        line = known.get((share.item.pk, share.per))
        if line is None:
            entry.creates(
                DistributionLine(
                    distribution=sheet, item=share.item, per=share.per, per_head=share.per_head, heads=share.heads,
                    planned=share.planned,
                )
            )  # fmt: skip
            entry.measure("planned", share.planned)
        elif (line.heads, line.per_head) != (share.heads, share.per_head):
            entry.measure("changed", 1)
            line.heads, line.per_head, line.planned = share.heads, share.per_head, share.planned
            entry.changes(line, "heads", "per_head", "planned")


@action("stores.distributed", label=gettext_lazy("發放到班"), form=forms.Distribute, rule=rules.may_hand_over)
@walks(lambda: rules.DISTRIBUTION)
def distribute(entry: Draft, *, document: Distribution, quantities: dict[str, int]) -> None:
    """Hand a class what is there of what it should get; what is missing stays on the sheet to be topped up."""
    is_later = document.state == "short"
    lines = list(document.lines.select_related("item", "item__commodity", "item__keeping").order_by("pk"))
    told = told_by_item(quantities, [line.item for line in lines], field="quantities")
    assert document.place is not None
    source = store_account(document.place)
    school_class = document.school_class
    for line in lines:
        there = stock.held(entry.unit, source, line.item.commodity)
        quantity = min(line.short, there)
        if line.item_id in told:
            quantity = min(told[line.item_id], line.short)
            if told[line.item_id] > line.short and not any(
                other is not line and other.item_id == line.item_id for other in lines
            ):
                raise Refused(
                    _("「%(name)s」還該發 %(left)d，不能發 %(told)d。")
                    % {"name": line.item, "left": line.short, "told": told[line.item_id]},
                    field="quantities",
                )
            told[line.item_id] -= quantity
        if not quantity:
            continue
        draw(entry, store=document.place, item=line.item, quantity=quantity)
        is_durable = keeping_of(line.item).is_durable
        target = kept_by(Holder.CLASS, school_class) if is_durable else used_by(Holder.CLASS, school_class)
        line.value += stock.take(entry, line.item.commodity, source=source, target=target, quantity=quantity)
        line.issued += quantity
        if is_later:
            line.topped_up_on = entry.occurred_on
        entry.changes(line, "value", "issued", "topped_up_on")
        entry.measure("items", 1)
    if not entry.lines:
        raise Refused(_("%(store)s一件也沒有，不能發放。請先辦入庫或調撥。") % {"store": document.place})
    document.keeper = entry.by
    entry.changes(document, "keeper")
    entry.category = "topup" if is_later else "opening"
    if not is_later:
        entry.measure("pupils", document.pupils)


@action(
    "stores.distribution_taken_back",
    label=gettext_lazy("收回發放"),
    form=forms.TakeDistributionBack,
    rule=rules.office,
)
@walks(lambda: rules.DISTRIBUTION)
def take_distribution_back(entry: Draft, *, document: Distribution, reason: str) -> None:
    """Take back what was handed to a class by mistake: the goods lie in the store again and the sheet waits anew."""
    if document.teacher_id == entry.by.pk:
        raise Denied(_("領的班主任自己不能收回發放，請由總務處另一個人來辦。"))
    entry.reason = reason
    assert document.place is not None
    for line in document.lines.select_related("item").filter(issued__gt=0):
        put_back(entry, store=document.place, item=line.item, quantity=line.issued)
        line.issued, line.value, line.topped_up_on = 0, 0, None
        entry.changes(line, "issued", "value", "topped_up_on")
    document.keeper = None
    entry.changes(document, "keeper")
    take_back(entry, document, reason=reason, kinds=("stores.distributed", "stores.distribution_signed"))


@action(
    "stores.distribution_signed",
    label=gettext_lazy("班主任簽收"),
    form=forms.SignDistribution,
    rule=rules.signs_for_class,
)
def sign_distribution(entry: Draft, *, document: Distribution, drawing: str) -> None:
    """Sign for what your class received; the sheet closes when nothing is missing any more."""
    _signed(entry, document=document)
    if drawing:
        sign_as(entry, document, step=entry.kind, signs_as="class_teacher_drawing", drawing=drawing)
    if any(line.short for line in document.lines.all()):
        move(entry, document, "short")


@walks(lambda: rules.DISTRIBUTION)
def _signed(entry: Draft, *, document: Distribution) -> None:
    entry.category = "opening"
