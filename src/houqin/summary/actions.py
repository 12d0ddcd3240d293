"""Drafting, editing, signing and freezing a summary."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import action, locked
from houqin.foundation.journal.anchors import drop_anchor
from houqin.foundation.journal.digest import canonical
from houqin.foundation.journal.figures import FIGURES, MONEY
from houqin.foundation.journal.models import Book, Entry
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.journal.writer import Draft
from houqin.foundation.org.models import Person
from houqin.foundation.org.rules import leaders, office
from houqin.foundation.signing.routes import ask, next_number, walks
from houqin.kit.periods import Period

from . import forms
from .composing import period_label
from .composition import Composition
from .drafts import claims, hand_numbers
from .models import FairCopy, Summary, Target, Version
from .plans import PLANS
from .reading import composed_afresh, composition_of, known_numbers, read_on
from .rules import DRAFT, ROUTE, SUBMITTED, may_freeze, may_submit, may_vouch, may_write


@action("summary.drafted", label=gettext_lazy("起草總結"), form=forms.Draft, rule=may_write)
def draft(
    entry: Draft, *, plan: str, from_on: date, to_on: date, label: str = "", person: Person | None = None
) -> None:
    """Start the summary of a period; until somebody edits it, it composes itself afresh from the records.

    Refuses a second one of the same kind and days while the first is still on its way.
    """
    if PLANS[plan].is_personal:
        person = person or entry.by
    open_ones = Summary.objects.filter(
        plan=plan, starts_on=from_on, ends_on=to_on, person=person, state__in=(DRAFT, SUBMITTED)
    )
    if known := open_ones.first():
        raise Refused(_("這一期間已有%(known)s。請打開它修改，或先作廢。") % {"known": known})
    period = Period(from_on, to_on, label)
    document = Summary(
        number=next_number(Summary, entry.unit.today),
        state=DRAFT,
        opened_on=entry.unit.today,
        opened_by=entry.by,
        plan=plan,
        starts_on=from_on,
        ends_on=to_on,
        label=period_label(period),
        person=person,
    )
    entry.document = entry.creates(document)
    ask(entry, document)


@action("summary.target_set", label=gettext_lazy("定計劃指標"), form=forms.SetTarget, rule=office | leaders)
def set_target(entry: Draft, *, figure: str, from_on: date, to_on: date, quantity: int) -> None:
    """Say what the plan of a period wants a figure to reach; the summary of those days sets it beside what was done."""
    wanted = quantity * 100 if FIGURES[figure].style == MONEY else quantity
    known = locked(Target.objects.filter(figure=figure, starts_on=from_on, ends_on=to_on)).first()
    if known is None:
        entry.creates(Target(figure=figure, starts_on=from_on, ends_on=to_on, quantity=wanted))
    else:
        known.quantity = wanted
        entry.changes(known, "quantity")


@action("summary.edited", label=gettext_lazy("修改"), form=forms.Edit, rule=may_write)
@walks(lambda: ROUTE)
def edit(entry: Draft, *, document: Summary, text: str) -> None:
    """Change the words of a draft; figures written as {{name}} stay live, typed numbers are marked."""
    text = text.replace("\r\n", "\n")
    position = Version.objects.filter(summary=document).count()
    if not position:
        begun = [composed_afresh(document, today=entry.unit.today).source, *filter(None, [document.text])]
        for position, one in enumerate(begun):
            entry.creates(Version(summary=document, position=position, text=one, written_at=entry.unit.now))
        position = len(begun)
    document.text = text
    # Reading it once refuses a figure nobody knows before anything is written.
    composition = composition_of(document, today=entry.unit.today)
    if in_headings := [number for one in composition.sections for number in hand_numbers(one.heading)]:
        known = known_numbers(document, today=entry.unit.today)
        if typed := [number for number in in_headings if number not in known]:
            raise Refused(
                _("標題裏不要寫數（%(numbers)s）：請把它寫在正文裏，好讓人作證。") % {"numbers": "、".join(typed)},
                field="text",
            )
    entry.changes(document, "text")
    entry.creates(
        Version(summary=document, position=position, text=text, written_at=entry.unit.now, written_by=entry.by)
    )
    _keep(entry, text=_fingerprint(text))


@action("summary.vouched", label=gettext_lazy("為手填數作證"), form=forms.Vouch, rule=may_vouch)
@walks(lambda: ROUTE)
def vouch(entry: Draft, *, document: Summary, number_text: str, record: int | None = None, note: str = "") -> None:
    """Stand for numbers that were typed by hand: by a record of the journal, or by one's own word and why.

    Several are joined by 、. Without a record it must be somebody else than whoever typed them.
    """
    where: dict[str, list[str]] = {}
    for run in composition_of(document, today=entry.unit.today).typed():
        where.setdefault(run.text, []).append(run.about["where"])
    numbers = forms.typed_numbers(number_text)
    for number in numbers:
        if number not in where:
            raise Refused(_("正文裏沒有等待作證的「%(number)s」。") % {"number": number}, field="number_text")
    if record is not None:
        known = Entry.objects.filter(number=record, sign=1, reversed_by__isnull=True).first()
        if known is None:
            raise Refused(_("第 %(number)s 號登記不存在或已沖銷。") % {"number": record}, field="record")
        if known.kind.startswith("summary.") or not document.period().contains(known.about_on or known.occurred_on):
            raise Refused(
                _("第 %(number)s 號登記不是這一期的工作記錄，不能作這個數的依據。") % {"number": record}, field="record"
            )
        entry.because = known
    elif entry.by.pk in _typists(document, numbers):
        raise Denied(_("沒有登記號時，手填的數要由另一個人作證。"))
    document.vouched = [
        *document.vouched,
        *(
            {"text": number, "entry": record, "note": note, "by": entry.by.name, "where": where[number]}
            for number in numbers
        ),
    ]
    entry.changes(document, "vouched")


@action("summary.submitted", label=gettext_lazy("簽字送審"), form=forms.OneSummary, rule=may_submit)
@walks(lambda: ROUTE)
def submit(entry: Draft, *, document: Summary) -> None:
    """Sign the draft and pass it to the principal. Refuses while a figure has no data or a typed number nobody vouched for."""
    composition = _signable(entry, document)
    document.stated = {source.name: source.quantity for source in composition.sources}
    # The whole text is signed, and the day it speaks of, whatever the book says by the time the principal reads it.
    document.stated |= {"text": _fingerprint(composition.text), "read_on": entry.unit.today.isoformat()}
    entry.changes(document, "stated")


@action("summary.returned", label=gettext_lazy("退回"), form=forms.Return, rule=may_freeze)
@walks(lambda: ROUTE)
def send_back(entry: Draft, *, document: Summary, why: str) -> None:
    """Give the summary back for more work, and say why."""
    entry.reason = why
    document.stated = None
    entry.changes(document, "stated")


@action("summary.discarded", label=gettext_lazy("作廢"), form=forms.OneSummary, rule=may_write)
@walks(lambda: ROUTE)
def discard(entry: Draft, *, document: Summary) -> None:
    """Give up a draft; its number is not used again."""


@action("summary.frozen", label=gettext_lazy("審定定稿"), form=forms.OneSummary, rule=may_freeze)
@walks(lambda: ROUTE)
def freeze(entry: Draft, *, document: Summary) -> None:
    """Approve the summary: text, figures and head of the chain are kept as they are from here on.

    Refuses where a figure is no longer what was signed on submission.
    """
    composition = _signable(entry, document)
    changed = [
        source.label for source in composition.sources if (document.stated or {}).get(source.name) != source.quantity
    ]
    if changed:
        raise Refused(
            _("送審以後這些數字有變：%(labels)s。請退回，由送審人看過再簽。") % {"labels": "、".join(changed)}
        )
    if document.stated and document.stated.get("text", _fingerprint(composition.text)) != _fingerprint(
        composition.text
    ):
        raise Refused(_("送審以後正文裏說的有變（例如職責、問題或部分數字）。請退回，由送審人看過再簽。"))
    content = composition.replaced(signed_on=entry.unit.today).as_data()
    fingerprint = _fingerprint(canonical(content))
    entry.creates(
        FairCopy(
            summary=document,
            frozen_at=entry.unit.now,
            head=composition.head,
            digest=composition.digest,
            content=content,
            fingerprint=fingerprint,
        )
    )
    _keep(entry, content=fingerprint)
    transaction.on_commit(lambda: drop_anchor("summary"))


def _signable(entry: Draft, document: Summary) -> Composition:
    """The composition, read with the book locked so that nothing is written in between; refused while it has gaps."""
    locked(Book.objects.all()).first()
    composition = composition_of(document, today=read_on(document, today=entry.unit.today))
    if composition.gaps:
        raise Refused(
            _("還有 %(count)s 處待補，不能簽字：%(gaps)s。請補登記錄，或改寫這幾處。")
            % {"count": len(composition.gaps), "gaps": "、".join(composition.gaps)}
        )
    if composition.unvouched:
        raise Refused(
            _("有手填的數沒有依據：%(numbers)s。請改用登記裏的數字，或由人作證。")
            % {"numbers": "、".join(composition.unvouched)}
        )
    return composition


def _typists(document: Summary, numbers: list[str]) -> set[int | None]:
    """Who typed one of the numbers, or the words it is said of: every version's writer in whose text it stands anew.

    Without versions, every editor.
    """
    versions = list(Version.objects.filter(summary=document))
    if not versions:
        edits = Entry.objects.filter(document_kind=Summary.kind, document_id=document.pk, kind="summary.edited")
        return set(edits.values_list("by_id", flat=True))
    found: set[int | None] = set()
    before: Counter[tuple[str, str]] = Counter()
    for version in versions:
        now = Counter(claim for claim in claims(version.text) if claim[0] in numbers)
        if any(now[claim] > before[claim] for claim in now):
            found.add(version.written_by_id)
        before = now
    return found


def _keep(entry: Draft, **digests: str) -> None:
    """Put digests of what is too long or too personal for the journal into what the entry says was asked."""
    entry.asked = canonical({**json.loads(entry.asked), **digests})


def _fingerprint(text: str) -> str:
    return sha256(text.encode()).hexdigest()
