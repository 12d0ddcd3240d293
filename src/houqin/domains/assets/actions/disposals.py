"""Scrapping: application, three opinions, notice, the school, the authority, out, proceeds paid in (A08)."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.accounts import account
from houqin.foundation.journal.actions import action
from houqin.foundation.journal.ahead import refuse_backdated
from houqin.foundation.journal.models import Entry, Place
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.journal.writer import Draft
from houqin.foundation.org.models import Role
from houqin.foundation.org.parameters import limit, value
from houqin.foundation.signing.routes import ask, next_number, walks
from houqin.kit.text import fold

from .. import rules
from ..depreciation import accumulated, life_of, months_used
from ..forms import disposals as forms
from ..models import AssetCard, Disposal, Opinion
from ..models.cards import years_after
from ..whereabouts import drawn, holdings, is_at

limit("assets.notice_days", gettext_lazy("資產處置公示天數"), default=5, source="學校自定，常見五個工作日", status="P")


_THEFT = tuple(map(fold, ("被盜", "失竊", "盜竊", "偷")))


def _whole_years(start: date, day: date) -> int:
    years = max(day.year - start.year, 0)
    return years if not years or years_after(start, years=years) <= day else years - 1


def _order(way: str) -> str:
    """What is written off as lost is first what is missing (待處理); anything else first what is there."""
    return "first" if way == "lost" else "last"


def _missing_at(card: AssetCard, way: str) -> Place | None:
    """Where pieces of a card are missing, for a loss that names no place."""
    waiting = card.holdings().filter(account__role="pending", account__place__isnull=False).first()
    return waiting.account.place if waiting is not None and way == "lost" else None


def _tells_of_theft(words: str) -> bool:
    return any(word in fold(words) for word in _THEFT)


def _was_stolen(card: AssetCard, place: Place, way: str) -> bool:
    """Whether pieces of the card that are missing at ``place`` were put there as stolen."""
    if way != "lost":
        return False
    found = Entry.objects.filter(lines__commodity=card.commodity_id, lines__target__role="pending", reversed_by=None)
    here = [one for one in card.holdings() if one.account.role == "pending" and is_at(one.account, place)]
    put = found.filter(lines__target__in=[one.account_id for one in here]).values_list("reason", flat=True)
    return any(_tells_of_theft(reason) for reason in put)


def _refuse_already_asked(card: AssetCard, quantity: int) -> None:
    """Two applications for one thing: what is asked for elsewhere and not yet out cannot be asked for again."""
    asked = Disposal.objects.filter(card=card).exclude(state__in=("disposed", "settled", "withdrawn"))
    waiting = {one.number: one.quantity for one in asked.order_by("pk")}
    if sum(waiting.values()) + quantity > card.held_now():
        raise Refused(
            _("「%(card)s」賬上 %(held)d%(counter)s，處置申請 %(numbers)s 已經申請了 %(asked)d%(counter)s，不能再申請 %(quantity)d%(counter)s。")
            % {
                "card": card.title(), "held": card.held_now(), "counter": card.counter, "numbers": "、".join(waiting),
                "asked": sum(waiting.values()), "quantity": quantity,
            },
            field="quantity",
        )  # fmt: skip


@action(
    "assets.disposal_requested",
    label=gettext_lazy("申請報廢(處置)"),
    form=forms.RequestDisposal,
    rule=rules.asks_for_assets,
)
def request_disposal(
    entry: Draft,
    *,
    card: AssetCard,
    place: Place | None,
    quantity: int,
    way: str,
    reason: str,
    early_reason: str,
    has_media: bool,
    is_stolen: bool,
    case_number: str,
    note: str,
) -> None:
    """Ask for so many of a card to be scrapped, sold, given away or written off."""
    where = place or _missing_at(card, way) or card.place
    if where is None:
        raise Refused(_("請寫存放地點。"), field="place")
    drawn(entry.unit, card, place=where, quantity=quantity, pending=_order(way))
    _refuse_already_asked(card, quantity)
    years = life_of(card, on=entry.occurred_on)
    start = card.in_use_on or card.opened_on
    months = months_used(start=start, on=entry.occurred_on)
    is_early = bool(years and entry.occurred_on < years_after(start, years=years))
    if is_early and not early_reason:
        raise Refused(
            _("規定年限 %(years)s 年還沒滿。未到年限處置要另寫說明，並由校長審批。") % {"years": years},
            field="early_reason",
        )
    if not is_stolen and (_tells_of_theft(reason) or _was_stolen(card, where, way)):
        raise Refused(_("說明是被盜的，請勾「被盜」並寫報案編號；結案以前留在賬上。"), field="is_stolen")
    if is_stolen and not case_number:
        raise Refused(_("被盜的資產先報案。請寫報案編號；結案以前留在賬上。"), field="case_number")
    worth = card.value_leaving(quantity, of=card.held_now())
    written_off = accumulated(worth, years=years, months=months) if years else 0
    entry.place, entry.category = where, way
    entry.document = entry.creates(
        Disposal(
            number=next_number(Disposal, entry.occurred_on),
            state="requested",
            opened_on=entry.occurred_on,
            opened_by=entry.by,
            place=where,
            campus=where.campus_or_self(),
            note=note,
            card=card,
            quantity=quantity,
            way=way,
            reason=reason,
            life_years=years,
            used_years=_whole_years(start, entry.occurred_on),
            value=worth,
            depreciation=written_off,
            net_value=worth - written_off,
            is_early=is_early,
            early_reason=early_reason,
            has_media=has_media or card.commodity.category == "computer" or card.life_group == "computer",
            is_stolen=is_stolen,
            case_number=case_number,
            using_unit=card.using_unit,
        )
    )
    ask(entry, entry.document)  # type: ignore[arg-type]


@action("assets.disposal_appraised", label=gettext_lazy("技術鑑定"), form=forms.Appraise, rule=rules.appraises)
@walks(lambda: rules.DISPOSAL)
def appraise(entry: Draft, *, document: Disposal, opinion: str) -> None:
    """Say what one found on looking at the thing; three different people do."""
    entry.creates(Opinion(disposal=document, appraiser=entry.by, opinion=opinion, given_on=entry.occurred_on))
    entry.reason = opinion


@action("assets.disposal_announced", label=gettext_lazy("公示"), form=forms.Announce, rule=rules.keeps_assets)
@walks(lambda: rules.DISPOSAL)
def announce(entry: Draft, *, document: Disposal, days: int | None) -> None:
    """Put up the notice; the school decides when its days are over."""
    refuse_backdated(entry, _("公示"))
    days = days or value("assets.notice_days", on=entry.occurred_on)
    document.notice_until = entry.occurred_on + timedelta(days=days)
    entry.changes(document, "notice_until")


@action("assets.disposal_approved", label=gettext_lazy("學校審批"), form=forms.Approve, rule=rules.approves)
@walks(lambda: rules.DISPOSAL)
def approve_disposal(entry: Draft, *, document: Disposal, school_opinion: str) -> None:
    """Approve for the school after the notice; what is younger than its years needs the principal (A08-2)."""
    if document.notice_until is not None and entry.occurred_on <= document.notice_until:
        raise Refused(_("公示到 %(day)s 才滿，期滿後再審批。") % {"day": document.notice_until}, field="occurred_on")
    if document.is_early and not entry.by.has_role(Role.PRINCIPAL):
        raise Denied(_("未到規定年限的處置要由校長審批。"))
    document.approver, document.school_opinion = entry.by, school_opinion
    entry.changes(document, "approver", "school_opinion")


@action("assets.disposal_authorised", label=gettext_lazy("登記批覆文號"), form=forms.Authorise, rule=rules.keeps_assets)
@walks(lambda: rules.DISPOSAL)
def authorise(
    entry: Draft, *, document: Disposal, authority: str, approval_number: str, approval_on: date | None
) -> None:
    """Record the number under which the authority approved; before it nothing leaves (A08-1)."""
    document.authority, document.approval_number = authority, approval_number
    document.approval_on = approval_on or entry.occurred_on
    entry.changes(document, "authority", "approval_number", "approval_on")


@action("assets.disposal_carried_out", label=gettext_lazy("處置出庫"), form=forms.CarryOut, rule=rules.handles_assets)
@walks(lambda: rules.DISPOSAL)
def carry_out_disposal(
    entry: Draft, *, document: Disposal, buyer: str, media_wiped: bool, case_closed_on: date | None
) -> None:
    """Let the things go and write them off: wiped where they hold data, the case closed where they were stolen."""
    if document.way in ("given", "ceded", "sold") and not buyer:
        raise Refused(_("捐出、調撥外單位、出售要寫接收單位。"), field="buyer")
    if document.has_media and not media_wiped:
        raise Refused(_("處置前要清除存儲介質。"), field="media_wiped")
    if document.is_stolen and case_closed_on is None:
        raise Refused(_("被盜的資產在結案以前留在賬上。請寫結案日期。"), field="case_closed_on")
    card = document.card
    assert document.place is not None
    out = entry.followed_by("assets.disposed", category=document.way)
    out.document, out.place = card, document.place
    out.reason = f"{document.reason}；{document.approval_number}"[:200]
    held = sum(holdings(entry.unit, card.commodity).values())
    parts = drawn(entry.unit, card, place=document.place, quantity=document.quantity, pending=_order(document.way))
    for source, part in parts:
        out.line(
            card.commodity,
            source=source,
            target=account("disposed", document.way, name=rules.WAYS_OUT.label(document.way)),
            quantity=part,
        )
    out.measure("value", card.value_leaving(document.quantity, of=held))
    if not holdings(entry.unit, card.commodity):
        card.state, card.disposed_on = "disposed", entry.occurred_on
        entry.changes(card, "state", "disposed_on")
    document.buyer, document.media_wiped = buyer, media_wiped
    document.case_closed_on, document.written_off_on = case_closed_on, entry.occurred_on
    entry.changes(document, "buyer", "media_wiped", "case_closed_on", "written_off_on")


@action("assets.disposal_settled", label=gettext_lazy("殘值繳庫"), form=forms.Settle, rule=rules.settles)
@walks(lambda: rules.DISPOSAL)
def settle_disposal(entry: Draft, *, document: Disposal, proceeds: int, deposit_voucher: str) -> None:
    """Record what it brought and the voucher by which that was paid in; it belongs to the treasury."""
    if proceeds and not deposit_voucher:
        raise Refused(_("有殘值收入要寫繳庫憑證號。"), field="deposit_voucher")
    document.proceeds, document.deposit_voucher = proceeds, deposit_voucher
    entry.changes(document, "proceeds", "deposit_voucher")
    if proceeds:
        entry.measure("proceeds", proceeds)


@action(
    "assets.disposal_withdrawn", label=gettext_lazy("撤回處置申請"), form=forms.Withdraw, rule=rules.asks_for_assets
)
@walks(lambda: rules.DISPOSAL)
def withdraw_disposal(entry: Draft, *, document: Disposal, reason: str) -> None:
    """Take an application back while the things are still here."""
    if document.opened_by_id != entry.by.pk and not rules.keeps_assets(entry.by):
        raise Denied(_("這張申請要由申請人或資產管理員撤回。"))
    entry.reason = reason
