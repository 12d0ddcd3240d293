"""The demo school's property: 3,000 cards, desks in every classroom, letters signed and missing, things on their way out."""

from __future__ import annotations

from datetime import date, time, timedelta

from django.utils.translation import gettext_lazy as _

from houqin.foundation.journal.actions import batch
from houqin.foundation.journal.models import Place
from houqin.foundation.org.models import Person
from houqin.foundation.org.scenes import Stage, scene
from houqin.kit import clock

from . import actions
from .models import AssetCard, CustodyLetter, Disposal, Transfer

# Name, specification, counter, pieces, price in 元, days after the period began.
BOUGHT = (
    ("學生課桌椅", "升降式", "套", 200, "160", 35),
    ("教師辦公桌椅", "1.4m", "套", 12, "780", 35),
    ("投影儀", "激光", "臺", 4, "5200", 36),
    ("台式電腦", "i5/8G", "臺", 18, "3650", 40),
    ("書櫃", "五層", "個", 24, "420", 52),
    ("飲水機", "立式", "臺", 6, "1180", 60),
)
# What stands in every classroom besides its desks: name, specification, counter, price in 元.
IN_CLASSROOMS = (
    ("觸控一體機", "75寸", "臺", 13800), ("空調", "3匹櫃式", "臺", 5600), ("空調", "1.5匹掛式", "臺", 2600),
    ("講桌", "鋼木", "張", 860), ("綠板", "推拉式", "塊", 1450), ("書櫃", "四門", "個", 520), ("儲物櫃", "六格", "組", 680),
    ("教師辦公椅", "轉椅", "把", 260), ("功放音響", "60W", "套", 1250), ("電扇", "吊扇", "臺", 180), ("電扇", "吊扇", "臺", 180),
    ("飲水機", "立式", "臺", 1180), ("路由器", "AP面板", "臺", 460), ("攝像頭", "400萬像素", "臺", 590),
)  # fmt: skip
# What special rooms hold: purpose → (name, specification, counter, price in 元, how many cards).
IN_SPECIAL_ROOMS = {
    "計算機室": (("台式電腦", "i3/8G", "臺", 3200, 52), ("電腦桌", "雙人", "張", 420, 26), ("交換機", "48口", "臺", 2100, 2)),
    "多媒體教室": (("投影儀", "工程", "臺", 16800, 2), ("階梯座椅", "連排", "組", 1350, 40), ("調音臺", "12路", "臺", 3600, 1)),
    "實驗室": (("實驗桌", "四人", "張", 1250, 14), ("顯微鏡", "學生用", "臺", 680, 56), ("儀器櫃", "鋁木", "個", 1300, 12)),
    "圖書室": (("書架", "雙面六層", "組", 760, 48), ("閱覽桌", "六人", "張", 980, 16), ("台式電腦", "i3/8G", "臺", 3200, 4)),
}  # fmt: skip
# What offices and other rooms hold, and how many cards of each per campus.
ELSEWHERE = (
    ("教師辦公桌椅", "1.4m", "套", 780, 62), ("台式電腦", "i5/8G", "臺", 3650, 90), ("文件櫃", "鐵皮", "個", 460, 120),
    ("打印機", "黑白激光", "臺", 1480, 18), ("複印機", "A3", "臺", 12800, 2), ("空調", "1.5匹掛式", "臺", 2600, 40),
    ("沙發", "三人", "組", 1800, 10), ("電視機", "55寸", "臺", 2900, 6), ("餐桌", "八人連體", "張", 1150, 100),
    ("冰櫃", "臥式", "臺", 3200, 6), ("蒸飯車", "雙門", "臺", 6800, 4), ("籃球架", "固定式", "副", 4200, 6),
    ("乒乓球臺", "室外", "張", 1900, 12), ("監控攝像機", "球機", "臺", 1250, 120), ("鋼琴", "立式", "架", 13500, 3),
    ("更衣櫃", "九門", "組", 890, 20), ("電子白板", "82寸", "塊", 7600, 6), ("筆記本電腦", "14寸", "臺", 4800, 36), ("電扇", "壁掛", "臺", 150, 120), ("摺疊椅", "會議", "把", 85, 160),
)  # fmt: skip


@scene("assets", _("固定資產與調撥"), order=30)
def a_half_year_of_assets(stage: Stage) -> None:
    manager = stage.first("asset_manager")
    _what_stood_there(stage, manager)
    _what_was_bought(stage, manager)
    _letters(stage, manager)
    _scrapping(stage, manager)
    _transfers(stage, manager)


def _what_stood_there(stage: Stage, manager: Person) -> None:
    """Some 3,000 cards from the years before: classrooms, special rooms, offices."""
    chance, start = stage.chance, stage.period.start
    cards: list[dict[str, object]] = []

    def card(
        place: Place, keeper: Person, name: str, specification: str, counter: str, price: int, quantity: int
    ) -> None:
        day = start - timedelta(days=chance.randrange(60, 2900))
        cards.append(
            {
                "name": name,
                "specification": specification,
                "counter": counter,
                "quantity": quantity,
                "unit_price": price,
                "way": "購置",
                "funding": chance.choice(("財政撥款", "義務教育公用經費", "專項資金")),
                "occurred_on": day,
                "place": place,
                "custodian": keeper,
                "use": "在用",
            }
        )

    for school_class in stage.classes:
        assert school_class.room is not None and school_class.teacher is not None
        # Most rooms have what their class needs; some a few too many, some too few.
        sets = max(school_class.pupils + chance.choice((-6, -3, 0, 0, 1, 2, 4, 8)), 20)
        card(school_class.room, school_class.teacher, "學生課桌椅", "升降式", "套", 160, sets)
        for name, specification, counter, price in IN_CLASSROOMS:
            card(school_class.room, school_class.teacher, name, specification, counter, price, 1)
    teachers = stage.people["teacher"]
    for position, room in enumerate(room for room in stage.rooms if room.purpose in IN_SPECIAL_ROOMS):
        for name, specification, counter, price, count in IN_SPECIAL_ROOMS[room.purpose]:
            for _number in range(count):
                card(room, teachers[position % len(teachers)], name, specification, counter, price, 1)
    sitting = {school_class.room_id for school_class in stage.classes}
    for campus in stage.campuses:
        rooms = [
            room
            for room in stage.rooms
            if room.campus_id == campus.pk and room.pk not in sitting and room.purpose == "教室"
        ]
        for name, specification, counter, price, count in ELSEWHERE:
            for _number in range(count):
                card(chance.choice(rooms), chance.choice(teachers), name, specification, counter, price, 1)
    cards.sort(key=lambda one: str(one["occurred_on"]))
    form = actions.import_card.form(actor=manager)
    with batch(manager, via="demo") as unit:
        for position, facts in enumerate(cards, start=1):
            actions.import_card.into(unit, {"number": f"ZC{position:05d}", **facts}, form=form)
            if position % 500 == 0:
                unit.flush()


def _what_was_bought(stage: Stage, manager: Person) -> None:
    keeper, start = stage.first("storekeeper"), stage.period.start
    with batch(manager, via="demo") as unit:
        for position, (name, specification, counter, quantity, price, after) in enumerate(BOUGHT, start=1):
            actions.add_card.into(
                unit,
                {
                    "number": f"ZC-{start.year}-A{position:03d}",
                    "name": name,
                    "specification": specification,
                    "counter": counter,
                    "quantity": quantity,
                    "unit_price": price,
                    "way": "購置",
                    "occurred_on": min(start + timedelta(days=after), stage.period.end),
                    "place": stage.campuses[0],
                    "custodian": keeper,
                    "life_years": 6 if name in {"台式電腦", "投影儀"} else 15,
                    "warranty_until": start + timedelta(days=after + 365 if name != "飲水機" else after + 90),
                },
            )


def _letters(stage: Stage, manager: Person) -> None:
    """Every room is called at the beginning of term; a few keepers have not signed, one room was not yet counted."""
    opened = min(stage.period.start + timedelta(days=55), stage.period.end)
    ends = date(opened.year + (opened.month > 6), 1 if opened.month > 6 else 7, 20)
    actions.call_letters(manager, from_on=opened, to_on=ends, occurred_on=opened)
    letters = list(CustodyLetter.objects.select_related("keeper").order_by("pk"))
    mine = [letter for letter in letters if letter.keeper is not None and letter.keeper != manager]
    director = stage.first("director")

    def days_later(days: int) -> date:
        return min(opened + timedelta(days=days), stage.period.end)

    with batch(manager, via="demo") as unit:
        for position, letter in enumerate(mine[:-1]):
            actions.count_letter.into(unit, {"document": letter.pk, "occurred_on": days_later(1 + position % 5)})
    signing = [letter for position, letter in enumerate(mine[:-1]) if position % 13 != 12]
    for letter in signing:
        assert letter.keeper is not None
        with batch(letter.keeper, via="demo") as unit:
            actions.keeper_signs.into(unit, {"document": letter.pk, "occurred_on": days_later(6)})
    with batch(director, via="demo") as unit:
        for letter in signing[:-2]:
            actions.office_signs.into(unit, {"document": letter.pk, "occurred_on": days_later(7)})
    if days_later(60) < stage.period.end:
        with batch(manager, via="demo") as unit:
            for letter in signing[:12]:
                actions.check_letter.into(unit, {"document": letter.pk, "occurred_on": days_later(60)})


def _scrapping(stage: Stage, manager: Person) -> None:
    """Old computers on their way out: some still being looked at, some waiting for the authority's number."""
    day = min(stage.period.start + timedelta(days=70), stage.period.end)
    old = AssetCard.objects.filter(life_group="computer", opened_on__lt=day - timedelta(days=2200)).order_by("number")[
        :6
    ]
    if not old:
        return
    principal = stage.first("principal")
    for card in old:
        actions.request_disposal(
            manager, card=card.pk, quantity=1, way="報廢", reason="主板老化，無法維修", has_media=True, occurred_on=day
        )
    applications = list(Disposal.objects.order_by("pk"))
    for role, some in (("repairer", applications), ("storekeeper", applications[:4]), ("teacher", applications[:4])):
        for one in some:
            person = stage.at(role, one.place)
            actions.appraise(person, document=one.pk, opinion="無修復價值，同意報廢", occurred_on=day)
    for one in applications[:4]:
        with clock.standing_at(clock.at(day, time(9))):
            actions.announce(manager, document=one.pk, days=5)
    decided = day + timedelta(days=8)
    if decided <= stage.period.end:
        for one in applications[:3]:
            actions.approve_disposal(principal, document=one.pk, school_opinion="同意上報", occurred_on=decided)
        actions.authorise(
            manager,
            document=applications[0].pk,
            authority="區教育局",
            approval_number=f"教財〔{day.year}〕12號",
            occurred_on=decided,
        )


def _transfers(stage: Stage, manager: Person) -> None:
    sender, receiver = stage.campuses[0], stage.campuses[1]
    keeper = stage.first("storekeeper")
    start = stage.period.start
    desks = AssetCard.objects.get(number=f"ZC-{start.year}-A001")
    with batch(manager, via="demo") as unit:
        actions.import_transfer.into(
            unit,
            {
                "slip": f"DB-{start.year}-A001",
                "occurred_on": min(start + timedelta(days=51), stage.period.end),
                "source": sender,
                "target": receiver,
                "card": desks.number,
                "quantity": 100,
                "reason": f"{receiver.name}學生人數增加",
                "sender": keeper,
                "receiver": stage.people["storekeeper"][-1],
                "approver": stage.first("director"),
            },
        )
    # One that is still on its way, and one that waits for the director.
    actions.request_transfer(
        stage.first("class_teacher"), card=desks.pk, source=sender, target=receiver, quantity=6, reason="轉入學生"
    )
    waiting = Transfer.objects.get(state="requested")
    actions.approve_transfer(stage.first("vice_principal"), document=waiting.pk)
    actions.send_transfer(manager, document=waiting.pk)
    actions.request_transfer(
        stage.first("class_teacher"), card=desks.pk, source=receiver, target=sender, quantity=4, reason="桌椅調整"
    )
