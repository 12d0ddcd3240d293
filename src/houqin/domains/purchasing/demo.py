"""The demo school's purchases: a term of requests in every state, orders after three quotes, one tender, part deliveries."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import date, time, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from houqin.foundation.calendar.holidays import is_workday
from houqin.foundation.journal.models import Balance
from houqin.foundation.org.models import Party, Person
from houqin.foundation.org.scenes import Stage, scene
from houqin.kit import clock

from . import actions
from .models import Order, PlanLine, Request, SupplierFile, Tender

# Name, specification, counter, least and most pieces, price in 元, what for.
WISHES = (
    ("硒鼓", "12A", "個", 4, 10, 185, "文印室"),
    ("白板筆", "可擦", "支", 100, 300, 3, "課堂教學"),
    ("羽毛球", "", "筒", 10, 30, 45, "體育課"),
    ("乒乓球臺", "折疊", "張", 2, 4, 1150, "課外活動"),
    ("拖把", "平板", "把", 20, 60, 28, "大掃除"),
    ("垃圾桶", "50升", "個", 10, 30, 65, "分類投放"),
    ("鍵盤", "有線", "個", 5, 15, 55, "計算機室"),
    ("插線板", "六位", "個", 10, 30, 48, "教室更換"),
    ("三角板", "教師用", "套", 10, 24, 36, "數學課"),
    ("滅火器", "4kg", "具", 10, 30, 88, "年檢更換"),
    ("水彩顏料", "24色", "盒", 20, 50, 22, "美術課"),
    ("油漆", "白", "桶", 3, 8, 260, "牆面修補"),
)
SUPPLIERS = (
    ("市文教用品商行", "辦公、教學用品", "錢文明"),
    ("華誠辦公設備有限公司", "辦公、電教設備", "鄭華"),
    ("百順日用品商店", "清潔防疫用品", "馮百順"),
    ("育才教學儀器有限公司", "教學儀器、體育器材", "褚育才"),
    ("新潔物業用品公司", "清潔用品", "衛新"),
    ("平安消防器材有限公司", "消防器材", "蔣平安"),
    ("宏達體育用品公司", "體育器材", "沈宏"),
    ("永固五金建材商店", "維修材料", "韓永固"),
)
BIDDERS = (("建業建築工程公司", 5_960), ("恆信防水工程公司", 5_480), ("大禹修繕有限公司", 5_720))


@scene("purchasing", _("採購與招標"), order=35)
def a_term_of_purchases(stage: Stage) -> None:
    suppliers = _suppliers(stage)
    days = [day for day in stage.days() if is_workday(day)]
    end = stage.period.end
    for position in range(60):
        day = days[(position * (len(days) - 1)) // 60]
        _one_request(stage, position, day=day, end=end, suppliers=suppliers)
    _desks(stage, days[len(days) // 6], suppliers)
    _tender(stage, days[len(days) // 5])


def _suppliers(stage: Stage) -> list[Party]:
    buyer, start = stage.first("buyer"), stage.period.start
    for position, (name, supplies, representative) in enumerate(
        (*SUPPLIERS, *((one, "工程", "") for one, _price in BIDDERS))
    ):
        actions.file_supplier(
            buyer,
            name=name,
            supplies=supplies,
            legal_representative=representative,
            credit_code=f"9121010000000{position:05d}",
            phone=f"024-880{position:05d}",
            admitted_on=start - timedelta(days=300),
            occurred_on=start,
        )
    for one in SupplierFile.objects.order_by("pk")[: len(SUPPLIERS)]:
        marks: dict[str, Any] = {
            name: stage.chance.randint(76, 98) for name in ("quality", "price", "delivery", "service")
        }
        actions.mark_supplier(buyer, supplier=one.pk, year=start.year - 1, occurred_on=start, **marks)
    return [one.party for one in SupplierFile.objects.select_related("party").order_by("pk")]


def _approver(stage: Stage, paper: Request) -> Person:
    role = {"requested": "director", "to_vice_principal": "vice_principal"}.get(paper.state, "principal")
    return stage.first(role)


def _one_request(stage: Stage, position: int, *, day: date, end: date, suppliers: list[Party]) -> None:
    chance = stage.chance
    who = chance.choice([*stage.people["class_teacher"], *stage.people["teacher"]])
    name, specification, counter, least, most, price, purpose = WISHES[position % len(WISHES)]
    wanted = chance.randint(least, most)
    entry = actions.request(
        who,
        occurred_on=day,
        lines=[{"name": name, "specification": specification, "counter": counter, "quantity": wanted, "price": price}],
        purpose=purpose,
        place=chance.choice(stage.rooms),
        needed_on=min(day + timedelta(days=20), end) if day < end else "",
        budget_item="日常公用經費",
        **_reason_against_stock(name),
    )
    paper = Request.objects.get(number=entry.document_number)
    # The last days are still on somebody's list.
    if (end - day).days < 6:
        return
    if position % 15 == 7:
        actions.reject(_approver(stage, paper), document=paper.pk, reason="本學期已配發，先用現有的", occurred_on=day)
        return
    if position % 20 == 13:
        actions.withdraw(who, document=paper.pk, reason="已向兄弟班級借到", occurred_on=day)
        return
    cut = {f"{name} {specification}".strip(): wanted * 4 // 5} if position % 9 == 4 else ""
    actions.approve(_approver(stage, paper), document=paper.pk, approved=cut, occurred_on=day)
    if position % 12 == 11:
        return
    # Two in three are ordered after three quotes, the small rest at once.
    has_quotes = position % 3 == 0
    planned_on = min(day + timedelta(days=1), end)
    plan = actions.plan(
        stage.first("buyer"), requests=[paper.pk], method="quotes" if has_quotes else "direct", occurred_on=planned_on
    ).document_id
    if plan is None or position % 14 == 9:
        return
    factor = 100 - chance.randint(3, 12)
    if has_quotes:
        _compare(stage, plan, day=planned_on, suppliers=suppliers, factor=factor)
        prices: dict[str, Any] = {}
    else:
        line = PlanLine.objects.select_related("item").get(plan_id=plan)
        prices = {str(line.item): f"{line.price * factor // 100 / 100:.2f}"}
    ordered_on = min(planned_on + timedelta(days=2), end)
    facts: dict[str, Any] = {} if has_quotes else {"supplier": chance.choice(suppliers[: len(SUPPLIERS)])}
    if not has_quotes and _would_split(plan, ordered_on):
        actions.excuse_split(
            stage.first("principal"), document=plan, reason="學期中臨時需要，年度預算內", occurred_on=planned_on
        )
    if not has_quotes and _are_pieces(plan, facts["supplier"], ordered_on):
        actions.excuse_split(
            stage.first("principal"), document=plan, reason="兩批各有用途，合併審批", occurred_on=planned_on
        )
    order = actions.order(
        stage.first("buyer"),
        document=plan,
        prices=prices,
        due_on=ordered_on + timedelta(days=10),
        occurred_on=ordered_on,
        **facts,
    ).document_id
    assert order is not None
    _deliver(stage, order, position, day=ordered_on, end=end)


def _reason_against_stock(name: str) -> dict[str, Any]:
    """Why it is bought although the demo's stores may hold some."""
    there = Balance.objects.filter(account__role="store", commodity__item__name=name, quantity__gt=0).exists()
    return {"stock_reason": "庫存型號與教室設備不配套"} if there else {}


def _would_split(plan: int, day: date) -> bool:
    from . import sums
    from .models import Plan

    paper = Plan.objects.get(pk=plan)
    return sums.passed_limit(paper.category, method=paper.method, amount=paper.budget, on=day) is not None


def _are_pieces(plan: int, supplier: Party, day: date) -> bool:
    """Whether what was ordered there within the week makes this small order a piece of a larger one."""
    from . import rules, sums
    from .models import Plan

    paper = Plan.objects.get(pk=plan)
    lately = sums.bound_lately(paper.category, supplier=supplier, on=day, days=7)
    return rules.rung(paper.budget, on=day, beside=lately) != rules.rung(paper.budget, on=day)


def _compare(stage: Stage, plan: int, *, day: date, suppliers: list[Party], factor: int) -> None:
    buyer, second = stage.first("buyer"), stage.people["teacher"][1]
    invited = stage.chance.sample(suppliers[: len(SUPPLIERS)], 3)
    comparison = actions.invite(
        buyer, plan=plan, suppliers=invited, second_collector=second, occurred_on=day
    ).document_id
    lines = list(PlanLine.objects.filter(plan_id=plan).select_related("item"))
    for rank, supplier in enumerate(invited):
        prices = {str(line.item): f"{line.price * (factor + 4 * rank) // 100 / 100:.2f}" for line in lines}
        actions.quote(
            buyer,
            document=comparison,
            supplier=supplier,
            prices=prices,
            delivery="10 天",
            warranty="一年",
            occurred_on=day,
        )
    actions.compare(buyer, document=comparison, supplier=invited[0], reason="最低價", occurred_on=day)
    actions.countersign(second, document=comparison, occurred_on=day)
    actions.approve_comparison(stage.first("principal"), document=comparison, occurred_on=day)


def _deliver(stage: Stage, order: int, position: int, *, day: date, end: date) -> None:
    arrives = day + timedelta(days=stage.chance.choice((4, 6, 8, 9, 13)))
    if arrives > end or position % 16 == 5:
        return
    line = Order.objects.get(pk=order).lines.select_related("item").get()
    parts = [line.quantity]
    if position % 8 == 3 and line.quantity > 1:
        parts = [line.quantity * 2 // 3, line.quantity - line.quantity * 2 // 3]
        if position % 16 == 3:
            # The rest has not come yet.
            parts = parts[:1]
    buyer, campus = stage.first("buyer"), stage.campuses[position % 2]
    keeper = stage.at("storekeeper", campus)
    for number, quantity in enumerate(parts):
        on = min(arrives + timedelta(days=5 * number), end)
        delivery = actions.arrive(
            buyer,
            document=order,
            campus=campus,
            keeper=keeper,
            delivered={str(line.item): quantity},
            occurred_on=on,
        ).document_id
        actions.check(
            stage.first("asset_manager"),
            document=delivery,
            quality="規格、質量、安全均符合要求",
            certificate="有",
            occurred_on=on,
        )
        actions.receive(stage.at("teacher", campus), document=delivery, occurred_on=on)
        actions.take_over(keeper, document=delivery, occurred_on=on)
    paper = Order.objects.get(pk=order)
    if paper.state == "delivered" and position % 5:
        paid_on = min(on + timedelta(days=2), end)
        payment = actions.ask_payment(
            buyer, document=order, payee=paper.supplier, invoice=f"{position + 1:08d}", occurred_on=paid_on
        ).document_id
        if position % 7:
            actions.take_payment(stage.first("accountant"), document=payment, occurred_on=paid_on)


def _desks(stage: Stage, day: date, suppliers: list[Party]) -> None:
    """Two wishes merged into one plan, a deal after three quotes, and a sealed inquiry's worth of signatures."""
    papers = []
    for who, quantity in ((stage.people["class_teacher"][0], 20), (stage.people["class_teacher"][1], 16)):
        entry = actions.request(
            who,
            occurred_on=day,
            lines=[{"name": "會議椅", "specification": "摺疊", "counter": "把", "quantity": quantity, "price": 320}],
            purpose="多媒體教室",
            place=stage.rooms[0],
        )
        paper = Request.objects.get(number=entry.document_number)
        actions.approve(_approver(stage, paper), document=paper.pk, occurred_on=day)
        papers.append(paper.pk)
    plan = actions.plan(stage.first("buyer"), requests=papers, occurred_on=day).document_id
    assert plan is not None
    _compare(stage, plan, day=day, suppliers=suppliers, factor=91)
    order = actions.order(
        stage.first("buyer"), document=plan, due_on=day + timedelta(days=15), occurred_on=day + timedelta(days=1)
    ).document_id
    assert order is not None
    _deliver(stage, order, 66, day=day + timedelta(days=2), end=stage.period.end)


def _on(day: date, *, hour: int = 10) -> AbstractContextManager[None]:
    return clock.standing_at(clock.at(day, time(hour)))


def _tender(stage: Stage, day: date) -> None:
    """The roof is tendered: twenty days for the bids, five judges, a notice, an objection answered, a contract."""
    end = stage.period.end
    deadline = day + timedelta(days=21)
    director, clerk, principal = stage.first("director"), stage.first("clerk"), stage.first("principal")
    if deadline + timedelta(days=12) > end:
        return
    with _on(day):
        tender = actions.announce(
            clerk,
            project="綜合樓屋面防水維修工程",
            method="open_tender",
            budget=620_000,
            fund="修繕專項",
            agent="市公共資源交易中心",
            documents_from=day,
            documents_to=day + timedelta(days=6),
            deadline_at=clock.at(deadline, time(9)),
            place=stage.campuses[0],
        ).document_id
    for position, (name, _price) in enumerate(BIDDERS):
        with _on(deadline - timedelta(days=1), hour=9 + position):
            actions.receive_bid(clerk, document=tender, supplier=name, bond=10_000)
    judges = ("尤評委", "許評委", "何評委", "呂評委", "施代表")
    points = {
        name: {judge: 80 + (seat * 3 + rank * 5) % 9 + (9 if rank == 1 else 0) for seat, judge in enumerate(judges)}
        for rank, (name, _price) in enumerate(BIDDERS)
    }
    with _on(deadline):
        members = [f"{one} 專家" for one in judges[:4]] + [judges[4]]
        actions.name_committee(director, document=tender, members=members)
        actions.open_bids(director, document=tender, amounts={name: price * 100 for name, price in BIDDERS})
        actions.evaluate(director, document=tender, scores=points)
    with _on(deadline + timedelta(days=1)):
        actions.notice(clerk, document=tender, notice_to=deadline + timedelta(days=4))
    with _on(deadline + timedelta(days=2)):
        actions.complain(clerk, document=tender, complainant=BIDDERS[0][0], matter="要求說明技術分")
    with _on(deadline + timedelta(days=4)):
        actions.answer(director, document=tender, answer="已書面說明各項評分依據")
    awarded = deadline + timedelta(days=6)
    with _on(awarded):
        actions.award(principal, document=tender, no_gifts=True)
    with _on(awarded + timedelta(days=2)):
        actions.return_bonds(clerk, document=tender)
    won = Tender.objects.select_related("winner").get()
    signed_on = awarded + timedelta(days=5)
    if won.winner is None or won.amount is None or signed_on > end:
        return
    actions.sign_contract(
        director,
        name=f"{won.project}施工合同",
        tender=tender,
        supplier=won.winner,
        amount=won.amount / 100,
        category="工程",
        from_on=signed_on,
        to_on=signed_on + timedelta(days=60),
        bond=won.amount // 10 / 100,
        retention=won.amount // 20 / 100,
        warranty_until=signed_on + timedelta(days=365 * 5),
        occurred_on=signed_on,
    )
