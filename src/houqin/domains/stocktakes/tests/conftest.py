"""A store with goods, rooms with desks and projectors, and people to count them."""

from __future__ import annotations

import pytest

from houqin.domains.stocktakes import actions
from houqin.domains.stocktakes.models import Stocktake
from houqin.foundation.catalogue import stock
from houqin.foundation.catalogue.items import item_named
from houqin.foundation.journal.accounts import account, account_of_place
from houqin.foundation.journal.actions import batch
from houqin.foundation.journal.models import Commodity, Place
from houqin.foundation.journal.writer import balance
from houqin.foundation.org.models import Person
from houqin.kit.text import fold


class Scene:
    """Zhou manages assets and leads; Lin counts with her; Sun counts again; Qian watches; Wang keeps the store."""

    def __init__(self, cast) -> None:
        self.cast = cast
        self.store = Place.objects.create(
            parent=cast.north,
            campus=cast.north,
            kind="store",
            name="倉庫",
            full_name="北校區倉庫",
            folded=fold("北校區倉庫"),
        )
        self.room = Place.objects.create(
            parent=cast.north, campus=cast.north, kind="room", name="教學樓106室", full_name="北校區教學樓106室",
            folded=fold("北校區教學樓106室"),
        )  # fmt: skip
        self.shelf = account_of_place(self.store, role="store")
        self.in_105, self.in_106 = account_of_place(cast.north_105), account_of_place(self.room)
        with batch(cast.wang) as unit:
            entry = unit.draft("trial.bought")
            self.chalk = item_named("粉筆", specification="白色", counter="盒").commodity
            self.tape = item_named("膠帶", counter="卷").commodity
            suppliers = account("outside", "suppliers")
            stock.put(entry, self.chalk, source=suppliers, target=self.shelf, quantity=10, value=3_500)
            stock.put(entry, self.tape, source=suppliers, target=self.shelf, quantity=4, value=800)
        self.desks = self.card("KZY-01", "學生課桌椅", {self.in_105: 20, self.in_106: 10}, value=480_000, counter="套")
        self.projector = self.card("TY-01", "投影儀", {self.in_105: 1}, value=520_000, counter="臺")

    def card(self, code, name, where, *, value=0, counter="件"):
        made = Commodity.objects.create(code=f"asset:{code}", name=name, counter=counter)
        first = next(iter(where))
        with batch(self.cast.zhou) as unit:
            entry = unit.draft("trial.added")
            entry.line(made, source=account("outside", "bought"), target=first, quantity=sum(where.values()))
            if value:
                entry.measure("value", value)
            later = unit.draft("trial.placed")
            for target, quantity in where.items():
                if target is not first:
                    later.line(made, source=first, target=target, quantity=quantity)
        return made

    def use(self, commodity, source, quantity):
        """Somebody takes goods while others count."""
        with batch(self.cast.wang) as unit:
            stock.take(
                unit.draft("trial.used"), commodity, source=source, target=account("used", "trial"), quantity=quantity
            )

    def drafted(self, **facts):
        given = {
            "scope": "store", "place": self.store, "leader": self.cast.zhou, "counters": [self.cast.lin],
            "second_counter": self.cast.sun, "witness": self.cast.qian, "keepers": [self.cast.wang], **facts,
        }  # fmt: skip
        actions.draft(self.cast.li, **given)
        return Stocktake.objects.latest("pk")

    def frozen(self, **facts):
        sheet = self.drafted(**facts)
        actions.freeze(self.cast.zhou, document=sheet.pk)
        return self.read(sheet)

    def counted(self, tallies, **facts):
        """A count whose first round is closed."""
        sheet = self.frozen(**facts)
        actions.tally(self.cast.lin, document=sheet.pk, tallies=tallies)
        actions.close_count(self.cast.zhou, document=sheet.pk, rest_is_missing=True)
        return self.read(sheet)

    def recounted(self, tallies, again=None, **facts):
        sheet = self.counted(tallies, **facts)
        if sheet.state == "recounting":
            wanted = [
                line
                for line in sheet.lines.select_related("account")
                if line.status in ("missing", "found", "elsewhere")
            ]
            told = [
                {
                    "code": line.code,
                    "quantity": (again or {}).get(line.code, line.counted),
                    "place": line.account.place,
                }
                for line in wanted
            ]
            actions.recount(self.cast.sun, document=sheet.pk, tallies=told)
            actions.close_recount(self.cast.sun, document=sheet.pk)
        return self.read(sheet)

    def decided(self, tallies, *, reason="丟失", decision="調賬", **facts):
        sheet = self.recounted(tallies, **facts)
        if sheet.state == "deciding":
            if sheet.lines.filter(status__in=("missing", "found", "unexpected"), decision="").exists():
                actions.explain(self.cast.zhou, document=sheet.pk, reason=reason, cause="查無下落", decision=decision)
            actions.decide(self.cast.zhou, document=sheet.pk)
        return self.read(sheet)

    def posted(self, tallies, *, by: Person | None = None, **facts):
        sheet = self.decided(tallies, **facts)
        actions.post(by or self.cast.li, document=sheet.pk)
        return self.read(sheet)

    def read(self, sheet) -> Stocktake:
        return Stocktake.objects.get(pk=sheet.pk)

    def held(self, where, commodity) -> int:
        return balance(where, commodity)

    def worth(self, where, commodity) -> int:
        return balance(where, Commodity.objects.get(code=f"value:{commodity.pk}"))


@pytest.fixture
def scene(cast) -> Scene:
    return Scene(cast)
