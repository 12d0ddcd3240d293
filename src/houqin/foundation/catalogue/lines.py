"""Goods as people type them, one a line: 消毒液 500ml 2瓶, 粉筆 白色 10盒 3.50元. Which thing, how many, at how much.

The last number with its counter is the quantity; before that everything is the name. A name that the catalogue knows is
matched first, the longest one, so that 膠水 50 3支 is three of 膠水 50. Behind the quantity an amount may stand: with 元, ¥
or decimals, or as a bare number behind the very counter that the catalogue keeps the thing by.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from houqin.kit.text import fold

from .items import item_key
from .models import Item

_DIGITS = r"[0-9０-９](?:[0-9０-９,]*[0-9０-９])?"
_QUANTITY = re.compile(rf"[×xX*:：]?(?P<quantity>{_DIGITS})(?P<counter>[^\d\s.．元¥￥]{{0,4}})")
_BARE = re.compile(_DIGITS)
_MONEY = re.compile(
    rf"(?P<mark>(?:單價|单价|@)?[¥￥]?)(?P<money>{_DIGITS}(?:[.．][0-9０-９]{{1,2}})?)(?P<yuan>元?(?:/\S{{1,4}})?)"
)
# 粉筆10盒: the name ends in a Chinese character or a bracket, else the digits are its own (螺絲M8).
_ATTACHED = re.compile(rf"(?P<name>.*[㐀-鿿)）])[×xX*:：]?(?P<quantity>{_DIGITS})(?P<counter>[㐀-鿿]{{0,4}})")
_BETWEEN = re.compile(r"[\s，；;]+|,(?![0-9])|(?<![0-9]),")
_CHINESE = re.compile(r"[㐀-鿿]")
# Counters that may stand apart from their number: 2 瓶.
_COUNTERS = frozenset(
    map(
        fold,
        [
            "個",
            "支",
            "只",
            "隻",
            "瓶",
            "盒",
            "包",
            "箱",
            "本",
            "冊",
            "張",
            "套",
            "臺",
            "台",
            "把",
            "條",
            "卷",
            "塊",
            "件",
            "根",
            "袋",
            "桶",
            "雙",
            "副",
            "打",
            "扇",
            "米",
            "公斤",
            "斤",
            "升",
            "令",
            "份",
            "頂",
            "床",
            "盆",
            "罐",
            "組",
            "片",
            "面",
            "節",
        ],
    )
)
MOST_NAMED = 8


@dataclass(frozen=True)
class TypedLine:
    """What one line says. ``item`` is the catalogue's thing where it is known; ``money`` is as typed, "" where none was."""

    name: str
    specification: str
    quantity: str
    counter: str
    money: str = ""
    item: Item | None = None


@dataclass(frozen=True)
class _Tail:
    """What may stand behind a name. ``is_marked`` says that the amount cannot be anything else."""

    quantity: str
    counter: str
    money: str = ""
    is_marked: bool = True


def words_of(line: str) -> list[str]:
    """The words of a line: apart at blanks, commas and semicolons, but not within 1,200; an amount keeps its 元."""
    words: list[str] = []
    for word in _BETWEEN.split(line.strip()):
        if word == "元" and words:
            words[-1] += word
        elif word:
            words.append(word)
    return words


def read_lines(
    lines: Iterable[list[str]], *, example: str, with_money: bool = False, items: QuerySet[Item] | None = None
) -> list[TypedLine]:
    """Read lines, each given as its words. ``items`` are the catalogue's, joined with whatever the caller needs of them.

    ValueError with a sentence where a line has no quantity, where a number could be quantity or price, and where a name
    without specification fits several things of the catalogue: all of them are named.
    """
    told = [words for words in lines if words]
    catalogue = Item.objects.select_related("commodity") if items is None else items
    keys = {item_key(" ".join(words[:end])) for words in told for end in range(1, len(words) + 1)}
    known = {item.folded: item for item in catalogue.filter(folded__in=keys)}
    return [_read(words, known, catalogue, example=example, with_money=with_money) for words in told]


def _read(
    words: list[str], known: dict[str, Item], catalogue: QuerySet[Item], *, example: str, with_money: bool
) -> TypedLine:
    line = " ".join(words)
    if (item := known.get(item_key(line))) is not None:
        raise ValueError(
            _("「%(line)s」是目錄裡的品名，後面還要寫數量，例如 %(line)s 1%(counter)s。")
            % {"line": line, "counter": item.counter}
        )
    for end in range(len(words) - 1, 0, -1):
        item = known.get(item_key(" ".join(words[:end])))
        tail = _tail(words[end:], with_money=with_money) if item else None
        if item and tail and (tail.is_marked or (item.counter and fold(tail.counter) == fold(item.counter))):
            return _typed(item, tail)
    name, tail = _by_form(words, example=example, with_money=with_money)
    specification = " ".join(name[1:])
    item = known.get(item_key(" ".join(name))) or (None if specification else only_item_named(name[0], catalogue))
    return _typed(item, tail) if item else TypedLine(name[0], specification, tail.quantity, tail.counter, tail.money)


def _typed(item: Item, tail: _Tail) -> TypedLine:
    return TypedLine(item.name, item.specification, tail.quantity, tail.counter, tail.money, item)


def _tail(words: list[str], *, with_money: bool) -> _Tail | None:
    """Quantity with its counter, in one word or two, and an amount behind it; None where the words are something else."""
    for size in (1, 2):
        pair = _quantity(words[:size]) if len(words) >= size else None
        if pair is None:
            continue
        rest = words[size:]
        if not rest:
            return _Tail(*pair)
        money = _MONEY.fullmatch(rest[0]) if with_money and len(rest) == 1 else None
        if money:
            return _Tail(*pair, money["money"], is_marked=_is_marked(money))
    return None


def _quantity(words: list[str]) -> tuple[str, str] | None:
    """10盒, or 10 and 盒."""
    if len(words) == 1:
        found = _QUANTITY.fullmatch(words[0])
        return (found["quantity"], found["counter"]) if found else None
    return (words[0], words[1]) if _BARE.fullmatch(words[0]) and fold(words[1]) in _COUNTERS else None


def _is_marked(money: re.Match[str]) -> bool:
    return bool(money["mark"] or money["yuan"] or "." in money["money"] or "．" in money["money"])


def _by_form(words: list[str], *, example: str, with_money: bool) -> tuple[list[str], _Tail]:
    """Name and tail of a line that names nothing known, by the form of its words alone."""
    line = " ".join(words)
    for name, tail in _forms(words, with_money=with_money):
        if tail.is_marked:
            before = _QUANTITY.fullmatch(name[-1]) if len(name) > 1 else None
            is_doubtful = before and (not before["counter"] or _CHINESE.match(before["counter"]))
            if with_money and is_doubtful and not tail.money and not tail.counter:
                raise ValueError(
                    _("「%(line)s」的「%(number)s」看不出是數量還是錢。錢請寫成「%(number)s元」，數量請帶單位。")
                    % {"line": line, "number": tail.quantity}
                )
            return name, tail
    for position in range(len(words) - 2, 0, -1):
        if _QUANTITY.fullmatch(words[position]):
            rest = words[position + 1 :]
            part = next((word for word in rest if not (with_money and _MONEY.fullmatch(word))), rest[-1])
            raise ValueError(_("「%(line)s」數量後面的「%(part)s」看不懂。") % {"line": line, "part": part})
    raise ValueError(_("「%(line)s」看不出數量。請寫成「%(example)s」。") % {"line": line, "example": example})


def _forms(words: list[str], *, with_money: bool) -> Iterator[tuple[list[str], _Tail]]:
    for size in (3, 2, 1):
        tail = _tail(words[-size:], with_money=with_money) if size < len(words) else None
        if tail:
            yield words[:-size], tail
    for size in (1, 2):
        if size <= len(words) and (found := _ATTACHED.fullmatch(words[-size])):
            money = _tail(["1", *words[len(words) - size + 1 :]], with_money=with_money)
            if money and money.is_marked and not money.counter:
                yield [*words[:-size], found["name"]], _Tail(found["quantity"], found["counter"], money.money)


def only_item_named(name: str, items: QuerySet[Item] | None = None) -> Item | None:
    """The catalogue's one thing of that name, whatever its specification; None where there is none.

    ValueError naming the candidates where there are several.
    """
    catalogue = Item.objects.select_related("commodity") if items is None else items
    key = fold(name)
    keys = [pk for pk, known in catalogue.values_list("pk", "name") if fold(known) == key]
    if len(keys) < 2:
        return catalogue.filter(pk__in=keys).first() if keys else None
    alike = [str(one) for one in catalogue.filter(pk__in=keys).order_by("folded")]
    raise ValueError(
        _("「%(name)s」在目錄裡有 %(count)d 種，請連規格一起寫：%(names)s%(more)s。")
        % {
            "name": name, "count": len(alike), "names": "、".join(alike[:MOST_NAMED]),
            "more": "……" if len(alike) > MOST_NAMED else "",
        }
    )  # fmt: skip
