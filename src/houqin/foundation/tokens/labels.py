"""Labels for what a register shows: every row's token, as codes with the school's name, on the paper that was chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from houqin.foundation.journal.actions import denial
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.org.models import Person, School
from houqin.foundation.registers.listing import Listing
from houqin.foundation.registers.register import Register
from houqin.kit.papers.labels import COMMON, MOST_LABELS, Label, stock_named, write_pdf

from . import actions, rules
from .models import Token
from .things import ThingKind, kind_of_model


@dataclass(frozen=True)
class Chosen:
    """The rows of a register that labels are wanted for, in its order."""

    kind: ThingKind
    keys: list[int]

    @classmethod
    def of(cls, register: Register, person: Person, params: Mapping[str, str]) -> Chosen:
        """What ``person`` sees of ``register`` under these filters. Refuses a register whose rows bear no tokens."""
        listing = Listing(register, person, params)
        kind = kind_of_model(listing.query.model)
        if kind is None:
            raise Refused(_("「%(title)s」裏的東西不貼標籤碼。") % {"title": register.title})
        return cls(kind, list(listing.query.order_by(*listing.sort).values_list("pk", flat=True)))

    @property
    def count(self) -> int:
        return len(self.keys)

    @cached_property
    def _live(self) -> dict[int, Token]:
        return {one.thing_id: one for one in Token.objects.live().filter(kind=self.kind.name)}

    @property
    def without_token(self) -> int:
        return sum(key not in self._live for key in self.keys)

    def first_titles(self, *, most: int = 3) -> list[str]:
        found = self.kind.things().in_bulk(self.keys[:most])
        return [self.kind.title(found[key]) for key in self.keys[:most] if key in found]


def stocks() -> list[tuple[str, str]]:
    """What labels are commonly printed on: how it is written, and what it is."""
    return [
        (
            name,
            _("標籤機 %(width)g×%(height)g 毫米") % {"width": stock.width, "height": stock.height}
            if stock.is_roll
            else _("A4 不干膠 %(columns)d×%(rows)d（每張 %(width).0f×%(height).0f 毫米）")
            % {"columns": stock.columns, "rows": stock.rows, "width": stock.width, "height": stock.height},
        )
        for name, stock in COMMON.items()
    ]


def labels_of(chosen: Chosen, *, by: Person, stock: str, address: str, skip: str | int = 0) -> bytes:
    """The labels as PDF. What bears no token yet gets one first, written in the journal.

    ``address`` is the site as people reach it (https://houqin.school.example); ``skip`` how many places of a begun sheet
    stay free. Refuses an unknown paper, nothing to print, and more than can be printed at once.
    """
    if not rules.issues(by):
        raise Denied(denial(actions.issue, by))
    if not chosen.keys:
        raise Refused(_("登記簿裏沒有符合條件的，沒有標籤可印。"))
    if chosen.count > MOST_LABELS:
        raise Refused(
            _("一次最多印 %(most)d 張，現在是 %(count)d 張，請先縮小範圍。")
            % {"most": MOST_LABELS, "count": chosen.count}
        )
    try:
        paper = stock_named(stock)
        skipped = int(skip)
    except ValueError as error:
        raise Refused(str(error), field="stock") from error
    if chosen.without_token:
        actions.issue(by, kind=chosen.kind.name, keys=chosen.keys)
    school = School.objects.first()
    things = chosen.kind.things().in_bulk() if chosen.count > 500 else chosen.kind.things().in_bulk(chosen.keys)
    tokens = {one.thing_id: one for one in Token.objects.live().filter(kind=chosen.kind.name)}
    labels = [
        Label(
            address=f"{address.rstrip('/')}/q/{tokens[key].text}",
            title=chosen.kind.title(things[key]),
            head=school.name if school else "",
            lines=chosen.kind.lines(things[key]),
            code=tokens[key].spoken(),
        )
        for key in chosen.keys
    ]
    try:
        return write_pdf(labels, paper, skip=skipped, script=school.writes_in() if school else "traditional")
    except ValueError as error:
        raise Refused(str(error), field="skip") from error
