"""The demo school's property: what stood there, what was bought in the summer, what went from campus to campus."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from houqin.foundation.journal.actions import batch
from houqin.foundation.org.scenes import Stage, scene

from . import actions
from .models import AssetCard, Transfer

# Name, specification, counter, pieces, price in 元, days after the period began.
BOUGHT = (
    ("學生課桌椅", "升降式", "套", 200, "160", 35),
    ("教師辦公桌椅", "1.4m", "套", 12, "780", 35),
    ("投影儀", "激光", "臺", 4, "5200", 36),
    ("台式電腦", "i5/8G", "臺", 18, "3650", 40),
    ("書櫃", "五層", "個", 24, "420", 52),
    ("飲水機", "立式", "臺", 6, "1180", 60),
)


@scene("assets", _("固定資產與調撥"), order=30)
def a_half_year_of_assets(stage: Stage) -> None:
    manager = stage.first("asset_manager")
    keeper = stage.first("storekeeper")
    sender, receiver = stage.campuses[0], stage.campuses[1]
    start = stage.period.start
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
                    "place": sender,
                    "custodian": keeper,
                    "life_years": 6 if name in {"台式電腦", "投影儀"} else 15,
                },
            )
    desks = AssetCard.objects.get(name="學生課桌椅")
    moved_on = min(start + timedelta(days=51), stage.period.end)
    with batch(manager, via="demo") as unit:
        actions.import_transfer.into(
            unit,
            {
                "slip": f"DB-{start.year}-A001",
                "occurred_on": moved_on,
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
