"""Tenders (P04): announced, sealed until the opening, judged by a committee nobody knows, noticed, awarded, archived."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from hashlib import sha256

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import action
from houqin.foundation.journal.ahead import refuse_backdated, refuse_past
from houqin.foundation.journal.models import Place
from houqin.foundation.journal.refused import Refused
from houqin.foundation.journal.writer import Draft
from houqin.foundation.org.models import Party, Person
from houqin.foundation.org.parameters import value
from houqin.foundation.signing.routes import ask, next_number, walks
from houqin.kit import clock, numbers
from houqin.kit.text import fold

from .. import forms, rules, terms
from ..models import Bid, CommitteeMember, Complaint, Plan, Score, Tender
from ..thread import follows
from .comparing import refuse_left, refuse_related, refuse_same_owner
from .grounds import refuse_beneath


def _days(start: date, end: date, *, least: int, sentence: str, field: str) -> None:
    if (end - start).days < least:
        raise Refused(sentence % {"least": least, "told": (end - start).days}, field=field)


def _day(moment: datetime) -> date:
    return clock.day_of(moment)


@action("purchasing.tender_announced", label=gettext_lazy("發佈招標公告"), form=forms.Announce, rule=rules.may_tender)
def announce(
    entry: Draft,
    *,
    plan: Plan | None,
    project: str,
    method: str,
    budget: int,
    category: str,
    documents_from: date,
    documents_to: date,
    deadline_at: datetime,
    place: Place | None,
    **facts: str,
) -> None:
    """Announce a tender; its days obey the clocks of the law (P04-1)."""
    if method not in terms.BY_TENDER:
        raise Refused(_("「%(method)s」不立招標項目。") % {"method": terms.method_label(method)}, field="method")
    if plan is not None:
        if plan.state != "planned":
            raise Refused(
                _("計劃 %(number)s 現在是「%(state)s」。") % {"number": plan.number, "state": plan.state_label},
                field="plan",
            )
        if budget > plan.budget:
            raise Refused(
                _("招標預算超過計劃預算 %(budget)s 元。") % {"budget": numbers.yuan(plan.budget)}, field="budget"
            )
    category = (plan.category if plan else category) or terms.category_of(project)
    if rules.is_too_weak(method, category=category, amount=budget, on=entry.occurred_on):
        raise Refused(
            _("%(amount)s 元要用「%(wanted)s」。")
            % {
                "amount": numbers.yuan(budget),
                "wanted": terms.method_label(rules.method_for(category, budget, on=entry.occurred_on)),
            },
            field="method",
        )
    on = entry.occurred_on
    refuse_backdated(entry, _("招標公告"))
    refuse_past(entry, deadline_at, _("投標截止"), field="deadline_at")
    if documents_from < on:
        raise Refused(_("文件發售不能早於公告。"), field="documents_from")
    _days(
        documents_from,
        documents_to,
        least=value("purchasing.document_days", on=on),
        sentence=_("招標文件至少發售 %(least)s 天，現在是 %(told)s 天。"),
        field="documents_to",
    )
    if method in terms.OF_TENDER_LAW:
        _days(
            documents_from,
            _day(deadline_at),
            least=value("purchasing.bid_days", on=on),
            sentence=_("從文件發出到投標截止至少 %(least)s 天，現在是 %(told)s 天。"),
            field="deadline_at",
        )
    if _day(deadline_at) < documents_to:
        raise Refused(_("投標截止早於文件發售截止，請核對。"), field="deadline_at")
    where = place or (plan.place if plan else None)
    paper: Tender = entry.creates(
        Tender(
            number=next_number(Tender, on),
            state="announced",
            opened_on=on,
            opened_by=entry.by,
            place=where,
            campus=where.campus_or_self() if where else None,
            plan=plan,
            project=project,
            category=category,
            method=method,
            budget=budget,
            documents_from=documents_from,
            documents_to=documents_to,
            deadline_at=deadline_at,
            **facts,
        )
    )
    entry.document, entry.place, entry.category = paper, where, category
    entry.measure("budget", budget)
    follows(entry, plan)
    ask(entry, paper)


@action("purchasing.tender_clarified", label=gettext_lazy("澄清修改"), form=forms.Clarify, rule=rules.may_tender)
@walks(lambda: rules.TENDER)
def clarify(entry: Draft, *, document: Tender, matter: str, deadline_at: datetime | None) -> None:
    """Change or explain the documents; too near the deadline, the deadline moves."""
    refuse_backdated(entry, _("澄清修改"))
    refuse_past(entry, document.deadline_at, _("投標截止"), field="deadline_at")
    if deadline_at is not None:
        if deadline_at < document.deadline_at:
            raise Refused(_("投標截止只能延後，不能提前。"), field="deadline_at")
        document.deadline_at = deadline_at
    least = value("purchasing.clarification_days", on=entry.occurred_on)
    if (_day(document.deadline_at) - entry.occurred_on).days < least:
        raise Refused(
            _("離投標截止不足 %(least)s 天，澄清修改要順延截止時間。") % {"least": least}, field="deadline_at"
        )
    document.clarified_on = entry.occurred_on
    document.note = f"{document.note}\n{_('澄清：')}{matter}".strip()
    entry.changes(document, "deadline_at", "clarified_on", "note")
    entry.category = document.category
    follows(entry, document, "purchasing.tender_announced")


@action("purchasing.bid_received", label=gettext_lazy("收到投標文件"), form=forms.ReceiveBid, rule=rules.may_tender)
@walks(lambda: rules.TENDER)
def receive_bid(
    entry: Draft, *, document: Tender, supplier: Party, received_at: datetime | None, bond: int | None, seal: str
) -> None:
    """Take a sealed envelope in: who, when, whether late; what is in it nobody is asked (P04-2)."""
    received_at = received_at or entry.unit.now
    if received_at > entry.unit.now:
        raise Refused(_("收到時間還沒有到。"), field="received_at")
    if clock.day_of(received_at) < document.opened_on:
        raise Refused(_("收到時間早於公告，請核對。"), field="received_at")
    if max(received_at, entry.unit.now) > document.deadline_at:
        raise Refused(
            _("投標截止是 %(when)s，逾期送達的要拒收。")
            % {"when": f"{clock.local(document.deadline_at):%Y-%m-%d %H:%M}"},
            field="received_at",
        )
    others = [one.supplier for one in document.bids.select_related("supplier")]
    if supplier in others:
        raise Refused(_("「%(name)s」已經投過標。") % {"name": supplier}, field="supplier")
    refuse_left([supplier], field="supplier")
    refuse_same_owner([*others, supplier], field="supplier")
    members = [one.person for one in document.committee.select_related("person") if one.person]
    refuse_related(members, [supplier], field="supplier")
    most = document.budget * value("purchasing.bid_bond_percent", on=entry.occurred_on) // 100
    if (bond or 0) > most:
        raise Refused(_("投標保證金最多 %(most)s 元。") % {"most": numbers.yuan(most)}, field="bond")
    entry.creates(Bid(tender=document, supplier=supplier, received_at=received_at, seal=seal, bond=bond or 0))
    document.bids_received += 1
    entry.changes(document, "bids_received")
    entry.category = document.category
    entry.measure("bond", bond or 0)
    follows(entry, document, "purchasing.tender_announced")


@action(
    "purchasing.committee_named",
    label=gettext_lazy("組成評標委員會"),
    form=forms.NameCommittee,
    rule=rules.office | rules.leaders,
)
@walks(lambda: rules.TENDER)
def name_committee(entry: Draft, *, document: Tender, members: list[tuple[str, bool]]) -> None:
    """Name who judges: odd, five or more (three for a negotiation), two thirds experts, none related to a bidder (P04-3)."""
    least = 5 if document.method in terms.OF_TENDER_LAW else 3
    experts = sum(1 for _name, is_expert in members if is_expert)
    if len(members) < least or len(members) % 2 == 0:
        raise Refused(
            _("評標委員會要 %(least)s 人以上的單數，現在是 %(told)s 人。") % {"least": least, "told": len(members)},
            field="members",
        )
    if experts * 3 < len(members) * 2:
        raise Refused(
            _("專家不得少於三分之二：%(told)s 人中只有 %(experts)s 位。") % {"told": len(members), "experts": experts},
            field="members",
        )
    if CommitteeMember.objects.filter(tender=document).exists():
        raise Refused(_("評標委員會已經組成。"), field="members")
    known = {one.folded: one for one in Person.objects.filter(folded__in=[fold(name) for name, _expert in members])}
    suppliers = [one.supplier for one in document.bids.select_related("supplier")]
    refuse_related(list(known.values()), suppliers, field="members")
    for name, is_expert in members:
        entry.creates(CommitteeMember(tender=document, name=name, person=known.get(fold(name)), is_expert=is_expert))
    document.committee_size, document.experts = len(members), experts
    entry.changes(document, "committee_size", "experts")
    entry.category = document.category


@action("purchasing.bids_opened", label=gettext_lazy("開標"), form=forms.OpenBids, rule=rules.may_tender)
@walks(lambda: rules.TENDER)
def open_bids(entry: Draft, *, document: Tender, amounts: dict[str, int], words: str) -> None:
    """Open every envelope at the time announced and read the amounts out; fewer than three is a failed tender (P04-2)."""
    if entry.unit.now < document.deadline_at or entry.occurred_on < _day(document.deadline_at):
        raise Refused(
            _("開標時間是 %(when)s，之前不得開封。") % {"when": f"{clock.local(document.deadline_at):%Y-%m-%d %H:%M}"}
        )
    bids = {one.supplier.folded: one for one in document.bids.select_related("supplier")}
    least = value("purchasing.min_bids", on=entry.occurred_on)
    if len(bids) < least:
        raise Refused(
            _("投標只有 %(told)s 家，少於 %(least)s 家不得開標，請按「流標」重新招標。")
            % {"told": len(bids), "least": least}
        )
    told = {fold(name): amount for name, amount in amounts.items()}
    if strange := set(told) - set(bids):
        raise Refused(
            _("「%(name)s」沒有投標。") % {"name": next(name for name in amounts if fold(name) in strange)},
            field="amounts",
        )
    if missing := [bid for key, bid in bids.items() if key not in told]:
        raise Refused(
            _("還沒有讀「%(name)s」的報價；全部投標要當眾拆封。") % {"name": missing[0].supplier}, field="amounts"
        )
    secrets = dict(line.strip().rpartition(" ")[::2] for line in words.splitlines() if line.strip())
    secret = {fold(name): word for name, word in secrets.items()}
    moment = entry.unit.now if entry.occurred_on == entry.unit.today else document.deadline_at
    for key, bid in bids.items():
        bid.amount, bid.opened_at = told[key], moment
        if bid.seal and bid.seal != seal_of(told[key], secret.get(key, "")):
            raise Refused(_("「%(name)s」的金額和口令與封存碼不符，請核對。") % {"name": bid.supplier}, field="words")
        entry.changes(bid, "amount", "opened_at")
    document.opened_at = moment
    entry.changes(document, "opened_at")
    entry.category = document.category
    entry.measure("bids", len(bids))
    follows(entry, document, "purchasing.tender_announced")


def seal_of(amount: int, word: str) -> str:
    """What a bidder may leave with the envelope: SHA-256 of 「金額（分）|口令」 in hexadecimal."""
    return sha256(f"{amount}|{word}".encode()).hexdigest()


@action("purchasing.evaluated", label=gettext_lazy("評標"), form=forms.Evaluate, rule=rules.may_tender)
@walks(lambda: rules.TENDER)
def evaluate(entry: Draft, *, document: Tender, scores: dict[str, dict[str, int]], invalid: str) -> None:
    """Write the committee's points down; every member judges every valid bid, the most points are first."""
    members = {fold(one.name): one for one in document.committee.all()}
    if not members:
        raise Refused(_("還沒有組成評標委員會。"))
    bids = {one.supplier.folded: one for one in document.bids.select_related("supplier")}
    out = dict(line.strip().partition(" ")[::2] for line in invalid.splitlines() if line.strip())
    for name, why in out.items():
        if fold(name) not in bids or not why:
            raise Refused(_("廢標要寫「供應商 原因」，「%(name)s」看不懂。") % {"name": name}, field="invalid")
        bids[fold(name)].invalid_reason = why
    told = {fold(name): {fold(member): points for member, points in row.items()} for name, row in scores.items()}
    valid = [bid for bid in bids.values() if not bid.invalid_reason]
    if len(valid) < value("purchasing.min_bids", on=entry.occurred_on):
        raise Refused(_("有效投標只有 %(told)s 家，請按「流標」重新招標。") % {"told": len(valid)}, field="invalid")
    for key, bid in bids.items():
        entry.changes(bid, "invalid_reason", "score")
        if bid.invalid_reason:
            continue
        row = told.get(key, {})
        if set(row) != set(members):
            raise Refused(
                _("「%(name)s」要有每位評委的分數（%(count)s 位）。") % {"name": bid.supplier, "count": len(members)},
                field="scores",
            )
        bid.score = sum(row.values())
        for name, points in row.items():
            entry.creates(Score(bid=bid, member=members[name], points=points))
    document.reported_on = entry.occurred_on
    entry.changes(document, "reported_on")
    entry.category = document.category
    follows(entry, document, "purchasing.bids_opened")


def ranked(tender: Tender) -> list[Bid]:
    """Valid bids, most points first, the cheaper before the dearer."""
    found = Bid.objects.filter(tender=tender, invalid_reason="", score__isnull=False).select_related("supplier")
    return list(found.order_by("-score", "amount", "pk"))


@action("purchasing.noticed", label=gettext_lazy("公示中標候選人"), form=forms.Notice, rule=rules.may_tender)
@walks(lambda: rules.TENDER)
def notice(entry: Draft, *, document: Tender, notice_to: date, reason: str) -> None:
    """Post the candidates, soon after the report and long enough for objections."""
    on = entry.occurred_on
    assert document.reported_on is not None
    refuse_backdated(entry, _("公示"))
    _days(
        on,
        notice_to,
        least=value("purchasing.notice_days", on=on),
        sentence=_("至少公示 %(least)s 天，現在是 %(told)s 天。"),
        field="notice_to",
    )
    last = document.reported_on + timedelta(days=value("purchasing.notice_within_days", on=on))
    if on < document.reported_on:
        raise Refused(_("公示不能早於評標報告。"))
    _late(entry, last, reason)
    document.notice_from, document.notice_to = on, notice_to
    entry.changes(document, "notice_from", "notice_to")
    entry.category = document.category
    follows(entry, document, "purchasing.evaluated")


def _late(entry: Draft, last: date, reason: str) -> None:
    """What comes after its legal day needs a reason and is counted."""
    if entry.occurred_on <= last:
        return
    if not reason:
        raise Refused(_("按規定最遲 %(day)s，已經逾期。請寫逾期說明。") % {"day": last}, field="reason")
    entry.reason = reason
    entry.measure("past_deadline", 1)


@action("purchasing.awarded", label=gettext_lazy("定標發中標通知書"), form=forms.Award, rule=rules.leaders)
@walks(lambda: rules.TENDER)
def award(entry: Draft, *, document: Tender, supplier: Party | None, reason: str, no_gifts: bool) -> None:
    """Award to the first candidate once the notice is over and every objection answered."""
    assert document.notice_to is not None and document.reported_on is not None
    if entry.occurred_on <= document.notice_to:
        raise Refused(_("公示到 %(day)s 為止，期滿後才能定標。") % {"day": document.notice_to})
    if Complaint.objects.filter(tender=document, answered_on__isnull=True).exists():
        raise Refused(_("還有質疑投訴沒有答覆，先答覆再定標。"))
    if not no_gifts:
        raise Refused(
            _("要確認供應商沒有贈品、回扣或與採購無關的商品服務（采購法實施條例第 11 條）。"), field="no_gifts"
        )
    order = ranked(document)
    chosen = order[0] if supplier is None else next((one for one in order if one.supplier_id == supplier.pk), None)
    if chosen is None or chosen.amount is None:
        raise Refused(_("「%(name)s」不在候選人裡。") % {"name": supplier}, field="supplier")
    if chosen != order[0] and not reason:
        raise Refused(_("第一名是「%(name)s」。不定第一名要寫明理由。") % {"name": order[0].supplier}, field="reason")
    refuse_beneath(entry, chosen.amount)
    refuse_related([entry.by], [chosen.supplier], field="supplier")
    if chosen.amount > document.budget:
        raise Refused(
            _("報價 %(amount)s 元超過預算 %(budget)s 元，不能定標。")
            % {"amount": numbers.yuan(chosen.amount), "budget": numbers.yuan(document.budget)}
        )
    workday = rules.workdays_after(document.notice_to, value("purchasing.award_workdays", on=entry.occurred_on))
    _late(entry, workday, reason)
    document.winner, document.amount, document.awarded_on = chosen.supplier, chosen.amount, entry.occurred_on
    document.reason = reason
    entry.changes(document, "winner", "amount", "awarded_on", "reason")
    entry.category = document.category
    entry.measure("amount", chosen.amount)
    entry.measure("saved", document.budget - chosen.amount)
    follows(entry, document, "purchasing.noticed")


@action("purchasing.complained", label=gettext_lazy("質疑投訴"), form=forms.Complain, rule=rules.may_complain)
@walks(lambda: rules.TENDER)
def complain(entry: Draft, *, document: Tender, complainant: str, matter: str) -> None:
    """Take an objection down; it must be answered before the award."""
    entry.creates(Complaint(tender=document, complainant=complainant, matter=matter, raised_on=entry.occurred_on))
    document.complaints += 1
    entry.changes(document, "complaints")
    entry.category = document.category
    follows(entry, document)


@action(
    "purchasing.complaint_answered", label=gettext_lazy("答覆質疑"), form=forms.AnswerComplaint, rule=rules.may_answer
)
@walks(lambda: rules.TENDER)
def answer(entry: Draft, *, document: Tender, answer: str) -> None:
    """Answer the oldest open objection; late answers are counted."""
    waiting = Complaint.objects.filter(tender=document, answered_on__isnull=True).order_by("raised_on", "pk").first()
    if waiting is None:
        raise Refused(_("沒有等答覆的質疑。"))
    waiting.answer, waiting.answered_on = answer, entry.occurred_on
    entry.changes(waiting, "answer", "answered_on")
    if entry.occurred_on > waiting.raised_on + timedelta(days=value("purchasing.objection_days", on=waiting.raised_on)):
        entry.measure("past_deadline", 1)
    entry.category = document.category
    follows(entry, document, "purchasing.complained")


@action("purchasing.bonds_returned", label=gettext_lazy("退還投標保證金"), form=forms.TenderOnly, rule=rules.may_tender)
@walks(lambda: rules.TENDER)
def return_bonds(entry: Draft, *, document: Tender) -> None:
    """Give the losers their bonds back; after five working days that is late and counted."""
    assert document.awarded_on is not None
    losing = list(
        Bid.objects.filter(tender=document, bond__gt=0, bond_returned_on__isnull=True).exclude(supplier=document.winner)
    )
    if not losing:
        raise Refused(_("沒有要退還的投標保證金。"))
    for bid in losing:
        bid.bond_returned_on = entry.occurred_on
        entry.changes(bid, "bond_returned_on")
        entry.measure("bond", bid.bond)
    last = rules.workdays_after(document.awarded_on, value("purchasing.bond_return_workdays", on=entry.occurred_on))
    if entry.occurred_on > last:
        entry.measure("past_deadline", 1)
    entry.category = document.category
    follows(entry, document, "purchasing.awarded")


@action("purchasing.tender_failed", label=gettext_lazy("流標"), form=forms.TenderWithReason, rule=rules.may_tender)
@walks(lambda: rules.TENDER)
def fail(entry: Draft, *, document: Tender, reason: str) -> None:
    """End a tender without an award; envelopes go back unopened, and it is announced anew."""
    if document.state == "announced" and entry.unit.now < document.deadline_at:
        raise Refused(_("投標還沒有截止，不能宣佈流標。"))
    entry.reason, entry.category = reason, document.category
    follows(entry, document, "purchasing.tender_announced")


def keep_until(day: date, *, on: date) -> date:
    """The first day the papers of a purchase ended on ``day`` may be destroyed (P04-6)."""
    year = day.year + value("purchasing.archive_years", on=on)
    try:
        return day.replace(year=year)
    except ValueError:
        # 29 February
        return date(year, 3, 1)


@action("purchasing.tender_archived", label=gettext_lazy("採購檔案歸檔"), form=forms.Archive, rule=rules.may_tender)
@walks(lambda: rules.TENDER)
def archive(entry: Draft, *, document: Tender, archive_number: str, keep_until: date | None) -> None:
    """File the papers; they are kept fifteen years or longer."""
    least = _kept(entry.occurred_on)
    if keep_until is not None and keep_until < least:
        raise Refused(_("採購檔案至少保存到 %(day)s。") % {"day": least}, field="keep_until")
    document.archive_number, document.archived_on = archive_number, entry.occurred_on
    document.keep_until = keep_until or least
    entry.changes(document, "archive_number", "archived_on", "keep_until")
    entry.category = document.category
    follows(entry, document)


def _kept(day: date) -> date:
    return keep_until(day, on=day)


__all__ = [
    "announce", "answer", "archive", "award", "clarify", "complain", "evaluate", "fail", "keep_until",
    "name_committee", "notice", "open_bids", "ranked", "receive_bid", "return_bonds", "seal_of",
]  # fmt: skip
