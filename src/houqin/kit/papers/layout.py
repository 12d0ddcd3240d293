"""The layout of GB/T 9704-2012 黨政機關公文格式 as numbers, once, for Word and for PDF alike.

Lengths are points unless the name ends in `_mm`; an em is the width of one Chinese character.
"""

import re
import unicodedata
from itertools import accumulate
from math import ceil

PAGE_MM = (210, 297)
TOP_MM, BOTTOM_MM, LEFT_MM, RIGHT_MM = 37, 35, 28, 26
LINES, CHARACTERS = 22, 28
LINE_PITCH = 28.95
"""225 mm of type area over 22 lines, rounded down to a twentieth of a point so that the 22nd line still fits."""

BODY_SIZE = 16  # 三號
TITLE_SIZE = 22  # 二號
PAGE_NUMBER_SIZE = 14  # 四號
TABLE_SIZE = 12  # 小四
SMALL_SIZE = 9  # 小五

CHARACTER_PITCH = 156 / 25.4 * 72 / CHARACTERS
"""15.79 pt: the width of the type area over 28 characters, a little tighter than the 16 pt character itself."""

TITLE_CHARACTERS = 19
"""What one line of the title holds: 156 mm at 22 pt is 20 characters, less one for fonts with wide digits."""

BLANK_DATE = "　　　　年　　月　　日"
"""Where a draft is dated by hand."""


def width_em(text: str) -> float:
    """How wide the text is, in ems: Chinese characters and their punctuation 1, Latin letters and digits a half."""
    return sum(1.0 if unicodedata.east_asian_width(character) in "WFA" else 0.5 for character in text)


# Words a title is not broken inside, in both scripts; everything else may break between any two characters.
_WHOLE_WORD = re.compile(
    "[學学]校|[小中大][學学]|幼[兒儿][園园]|校[區区]|[學学]年度?|[學学]期|年度|[上下]半年|第[一二]|[後后]勤[處处]?|"
    "[總总][務务][處处]?|工作|[總总][結结]|[計计][劃划]|[報报]告|述[職职]|[個个]人|部[門门]|主任|情[況况]|[關关][於于]|安全|"
    "食堂|[財财][務务]|[經经][費费]|[專专][項项]|月[報报]|服[務务]|管理|[檢检]查|[維维]修|[資资][產产]"
    "|[0-9A-Za-z][0-9A-Za-z.\\-–—/]*(?:[學学]?年度?)?[月日]?(?:[上下]半年)?"
)
_OPENING = "（《〈「『〔【“‘("
_CLOSING = "）》〉」』〕】”’)，。、；：！？,.;:!?％%"
_GOOD_END = ("關於", "关于", "的", "年度", "學期", "学期", "學年", "学年", "半年", "）", "》", " ")


def _breaks(title: str) -> list[int]:
    """Positions where a line of the title may end: not inside a word, a number with its counter, or a bracket."""
    inside: set[int] = set()
    for found in _WHOLE_WORD.finditer(title):
        inside.update(range(found.start() + 1, found.end()))
    return [
        position
        for position in range(1, len(title))
        if position not in inside and title[position] not in _CLOSING and title[position - 1] not in _OPENING
    ]


def title_lines(title: str, *, limit: int = TITLE_CHARACTERS) -> list[str]:
    """The title on as few lines as hold it, about equally long and broken between words (GB/T 9704-2012 §7.3.1).

    A line break in the title itself is the author's and is kept. `limit` is the width of a line in ems.
    """
    lines: list[str] = []
    for wanted in title.split("\n"):
        lines += _balanced(wanted.strip(), limit=limit)
    return [line for line in lines if line]


def _balanced(title: str, *, limit: int) -> list[str]:
    if width_em(title) <= limit:
        return [title]
    edges = [0, *_breaks(title), len(title)]
    widths = [0.0, *accumulate(map(width_em, title))]
    fewest = ceil(width_em(title) / limit)
    for count in range(fewest, fewest + 3):
        ideal = width_em(title) / count
        # best[end]: the cheapest way to set the title up to `end` on the lines counted so far.
        best: dict[int, tuple[float, list[str]]] = {0: (0.0, [])}
        for _line in range(count):
            longer: dict[int, tuple[float, list[str]]] = {}
            for start, (cost, lines) in best.items():
                for end in edges:
                    width = widths[end] - widths[start]
                    if end <= start or width > limit:
                        continue
                    total = cost + (width - ideal) ** 2
                    if end < len(title) and title.endswith(_GOOD_END, start, end):
                        total -= 8
                    if end not in longer or total < longer[end][0]:
                        longer[end] = (total, [*lines, title[start:end].strip()])
            best = longer
        if len(title) in best:
            return best[len(title)][1]
    return [title]  # nothing to break at: the printer wraps it


def stays_with_signature(last_paragraph: str) -> bool:
    """Whether the last paragraph is moved to the signature's page rather than leave a page without text (此頁無正文).

    Only up to eight lines: moving a longer one would leave a hole on the page before.
    """
    return width_em(last_paragraph) <= 8 * CHARACTERS


def column_shares(columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...], *, available: float) -> list[float]:
    """The share of a table's width each column gets; they sum to 1. `available` is the width of the table in ems.

    A column wants its widest text on one line. Where that is more than there is, only the widest columns give way.
    """
    wanted = [max(min(width_em(column), 5.0), 2.0) for column in columns]
    for row in rows:
        wanted = [max(known, width_em(cell)) for known, cell in zip(wanted, row, strict=True)]
    padded = [width + 2.0 for width in wanted]  # the cell's margins, and what programs put around numerals
    left, cap = available, available
    for place, width in enumerate(sorted(padded)):
        cap = left / (len(padded) - place)
        if width > cap:
            break
        left -= width
    else:
        cap = max(padded)
    granted = [min(width, cap) for width in padded]
    return [width / sum(granted) for width in granted]


_NUMBER = re.compile(r"[-+−]?[0-9][0-9,]*(\.[0-9]+)?[%％]?")


def number_columns(columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> list[bool]:
    """Which columns hold nothing but numbers and blanks, and so are set flush right."""
    answer = []
    for index in range(len(columns)):
        cells = [row[index].strip() for row in rows if row[index].strip()]
        answer.append(bool(cells) and all(_NUMBER.fullmatch(cell) for cell in cells))
    return answer


def attachment_lines(attachments: tuple[str, ...]) -> list[tuple[str, str]]:
    """The attachment note as (label, name) lines: `附件：` alone, or numbered when there are several; no full stops."""
    names = [attachment.rstrip("。；;. ") for attachment in attachments]
    if len(names) == 1:
        return [("附件：", names[0])]
    return [(("附件：" if number == 1 else "") + f"{number}.", name) for number, name in enumerate(names, start=1)]


def attachment_label(caption: str, *, attachments: tuple[str, ...]) -> str:
    """`附件2` for a table of the appendix that the attachment note lists second; empty for one it does not list."""
    names = [attachment.rstrip("。；;. ") for attachment in attachments]
    if caption not in names:
        return ""
    return "附件" if len(names) == 1 else f"附件{names.index(caption) + 1}"
