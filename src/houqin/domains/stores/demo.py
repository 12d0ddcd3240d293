"""The demo school's stores: a catalogue of some nine hundred items, a term of goods in and out, loans, the opening of term."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from houqin.foundation.calendar.models import Term
from houqin.foundation.catalogue import arrivals
from houqin.foundation.catalogue.models import Item
from houqin.foundation.journal.actions import Action, ActionForm, batch
from houqin.foundation.journal.models import Place, PlaceKind
from houqin.foundation.journal.writer import Draft, Unit
from houqin.foundation.org.directory import Directory
from houqin.foundation.org.fields import ReferenceField
from houqin.foundation.org.models import Party, Person, Role
from houqin.foundation.org.scenes import Stage, scene
from houqin.kit import clock
from houqin.kit.text import fold

from . import actions
from .models import Distribution, Receipt, Requisition, WriteOff

# Category, (name, counter, price in 分), specifications. Names × specifications make the catalogue.
Goods = tuple[str, tuple[tuple[str, str, int], ...], tuple[str, ...]]
GOODS: tuple[Goods, ...] = (
    ("teaching", (("粉筆", "盒", 350), ("彩色粉筆", "盒", 520), ("黑板擦", "個", 400), ("教鞭", "根", 800), ("三角板", "套", 2500),
                  ("圓規", "把", 1800), ("直尺", "把", 600), ("掛圖", "張", 1500), ("磁力釘", "盒", 900), ("白板筆", "支", 300)),
     ("普通", "大號", "小號", "加厚", "教師用", "演示用")),
    ("office", (("複印紙", "包", 2200), ("中性筆", "支", 150), ("鉛筆", "支", 80), ("訂書機", "個", 1500), ("訂書針", "盒", 200),
                ("文件夾", "個", 350), ("檔案袋", "個", 120), ("檔案盒", "個", 800), ("膠水", "瓶", 250), ("透明膠帶", "卷", 300),
                ("印泥", "盒", 900), ("信封", "包", 600), ("計算器", "個", 3500), ("回形針", "盒", 180), ("硒鼓", "個", 18000),
                ("墨盒", "個", 9500), ("便簽紙", "本", 250), ("固體膠", "支", 220)),
     ("A4", "A3", "B5", "黑色", "藍色", "紅色", "大號", "小號")),
    ("exercise_book", (("作業本", "本", 90), ("練習本", "本", 100), ("作文本", "本", 150), ("田字格本", "本", 90), ("拼音本", "本", 90),
                       ("英語本", "本", 100), ("數學本", "本", 90), ("備課本", "本", 450), ("聽課本", "本", 480), ("會議記錄本", "本", 1200)),
     ("16開", "32開", "大開", "加厚", "低年級", "高年級")),
    ("textbook", (("語文課本", "本", 980), ("數學課本", "本", 860), ("英語課本", "本", 900), ("科學課本", "本", 820),
                  ("道德與法治課本", "本", 760), ("音樂課本", "本", 700), ("美術課本", "本", 820)),
     ("一年級", "二年級", "三年級", "四年級", "五年級", "六年級")),
    ("cleaning", (("掃帚", "把", 900), ("拖把", "把", 1600), ("簸箕", "個", 700), ("垃圾桶", "個", 2800), ("垃圾袋", "卷", 500),
                  ("抹布", "條", 250), ("水桶", "個", 1800), ("洗衣粉", "袋", 650), ("潔廁靈", "瓶", 580), ("洗手液", "瓶", 750),
                  ("鋼絲球", "個", 120), ("玻璃刮", "把", 1500), ("馬桶刷", "把", 600), ("地刷", "把", 1100)),
     ("普通", "大號", "小號", "加厚", "塑料", "不鏽鋼")),
    ("disinfection", (("消毒液", "瓶", 800), ("醫用酒精", "瓶", 950), ("一次性口罩", "包", 1200), ("體溫計", "支", 1500),
                      ("消毒片", "瓶", 1300), ("噴壺", "個", 900)),
     ("500ml", "1L", "普通", "兒童")),
    ("sports", (("籃球", "個", 6500), ("足球", "個", 7000), ("排球", "個", 5500), ("羽毛球", "筒", 3200), ("乒乓球", "盒", 1800),
                ("跳繩", "根", 800), ("毽子", "個", 300), ("呼啦圈", "個", 1200), ("實心球", "個", 2500), ("接力棒", "根", 900),
                ("號碼布", "塊", 200), ("標誌桶", "個", 600), ("秒錶", "塊", 6800), ("發令槍", "把", 9800)),
     ("5號", "4號", "兒童", "標準", "訓練用", "比賽用")),
    ("arts", (("水彩顏料", "盒", 2200), ("水粉顏料", "盒", 2600), ("蠟筆", "盒", 1200), ("彩色鉛筆", "盒", 1500), ("卡紙", "包", 900),
              ("彩紙", "包", 800), ("宣紙", "刀", 3500), ("毛筆", "支", 1200), ("墨汁", "瓶", 900), ("手工剪刀", "把", 500)),
     ("12色", "24色", "36色", "大號", "小號")),
    ("laboratory", (("試管", "支", 150), ("燒杯", "個", 800), ("量筒", "個", 1200), ("酒精燈", "個", 1500), ("滴管", "支", 80),
                    ("鑷子", "把", 600), ("放大鏡", "個", 1200), ("載玻片", "盒", 900), ("濾紙", "盒", 700), ("溫度計", "支", 900),
                    ("條形磁鐵", "套", 1500), ("小燈泡", "個", 100)),
     ("50ml", "100ml", "250ml", "學生用", "演示用")),
    ("electronic", (("電池", "節", 250), ("鼠標", "個", 3500), ("鍵盤", "個", 5500), ("網線", "米", 200), ("插線板", "個", 3800),
                    ("U盤", "個", 4500), ("話筒", "支", 12000), ("耳機", "副", 6500), ("投影燈泡", "個", 48000), ("音頻線", "根", 1800),
                    ("小蜜蜂擴音器", "臺", 16000)),
     ("5號", "7號", "有線", "無線", "3米", "5米")),
    ("repair", (("LED燈管", "支", 2200), ("水嘴", "只", 3600), ("角閥", "只", 2800), ("開關面板", "個", 1500), ("插座", "個", 1800),
                ("門鎖", "把", 6500), ("合頁", "副", 900), ("螺絲", "包", 600), ("生料帶", "卷", 200), ("電線", "米", 350),
                ("PVC管", "米", 800), ("軟管", "根", 1200), ("油漆", "桶", 8800), ("玻璃膠", "支", 1200)),
     ("15mm", "20mm", "25mm", "普通", "加厚", "18W")),
    ("furniture", (("課桌桌面", "塊", 4500), ("椅面", "塊", 2200), ("桌腿", "根", 1800), ("腳墊", "包", 500), ("掛鉤", "個", 200), ("置物架", "個", 6500)),
     ("大號", "中號", "小號", "可調")),
    ("other", (("國旗", "面", 2500), ("彩旗", "面", 800), ("橫幅布", "米", 600), ("氣球", "包", 500), ("電水壺", "個", 6800), ("一次性紙杯", "包", 600),
               ("茶葉", "盒", 4500), ("礦泉水", "箱", 2400), ("獎狀", "張", 80), ("紅絲帶", "卷", 400), ("帳篷", "頂", 28000)),
     ("1號", "2號", "大號", "普通", "精裝")),
    ("medical", (("創可貼", "盒", 800), ("碘伏", "瓶", 600), ("棉簽", "包", 300), ("紗布", "包", 500), ("繃帶", "卷", 600),
                 ("冰袋", "個", 700)), ("普通", "大號", "醫用")),
    ("protection", (("勞保手套", "副", 400), ("雨衣", "件", 3500), ("膠鞋", "雙", 4800), ("安全帽", "頂", 2800), ("反光背心", "件", 1800)),
     ("大號", "中號", "均碼")),
)  # fmt: skip
# Durable, dangerous, exchanged old for new, lent by number.
DURABLE = frozenset(
    {"訂書機", "計算器", "插線板", "U盤", "話筒", "小蜜蜂擴音器", "垃圾桶", "水桶", "鍵盤", "鼠標", "秒錶"}
)
HAZARDOUS = frozenset({"醫用酒精", "消毒液", "消毒片"})
OLD_FOR_NEW = frozenset({"硒鼓", "墨盒"})
LENT = (("投影儀", "便攜", "臺", 320_000, "T"), ("筆記本電腦", "教學用", "臺", 420_000, "B"), ("數碼相機", "", "臺", 380_000, "X"),
        ("擴音機", "戶外", "臺", 150_000, "K"))  # fmt: skip
LENT_IN_NUMBER = ("籃球 標準", "足球 5號", "羽毛球 標準", "接力棒 標準")
SUPPLIERS = ("文華文具批發部", "新力體育用品有限公司", "宏達五金建材", "潔淨日化商行", "教育裝備服務中心", "校友捐贈")
WANTS = (
    ("上課", ("粉筆 普通", "彩色粉筆 普通", "黑板擦 普通", "白板筆 普通", "磁力釘 普通")),
    ("日常辦公", ("複印紙 A4", "中性筆 黑色", "訂書針 大號", "文件夾 A4", "便簽紙 小號", "透明膠帶 大號")),
    ("打掃衛生", ("掃帚 普通", "拖把 普通", "垃圾袋 大號", "抹布 普通", "洗手液 普通", "潔廁靈 普通")),
    ("備課", ("備課本 16開", "中性筆 紅色", "檔案袋 A4")),
    ("美術課", ("卡紙 大號", "水彩顏料 12色", "彩紙 大號")),
    ("運動會", ("號碼布 兒童", "跳繩 兒童", "接力棒 標準")),
)
KITS = (
    ("作業本", "16開", "本", "", "pupil", 4), ("數學本", "16開", "本", "", "pupil", 2), ("英語本", "32開", "本", "", "pupil", 1),
    ("掃帚", "普通", "把", "", "class", 4), ("拖把", "普通", "把", "", "class", 2), ("簸箕", "普通", "個", "", "class", 2),
    ("垃圾袋", "大號", "卷", "", "class", 3), ("抹布", "普通", "條", "", "class", 6), ("粉筆", "普通", "盒", "", "class", 5),
    ("黑板擦", "普通", "個", "", "class", 2), ("備課本", "16開", "本", "", "teacher", 2), ("中性筆", "紅色", "支", "", "teacher", 4),
)  # fmt: skip
GRADES = ("一年級", "二年級", "三年級", "四年級", "五年級", "六年級")
SUBJECTS = ("語文課本", "數學課本", "英語課本", "科學課本", "道德與法治課本")
# One store has too few of these, so that shortages and top-ups have something to show.
SCARCE = frozenset({"英語課本 六年級", "拖把 普通"})


@dataclass
class _Hand:
    """Writes many occurrences by one person in one transaction, each action with one form."""

    unit: Unit
    directory: Directory
    forms: dict[str, ActionForm] = field(default_factory=dict)

    def does(self, verb: Action, **data: Any) -> Draft:
        form = self.forms.get(verb.kind)
        if form is None:
            form = self.forms[verb.kind] = verb.form(actor=self.unit.by)
            for one in form.fields.values():
                if isinstance(one, ReferenceField):
                    one.directory = self.directory
        return verb.into(self.unit, data, form=form)

    def on(self, day: date) -> None:
        # What is signed is signed on that day too.
        self.unit.today, self.unit.now = day, clock.at(day, time(9, 30))


@dataclass
class _Scene:
    stage: Stage
    directory: Directory
    stores: dict[int, Place]
    keepers: dict[int, Person]
    items: dict[str, Item] = field(default_factory=dict)

    @contextmanager
    def by(self, person: Person) -> Iterator[_Hand]:
        with batch(person, via="demo") as unit:
            yield _Hand(unit, self.directory)

    def campuses(self) -> list[tuple[Place, Person]]:
        return [(store, self.keepers[campus]) for campus, store in self.stores.items()]


@scene("stores", _("倉庫、領用、借用、開學發放"), order=20)
def a_term_of_goods(stage: Stage) -> None:
    """Everything is dated on its own day within ``stage.period``, through the actions."""
    days = [day for day in stage.school_days() if day <= stage.period.end]
    if not days:
        return
    stores = {
        store.campus_id: store
        for store in Place.objects.filter(kind=PlaceKind.STORE).select_related("campus").order_by("pk")
        if store.campus_id
    }
    keepers = stage.people[Role.STOREKEEPER]
    play = _Scene(
        stage,
        Directory.read(),
        stores,
        {campus: next((one for one in keepers if one.campus_id == campus), keepers[0]) for campus in stores},
    )
    _the_catalogue(play)
    _what_was_there(play, days[0])
    _opening_of_term(play, days)
    _deliveries(play, days)
    _a_term_of_hand_outs(play, days)
    _requests(play, days)
    _loans(play, days)
    _rooms(play, days)
    _losses_and_transfers(play, days)


def _the_catalogue(play: _Scene) -> None:
    office = play.stage.first(Role.CLERK)
    with play.by(office) as hand:
        hand.on(play.stage.period.start)
        for category, names, specifications in GOODS:
            for position, (name, counter, _price) in enumerate(names):
                for specification in specifications:
                    hand.does(
                        actions.set_item, name=name, specification=specification, counter=counter, category=category,
                        minimum=20 if position < 4 else 5, is_durable=name in DURABLE, is_hazardous=name in HAZARDOUS,
                        is_old_for_new=name in OLD_FOR_NEW, shelf=f"{category[0].upper()}{position + 1:02d}",
                    )  # fmt: skip
        for name, specification, counter, _price, _prefix in LENT:
            hand.does(
                actions.set_item,
                name=name,
                specification=specification,
                counter=counter,
                category="electronic",
                is_serial=True,
            )
        for name, specification, counter, grade, per, quantity in KITS:
            hand.does(
                actions.set_kit,
                name=name,
                specification=specification,
                counter=counter,
                grade=grade,
                per=per,
                quantity=quantity,
            )
        for grade in GRADES:
            for name in SUBJECTS:
                hand.does(
                    actions.set_kit, name=name, specification=grade, counter="本", grade=grade, per="pupil", quantity=1
                )
    play.items = {str(item): item for item in Item.objects.select_related("commodity", "keeping")}
    with play.by(play.stage.first(Role.DIRECTOR)) as hand:
        for name, quantity in (("複印紙 A4", 12), ("中性筆 黑色", 20), ("粉筆 普通", 30)):
            hand.does(actions.set_quota, item=play.items[name], holder="person", quantity=quantity)
    with batch(play.stage.administrator, via="demo"):
        for name in SUPPLIERS:
            Party.objects.get_or_create(
                folded=fold(name),
                defaults={"name": name, "is_supplier": name != "校友捐贈", "is_donor": name == "校友捐贈"},
            )
    play.directory = Directory.read()


def _price_of() -> dict[str, int]:
    return {
        f"{name} {spec}": price
        for _category, names, specs in GOODS
        for name, _counter, price in names
        for spec in specs
    }


def _what_was_there(play: _Scene, first: date) -> None:
    """Stocks on the first day: much of what is used daily, little of the rest."""
    chance, prices = play.stage.chance, _price_of()
    daily = (
        {name for _purpose, names in WANTS for name in names}
        | {f"{kit[0]} {kit[1]}" for kit in KITS}
        | set(LENT_IN_NUMBER)
    )
    for store, keeper in play.campuses():
        with play.by(keeper) as hand:
            hand.on(first)
            for name, price in prices.items():
                item = play.items[name]
                if item.name in SUBJECTS:
                    continue
                if name in SCARCE:
                    quantity = 20
                elif item.name in {"作業本", "數學本", "英語本"} and item.specification in {"16開", "32開"}:
                    quantity = 4_500
                else:
                    quantity = chance.randint(150, 400) if name in daily else chance.randint(0, 30)
                if quantity:
                    facts: dict[str, Any] = {}
                    if item.name in HAZARDOUS or item.name in {"碘伏", "創可貼"}:
                        facts = {
                            "batch": f"{first:%y%m}-{chance.randint(1, 9)}",
                            "expires_on": first + timedelta(days=chance.randint(40, 500)),
                        }
                    hand.does(
                        actions.record_opening, store=store, name=item.name, specification=item.specification,
                        counter=item.counter, quantity=quantity, price=f"{price / 100:.2f}", day=first, **facts,
                    )  # fmt: skip
            for name, specification, counter, price, _prefix in LENT:
                hand.does(
                    actions.record_opening, store=store, name=name, specification=specification, counter=counter, quantity=6,
                    price=f"{price / 100:.2f}", day=first,
                )  # fmt: skip


def _buy(play: _Scene, store: Place, keeper: Person, day: date, lines: list[dict[str, Any]], **facts: Any) -> str:
    buyer = play.stage.first(Role.BUYER)
    with play.by(keeper) as hand:
        hand.on(day)
        facts = {"source": "purchase", "supplier": play.stage.some(SUPPLIERS[:5]), "buyer": buyer} | facts
        draft = hand.does(actions.arrive, store=store, lines=lines, **facts)
    return str(draft.document.number)  # type: ignore[union-attr]


def _accept(play: _Scene, number: str, day: date, **facts: Any) -> None:
    clerk = play.stage.first(Role.CLERK)
    with play.by(clerk) as hand:
        hand.on(day)
        hand.does(actions.receive, document=Receipt.objects.get(number=number), **facts)


def _opening_of_term(play: _Scene, days: list[date]) -> None:
    """Books arrive, sheets are made, classes get what is there, teachers sign; the last two still have to."""
    stage, prices = play.stage, _price_of()
    term = Term.objects.filter(starts_on__lte=days[-1]).order_by("-starts_on").first()
    if term is None:
        return
    day = days[0]
    for store, keeper in play.campuses():
        lines = []
        for grade in GRADES:
            pupils = sum(one.pupils for one in stage.classes if one.campus == store.campus and one.grade == grade)
            for name in SUBJECTS:
                label = f"{name} {grade}"
                lines.append(
                    {
                        "item": play.items[label],
                        "quantity": pupils - (12 if label in SCARCE else -3),
                        "price": f"{prices[label] / 100:.2f}",
                    }
                )
        _accept(play, _buy(play, store, keeper, day, lines, supplier="教育裝備服務中心"), day)
    with play.by(stage.first(Role.CLERK)) as hand:
        hand.on(day)
        hand.does(actions.plan_distribution, term=term)
    for store, keeper in play.campuses():
        with play.by(keeper) as hand:
            hand.on(days[min(1, len(days) - 1)])
            for sheet in Distribution.objects.filter(term=term, place=store).select_related(
                "school_class", "school_class__campus", "place", "campus", "teacher"
            ):
                hand.does(actions.distribute, document=sheet)
    sheets = list(Distribution.objects.filter(term=term).select_related("teacher", "place", "campus").order_by("pk"))
    for sheet in sheets[:-2]:
        if sheet.teacher is not None:
            with play.by(sheet.teacher) as hand:
                hand.on(days[min(2, len(days) - 1)])
                hand.does(actions.sign_distribution, document=sheet)
    # What was short in one store comes later, and is topped up.
    store, keeper = play.campuses()[0]
    later = days[min(12, len(days) - 1)]
    extra = [{"item": play.items[name], "quantity": 60, "price": "9.00"} for name in sorted(SCARCE)]
    _accept(play, _buy(play, store, keeper, later, extra), later)
    with play.by(keeper) as hand:
        hand.on(later)
        for sheet in Distribution.objects.filter(term=term, place=store, state="short").select_related(
            "school_class", "school_class__campus", "place", "campus", "teacher"
        )[:12]:
            hand.does(actions.distribute, document=sheet)


def _deliveries(play: _Scene, days: list[date]) -> None:
    """A delivery every week or so; the last one still waits for acceptance, one was turned away."""
    stage, prices = play.stage, _price_of()
    names = [name for name in prices if play.items[name].name not in SUBJECTS]
    weeks = days[3::6]
    for week, day in enumerate(weeks):
        store, keeper = play.campuses()[week % len(play.stores)]
        lines = []
        for name in stage.chance.sample(names, 8):
            line = {
                "item": play.items[name],
                "quantity": stage.chance.randint(20, 80),
                "price": f"{prices[name] * stage.chance.randint(95, 110) // 100 / 100:.2f}",
            }
            if play.items[name].name in HAZARDOUS:
                line |= {"batch": f"{day:%y%m%d}", "expires_on": day + timedelta(days=stage.chance.randint(60, 400))}
            lines.append(line)
        is_gift = week % 7 == 5
        facts: dict[str, Any] = {"source": "donation", "supplier": "校友捐贈", "buyer": None} if is_gift else {}
        number = _buy(play, store, keeper, day, lines, **facts)
        if week == 4:
            with play.by(stage.first(Role.CLERK)) as hand:
                hand.on(day)
                hand.does(actions.turn_away, document=Receipt.objects.get(number=number), reason="規格與訂單不符")
        elif week < len(weeks) - 1:
            _accept(play, number, day)


def _people(play: _Scene, store: Place) -> list[tuple[Person, Any]]:
    """Who comes to the counter: class teachers for their class, teachers for themselves."""
    classes = [(one.teacher, one) for one in play.stage.classes if one.campus_id == store.campus_id and one.teacher]
    teachers = [(one, None) for one in play.stage.people.get(Role.TEACHER, []) if one.campus_id == store.campus_id]
    return [*classes, *teachers]


def _a_term_of_hand_outs(play: _Scene, days: list[date], *, wanted: int = 800) -> None:
    stage = play.stage
    per_day = max(wanted // max(len(days) * len(play.stores), 1), 1)
    for store, keeper in play.campuses():
        people = _people(play, store)
        with play.by(keeper) as hand:
            for day in days[2:]:
                hand.on(day)
                for _turn in range(per_day + (stage.chance.random() < 0.6)):
                    who, school_class = stage.chance.choice(people)
                    purpose, names = stage.chance.choice(WANTS)
                    chosen = stage.chance.sample(names, stage.chance.randint(1, 2))
                    lines = [{"item": play.items[name], "quantity": 1} for name in chosen if name not in SCARCE]
                    if not lines:
                        continue
                    # The last days' slips are still to be signed.
                    is_signed = day < days[-2] if len(days) > 4 else True
                    hand.does(
                        actions.issue_directly, store=store, lines=lines, receiver=who, school_class=school_class,
                        purpose=purpose, occurred_on=day, drawing="stamp" if is_signed else "",
                    )  # fmt: skip


def _walk(play: _Scene, day: date, papers: list[Any], verb: Action, by: Callable[[Any], Person], **facts: Any) -> None:
    """Take the same step with several papers, each by its own person."""
    for paper in papers:
        paper.refresh_from_db()
        with play.by(by(paper)) as hand:
            hand.on(day)
            hand.does(verb, document=paper, **facts)


def _requests(play: _Scene, days: list[date]) -> None:
    """Thirty requests, in every state a request can be in."""
    stage = play.stage
    director, principal = stage.first(Role.DIRECTOR), stage.first(Role.PRINCIPAL)
    dear = (
        "硒鼓 黑色",
        "投影燈泡 有線",
        "話筒 無線",
        "話筒 有線",
        "小蜜蜂擴音器 無線",
        "醫用酒精 500ml",
        "油漆 普通",
        "門鎖 普通",
    )
    store, keeper = play.campuses()[0]
    people = [who for who, _class in _people(play, store)]
    start = max(len(days) - 25, 0)
    papers = []
    supply = [{"item": play.items[name], "quantity": 40, "price": "90.00"} for name in dear]
    _accept(play, _buy(play, store, keeper, days[start], supply), days[start])
    for number in range(30):
        day = days[min(start + number * 20 // 30, len(days) - 1)]
        with play.by(stage.chance.choice(people)) as hand:
            hand.on(day)
            draft = hand.does(
                actions.request, store=store, purpose=stage.some(("上課", "運動會", "實驗課", "門鎖更換", "廣播室使用")),
                lines=[{"item": play.items[name], "quantity": 2} for name in stage.chance.sample(dear, 2)],
                needed_on=day + timedelta(days=3),
            )  # fmt: skip
        papers.append(Requisition.objects.select_related("place").get(number=draft.document.number))  # type: ignore[union-attr]
    last = days[-1]

    def leader(paper: Any) -> Person:
        return principal if paper.requester_id == director.pk else director

    _walk(play, last, papers[:2], actions.reject, leader, reason="本學期已配過")
    _walk(play, last, papers[2:3], actions.withdraw, lambda paper: paper.requester)
    _walk(play, last, papers[3:26], actions.approve, leader)
    _walk(play, last, papers[3:22], actions.pick, lambda paper: keeper)
    second = stage.first(Role.SAFETY_OFFICER)
    for paper in papers[3:20]:
        if any(line.item.keeping.is_hazardous for line in paper.lines.select_related("item__keeping")):
            _walk(play, last, [paper], actions.countersign, lambda _paper: second)
    for paper in papers[3:20]:
        part = paper is papers[19]
        first = paper.lines.select_related("item").first()
        facts = {"quantities": {str(first.item_id): 1}} if part and first else {}
        _walk(play, last, [paper], actions.issue, lambda _paper: keeper, old_for_new=True, **facts)
    _walk(play, last, papers[3:15], actions.sign_receipt, lambda paper: paper.receiver)


def _loans(play: _Scene, days: list[date]) -> None:
    """Loans all term long: most are back, some were late, a few are overdue now."""
    stage = play.stage
    for store, keeper in play.campuses():
        people = [who for who, _class in _people(play, store)]
        free = {
            name: [f"{prefix}{store.pk}{number:02d}" for number in range(1, 7)] for name, _s, _c, _p, prefix in LENT
        }
        labels = {name: f"{name} {specification}".strip() for name, specification, *_rest in LENT}
        holding: set[int] = set()
        with play.by(keeper) as hand:
            for position, day in enumerate(days[4::2]):
                who = stage.chance.choice([one for one in people if one.pk not in holding])
                due = day + timedelta(days=stage.chance.randint(1, 6))
                if position % 4 == 3:
                    facts: dict[str, Any] = {
                        "item": play.items[stage.some(LENT_IN_NUMBER)], "quantity": stage.chance.randint(2, 6)
                    }  # fmt: skip
                    name = serial = ""
                else:
                    name = stage.some([one for one in free if free[one]])
                    serial = free[name].pop(0)
                    facts = {"item": play.items[labels[name]], "serial": serial}
                hand.on(day)
                draft = hand.does(
                    actions.lend_directly, store=store, borrower=who, purpose=stage.some(("公開課", "家長會", "運動會", "教研活動")),
                    condition_out="完好", due_on=due, occurred_on=day, **facts,
                )  # fmt: skip
                hand.unit.flush()
                if day > days[-1] - timedelta(days=20) and position % 3 == 0:
                    holding.add(who.pk)
                    continue
                back = min(due + timedelta(days=stage.some((0, 0, 0, 2))), days[-1])
                hand.on(back)
                hand.does(
                    actions.return_loan, document=draft.document,
                    condition_back="有磨損" if stage.chance.random() < 0.1 else "完好", occurred_on=back,
                )  # fmt: skip
                hand.unit.flush()
                if serial:
                    free[name].append(serial)
    with play.by(stage.first(Role.TEACHER)) as hand:
        hand.on(days[-1])
        store = play.campuses()[0][0]
        hand.does(
            actions.request_loan,
            store=store,
            item=play.items["數碼相機"],
            purpose="畢業照",
            due_on=days[-1] + timedelta(days=14),
        )


def _rooms(play: _Scene, days: list[date]) -> None:
    """Rooms that can be reserved, who had them the last weeks, and who has them the coming days."""
    stage = play.stage
    today = stage.period.end
    special = [room for room in stage.rooms if room.name in {"多媒體教室", "計算機室", "實驗室", "圖書室"}]
    with play.by(stage.first(Role.CLERK)) as hand:
        hand.on(days[0])
        for room in special:
            hand.does(actions.set_reservable, name=room.full_name, is_room=True, place=room)
        hand.does(actions.set_reservable, name="運動會器材（全套）", is_room=False)
    teachers = stage.people[Role.TEACHER]
    for position, (asked_on, used_on) in enumerate(zip(days[-16:], days[-15:], strict=False)):
        for room in special[position % 2 :: 2]:
            with play.by(stage.chance.choice(teachers)) as hand:
                hand.on(asked_on)
                hand.does(
                    actions.reserve, reservable=room.full_name, on=used_on, starts_at=stage.some(("8:00", "9:00", "10:00")),
                    ends_at="11:30", purpose=stage.some(("實驗課", "公開課", "教研活動", "社團活動")),
                )  # fmt: skip
    for offset, room in enumerate(special):
        with play.by(teachers[offset % len(teachers)]) as hand:
            hand.on(today)
            start = 8 + offset
            hand.does(
                actions.reserve, reservable=room.full_name, on=today + timedelta(days=1 + offset), starts_at=f"{start}:00",
                ends_at=f"{start + 1}:30", purpose="公開課", weeks=2,
            )  # fmt: skip


def _losses_and_transfers(play: _Scene, days: list[date]) -> None:
    stage = play.stage
    (store, keeper), *others = play.campuses()
    day = days[-3] if len(days) > 3 else days[-1]
    with play.by(keeper) as hand:
        hand.on(day)
        for name, loss, reason in (
            ("水桶 大號", "損壞", "開裂漏水"),
            ("作業本 16開", "損壞", "受潮發霉"),
            ("跳繩 兒童", "遺失", "運動會後清點短少"),
        ):
            hand.does(actions.propose_loss, store=store, item=play.items[name], quantity=2, loss=loss, reason=reason)
        if others:
            hand.does(
                actions.send,
                store=store,
                target=others[0][0],
                lines=[{"item": play.items["垃圾袋 大號"], "quantity": 10}],
            )
    with play.by(stage.first(Role.DIRECTOR)) as hand:
        hand.on(day)
        for paper in WriteOff.objects.filter(state="proposed").select_related(
            "item", "item__commodity", "batch", "place"
        )[:2]:
            hand.does(actions.approve_loss, document=paper)
    with play.by(keeper) as hand:
        hand.on(days[-1])
        hand.does(actions.check_reorder)


# Dearer than this a piece is a fixed asset and gets a card instead of a shelf, 分.
ASSET_PRICE = 100_000
STILL_WAITING = 1


@scene("stores.arrivals", _("採購物資入庫"), order=36)
def what_purchasing_bought(stage: Stage) -> None:
    """Keepers take in what purchasing accepted, each in the store of the campus it came to; the last still waits."""
    stores = {
        store.campus_id: store
        for store in Place.objects.filter(kind=PlaceKind.STORE).select_related("campus").order_by("pk")
        if store.campus_id
    }
    keepers = stage.people[Role.STOREKEEPER]
    for one in arrivals.waiting()[:-STILL_WAITING]:
        store = stores.get(one.left[0].account.place_id or 0)
        buyer, acceptors = arrivals.people_of(one.entry)
        free = [person for person in keepers if person != buyer and person not in acceptors]
        own = [person for person in free if store is not None and person.campus_id == store.campus_id] or free
        lines = [
            {"item": left.item, "quantity": left.quantity}
            for left in one.left
            if left.value < ASSET_PRICE * left.quantity
        ]
        if store is None or not own or not lines:
            continue
        day = min(one.entry.occurred_on + timedelta(days=1), stage.period.end)
        with batch(own[0], via="demo") as unit:
            unit.today, unit.now = day, clock.at(day, time(9, 30))
            actions.take_in.into(unit, {"acceptance": one.entry, "store": store, "lines": lines})
