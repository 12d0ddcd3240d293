"""From the differences to the signed minutes: why, what to do, who may approve it, one entry that posts it, who signs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.catalogue.stock import share
from houqin.foundation.journal.accounts import account, is_asset, pending_beside
from houqin.foundation.journal.actions import action
from houqin.foundation.journal.models import Account, Balance, Commodity
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.journal.vouching import change_rows
from houqin.foundation.journal.writer import Draft
from houqin.foundation.org.models import Person, Role
from houqin.foundation.org.parameters import value
from houqin.foundation.org.rules import leaders
from houqin.foundation.signing.models import Signature, Task
from houqin.foundation.signing.routes import move, sign, walks
from houqin.foundation.signing.taking_back import take_back
from houqin.kit import numbers
from houqin.kit.text import fold

from .. import expecting, forms, rules
from ..expecting import Key
from ..models import DIFFERING, Decision, MinutesRow, Part, Status, Stocktake, StocktakeLine
from .counting import MOST_NAMED, begin, category_of, elsewhere, judge

# More lines than a small whole number counts do not fit into one entry.
MOST_LINES = 30_000
RANK = (Role.DIRECTOR, Role.VICE_PRINCIPAL, Role.PRINCIPAL)


# Why and what to do -------------------------------------------------------------------------------------------------


@action(
    "stocktakes.explained",
    label=gettext_lazy("說明差異"),
    form=forms.Explain,
    rule=rules.leads_count | rules.opens_counts,
)
@walks(lambda: rules.STOCKTAKE)
def explain(entry: Draft, *, document: Stocktake, line: str, reason: str, cause: str, decision: str) -> None:
    """Give a difference its reason, its cause and what is to be done with it (D04-3)."""
    entry.category = category_of(document)
    if reason == "stolen" and decision == Decision.ADJUST:
        # A08-4
        raise Refused(_("被盜的物品要等公安機關結案才能核銷，處理意見請選「掛賬待查」。"), field="decision")
    lines = list(document.lines.select_related("account").order_by("pk"))
    chosen = _named(lines, line) if line else _undecided(lines)
    if not chosen:
        raise Refused(_("各項差異都已經有原因和處理意見。"))
    for start in range(0, len(chosen), expecting.AT_ONCE):
        keys = [one.pk for one in chosen[start : start + expecting.AT_ONCE]]
        change_rows(StocktakeLine.objects.filter(pk__in=keys), reason=reason, cause=cause, decision=decision)
    entry.measure("explained", len(chosen))


def _named(lines: list[StocktakeLine], word: str) -> list[StocktakeLine]:
    """The differing lines that ``word`` means: a key, a code or a name; in several places all of them."""
    wanted = [line for line in lines if str(line.pk) == word]
    wanted = wanted or [line for line in lines if fold(word) in (fold(line.code), fold(line.name))]
    if not wanted:
        raise Refused(_("這張盤點表上沒有「%(word)s」。") % {"word": word}, field="line")
    found = [line for line in wanted if line.status in (*DIFFERING, Status.UNEXPECTED)]
    if not found:
        raise Refused(_("「%(name)s」沒有差異。") % {"name": wanted[0].name}, field="line")
    return found


def _undecided(lines: Iterable[StocktakeLine]) -> list[StocktakeLine]:
    wanting = (Status.MISSING, Status.FOUND, Status.UNEXPECTED)
    return [line for line in lines if line.status in wanting and not line.decision]


@action("stocktakes.decided", label=gettext_lazy("差異處理完畢"), form=forms.Sheet, rule=rules.leads_count)
@walks(lambda: rules.STOCKTAKE)
def decide(entry: Draft, *, document: Stocktake) -> None:
    """Hand the explained differences in for approval; what merely stands in another room needs no explanation."""
    entry.category = category_of(document)
    without = _undecided(document.lines.select_related("account").order_by("pk"))
    if without:
        raise Refused(
            _("還有 %(count)d 項差異沒有原因和處理意見：%(names)s。")
            % {"count": len(without), "names": "、".join(str(line) for line in without[:MOST_NAMED])}
        )
    entry.measure("differing", document.lines.filter(status__in=DIFFERING).count())


# Posting ------------------------------------------------------------------------------------------------------------


@dataclass
class _Posting:
    """What posting adds to the entry, line by line, with the balances as they will be."""

    entry: Draft
    held: dict[Key, int]
    worths: dict[Key, int]
    values: dict[int, Commodity]
    # What each line of the sheet is worth in the books, 分: more (+) or less (−).
    settled: dict[int, int] = field(default_factory=dict)

    def shift(
        self, commodity: Commodity | None, *, source: Account, target: Account, quantity: int, worth: int | None = None
    ) -> int:
        """Move pieces with their share of the value, and give that in 分; ``worth`` where the source does not know it."""
        assert commodity is not None
        self.entry.line(commodity, source=source, target=target, quantity=quantity)
        here, there = (source.pk, commodity.pk), (target.pk, commodity.pk)
        carrier = self.values.get(commodity.pk)
        if worth is None:
            worth = share(self.worths.get(here, 0), quantity=quantity, of=self.held.get(here, 0)) if carrier else 0
        if carrier is not None and worth:
            self.entry.line(carrier, source=source, target=target, quantity=worth)
            self.worths[here] = self.worths.get(here, 0) - worth
            self.worths[there] = self.worths.get(there, 0) + worth
        self.held[here] = self.held.get(here, 0) - quantity
        self.held[there] = self.held.get(there, 0) + quantity
        return worth


@action("stocktakes.counted", label=gettext_lazy("批准入賬"), form=forms.Post, rule=rules.approves)
def post(entry: Draft, *, document: Stocktake) -> None:
    """Approve the count and post it: from here on the book says what was counted, all in one entry."""
    step = begin(entry, document)
    if document.members.filter(part=Part.KEEPER, person=entry.by).exists() or entry.by.pk == document.custodian_id:
        raise Denied(_("保管員不能批准自己保管物品的盤點。"))
    # From here to the commit nobody else writes.
    expecting.locked_head()
    lines = list(
        document.lines.select_related("account", "commodity", "whence").order_by("account__name", "name", "pk")
    )
    judge(document, lines)
    _refuse_too_low(entry.by, lines)
    posting = _posting(entry, lines)
    _post_moves(posting, lines)
    _post_differences(posting, lines)
    if len(entry.lines) > MOST_LINES:
        raise Refused(_("這次盤點的差異太多，一筆登記寫不下。請按樓棟分開盤點。"))
    _tell(entry, document, lines, posting)
    document.approver, document.posted_on = entry.by, entry.occurred_on
    entry.changes(
        document, "approver", "posted_on", "counted", "matched", "missing", "found", "missing_value", "found_value"
    )
    move(entry, document, step.target)
    sign(entry, document, step)
    _ask_for_signatures(entry, document)


def _refuse_too_low(person: Person, lines: list[StocktakeLine]) -> None:
    """The larger the differences, the higher the signature: limits are parameters of the school."""
    at_stake = sum(worths_of([line for line in lines if line.status in (Status.MISSING, Status.FOUND)]).values())
    needed = Role.PRINCIPAL
    if at_stake <= value("stocktakes.director_limit"):
        needed = Role.DIRECTOR
    elif at_stake <= value("stocktakes.vice_principal_limit"):
        needed = Role.VICE_PRINCIPAL
    if not person.has_role(*RANK[RANK.index(needed) :]):
        raise Denied(
            _("差異金額 %(value)s 元，要由%(role)s批准。") % {"value": numbers.yuan(at_stake), "role": needed.label}
        )


def worths_of(lines: list[StocktakeLine]) -> dict[int, int]:
    """Key of a line → what its difference is worth, 分 without sign: at the average of the frozen list, else at cost."""
    differing = [line for line in lines if line.difference and line.commodity_id]
    costs = expecting.costs_of(line.commodity_id for line in differing if line.commodity_id and not line.expected)
    found = {}
    for line in differing:
        pieces = abs(line.difference)
        value_known, of = costs.get(line.commodity_id or 0, (0, 0))
        at_cost = (2 * value_known * pieces + of) // (2 * of) if of else 0
        found[line.pk] = line.worth(pieces) if line.expected else at_cost
    return found


def _posting(entry: Draft, lines: list[StocktakeLine]) -> _Posting:
    accounts = {line.account_id for line in lines} | {line.whence_id for line in lines if line.whence_id}
    commodities = {line.commodity_id for line in lines if line.commodity_id}
    held = {
        (account_id, commodity_id): quantity
        for account_id, commodity_id, quantity in Balance.objects.filter(
            Q(account_id__in=accounts) | Q(account__role="pending", commodity_id__in=commodities)
        ).values_list("account_id", "commodity_id", "quantity")
    }
    return _Posting(entry, held, expecting.values_of(accounts), expecting.value_commodities(commodities))


def _post_moves(posting: _Posting, lines: list[StocktakeLine]) -> None:
    """What stands in another room goes there in the book."""
    moved = 0
    for pair in elsewhere(lines):
        posting.shift(
            pair.found.commodity, source=pair.missing.account, target=pair.found.account, quantity=pair.quantity
        )
        moved += pair.quantity
    inside = {line.account_id for line in lines}
    for line in lines:
        if line.status == Status.ELSEWHERE and line.whence is not None and line.whence_id not in inside:
            posting.shift(line.commodity, source=line.whence, target=line.account, quantity=line.difference)
            moved += line.difference
    if moved:
        posting.entry.measure("elsewhere", moved)


def _post_differences(posting: _Posting, lines: list[StocktakeLine]) -> None:
    """What is left over goes to ``loss`` or comes from ``found``, each under its reason; what is kept stays on the book."""
    entry, left = posting.entry, {id(line): line.difference for line in lines if line.commodity_id}
    for pair in elsewhere(lines):
        left[id(pair.missing)] += pair.quantity
        left[id(pair.found)] -= pair.quantity
    worths = worths_of(lines)
    for line in lines:
        rest = left.get(id(line), 0)
        if not rest or line.status == Status.ELSEWHERE:
            continue
        if line.decision == Decision.KEEP:
            entry.measure("kept", abs(rest))
            continue
        if not line.decision:
            # What moved between the decision and the posting cannot change a difference; a sheet that says otherwise is wrong.
            raise Refused(_("「%(name)s」的差異還沒有原因和處理意見。") % {"name": line})
        reason = str(rules.REASONS.label(line.reason))
        worth = worths[line.pk] * abs(rest) // abs(line.difference)
        if rest > 0:
            again = _found_again(posting, line, rest)
            if rest > again:
                posting.shift(
                    line.commodity, source=account("found", line.reason, name=f"{_('盤盈')}（{reason}）"),
                    target=line.account, quantity=rest - again, worth=worth,
                )  # fmt: skip
            entry.measure("found", rest)
            entry.measure("found_value", worth)
        else:
            assert line.commodity is not None
            # A fixed asset that is missing stays on the book, 待處理, until its disposal is approved (A08-1).
            target = (
                pending_beside(line.account)
                if is_asset(line.commodity)
                else account("loss", line.reason, name=f"{_('盤虧')}（{reason}）")
            )
            carried = posting.shift(line.commodity, source=line.account, target=target, quantity=-rest)
            worth = carried if line.commodity_id in posting.values else worth
            entry.measure("missing", -rest)
            entry.measure("missing_value", worth)
        posting.settled[line.pk] = worth if rest > 0 else -worth


def _found_again(posting: _Posting, line: StocktakeLine, most: int) -> int:
    """Put what was 待處理 and is found now back where it stands, and say how many."""
    again = 0
    waiting = Balance.objects.filter(commodity=line.commodity_id, account__role="pending", quantity__gt=0)
    for balance in waiting.select_related("account").order_by("account_id"):
        # What this very posting has put there or taken from there already is counted in.
        left = posting.held.get((balance.account_id, balance.commodity_id), 0)
        part = min(left, most - again)
        if part > 0:
            posting.shift(line.commodity, source=balance.account, target=line.account, quantity=part)
            again += part
    return again


def _tell(entry: Draft, sheet: Stocktake, lines: list[StocktakeLine], posting: _Posting) -> None:
    """The measures of the entry, the sums of the sheet and its frozen rows."""
    sheet.counted = sum(1 for line in lines if line.commodity_id)
    sheet.matched = sum(1 for line in lines if line.status == Status.MATCH)
    entry.measure("counted", sheet.counted)
    entry.measure("matched", sheet.matched)
    for name in ("missing", "found", "missing_value", "found_value"):
        # A count without differences says so: nought is a figure too.
        entry.measure(name, 0)
        setattr(sheet, name, entry.measures[name])
    unexpected = sum(1 for line in lines if line.commodity_id is None)
    if unexpected:
        entry.measure("unexpected", unexpected)
    for position, line in enumerate(lines, start=1):
        entry.creates(
            MinutesRow(
                stocktake=sheet, position=position, where=line.account.name, code=line.code, name=line.name,
                counter=line.commodity.counter if line.commodity else "", on_book=line.on_book, actual=line.actual or 0,
                value=posting.settled.get(line.pk, 0), status=line.status, reason=line.reason, cause=line.cause,
                decision=line.decision, counted_by_id=line.counted_by_id, recounted_by_id=line.recounted_by_id,
                label_intact=line.label_intact, user_agrees=line.user_agrees, use=line.use,
            )
        )  # fmt: skip


@action("stocktakes.voided", label=gettext_lazy("作廢盤點"), form=forms.Void, rule=rules.approves)
@walks(lambda: rules.STOCKTAKE)
def void(entry: Draft, *, document: Stocktake, reason: str) -> None:
    """Void a count that was posted by mistake: the book stands as before it; sheet and minutes are kept, marked. Count anew."""
    entry.reason = reason
    take_back(entry, document, reason=reason, kinds=("stocktakes.counted",))


# Signing the minutes --------------------------------------------------------------------------------------------------


MINUTES = "stocktakes.minutes_signed"


def _ask_for_signatures(entry: Draft, sheet: Stocktake) -> None:
    """The minutes lie on the list of everybody who has to sign them."""
    keepers = [member.person for member in sheet.members.filter(part=Part.KEEPER).select_related("person")]
    title = _("盤點記錄簽字：%(sheet)s") % {"sheet": sheet.title()}
    for person in (sheet.leader, sheet.witness, *keepers, None):
        entry.unit.create(
            Task(
                document_kind=sheet.kind, document_id=sheet.pk, document_number=sheet.number, title=title[:200],
                step=MINUTES, signs=True, role="" if person else Role.DIRECTOR, person=person, campus=sheet.campus,
                due_on=sheet.due_on, created_at=entry.unit.now,
            )
        )  # fmt: skip


@action(MINUTES, label=gettext_lazy("盤點記錄簽字"), form=forms.Sheet, rule=rules.signs_minutes)
def sign_minutes(entry: Draft, *, document: Stocktake) -> None:
    """Sign the minutes as counter, witness, keeper or head; four people at least. With the last one the count is over."""
    step = begin(entry, document)
    signed = dict(
        Signature.objects.filter(document_kind=document.kind, document_id=document.pk, step=MINUTES).values_list(
            "person_id", "signs_as"
        )
    )
    if entry.by.pk in signed:
        raise Refused(_("您已經在這份盤點記錄上簽過字。"))
    keepers = set(document.members.filter(part=Part.KEEPER).values_list("person_id", flat=True))
    part = _part_of(entry.by, document, keepers)
    if part == "head" and "head" in signed.values():
        raise Refused(_("負責人已經簽過字。"))
    sign(entry, document, replace(step, signs=part))
    mine = Task.objects.open().filter(document_kind=document.kind, document_id=document.pk, step=MINUTES)
    mine = mine.filter(person=None) if part == "head" else mine.filter(person=entry.by)
    change_rows(mine, done_at=entry.unit.now, done_by=entry.by)
    signed[entry.by.pk] = part
    parts = set(signed.values())
    if {"counter", "witness", "head"} <= parts and keepers <= set(signed):
        move(entry, document, "signed")


def _part_of(person: Person, sheet: Stocktake, keepers: set[int]) -> str:
    """What somebody signs as: nobody signs as two."""
    if person.pk == sheet.leader_id:
        return "counter"
    if person.pk == sheet.witness_id:
        return "witness"
    if person.pk in keepers:
        return "keeper"
    if leaders(person):
        return "head"
    raise Denied(_("要由盤點人、監盤人、保管員或負責人簽字。"))
