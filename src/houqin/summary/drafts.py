"""A draft as it is kept and as people edit it, and what is typed by hand found out.

Kept, it is plain text with {{figure}} where a number is live; a line that begins with "# " is a heading, every other line
a paragraph. Edited, a number stands as it reads, in brackets: 更換燈管〔80餘次〕. Where two different numbers read alike the
bracket says which (〔來訪登記：12次〕). :func:`written` and :func:`read_back` go there and back without a loss.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from django.utils.translation import gettext as _

from houqin.foundation.journal.figures import FIGURES
from houqin.foundation.journal.refused import Refused

from .composition import HAND, TEXT, Paragraph, Run, Section, Vouched
from .hearing import AS_OF, Hearing, gap

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


# What stands in brackets in a text being edited → the token it stands for; "" for brackets that are words.
Marks = dict[str, str]

_BRACKETS = re.compile(r"〔([^〔〕]*)〕")
# 教財〔2019〕3號: the year of a document's number.
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


def marks_of(sections: Iterable[Section]) -> Marks:
    """What every number of the text is written as in brackets, each once and for all of it."""
    runs = [run for section in sections for paragraph in section.paragraphs for run in paragraph.runs]
    words = [section.heading for section in sections] + [run.text for run in runs if not run.token]
    marks: Marks = {inner: "" for text in words for inner in _BRACKETS.findall(text)}
    known: dict[str, str] = {}
    for run in runs:
        if run.token and run.token not in known:
            known[run.token] = _mark(run, marks)
            marks[known[run.token]] = run.token
    return marks


def _mark(run: Run, taken: Marks) -> str:
    said = run.text.strip("〔〕")
    if said not in taken:
        return said
    name = str(FIGURES[run.name].label) if run.name in FIGURES else run.name.removeprefix("duty:")
    said, place = f"{name}：{said}", 1
    while (mark := said if place == 1 else f"{said}（{place}）") in taken:
        place += 1
    return mark


def written(paragraph: Paragraph, *, marks: Marks) -> str:
    """A paragraph as people edit it: every number in brackets as it reads."""
    named = {token: mark for mark, token in marks.items() if token}
    return "".join(f"〔{named[run.token]}〕" if run.token else run.text for run in paragraph.runs)


def read_back(text: str, *, marks: Marks) -> str:
    """An edited text as it is kept. Brackets hold a number that stood there, or the name of a figure (〔更換燈管〕).

    Refuses brackets that are neither.
    """
    names: dict[str, list[str]] = {}
    for figure in FIGURES:
        names.setdefault(str(figure.label), []).append(figure.name)

    def kept(found: re.Match[str]) -> str:
        inner = found[1].strip()
        token = marks.get(found[1], marks.get(inner))
        if token is not None:
            return f"{{{{{token}}}}}" if token else found[0]
        if GAP_TEXT.fullmatch(found[0]) or (_YEAR.fullmatch(inner)):
            return found[0]
        if inner in FIGURES or len(names.get(inner, ())) == 1:
            return f"{{{{{inner if inner in FIGURES else names[inner][0]}}}}}"
        if inner == _("截至日"):
            return f"{{{{{AS_OF}}}}}"
        raise Refused(
            _(
                "〔%(inner)s〕不是這份總結裏的數字。要放登記裏的數，括號裏寫它的名稱，例如〔更換燈管〕；要自己寫數，請去掉括號。"
            )
            % {"inner": inner[:40]},
            field="text",
        )

    return _BRACKETS.sub(kept, text.replace("{{", "｛｛").replace("}}", "｝｝"))


def clause_at(text: str, position: int) -> str:
    """The stretch between two marks of punctuation around a place in a text."""
    start = max((found.end() for found in _CLAUSE.finditer(text, 0, position)), default=0)
    after = _CLAUSE.search(text, position)
    return text[start : after.start() if after else len(text)].strip()


def claims(source: str) -> list[tuple[str, str]]:
    """Every typed number of a kept text with the clause it stands in, as often as it stands there."""
    found = []
    for line in source.splitlines():
        bare = GAP_TEXT.sub("", TOKEN.sub("", line))
        found += [(one[0], clause_at(bare, one.start())) for one in _NUMBER.finditer(bare) if one.lastgroup != "name"]
    return found


_CLAUSE = re.compile(r"[，。；：！？、\n]")


def sections_of(
    source: str, *, hearing: Hearing, known: Collection[str], vouched: Iterable[Vouched] = ()
) -> list[Section]:
    """The sections of an edited text, its figures live.

    ``known`` are quantities the composed text itself contains in words, so not typed by anybody. Refuses a token nobody
    knows and a text without a paragraph.
    """
    stands: dict[str, list[Vouched]] = {}
    for one in vouched:
        stands.setdefault(one.text, []).append(one)
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


def _runs(line: str, *, hearing: Hearing, known: Collection[str], vouched: dict[str, list[Vouched]]) -> Sequence[Run]:
    runs: list[Run] = []
    bare, end = GAP_TEXT.sub("", TOKEN.sub("", line)), 0
    for position, piece in enumerate(TOKEN.split(line)):
        if position % 2:
            runs.append(hearing.heard(piece))
            continue
        # GAP_TEXT has one group, so that every second piece is the label of a gap.
        for place, words in enumerate(GAP_TEXT.split(piece)):
            if place % 2:
                runs.append(gap(words or _("內容")))
            else:
                runs += _words(words or "", known=known, vouched=vouched, bare=bare, begins=end)
                end += len(words or "")
    return [run for run in runs if run.text]


def _words(
    text: str, *, known: Collection[str], vouched: dict[str, list[Vouched]], bare: str, begins: int
) -> list[Run]:
    """Words as runs, typed numbers found out; ``bare`` is the whole line without its figures, in which they begin."""
    runs: list[Run] = []
    end = 0
    for found in _NUMBER.finditer(text):
        number = found[0]
        if found.lastgroup == "name" or number in known:
            continue
        if found.start() > end:
            runs.append(Run(text[end : found.start()]))
        end = found.end()
        where = clause_at(bare, begins + found.start())
        one = next((one for one in vouched.get(number, ()) if one.where is None or where in one.where), None)
        if one is not None:
            runs.append(Run(number, TEXT, about={"entry": one.entry, "note": one.note, "by": one.by}))
        else:
            runs.append(Run(number, HAND, about={"where": where}))
    if end < len(text):
        runs.append(Run(text[end:]))
    return runs
