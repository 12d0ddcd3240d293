"""What actions of the stores share: whose account, which store, which batch goes out first, was it there that day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, F, Q, Sum, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext as _

from houqin.foundation.calendar.models import Term
from houqin.foundation.catalogue import stock
from houqin.foundation.catalogue.items import item_key
from houqin.foundation.catalogue.lines import only_item_named
from houqin.foundation.catalogue.models import Item
from houqin.foundation.journal.accounts import account, account_of_place
from houqin.foundation.journal.actions import locked
from houqin.foundation.journal.models import Account, Commodity, Place, PlaceKind
from houqin.foundation.journal.refused import Refused
from houqin.foundation.journal.vouching import change_rows
from houqin.foundation.journal.writer import Draft, Unit
from houqin.foundation.org.models import Person, SchoolClass
from houqin.foundation.org.models import Unit as Office
from houqin.foundation.org.parameters import value
from houqin.kit.text import fold

from .models import Batch, HandOut, Keeping, Quota, Requisition, RequisitionLine
from .rules import OPEN
from .terms import CATEGORIES, SOURCE_ACCOUNTS, Holder, Loss, Source


def store_account(store: Place) -> Account:
    return account_of_place(store, role="store")


def used_by(kind: str, holder: Any, *, name: str = "") -> Account:
    """Where goods used up by a class, a unit or a person go; ``name`` where nobody known is meant."""
    if holder is None:
        return account("used", "others", name=str(_("其他領用")))
    place = _campus_of(holder)
    return account("used", f"{kind}:{holder.pk}", name=str(holder), place=place)


def kept_by(kind: str, holder: Any) -> Account:
    """Custody of a class, a unit or a person (D02-4)."""
    return account(
        str(kind), holder.pk, name=str(holder), place=_campus_of(holder),
        person_id=holder.pk if isinstance(holder, Person) else None,
    )  # fmt: skip


def lent_to(person: Person | None) -> Account:
    if person is None:
        return account("loan", "others", name=str(_("其他借用人")))
    return account("loan", person.pk, name=str(person), place=person.campus, person_id=person.pk)


def lost(how: str) -> Account:
    """Where goods go that are lost, damaged, past their day, short at a count or on the way."""
    labels = {**dict(Loss.choices), "transit": _("調撥短少")}
    return account("lost", str(how), name=str(labels[how]))


def unbooked() -> Account:
    """Goods of past papers that were never booked in."""
    return account("outside", "unbooked", name=str(_("未入庫登記")))


def coming_from(source: str) -> Account:
    """Where goods of a source come from."""
    role, key, name = SOURCE_ACCOUNTS[Source(source)]
    return account(role, key, name=str(name))


def opening() -> Account:
    return account("opening", "stores", name=str(_("期初庫存")))


def _campus_of(holder: Any) -> Place | None:
    return getattr(holder, "campus", None)


def holder_kind(holder: Any) -> str:
    if isinstance(holder, SchoolClass):
        return Holder.CLASS
    return Holder.UNIT if isinstance(holder, Office) else Holder.PERSON


def store_for(unit: Unit, told: Place | None, *, near: Place | None = None) -> Place:
    """The store a past paper is about: as told, the only one, or the one on the campus of who received.

    A school that has named no store yet gets one called 總務倉庫, because its papers prove there is one.
    """
    if told is not None:
        return told
    stores = list(
        Place.objects.filter(kind=PlaceKind.STORE, is_active=True).select_related("campus").order_by("pk")[:50]
    )
    if len(stores) == 1:
        return stores[0]
    if not stores:
        name = "總務倉庫"
        made, _created = Place.objects.get_or_create(
            folded=fold(name), defaults={"kind": PlaceKind.STORE, "name": name, "full_name": name}
        )
        return made
    if near is not None:
        campus = near.campus_or_self()
        there = [store for store in stores if store.campus_or_self() == campus]
        if len(there) == 1:
            return there[0]
    raise Refused(
        _("學校有 %(count)d 個倉庫，這一行看不出是哪一個。請在表上加「倉庫」一欄：%(names)s。")
        % {"count": len(stores), "names": "、".join(store.full_name for store in stores)},
        field="store",
    )


def store_of_campus(campus: Place) -> Place:
    """The store goods for a campus come from: its own, or the school's only one."""
    stores = list(Place.objects.filter(kind=PlaceKind.STORE, is_active=True).select_related("campus").order_by("pk"))
    own = [store for store in stores if store.campus_or_self() == campus]
    if own:
        return own[0]
    if len(stores) == 1:
        return stores[0]
    raise Refused(_("%(campus)s沒有倉庫。請先登記倉庫，或在發放計劃上選一個。") % {"campus": campus}, field="store")


def keeping_of(item: Item) -> Keeping:
    """How an item is kept; an ordinary consumable where nobody has said otherwise."""
    known = getattr(item, "keeping", None)
    return known or Keeping(item=item, category=CATEGORIES.find(item.name) or "other")


def known_items(rows: Iterable[dict[str, Any]]) -> list[tuple[Item, dict[str, Any]]]:
    """The catalogue's items for the rows of a lines field; what is not there is refused by name, not invented."""
    rows = list(rows)
    keys = {item_key(row["name"], row["specification"]) for row in rows if row["item"] is None}
    found = {item.folded: item for item in Item.objects.select_related("commodity", "keeping").filter(folded__in=keys)}
    unknown, items = [], []
    for row in rows:
        item = row["item"] or found.get(item_key(row["name"], row["specification"]))
        if item is None:
            item = _only_of_that_name(row["name"]) if not row["specification"] else None
        if item is None:
            unknown.append(f"{row['name']} {row['specification']}".strip())
            continue
        refuse_other_counter(item, row["counter"])
        items.append((item, row))
    if unknown:
        raise Refused(
            _("物資目錄裡沒有「%(names)s」。請從目錄裡選，或請保管員先登記。") % {"names": "」「".join(unknown)},
            field="lines",
        )
    return items


def said(goods: Iterable[tuple[Item, int]]) -> str:
    """What a paper is about, for its title: 粉筆 白色 10盒、板擦 2個."""
    return "、".join(f"{item} {quantity}{item.counter}" for item, quantity in goods)


def _only_of_that_name(name: str) -> Item | None:
    try:
        return only_item_named(name, Item.objects.select_related("commodity", "keeping"))
    except ValueError as error:
        raise Refused(str(error), field="lines") from error


def refuse_other_counter(item: Item, counter: str) -> None:
    """10 boxes are not 10 pieces: a paper with another counter word than the catalogue's is not understood."""
    if counter and item.counter and fold(counter) != fold(item.counter):
        raise Refused(
            _("「%(name)s」在目錄裡按「%(known)s」計，這裡寫的是「%(told)s」。請換算後再寫，或另立一個規格。")
            % {"name": item, "known": item.counter, "told": counter},
            field="counter",
        )


def told_by_item(told: dict[str, int], items: Iterable[Item], *, field: str) -> dict[int, int]:
    """Quantities told by key or name → by item key. Refuses a name that is not on the paper."""
    by_key = {}
    names: dict[str, list[Item]] = {}
    for item in items:
        by_key[str(item.pk)] = item
        names.setdefault(item.folded, []).append(item)
        names.setdefault(item_key(item.name), []).append(item)
    found = {}
    for name, quantity in told.items():
        known = by_key.get(name)
        if known is None:
            alike = {one.pk: one for one in names.get(item_key(name), [])}
            if len(alike) != 1:
                raise Refused(_("單上沒有「%(name)s」，或者不只一種。") % {"name": name}, field=field)
            known = next(iter(alike.values()))
        found[known.pk] = quantity
    return found


def told_by_line(
    told: dict[str, int], lines: Sequence[Any], *, field: str, most: Callable[[Any], int]
) -> dict[int, int]:
    """Quantities told by key, name, or name and batch → by line key; ``most`` is what a line can take at the most.

    A name that stands on several lines means all of them together: whole or not at all, or in the order of the lines
    where nothing tells them apart. Where batches do, which of them is short is asked, not guessed.
    """
    found: dict[int, int] = {}
    for name, quantity in told.items():
        meant = _lines_meant(name, lines)
        if not meant or len({line.item_id for line in meant}) != 1:
            raise Refused(_("單上沒有「%(name)s」，或者不只一種。") % {"name": name}, field=field)
        if len(meant) == 1:
            found[meant[0].pk] = quantity
            continue
        together = sum(map(most, meant))
        if quantity > together:
            raise Refused(
                _("「%(name)s」單上一共是 %(together)d，不能寫 %(told)d。")
                % {"name": meant[0].item, "together": together, "told": quantity},
                field=field,
            )
        batches = {getattr(line, "batch", "") for line in meant}
        if len(batches) == len(meant) and quantity not in (0, together):
            raise Refused(
                _("「%(name)s」單上有幾批，請寫明哪一批是多少，例如 %(example)s。")
                % {
                    "name": meant[0].item,
                    "example": "、".join(f"{line.item} {line.batch} {most(line)}" for line in meant if line.batch),
                },
                field=field,
            )
        for line in meant:
            found[line.pk] = min(most(line), quantity)
            quantity -= found[line.pk]
    return found


def _lines_meant(name: str, lines: Sequence[Any]) -> list[Any]:
    by_key = [line for line in lines if str(line.item_id) == name]
    if by_key:
        return by_key
    key = item_key(name)

    def names(line: Any) -> set[str]:
        batch = getattr(line, "batch", "")
        words = {line.item.folded, item_key(line.item.name)}
        if batch:
            words |= {
                item_key(f"{one} {label}{batch}") for one in (line.item, line.item.name) for label in ("", "批號")
            }
        return words

    exact = [line for line in lines if line.item.folded == key]
    return exact or [line for line in lines if key in names(line)]


# Batches


def draw(
    entry: Draft, *, store: Place, item: Item, quantity: int, batch: Batch | None = None, expired: bool = False
) -> list[list[Any]]:
    """Take ``quantity`` from the batches of a store, the earliest expiry first, and say from which: [number, day, taken].

    What is past its day is not handed out; only a write-off (``expired``, or the ``batch`` itself) may touch it.
    """
    rows = list(
        locked(Batch.objects.filter(store=store, item=item, remaining__gt=0)).order_by(
            F("expires_on").asc(nulls_last=True), "pk"
        )
    )
    if batch is not None:
        rows = [row for row in rows if row.pk == batch.pk]
        left = rows[0].remaining if rows else 0
        if left < quantity:
            raise Refused(
                _("這一批只剩 %(left)d，不夠 %(quantity)d。") % {"left": left, "quantity": quantity}, field="quantity"
            )
    elif not expired and rows:
        bad = sum(row.remaining for row in rows if row.is_expired(entry.occurred_on))
        good = stock.held(entry.unit, store_account(store), item.commodity) - bad
        if bad and quantity > good:
            raise Refused(
                _("「%(name)s」有 %(bad)d%(counter)s已過期，能發的只有 %(good)d%(counter)s。過期的請辦報損。")
                % {"name": item, "bad": bad, "good": max(good, 0), "counter": item.counter},
                field="quantity",
            )
        rows = [row for row in rows if not row.is_expired(entry.occurred_on)]
    taken = []
    for row in rows:
        part = min(row.remaining, quantity)
        if not part:
            break
        change_rows(Batch.objects.filter(pk=row.pk), remaining=F("remaining") - part)
        quantity -= part
        taken.append([row.number, row.expires_on.isoformat() if row.expires_on else "", part])
    return taken


def lay_in(entry: Draft, *, store: Place, item: Item, quantity: int, batch: str, expires_on: date | None) -> None:
    """Keep a batch apart where it has a number or a day to be used by."""
    if batch or expires_on:
        Batch.objects.create(
            store=store, item=item, number=batch, expires_on=expires_on, received_on=entry.occurred_on,
            received=quantity, remaining=quantity,
        )  # fmt: skip


def put_back(entry: Draft, *, store: Place, item: Item, quantity: int, batch: Batch | None = None) -> None:
    """Returned goods go back into the batch they came from, where it is known, else into the latest they may have come from."""
    rows = locked(Batch.objects.filter(store=store, item=item, remaining__lt=F("received"))).order_by(
        "-expires_on", "-pk"
    )
    if batch is not None:
        rows = rows.filter(pk=batch.pk)
    for row in rows:
        part = min(row.received - row.remaining, quantity)
        if not part:
            break
        change_rows(Batch.objects.filter(pk=row.pk), remaining=F("remaining") + part)
        quantity -= part


# Quotas


def excesses(paper: Requisition, items: Iterable[tuple[Item, int]], *, day: date) -> list[str]:
    """What of ``items`` goes beyond a quota in the term of ``day``, as sentences; [] within all of them (D02-3).

    Counted are the goods handed out and those of other papers still open. A class or unit that is not the receiver's own
    has its quota and the receiver keeps theirs: naming somebody else's class gets nobody around it.
    """
    wanted = [(item, keeping_of(item).category, quantity) for item, quantity in items]
    term = Term.objects.filter(starts_on__lte=day).order_by("-starts_on").first()
    since = term.starts_on if term else None
    said = []
    for kind, holder in _held_to(paper):
        for quota in Quota.objects.filter(holder=kind).select_related("item"):
            asked = sum(
                q
                for item, category, q in wanted
                if item.pk == quota.item_id or (not quota.item_id and category == quota.category)
            )
            if not asked:
                continue
            had, waiting = _had(kind, holder, quota, since=since), _waiting(kind, holder, quota, paper, since=since)
            if had + waiting + asked > quota.quantity:
                told = _("申領中 %(waiting)d，") % {"waiting": waiting} if waiting else ""
                said.append(
                    _("「%(what)s」%(whose)s每學期定額 %(quota)d，已領 %(had)d，%(told)s這次 %(asked)d")
                    % {
                        "what": quota.item or CATEGORIES.label(quota.category),
                        "whose": holder,
                        "quota": quota.quantity,
                        "had": had,
                        "told": told,
                        "asked": asked,
                    }
                )
    return said


def _held_to(paper: Requisition) -> list[tuple[str, Any]]:
    """Whose quotas a paper counts on: the class or unit it names, and the receiver unless that class or unit is theirs."""
    kind, holder = paper.holder()
    if holder is None:
        return []
    is_own = (
        kind == Holder.PERSON
        or (kind == Holder.CLASS and paper.receiver_id in (None, holder.teacher_id))
        or (kind == Holder.UNIT and (paper.receiver is None or _belongs(paper.receiver, holder)))
    )
    return [(kind, holder)] if is_own else [(kind, holder), (str(Holder.PERSON), paper.receiver)]


def _belongs(person: Person, unit: Office) -> bool:
    return unit.pk == person.unit_id or unit.head_id == person.pk


def _of_holder(kind: str, holder: Any, path: str = "requisition__") -> Q:
    """Papers that count on the quota of this holder."""
    if kind == Holder.CLASS:
        return Q(**{f"{path}school_class": holder})
    if kind == Holder.UNIT:
        return Q(**{f"{path}unit": holder})
    own_class = Q(**{f"{path}school_class__teacher": holder})
    own_unit = Q(**{f"{path}unit__head": holder})
    if holder.unit_id:
        own_unit |= Q(**{f"{path}unit": holder.unit_id})
    return Q(**{f"{path}receiver": holder}) & ~(own_class | own_unit)


def _of_quota(rows: Any, quota: Quota) -> Any:
    return rows.filter(item=quota.item) if quota.item_id else rows.filter(item__keeping__category=quota.category)


def _had(kind: str, holder: Any, quota: Quota, *, since: date | None) -> int:
    rows = HandOut.objects.exclude(requisition__state="void").filter(_of_holder(kind, holder))
    if since is not None:
        rows = rows.filter(issued_on__gte=since)
    return _of_quota(rows, quota).aggregate(had=Sum(F("quantity") - F("returned")))["had"] or 0


def _waiting(kind: str, holder: Any, quota: Quota, paper: Requisition, *, since: date | None) -> int:
    """What other papers still open would hand out: as approved, or as asked for where nobody has decided."""
    lines = RequisitionLine.objects.filter(requisition__state__in=OPEN).filter(_of_holder(kind, holder))
    if paper.pk is not None:
        lines = lines.exclude(requisition=paper.pk)
    if since is not None:
        lines = lines.filter(requisition__opened_on__gte=since)
    left = Greatest(Coalesce(F("approved"), F("quantity")) - F("issued"), Value(0))
    return _of_quota(lines, quota).aggregate(waiting=Sum(left, output_field=BigIntegerField()))["waiting"] or 0


# Hazardous goods (D02-5)

# What leaves a store by these bears two people's names: countersigned, approved and lent, decided; or it is a past paper.
_TWO_NAMES = frozenset({"stores.issued", "stores.lent", "stores.written_off", "stores.ledger_recorded"})


@stock.guards
def hazardous_goods_leave_under_two_names(entry: Draft, commodity: Commodity, source: Account) -> None:
    """Whatever the way and whatever the domain: no verb of one person takes hazardous goods out of a store."""
    if (
        source.role != "store"
        or entry.kind in _TWO_NAMES
        or not value("stores.hazardous_needs_two", on=entry.occurred_on)
    ):
        return
    if Keeping.objects.filter(item__commodity=commodity, is_hazardous=True).exists():
        raise Refused(
            _("「%(name)s」是危險品，不能一個人出庫。請走申領、審批、雙人會簽。") % {"name": commodity}, field="lines"
        )
