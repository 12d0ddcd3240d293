"""Numbers as a Chinese office writes and reads them.

Money is an integer of 分, quantities are integers; a float is only met at the door, in a cell of a spreadsheet, and
becomes a `Decimal` there. What cannot be read exactly is refused with a ValueError whose sentence says what to write.
"""

import math
import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal, localcontext

from django.utils.translation import gettext as _

LARGEST_FEN = 10**13
LARGEST_INTEGER = 10**12
LARGEST_NUMERAL = 10**16 - 1
_LONGEST_TEXT = 40

_DIGITS = "零一二三四五六七八九"
_CAPITAL_DIGITS = "零壹貳叁肆伍陸柒捌玖"
_UNITS = ("", "十", "百", "千")
_CAPITAL_UNITS = ("", "拾", "佰", "仟")

# Every way to write a digit or a unit, brought to the ordinary Traditional one.
_ORDINARY = str.maketrans(
    "〇○兩两万亿壹贰貳弍叁參叄参肆伍陆陸柒捌玖拾佰仟",
    "零零二二萬億一二二二三三三三四五六六七八九十百千",
)
_NUMERAL = re.compile(r"[零一二三四五六七八九十百千萬億]+")
_GROUPED = r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+"
_DASHES = str.maketrans("−–—﹣", "----")

# 餘, 多 and their kin make a number approximate; 萬 and its kin would make it another number.
_SUFFIX_THAT_CHANGES_THE_NUMBER = re.compile(
    r"分之|[餘余馀多來来幾几半約约萬万億亿百十成倍零一二三四五六七八九]|千(?![克瓦米])"
)
_INTEGER = re.compile(rf"([+-]?)({_GROUPED})(?:\.0+)?([^\W\d_]{{0,4}})")
_NUMERAL_AND_COUNTER = re.compile(r"([零一二三四五六七八九十百千萬億]+)([^\W\d_]{0,4})")
_AMOUNT = re.compile(rf"([+-]?)((?:{_GROUPED})(?:\.[0-9]+)?|\.[0-9]+)([萬億]?)(?:元|圓|圆|塊|块)?(?:整|正)?")
_CURRENCY = re.compile(r"^([+-]?)(?:人民幣|人民币|RMB|CNY|¥)|(?:RMB|CNY)$", re.IGNORECASE)
_JIAO_AND_FEN = re.compile(r"(?:([零一二三四五六七八九])角)?(?:零?([零一二三四五六七八九])分)?(?:整|正)?")


def round_down_yu(n: int) -> tuple[int, bool]:
    """The round number a summary gives for a repeated service, and whether anything was dropped (then 餘 is due).

    Never up: below ten exactly, to the ten below 1,000, to the hundred below 10,000, as all seeds do
    (83 → 80餘, 80 → 80, 1,253 → 1,200餘). From 10,000 on to the thousand; that is our own extension, no seed
    counts so far. Refuses a negative count.
    """
    if n < 0:
        raise ValueError(_("次數不能是負數（%(number)s），請檢查記錄。") % {"number": n})
    if n < 10:
        step = 1
    elif n < 1_000:
        step = 10
    elif n < 10_000:
        step = 100
    else:
        step = 1_000
    dropped = n % step
    return n - dropped, dropped > 0


def approximate(n: int, counter: str = "") -> str:
    """A count of repeated services in words of the summary: 83, 次 → "80餘次"; 80, 次 → "80次"."""
    rounded, dropped = round_down_yu(n)
    return f"{rounded:,}餘{counter}" if dropped else f"{rounded:,}{counter}"


def exact(n: int, counter: str = "") -> str:
    """A count that a ledger backs: 200, 套 → "200套"; from four digits on with commas, as the seeds write 1,200餘."""
    return f"{n:,}{counter}"


def wan_yuan(fen: int, *, places: int = 1) -> str:
    """Money for a report: 6216000 分 → "6.2萬元", with one or two decimals, half away from zero.

    Below 500 元 (50 元 with two decimals) this says "0.0萬元"; use `yuan` for small amounts.
    """
    if places not in (1, 2):
        raise ValueError(_("萬元只寫一位或兩位小數。"))
    scale = 10**places
    steps = _half_up(abs(fen) * scale, 1_000_000)
    return f"{_minus(fen, steps)}{steps // scale:,}.{steps % scale:0{places}d}萬元"


def yuan(fen: int) -> str:
    """Money for a form, a file or another program: 6216000 分 → "62160.00", without commas or a sign of currency."""
    return f"{_minus(fen, fen)}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def percent(numerator: int, denominator: int) -> str:
    """A share with one decimal, half away from zero: 197 of 200 → "98.5%". Refuses a whole of zero."""
    if denominator <= 0:
        raise ValueError(_("總數為零，算不出百分比。"))
    tenths = _half_up(abs(numerator) * 1_000, denominator)
    return f"{_minus(numerator, tenths)}{tenths // 10:,}.{tenths % 10}%"


def chinese_numeral(n: int) -> str:
    """The ordinary numeral, below ten million 億 (10**16): 40 → "四十", 105 → "一百零五", 12 → "十二"."""
    _must_be_a_numeral(n)
    text = _numeral(n, digits=_DIGITS, units=_UNITS)
    return text[1:] if text.startswith("一十") else text


def chinese_approximate(n: int, counter: str = "") -> str:
    """As `approximate`, in Chinese numerals: 42, 次 → "四十餘次" (S3: 全期安全排查四十餘次)."""
    rounded, dropped = round_down_yu(n)
    return f"{chinese_numeral(rounded)}{'餘' if dropped else ''}{counter}"


def capital_money(fen: int) -> str:
    """Money in capitals for a bill: 123450 分 → "壹仟貳佰叁拾肆元伍角整".

    By the rules for filling in bills (支付結算辦法, annex 1): 整 ends an amount without 分, zeros inside the yuan and a
    missing 角 before 分 are one 零, and where the rules leave 零 open (¥1,680.32, ¥107,000.53) none is written.
    Negative amounts begin with 負. Refuses ten million 億 and more.
    """
    whole, cents = divmod(abs(fen), 100)
    _must_be_a_numeral(whole)
    jiao, fen_digit = divmod(cents, 10)
    text = "負" if fen < 0 else ""
    if whole or not cents:
        text += _numeral(whole, digits=_CAPITAL_DIGITS, units=_CAPITAL_UNITS) + "元"
    if jiao:
        text += _CAPITAL_DIGITS[jiao] + "角"
    elif fen_digit and whole:
        text += "零"
    return text + (_CAPITAL_DIGITS[fen_digit] + "分" if fen_digit else "整")


def parse_capital_money(text: str) -> int:
    """分 from an amount in capitals, to check that figures and capitals of a bill agree. Reads both scripts.

    Accepts what the rules leave open (零 or none, 整, 正 or nothing, 圓); refuses everything that is not one amount.
    """
    plain = _plain(text).translate(_ORDINARY).replace("圓", "元").replace("圆", "元")
    for currency in ("人民幣", "人民币"):
        plain = plain.removeprefix(currency)
    negative = plain[:1] in ("負", "负")
    head, found, tail = plain[negative:].rpartition("元")
    cents = _JIAO_AND_FEN.fullmatch(tail.removeprefix("零") if found else tail)
    whole = _read_numeral(head) if found else 0
    if whole is None or cents is None or not (found or any(cents.groups())):
        raise ValueError(
            _("看不懂大寫金額「%(text)s」，請寫成「壹仟貳佰叁拾肆元伍角整」這樣的形式。") % {"text": _quote(text)}
        )
    jiao, fen_digit = (_DIGITS.index(digit) if digit else 0 for digit in cents.groups())
    return (whole * 100 + jiao * 10 + fen_digit) * (-1 if negative else 1)


def parse_yuan(value: object) -> int:
    """分 from an amount in yuan as a cell or a form holds it.

    Reads 1234.5, "¥1,234.50", "1234.50元", "6.2萬元", full-width digits, a minus sign, and capitals. A float is
    taken to the fifteen digits a spreadsheet keeps, so a sum it shows as 0.3 is 30 分. Refuses an empty cell, more
    than two decimals of a yuan, misplaced commas, and amounts beyond 100,000,000,000 元.
    """
    number = _decimal(value, _("金額"))
    # Wide enough for every digit that can be typed: nothing is rounded before it is looked at.
    with localcontext(prec=_LONGEST_TEXT * 2):
        fen = (_amount(str(value)) if number is None else number) * 100
    if abs(fen) > LARGEST_FEN:
        raise ValueError(
            _("金額「%(text)s」大得不合理，請檢查是否多打了數字，或把單位換成元。") % {"text": _quote(value)}
        )
    if fen != fen.to_integral_value():
        raise ValueError(
            _("金額「%(text)s」不足一分，請四捨五入到分，例如寫成 %(example)s。")
            % {"text": _quote(value), "example": yuan(int(fen.to_integral_value(rounding=ROUND_HALF_UP)))}
        )
    return int(fen)


def parse_integer(value: object) -> int:
    """A whole number as a cell or a form holds it: 200, 200.0, "２００", "1,200", "200套", "二百", "二百套".

    The counter behind the number is dropped. Refuses fractions, approximate numbers ("80餘次" is no count), 萬 behind
    figures, text, an empty cell, and everything beyond 10**12.
    """
    number = _decimal(value, _("數目"))
    whole: int | Decimal = _integer(str(value)) if number is None else number
    if not -LARGEST_INTEGER <= whole <= LARGEST_INTEGER:
        raise ValueError(_("數目「%(text)s」大得不合理，請檢查是否多打了數字。") % {"text": _quote(value)})
    if whole != int(whole):
        raise ValueError(_("數目「%(text)s」不是整數，請寫成整數，例如 200。") % {"text": _quote(value)})
    return int(whole)


def _half_up(numerator: int, denominator: int) -> int:
    return (numerator * 2 + denominator) // (denominator * 2)


def _minus(n: int, shown: int) -> str:
    # Nothing is ever "-0.0".
    return "-" if n < 0 and shown else ""


def _must_be_a_numeral(n: int) -> None:
    if not 0 <= n <= LARGEST_NUMERAL:
        raise ValueError(_("%(number)s 超出中文數字能寫的範圍，請用阿拉伯數字。") % {"number": n})


def _numeral(n: int, *, digits: str, units: tuple[str, ...]) -> str:
    for size, name in ((10**8, "億"), (10**4, "萬")):
        if n >= size:
            high, low = divmod(n, size)
            text = _numeral(high, digits=digits, units=units) + name
            if low:
                text += ("零" if low < size // 10 else "") + _numeral(low, digits=digits, units=units)
            return text
    text = ""
    for power in range(3, -1, -1):
        digit = n // 10**power % 10
        if digit:
            text += digits[digit] + units[power]
        elif text and not text.endswith("零"):
            text += "零"
    return text.rstrip("零") or "零"


def _read_numeral(text: str) -> int | None:
    """The number an ordinary Traditional numeral says, or None. 零 and 一 before 十 may be left out or put in where the
    rules leave it open; anything else out of order ("一百二", "百", "二百二百") is not read."""
    if not _NUMERAL.fullmatch(text):
        return None
    total = section = group = digit = 0
    for character in text:
        if character == "零":
            if digit:
                return None
        elif character in _DIGITS:
            digit = _DIGITS.index(character)
        elif character in _UNITS:
            group += (digit or (1 if character == "十" else 0)) * 10 ** _UNITS.index(character)
            digit = 0
        elif character == "萬":
            section += (group + digit) * 10**4
            group = digit = 0
        else:
            total += (section + group + digit) * 10**8
            section = group = digit = 0
    n = total + section + group + digit
    if n > LARGEST_NUMERAL:
        return None
    same = _skeleton(_numeral(n, digits=_DIGITS, units=_UNITS)) == _skeleton(text)
    # "一百二" is 102 for a machine and 120 for whoever wrote it.
    ends_in_doubt = len(text) > 1 and text[-1] in _DIGITS[1:] and text[-2] in "百千萬億"
    return n if same and not ends_in_doubt else None


def _skeleton(text: str) -> str:
    bare = text.replace("零", "") or "零"
    return re.sub(r"(^|[百千萬億])十", r"\1一十", bare)


def _plain(text: str) -> str:
    """Half-width, without blanks; only a blank between two digits stays, for "12 34" is not one number."""
    spaced = " ".join(unicodedata.normalize("NFKC", text).translate(_DASHES).split())
    return re.sub(r"(?<![0-9]) | (?![0-9])", "", spaced)


def _quote(value: object) -> str:
    text = str(value).strip()
    return text if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT] + "…"


def _decimal(value: object, what: str) -> Decimal | None:
    """The value as a Decimal, or None when it is text. Fifteen digits are all a spreadsheet keeps of a number."""
    if value is None or (isinstance(value, str) and not _plain(value)):
        raise ValueError(_("%(what)s是空的，請填一個數字。") % {"what": what})
    if isinstance(value, str):
        if len(value) > _LONGEST_TEXT:
            raise ValueError(_("%(what)s「%(text)s」太長，請只填一個數字。") % {"what": what, "text": _quote(value)})
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError(_("%(what)s「%(text)s」不是數字，請填一個數字。") % {"what": what, "text": _quote(value)})
    if not (isinstance(value, int) or (value.is_finite() if isinstance(value, Decimal) else math.isfinite(value))):
        raise ValueError(
            _("%(what)s「%(text)s」不是數字，請檢查表格中的公式。") % {"what": what, "text": _quote(value)}
        )
    return Decimal(format(value, ".15g")) if isinstance(value, float) else Decimal(value)


def _amount(text: str) -> Decimal:
    plain = _CURRENCY.sub(r"\1", _plain(text)).replace("万", "萬").replace("亿", "億")
    match = _AMOUNT.fullmatch(plain)
    if not match:
        if _NUMERAL.match(plain.translate(_ORDINARY).removeprefix("負").removeprefix("负")):
            return Decimal(parse_capital_money(text)) / 100
        raise ValueError(_("看不懂金額「%(text)s」，請寫成 1234.50 或 6.2萬元。") % {"text": _quote(text)})
    sign, digits, unit = match.groups()
    number = Decimal(sign + digits.replace(",", ""))
    return number * {"": 1, "萬": 10**4, "億": 10**8}[unit]


def _integer(text: str) -> int:
    plain = _plain(text)
    match = _INTEGER.fullmatch(plain)
    if match and not _SUFFIX_THAT_CHANGES_THE_NUMBER.search(match[3].translate(_ORDINARY)):
        return int(match[1] + match[2].replace(",", ""))
    numeral = _NUMERAL_AND_COUNTER.fullmatch(plain.translate(_ORDINARY))
    # 五千克 is 5,000 克 or 5 千克.
    if numeral and not _SUFFIX_THAT_CHANGES_THE_NUMBER.search(numeral[2]) and not re.search("千[克瓦米]", numeral[0]):
        n = _read_numeral(numeral[1])
        if n is not None:
            return n
    if re.fullmatch(r"[+-]?[0-9,]*\.[0-9]+\D*", plain):
        raise ValueError(_("數目「%(text)s」不是整數，請寫成整數，例如 200。") % {"text": _quote(text)})
    raise ValueError(_("看不懂數目「%(text)s」，請寫成整數，例如 200。") % {"text": _quote(text)})
