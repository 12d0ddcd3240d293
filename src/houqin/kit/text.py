"""Chinese text: two scripts, comparison keys, search tokens, masks.

The converters and the pinyin dictionary are large; they are loaded at first use and once per process.
"""

import re
import unicodedata
from functools import cache, lru_cache

import opencc

# What the character table s2tw of OpenCC writes differently from a school's papers. (Its sibling s2t writes 牀, 羣, 喫.)
_OUR_TRADITIONAL = str.maketrans("汙", "污")

# Variants that t2s leaves apart although they are one word: 台帳 and 台賬, 隨着 and 隨著, 門衞 and 門衛, 櫈 and 凳.
_ONE_CHARACTER = str.maketrans("帐着衞櫈呉馀甎", "账著卫凳吴余砖")

_DASHES = re.compile("[‐‑‒–—―−－~～〜]")
_CJK = "〇㐀-䶿一-鿿豈-﫿\U00020000-\U0003134f"
_RUNS = re.compile(rf"(?P<cjk>[{_CJK}]+)|(?P<word>[^\W_{_CJK}]+)")
# What may stand around a text without belonging to it: blanks, control characters, marks nobody sees.
MARGINS = "".join(
    [
        *map(chr, (*range(0x21), *range(0x7F, 0xA1), 0x1680, *range(0x2000, 0x2010), 0x2028, 0x2029, 0x202F, 0x205F)),
        "\u2060\u3000\ufeff",
    ]
)
# A longer text is no name that comes again: remembering it would only keep a hostile file in memory.
LONGEST_REMEMBERED = 200

# Prefixes are indexed for numbers of assets and slips, which people type from the left; a sentence has no initials.
_LONGEST_PREFIX = 20
_LONGEST_INITIALS = 12

_SEED_VOCABULARY = (
    ("服務物件", "服務對象"),
    ("裝置", "設備"),
    ("社群民警", "社區民警"),
    ("聯絡", "聯繫"),
    ("型別", "類型"),
    ("安全教育工作檔案", "安全教育工作文件"),
    ("資訊輸入", "信息錄入"),
    ("優化進行機制", "優化運行機制"),
    ("班年", "半年"),
    ("凋運", "調運"),
    ("髮生", "發生"),
    ("隨則著", "隨著"),
    ("分豪不差", "分毫不差"),
    ("打更大叔", "更夫"),
    ("住房基金", "住房公積金"),
    ("財政供養人員", "財政供養人員"),  # found first, so that it does not become 財政財政供養人員
    ("供養人員", "財政供養人員"),
)


def to_traditional(text: str) -> str:
    """Traditional characters for any text; only characters change, never words (設備 stays 設備)."""
    # OpenCC reads 為了解決 as 為 + 了解 + 決 and writes 為瞭解決; 了解 is right in either script.
    return _converter("s2tw").convert(text).translate(_OUR_TRADITIONAL).replace("瞭解", "了解")


def to_simplified(text: str) -> str:
    """Simplified characters for any text; only characters change, never words."""
    return _converter("t2s").convert(text)


def fold(text: str) -> str:
    """The key by which headings and names are compared: equal for every way people write the same one.

    Half-width, simplified, lower case, without blanks and punctuation: 調出校區（部門） and 调出校区 部门 are one.
    Punctuation between two digits stays, for room 1-2 is not room 12 and 1.4m is not 14m. Symbols (+, =, ℃) stay.
    No word is exchanged for another; synonyms are the business of whoever compares. Text without a letter, a digit or
    a symbol folds to "".
    """
    return _remembered_fold(text) if len(text) <= LONGEST_REMEMBERED else _fold(text)


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    plain = _DASHES.sub("-", "".join(plain.split()))
    kept: list[str] = []
    between = ""
    for character in plain:
        category = unicodedata.category(character)
        if category[0] == "P":
            between = between or character
        elif category not in ("Cc", "Cf"):
            if between and kept and _is_digit(kept[-1]) and _is_digit(character):
                kept.append(between)
            kept.append(character)
            between = ""
    return to_simplified("".join(kept)).translate(_ONE_CHARACTER)


_remembered_fold = lru_cache(maxsize=65_536)(_fold)


def fold_code(text: str) -> str:
    """The key by which numbers on things are compared: C1, c1, C-1 and Ｃ01 are one piece; 7, ７ and 07 one badge; 京A1 and
    京·a1 one plate. As :func:`fold`, and without the noughts that lead a number."""
    return re.sub(r"(?<![0-9])0+(?=[0-9])", "", fold(text))


def seed_vocabulary(text: str) -> str:
    """The words a mainland school uses, where a script converter put others (服務物件 → 服務對象), in either script.

    For search only: it also "corrects" text that meant 聯絡. The table is the one of the domain reference, §0.2.
    Wording that is the same in both scripts (社群民警) is answered in Traditional.
    """
    words, pattern = _vocabulary()
    return pattern.sub(lambda match: words[match[0]], text)


@lru_cache(maxsize=16_384)
def initials(text: str) -> str:
    """First letters of the pinyin, as people type names into a search box: 維修 → "wx", 總務處 → "zwc", A4紙 → "a4z".

    Loads pypinyin at first use (half a second, some 100 MB for its phrases).
    """
    from pypinyin import Style, lazy_pinyin

    letters = lazy_pinyin(to_simplified(unicodedata.normalize("NFKC", text)), style=Style.FIRST_LETTER)
    return re.sub(r"[\W_]", "", "".join(letters)).lower()


def tokens(text: str) -> list[str]:
    """What the search index keeps of a text, each token once, in order of appearance.

    Every Chinese character and pair of characters (simplified; the indexes of SQLite and PostgreSQL find no words of
    one or two characters by themselves), Latin words and numbers with their prefixes from two characters on, the
    pinyin initials of short Chinese runs with their prefixes; for converted wording also what it stands for.
    """
    found: dict[str, None] = {}
    for reading in dict.fromkeys((_searchable(text), _searchable(seed_vocabulary(text)))):
        for run in _RUNS.finditer(reading):
            if run["word"]:
                found.update(dict.fromkeys(_with_prefixes(run["word"])))
                continue
            characters = run["cjk"]
            found.update(dict.fromkeys(characters))
            found.update(dict.fromkeys(_pairs(characters)))
            if 1 < len(characters) <= _LONGEST_INITIALS:
                found.update(dict.fromkeys(_with_prefixes(initials(characters))))
    return list(found)


def query_tokens(text: str) -> list[str]:
    """The tokens a row must all have to be found by what was typed: words whole, Chinese as pairs (one character alone
    as itself). An empty list means there is nothing to look for."""
    found: dict[str, None] = {}
    for run in _RUNS.finditer(_searchable(seed_vocabulary(text))):
        if run["word"]:
            found[run["word"]] = None
        else:
            found.update(dict.fromkeys(_pairs(run["cjk"]) or [run["cjk"]]))
    return list(found)


def searchable_runs(text: str) -> list[tuple[str, bool]]:
    """The runs of a text that can be searched, simplified and lower case: Chinese characters (True), Latin words and numbers."""
    return [(run[0], bool(run["cjk"])) for run in _RUNS.finditer(_searchable(text))]


@lru_cache(maxsize=16_384)
def syllables(characters: str) -> tuple[str, ...]:
    """The pinyin of a run of simplified characters without tones, one syllable a character: 维修 → wei, xiu.

    A character pypinyin does not know is its own syllable. Loads pypinyin at first use.
    """
    from pypinyin import Style, lazy_pinyin

    return tuple(sound.lower() for sound in lazy_pinyin(characters, style=Style.NORMAL, errors=list))  # type: ignore[arg-type]


def mask_identity(number: str) -> str:
    """An identity document for the screen: all but the last four characters hidden; short ones are hidden wholly."""
    plain = clean_cell(number)
    shown = 4 if len(plain) >= 8 else 0
    return "*" * (len(plain) - shown) + plain[len(plain) - shown :]


def mask_phone(number: str) -> str:
    """A telephone number for the screen: 13900008305 → "139****8305", other numbers only the last four digits."""
    plain = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", number))
    mobile = re.fullmatch(r"(?:\+?86)?(1[0-9]{2})[0-9*]{4}([0-9]{4})", plain)
    return f"{mobile[1]}****{mobile[2]}" if mobile else mask_identity(plain)


def clean_cell(text: str) -> str:
    """A cell without the blanks, byte order marks and invisible characters around it; what is inside stays as it is."""
    return text.strip(MARGINS)


@cache
def _converter(table: str) -> opencc.OpenCC:
    return opencc.OpenCC(table)


@cache
def _vocabulary() -> tuple[dict[str, str], re.Pattern[str]]:
    words = {to_simplified(seed): to_simplified(word) for seed, word in _SEED_VOCABULARY} | dict(_SEED_VOCABULARY)
    return words, re.compile("|".join(sorted(words, key=len, reverse=True)))


def _searchable(text: str) -> str:
    return to_simplified(unicodedata.normalize("NFKC", text).casefold()).translate(_ONE_CHARACTER)


def _pairs(characters: str) -> list[str]:
    return [characters[index : index + 2] for index in range(len(characters) - 1)]


def _with_prefixes(word: str) -> list[str]:
    return [word, *(word[:size] for size in range(2, min(len(word), _LONGEST_PREFIX + 1)))]


def _is_digit(character: str) -> bool:
    return character in "0123456789"
