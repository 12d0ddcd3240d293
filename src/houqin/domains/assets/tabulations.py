"""Tables of fixed assets worked out for what is asked: by keeper, by class, by room, changes of a period, letters, desks."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any, cast

from django import forms
from django.db.models import Count, Max, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.calendar.reporting import Days
from houqin.foundation.catalogue import arrivals
from houqin.foundation.journal.accounts import HOLDING_ROLES
from houqin.foundation.journal.models import Line, Place, PlaceKind
from houqin.foundation.org.fields import CampusField, PersonField, PlaceField
from houqin.foundation.org.models import Person
from houqin.foundation.org.parameters import value
from houqin.foundation.registers.register import Column
from houqin.foundation.registers.tabulations import Opens, Row, Tabulated, tabulation
from houqin.kit import clock
from houqin.kit.fields import DayField
from houqin.kit.papers.slip import Slip

from . import plan, rules, scope
from .classes import GROUPS, class_of
from .depreciation import life_of, written_off_of
from .models import AssetCard, CustodyLetter, GoodsCode
from .prints import room_slips
from .registers import GROUP
from .standing import on_the_book, standings

UNKNOWN = gettext_lazy("（未填）")


# What waits for a card


class Nothing(forms.Form):
    """Nothing is asked."""


@tabulation(
    "assets.arrivals",
    title=gettext_lazy("待建卡的採購物資"),
    form=Nothing,
    readers=rules.handles_assets,
    group=GROUP,
    icon="package-import",
    about=gettext_lazy("採購已驗收、還沒有入庫也沒有建卡的東西；單價達到固定資產標準的標出來。"),
)
def arrivals_waiting(person: Person) -> Tabulated:
    """What was accepted and lies nowhere yet, line by line; what costs enough to be a fixed asset is marked (A01)."""
    today = clock.today()
    least, special = value("assets.threshold", on=today), value("assets.threshold_special", on=today)
    rows = []
    for one in arrivals.waiting():
        for left in one.left:
            price = left.value // left.quantity if left.quantity else 0
            known = class_of(left.item.name)
            # Desks are bought by the hundred: they count as fixed assets whatever one costs.
            is_asset = price >= least or (known is not None and known.group == "furniture")
            rows.append(
                Row(
                    (
                        one.entry.document_number, one.entry.occurred_on, str(one.supplier or ""), str(left.item),
                        left.quantity, left.item.counter, price, left.value, str(left.account.campus or left.account.name),
                        _("建卡") if is_asset else _("看用途"),
                    ),
                    Opens.document(one.entry.document_kind, one.entry.document_id)
                    if one.entry.document_id
                    else Opens.entry(one.entry.number),
                    mark="due" if is_asset else "",
                )
            )  # fmt: skip
    return Tabulated(
        columns=(
            Column("number", _("驗收單")),
            Column("accepted_on", _("驗收日期"), kind="date"),
            Column("supplier", _("供應商")),
            Column("item", _("品名規格")),
            Column("quantity", _("數量"), kind="integer"),
            Column("counter", _("單位")),
            Column("price", _("單價"), kind="money"),
            Column("value", _("金額"), kind="money", total=True),
            Column("campus", _("校區")),
            Column("hint", _("提示")),
        ),
        rows=rows,
        heading=_("截至 %(day)s") % {"day": today},
        notes=(
            _(
                "單價 %(least)s 元（專用設備 %(special)s 元）以上、用一年以上的是固定資產；大批同類的桌椅、圖書不論單價。"
            )
            % {"least": least // 100, "special": special // 100},
        ),
    )


@tabulation(
    "assets.codes_used",
    title=gettext_lazy("卡片上的分類代碼"),
    form=Nothing,
    readers=scope.sees_all,
    group=GROUP,
    icon="barcode",
    about=gettext_lazy(
        "卡片上用了哪些國標代碼、對照表裏有沒有、可靠程度如何；沒有寫的也數出來。只是提醒，不攔任何卡片。"
    ),
)
def codes_used(person: Person) -> Tabulated:
    """Every pair of codes on cards, whether the school's table knows it, and how sure it is (A02); nothing is blocked."""
    known = list(GoodsCode.objects.filter(state="in_use"))
    used = (
        on_the_book(AssetCard.objects.all())
        .values("gbt_2022", "gbt_2010")
        .annotate(cards=Count("pk"), example=Max("name"))
        .order_by("gbt_2022", "gbt_2010")
    )
    rows = []
    for row in used:
        new, old = row["gbt_2022"], row["gbt_2010"]
        told = next((one for one in known if (new and one.gbt_2022 == new) or (old and one.gbt_2010 == old)), None)
        rows.append(
            Row(
                (
                    new or "", old or "", row["cards"], row["example"], told.name if told else "",
                    str(told.get_status_display()) if told else _("沒有寫代碼") if not (new or old) else _("對照表裏沒有"),
                    told.source if told else "",
                ),
                Opens.register("assets.cards", q=new or old) if new or old else None,
                mark="" if told and told.status == "V" else "due",
            )
        )  # fmt: skip
    return Tabulated(
        columns=(
            Column("gbt_2022", _("國標分類代碼(2022)")),
            Column("gbt_2010", _("舊分類代碼(2010)")),
            Column("cards", _("卡片數"), kind="integer", total=True),
            Column("example", _("例如")),
            Column("name", _("分類名稱")),
            Column("status", _("可靠程度")),
            Column("source", _("依據")),
        ),
        rows=rows,
        heading=_("全校"),
    )


# By keeper


class Keeper(forms.Form):
    """Whose things; everybody's where nobody is named."""

    keeper = PersonField(label=gettext_lazy("保管人"), required=False)
    campus = CampusField(label=gettext_lazy("校區"), required=False)


@tabulation(
    "assets.by_keeper",
    title=gettext_lazy("保管人名下資產"),
    form=Keeper,
    group=GROUP,
    icon="user-check",
    about=gettext_lazy("每位保管人名下的卡片、件數、原值；填一個人就列出他的每一張卡片。"),
)
def by_keeper(person: Person, *, keeper: Person | None, campus: Place | None) -> Tabulated:
    """What each keeper holds, or card by card what one of them holds; within what the asker may see."""
    cards = on_the_book(scope.cards(person), campus=campus)
    if keeper is not None:
        return _cards_of(cards.filter(custodian=keeper), heading=_("%(name)s名下") % {"name": keeper})
    rows = (
        cards.values("custodian", "custodian_name")
        .annotate(cards=Count("pk"), pieces=Sum("held"), worth=Sum("held_value"), latest=Max("opened_on"))
        .order_by("-worth", "custodian_name")
    )
    return Tabulated(
        columns=(
            Column("keeper", _("保管人")),
            Column("cards", _("卡片數"), kind="integer", total=True),
            Column("pieces", _("件數"), kind="integer", total=True),
            Column("worth", _("原值"), kind="money", total=True),
            Column("latest", _("最近取得"), kind="date"),
        ),
        rows=[
            Row(
                (row["custodian_name"] or _("（無保管人）"), row["cards"], row["pieces"], row["worth"], row["latest"]),
                Opens.tabulation("assets.by_keeper", keeper=row["custodian"])
                if row["custodian"]
                else Opens.register("assets.cards", q=row["custodian_name"]),
                mark="" if row["custodian_name"] else "due",
            )
            for row in rows
        ],
        heading=str(campus or _("全校")),
    )


def _cards_of(cards: QuerySet[AssetCard], *, heading: str) -> Tabulated:
    return Tabulated(
        columns=(
            Column("number", _("資產編號")),
            Column("name", _("名稱")),
            Column("specification", _("規格型號")),
            Column("quantity", _("數量"), kind="integer", total=True),
            Column("counter", _("單位")),
            Column("value", _("原值"), kind="money", total=True),
            Column("place", _("存放地點")),
            Column("since", _("取得日期"), kind="date"),
        ),
        rows=[
            Row(
                (
                    card.number, card.name, card.specification, card.held, card.counter, card.held_value,
                    str(card.place or ""), card.opened_on,
                ),
                Opens.document(AssetCard.kind, card.pk),
            )
            for card in cast("QuerySet[Any]", cards.select_related("place").order_by("number"))
        ],
        heading=heading,
        signatures=(_("保管人"), _("資產管理員"), _("日期")),
    )  # fmt: skip


# By class, campus, year, funding: value, depreciation, net value on a day

BY = {
    "group": gettext_lazy("折舊類別"),
    "campus": gettext_lazy("校區"),
    "year": gettext_lazy("取得年份"),
    "funding": gettext_lazy("經費來源"),
    "unit": gettext_lazy("使用部門"),
}


class Worth(forms.Form):
    """On which day, and by what."""

    on = DayField(label=gettext_lazy("截至"), initial=clock.today)
    by = forms.ChoiceField(label=gettext_lazy("按"), choices=list(BY.items()), initial="group")
    campus = CampusField(label=gettext_lazy("校區"), required=False)


def _kept_by(card: AssetCard, campus: int | None, by: str) -> Any:
    """Under what a card's pieces on a campus are summed up."""
    if by == "campus":
        return campus
    if by == "year":
        return card.opened_on.year
    return getattr(card, {"group": "life_group", "funding": "funding", "unit": "using_unit"}[by])


@tabulation(
    "assets.worth",
    title=gettext_lazy("資產價值與折舊"),
    form=Worth,
    readers=rules.reads_values,
    group=GROUP,
    icon="chart-bar",
    about=gettext_lazy("任何一天的原值、累計折舊、淨值，按折舊類別、校區、年份、經費或部門。年限是參數，年限平均法。"),
)
def worth(person: Person, *, on: date, by: str, campus: Place | None) -> Tabulated:
    """Value, what is written off and what is left on a day, of what the book held then, wherever it stood."""
    sums: dict[Any, list[int]] = defaultdict(lambda: [0, 0, 0])
    cards: dict[Any, set[int]] = defaultdict(set)
    for one in standings(on=on):
        years, before = life_of(one.card, on=on), 0
        for where, pieces, cost in one.parts():
            gone = [written_off_of(one.card, value, on=on, years=years) for value in (before + cost, before)]
            before += cost
            if campus is not None and where != campus.pk:
                continue
            key = _kept_by(one.card, where, by)
            cards[key].add(one.card.pk)
            for position, more in enumerate((pieces, cost, gone[0] - gone[1])):
                sums[key][position] += more
    campuses = dict(
        Place.objects.filter(pk__in=[key for key in sums if isinstance(key, int)]).values_list("pk", "name")
    )

    def named(key: Any) -> str:
        if by == "group":
            return str(GROUPS[key][0]) if key in GROUPS else _("不提折舊或未歸類")
        told = campuses.get(key, key) if by == "campus" else key
        return str(told) if told not in (None, "") else str(UNKNOWN)

    return Tabulated(
        columns=(
            Column("by", BY[by]),
            Column("cards", _("卡片數"), kind="integer", total=True),
            Column("pieces", _("件數"), kind="integer", total=True),
            Column("cost", _("原值"), kind="money", total=True),
            Column("written_off", _("累計折舊"), kind="money", total=True),
            Column("left", _("淨值"), kind="money", total=True),
        ),
        rows=[
            Row((named(key), len(cards[key]), pieces, cost, off, cost - off))
            for key, (pieces, cost, off) in sorted(sums.items(), key=lambda pair: str(campuses.get(pair[0], pair[0])))
        ],
        heading=_("截至 %(day)s　%(campus)s") % {"day": on, "campus": campus or _("全校")},
        notes=(
            _(
                "取得當月起按月計提，處置當月止，不留殘值；圖書、文物、動植物、土地不提折舊。年限見「參數」，各類可按生效日期修改。"
            ),
        ),
        signatures=(_("資產管理員"), _("會計"), _("總務主任")),
    )


# Opening, additions, disposals, closing of a period

WAYS = {"outside": "added", "opening": "added", "disposed": "disposed", "loss": "lost", "found": "found"}


@tabulation(
    "assets.changes",
    title=gettext_lazy("固定資產增減變動"),
    form=Days,
    readers=rules.reads_values,
    group=GROUP,
    icon="arrows-diff",
    about=gettext_lazy("任何一段日子的期初、增加、處置、盤盈盤虧、期末，件數和原值，按折舊類別。"),
)
def changes(person: Person, *, start: date, end: date) -> Tabulated:
    """What was there, came, went and is there, by group; pieces and original value (half-year numbers of A09)."""
    sums: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    holding = list(HOLDING_ROLES)
    cards = {card.commodity_id: card for card in AssetCard.objects.all()}
    lines = Line.objects.filter(commodity__asset_card__isnull=False, entry__occurred_on__lte=end).exclude(
        source__role__in=holding, target__role__in=holding
    )
    asked = ("commodity", "quantity", "source__role", "target__role", "entry__occurred_on")
    held: dict[int, int] = defaultdict(int)
    for commodity, quantity, source, target, day in (
        lines.order_by("entry__occurred_on", "entry", "position").values_list(*asked).iterator()
    ):
        # A reversal runs the other way between the same roles, so it lessens what it takes back.
        if target in HOLDING_ROLES:
            way, step = WAYS.get(source, "added"), 1
        elif source in HOLDING_ROLES:
            way, step = WAYS.get(target, "disposed"), -1
        else:
            continue
        card, before = cards[commodity], held[commodity]
        held[commodity] += step * quantity
        worth = card.value_of(held[commodity]) - card.value_of(before)
        for name in ("opening",) if day < start else (way, "moved"):
            sums[card.life_group][name][0] += step * quantity
            sums[card.life_group][name][1] += worth
    rows = []
    for group in sorted(sums, key=lambda code: list(GROUPS).index(code) if code in GROUPS else len(GROUPS)):
        told = sums[group]
        opening, moved = told["opening"], told["moved"]
        if not any((*opening, *moved, *told["added"], *told["disposed"])):
            continue
        rows.append(
            Row(
                (
                    str(GROUPS[group][0]) if group in GROUPS else _("不提折舊或未歸類"), *opening, *told["added"],
                    -told["disposed"][0], -told["disposed"][1], told["found"][0] + told["lost"][0],
                    told["found"][1] + told["lost"][1], opening[0] + moved[0], opening[1] + moved[1],
                )
            )
        )  # fmt: skip
    return Tabulated(
        columns=(
            Column("group", _("折舊類別")),
            Column("opening", _("期初件數"), kind="integer", total=True),
            Column("opening_value", _("期初原值"), kind="money", total=True),
            Column("added", _("增加件數"), kind="integer", total=True),
            Column("added_value", _("增加原值"), kind="money", total=True),
            Column("disposed", _("處置件數"), kind="integer", total=True),
            Column("disposed_value", _("處置原值"), kind="money", total=True),
            Column("stocktake", _("盤盈（虧）件數"), kind="integer", total=True),
            Column("stocktake_value", _("盤盈（虧）原值"), kind="money", total=True),
            Column("closing", _("期末件數"), kind="integer", total=True),
            Column("closing_value", _("期末原值"), kind="money", total=True),
        ),
        rows=rows,
        heading=_("%(start)s 至 %(end)s") % {"start": start, "end": end},
        notes=(_("在途的算在內；校內調撥不增不減。"),),
        signatures=(_("資產管理員"), _("會計"), _("總務主任")),
    )


# Room by room


class Rooms(forms.Form):
    """Which campus, which room; every room with something in it where nothing is named."""

    campus = CampusField(label=gettext_lazy("校區"), required=False)
    room = PlaceField(label=gettext_lazy("室名"), required=False)


def _rooms(person: Person, *, campus: Place | None, room: Place | None) -> QuerySet[Place]:
    found = Place.objects.filter(
        pk__in=scope.room_rows(person).values("account__place"),
    )
    if not scope.sees_all(person):
        found = found.filter(pk__in=scope.rooms_of(person))
    if campus is not None:
        found = found.filter(campus=campus)
    if room is not None:
        found = found.filter(pk=room.pk)
    return found.select_related("campus", "parent").order_by("full_name")


def _room_papers(person: Person, *, campus: Place | None, room: Place | None) -> list[Slip]:
    return room_slips(_rooms(person, campus=campus, room=room))


@tabulation(
    "assets.room_cards",
    title=gettext_lazy("一室一卡（列印）"),
    form=Rooms,
    group=GROUP,
    icon="door",
    about=gettext_lazy("每室一頁。列印或匯出 PDF，全校各室在一個檔案裡；填室名只印一室。"),
    paper=_room_papers,
)
def room_cards(person: Person, *, campus: Place | None, room: Place | None) -> Tabulated:
    """Room by room: how many cards, pieces and what they cost; printed, it is the card of every room."""
    rooms = list(_rooms(person, campus=campus, room=room))
    letters = {
        letter.place_id: letter
        for letter in CustodyLetter.objects.filter(place__in=rooms, state="in_force").select_related("keeper")
    }
    sums = {
        row["account__place"]: row
        for row in scope.room_rows(person)
        .filter(account__place__in=rooms)
        .values("account__place")
        .annotate(cards=Count("pk"), pieces=Sum("quantity"), worth=Sum("amount"), looked=Max("checked_on"))
    }
    rows = []
    for place in rooms:
        found, letter = sums[place.pk], letters.get(place.pk)
        rows.append(
            Row(
                (
                    str(place.campus_or_self() or ""), place.full_name, str(letter.keeper or "") if letter else "",
                    found["cards"], found["pieces"], found["worth"], found["looked"],
                ),
                Opens.register("assets.rooms", room=place.full_name),
                mark="" if letter else "due",
            )
        )  # fmt: skip
    return Tabulated(
        columns=(
            Column("campus", _("校區")),
            Column("room", _("室名")),
            Column("keeper", _("責任人")),
            Column("cards", _("卡片數"), kind="integer", total=True),
            Column("pieces", _("件數"), kind="integer", total=True),
            Column("worth", _("金額"), kind="money", total=True),
            Column("checked_on", _("檢查日期"), kind="date"),
        ),
        rows=rows,
        heading=_("%(campus)s　%(count)s室") % {"campus": campus or _("全校"), "count": len(rooms)},
    )


# Letters


class Letters(Days):
    campus = CampusField(label=gettext_lazy("校區"), required=False)


def _signed_on(letter: CustodyLetter | None) -> date | None:
    return letter.signed_on if letter else None


@tabulation(
    "assets.letters_standing",
    title=gettext_lazy("責任書簽訂情況"),
    form=Letters,
    readers=scope.sees_all,
    group=GROUP,
    icon="writing-sign",
    about=gettext_lazy("有財產的每個室：責任書簽了沒有、停在哪一步；連一份也沒開的也列出來。"),
)
def letters_standing(person: Person, *, start: date, end: date, campus: Place | None) -> Tabulated:
    """Every room with property and its letter of the days asked: in force, on its way, or none at all (A05)."""
    # A campus as a whole is nobody's room: what only lies "on the campus" needs a place first.
    rooms = list(_rooms(person, campus=campus, room=None).exclude(kind=PlaceKind.CAMPUS))
    letters: dict[int | None, CustodyLetter] = {}
    found = CustodyLetter.objects.filter(from_on__lte=end, to_on__gte=start).exclude(state="dropped")
    for one in found.filter(place__in=rooms).select_related("keeper").order_by("pk"):
        letters[one.place_id] = one
    rows, signed = [], 0
    # What is missing first: no letter at all, then one on its way, then those signed.
    for place in sorted(
        rooms, key=lambda one: (one.pk in letters, bool(_signed_on(letters.get(one.pk))), one.full_name)
    ):
        letter = letters.get(place.pk)
        is_signed = letter is not None and letter.signed_on is not None
        signed += is_signed
        rows.append(
            Row(
                (
                    str(place.campus_or_self() or ""), letter.room_name if letter else place.full_name,
                    str(letter.keeper or "") if letter else "", letter.number if letter else "",
                    letter.state_label if letter else _("未開立"), letter.signed_on if letter else None,
                    letter.checked_on if letter else None, letter.closed_on if letter else None,
                    letter.missing if letter else None,
                ),
                Opens.document(CustodyLetter.kind, letter.pk) if letter else Opens.register("assets.rooms", room=place.full_name),
                mark="done" if is_signed else "late",
            )
        )  # fmt: skip
    return Tabulated(
        columns=(
            Column("campus", _("校區")),
            Column("room", _("班級(功能室)")),
            Column("keeper", _("責任人")),
            Column("number", _("責任書")),
            Column("state", _("狀態")),
            Column("signed_on", _("簽訂日期"), kind="date"),
            Column("checked_on", _("期中抽查"), kind="date"),
            Column("closed_on", _("期末驗收"), kind="date"),
            Column("missing", _("缺損數"), kind="integer", total=True),
        ),
        rows=rows,
        heading=_("%(start)s 至 %(end)s　已簽 %(signed)s，未簽 %(missing)s")
        % {"start": start, "end": end, "signed": signed, "missing": len(rooms) - signed},
    )


# Warranties


@tabulation(
    "assets.warranties",
    title=gettext_lazy("保修到期"),
    form=Days,
    readers=scope.sees_all,
    group=GROUP,
    icon="shield-check",
    about=gettext_lazy("這段日子裡保修到期的資產，到期前該檢查、該報修的抓緊。"),
)
def warranties(person: Person, *, start: date, end: date) -> Tabulated:
    """Cards whose warranty ends within the days, the soonest first; what is over already is marked late."""
    today = clock.today()
    cards: QuerySet[Any] = on_the_book(AssetCard.objects.filter(warranty_until__gte=start, warranty_until__lte=end))
    return Tabulated(
        columns=(
            Column("until", _("保修期至"), kind="date"),
            Column("number", _("資產編號")),
            Column("name", _("名稱規格")),
            Column("quantity", _("數量"), kind="integer"),
            Column("value", _("原值"), kind="money", total=True),
            Column("place", _("存放地點")),
            Column("keeper", _("保管人")),
            Column("use", _("使用狀況")),
        ),
        rows=[
            Row(
                (
                    card.warranty_until, card.number, card.title(), card.held, card.held_value, str(card.place or ""),
                    card.custodian_name, str(card.get_use_display()),
                ),
                Opens.document(AssetCard.kind, card.pk),
                mark="late" if card.warranty_until and card.warranty_until < today else "due",
            )
            for card in cards.select_related("place").order_by("warranty_until", "number")
        ],
        heading=_("%(start)s 至 %(end)s") % {"start": start, "end": end},
    )  # fmt: skip


# Desks


class Lacking(forms.Form):
    campus = CampusField(label=gettext_lazy("校區"), required=False)
    only = forms.ChoiceField(
        label=gettext_lazy("列出"),
        choices=[("all", gettext_lazy("全部")), ("lacking", gettext_lazy("缺的")), ("over", gettext_lazy("多的"))],
        initial="all",
    )


@tabulation(
    "assets.desk_needs",
    title=gettext_lazy("課桌椅餘缺"),
    form=Lacking,
    readers=rules.plans_desks | scope.sees_all,
    group=GROUP,
    icon="school",
    about=gettext_lazy("班級人數對教室裡的課桌椅：哪班缺、哪班多。"),
)
def desk_needs(person: Person, *, campus: Place | None, only: str) -> Tabulated:
    """Class by class what is needed and what is there now, the worst off first (A06)."""
    situation = plan.read_situation()
    spots = [
        spot
        for spot in situation.spots
        if (campus is None or spot.campus_id == campus.pk)
        and (only != "lacking" or spot.lacking > 0)
        and (only != "over" or (spot.lacking < 0 and not spot.keeps))
    ]
    return Tabulated(
        columns=(
            Column("campus", _("校區")),
            Column("place", _("教室")),
            Column("classes", _("班級")),
            Column("needed", _("應有"), kind="integer", total=True),
            Column("present", _("現有"), kind="integer", total=True),
            Column("lacking", _("缺"), kind="integer", total=True),
            Column("over", _("多"), kind="integer", total=True),
        ),
        rows=[
            Row(
                (
                    str(spot.place.campus_or_self() or ""), spot.place.full_name,
                    "、".join(spot.classes) or (_("功能室留用") if spot.keeps else ""), spot.needed, spot.present,
                    max(spot.lacking, 0), 0 if spot.keeps else max(-spot.lacking, 0),
                ),
                Opens.register("assets.rooms", room=spot.place.full_name),
                mark="late" if spot.lacking > 0 else "",
            )
            for spot in sorted(spots, key=lambda one: (-one.lacking, one.place.full_name))
        ],
        heading=str(campus or _("全校")),
        notes=(_("待修的 %(count)s 套不算在現有裡。") % {"count": situation.in_repair},) if situation.in_repair else (),
    )  # fmt: skip


__all__ = ["by_keeper", "changes", "desk_needs", "letters_standing", "room_cards", "warranties", "worth"]
