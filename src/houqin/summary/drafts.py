"""A draft as people edit it: plain text, {{figure}} where a number is live, and what is typed by hand found out.

A line that begins with "# " is a heading, every other line a paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from django.utils.translation import gettext as _

from houqin.foundation.journal.refused import Refused

from .composition import HAND, TEXT, Paragraph, Run, Section, Vouched
from .hearing import Hearing, gap

TOKEN = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")
GAP_TEXT = re.compile(r"〔待[補补](?:[：:]([^〔〕]*))?〕")

_COUNTER = (
    "(?:人次|平方米|平米|公里|千克|公斤|分[鐘钟]|小[時时]"
    "|[次人名項项份張张頁页只隻套件台臺個个間间處处所棟栋輛辆場场類类種种課课節节天週周元萬万億亿噸吨度米袋盒箱支把扇樘棵株分秒])"
)
_ARABIC = r"[0-9０-９][0-9０-９,，.．]*(?:\s*[%％‰])?(?:[餘余多]?[萬万億亿千百]?[餘余多]?)"
_CHINESE = (
    r"(?:一(?=[十百千萬万億亿])|[二三四五六七八九十百千萬万億亿兩两])[一二三四五六七八九十百千萬万億亿零兩两]*[餘余多]?"
)
# Numbers of years, days, documents and headings are names, not quantities.
_NAMES = (
    r"[0-9]{4}(?:[-—–至][0-9]{2,4})?[學学]?年度?(?:[0-9]{1,2}月(?:[0-9]{1,2}日)?)?|[0-9]{1,2}月(?:[0-9]{1,2}日)?"
    r"|第\s*[0-9一二三四五六七八九十百]+|^[（(]?[一二三四五六七八九十0-9]+[）)、.．]"
)
_NUMBER = re.compile(rf"(?P<name>{_NAMES})|(?P<arabic>{_ARABIC}{_COUNTER}?)|(?P<chinese>{_CHINESE}{_COUNTER})")


def hand_numbers(text: str) -> list[str]:
    """The quantities typed into a stretch of text, as they stand there: 15頁, 3.5萬元, 四十餘次.

    Dates, years, ordinals and the numbering of headings are none, nor is 一 and its counters (一次, 一名), which are idiom
    more often than a count.
    """
    return [found[0] for found in _NUMBER.finditer(text) if found.lastgroup != "name"]


def sections_of(
    source: str, *, hearing: Hearing, known: Collection[str], vouched: Iterable[Vouched] = ()
) -> list[Section]:
    """The sections of an edited text, its figures live.

    ``known`` are quantities the composed text itself contains in words, so not typed by anybody. Refuses a token nobody
    knows and a text without a paragraph.
    """
    stands = {one.text: one for one in vouched}
    sections: list[tuple[str, list[Paragraph]]] = [("", [])]
    for line in source.splitlines():
        line = line.strip()
        if not line:
            continue
        if line.startswith("#"):
            sections.append((line.lstrip("#").strip(), []))
        else:
            sections[-1][1].append(Paragraph(tuple(_runs(line, hearing=hearing, known=known, vouched=stands))))
    made = [Section(heading, tuple(paragraphs)) for heading, paragraphs in sections if heading or paragraphs]
    if not any(section.paragraphs for section in made):
        raise Refused(_("總結裏一段文字也沒有。請保留要說的段落。"), field="text")
    return made


def _runs(line: str, *, hearing: Hearing, known: Collection[str], vouched: dict[str, Vouched]) -> Sequence[Run]:
    runs: list[Run] = []
    for position, piece in enumerate(TOKEN.split(line)):
        if position % 2:
            runs.append(hearing.heard(piece))
            continue
        # GAP_TEXT has one group, so that every second piece is the label of a gap.
        for place, words in enumerate(GAP_TEXT.split(piece)):
            if place % 2:
                runs.append(gap(words or _("內容")))
            else:
                runs += _words(words, known=known, vouched=vouched)
    return runs


def _words(text: str, *, known: Collection[str], vouched: dict[str, Vouched]) -> list[Run]:
    runs: list[Run] = []
    end = 0
    for found in _NUMBER.finditer(text):
        number = found[0]
        if found.lastgroup == "name" or number in known:
            continue
        if found.start() > end:
            runs.append(Run(text[end : found.start()]))
        end = found.end()
        if number in vouched:
            one = vouched[number]
            runs.append(Run(number, TEXT, about={"entry": one.entry, "note": one.note, "by": one.by}))
        else:
            runs.append(Run(number, HAND))
    if end < len(text):
        runs.append(Run(text[end:]))
    return runs
