"""一室一卡: what lies in a room, from the balances, and the papers that hang in it or are signed for it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Case, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from houqin.foundation.journal.models import Balance, Place
from houqin.foundation.org.models import School
from houqin.foundation.signing.models import Signature
from houqin.kit.numbers import yuan
from houqin.kit.papers.model import Paper, Paragraph, Section, Table

from .models import CustodyLetter, HandOver


def room_property(*, place: Place | None = None) -> QuerySet[Balance]:
    """What of each card lies in each place, with ``amount`` in 分 and the day its room was last counted; one query."""
    rows = Balance.objects.filter(
        commodity__asset_card__isnull=False, account__role__in=("place", "store"), quantity__gt=0
    )
    if place is not None:
        rows = rows.filter(account__place=place)
    card = "commodity__asset_card__"
    counted = CustodyLetter.objects.filter(place=OuterRef("account__place"), counted_on__isnull=False)
    latest = counted.order_by("-counted_on").annotate(looked=Coalesce(F("closed_on"), F("checked_on"), F("counted_on")))
    return rows.annotate(
        amount=Case(
            When(quantity=F(f"{card}quantity"), then=Coalesce(F(f"{card}value"), Value(0))),
            default=Coalesce(F(f"{card}value"), Value(0)) * F("quantity") / F(f"{card}quantity"),
            output_field=BigIntegerField(),
        ),
        checked_on=Subquery(latest.values("looked")[:1]),
    )


def _money(fen: int | None) -> str:
    return yuan(fen) if fen is not None else ""


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def room_card(place: Place) -> Paper:
    """The property card of a room, as it is printed and hung up, with the columns of the paper form."""
    letter = CustodyLetter.objects.filter(place=place, state="in_force").select_related("keeper").first()
    rows = []
    for one in (
        room_property(place=place).select_related("commodity__asset_card").order_by("commodity__asset_card__number")
    ):
        card = one.commodity.asset_card
        facts: Any = one
        rows.append(
            (
                card.number, card.name, card.specification, card.counter, str(one.quantity), _money(card.unit_price),
                _money(facts.amount), _day(facts.checked_on), str(card.get_use_display()), "",
            )
        )  # fmt: skip
    columns = ("資產編號", "名稱", "規格", "單位", "數量", "單價", "金額", "檢查日期", "現狀", "責任人簽名")
    head = _("校區：%(campus)s　室名：%(room)s　責任人：%(keeper)s") % {
        "campus": place.campus_or_self() or "",
        "room": place.full_name,
        "keeper": letter.keeper if letter else "",
    }
    return Paper(
        title=_("固定資產分室明細賬（一室一卡）"),
        sections=(Section("", (Paragraph.of(head),)),),
        appendix=(Table(place.full_name, columns, tuple(rows)),),
    )


def letter_paper(letter: CustodyLetter) -> Paper:
    """財產保管責任書 with its list, as it is printed in two copies; the signatures are those in the book."""
    school = School.objects.first()
    rows = tuple(
        (
            str(line.position), line.card.title(), line.card.counter, str(line.quantity), line.condition,
            _money(line.unit_price), "" if line.checked is None else str(line.checked),
            "" if line.closing is None else str(line.closing), str(line.missing or ""),
            line.reason or str(line.get_cause_display()), _money(line.compensation) if line.compensation else "",
        )
        for line in letter.lines.select_related("card").order_by("position")
    )  # fmt: skip
    columns = (
        "序號", "財產名稱", "單位", "數量", "完好情況", "單價(賠償價)", "期中抽查", "期末驗收數", "缺損數", "原因", "賠償金額",
    )  # fmt: skip
    names = {
        "keeper": _("乙方（責任人）"),
        "office": _("甲方（學校總務處）"),
        "checker": _("期中抽查"),
        "acceptor": _("期末驗收"),
    }
    signed = Signature.objects.filter(document_kind=letter.kind, document_id=letter.pk).select_related("person")
    told = [
        _("甲方：%(school)s%(office)s　乙方：%(keeper)s　%(room)s")
        % {
            "school": school.name if school else "",
            "office": school.office if school else "",
            "keeper": letter.keeper or "",
            "room": letter.room_name,
        },
        _("起止日期：%(start)s 至 %(end)s") % {"start": letter.from_on, "end": letter.to_on},
        _(
            "乙方保管使用下列財產；各班、各室不得私自互換。自然損耗由學校維修；人為損壞、遺失按實際損失賠償，不作罰款。換人須重新清點、另簽責任書。"
        ),
        *(
            f"{names.get(one.signs_as, one.signs_as)}：{one.person}　{one.signed_at:%Y-%m-%d}"
            for one in signed.order_by("pk")
        ),
    ]
    return Paper(
        title=_("財產保管責任書"),
        sections=(Section("", tuple(Paragraph.of(text) for text in told)),),
        footer=letter.number,
        appendix=(Table(_("財產清單"), columns, rows),),
    )


def handover_paper(handover: HandOver) -> Paper:
    """財產移交清冊 with its list and its three names."""
    rows = tuple(
        (
            str(line.position), line.card.number, line.card.title(), line.card.counter, str(line.quantity),
            _money(line.value), str(line.card.place or ""),
        )
        for line in handover.lines.select_related("card__place").order_by("position")
    )  # fmt: skip
    told = _("移交人：%(giver)s　接收人：%(taker)s　監交人：%(witness)s　原因：%(reason)s") % {
        "giver": handover.giver,
        "taker": handover.taker,
        "witness": handover.witness,
        "reason": handover.reason,
    }
    return Paper(
        title=_("財產移交清冊"),
        sections=(Section("", (Paragraph.of(told),)),),
        footer=handover.number,
        appendix=(Table(_("移交清單"), ("序號", "資產編號", "名稱", "單位", "數量", "原值", "存放地點"), rows),),
    )
