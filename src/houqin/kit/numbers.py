"""Numbers as a Chinese office writes and reads them. Money is integer 分, no float anywhere."""

from decimal import Decimal


def round_down_yu(n: int) -> tuple[int, bool]:
    raise NotImplementedError


def approximate(n: int, counter: str = "") -> str:
    raise NotImplementedError


def exact(n: int, counter: str = "") -> str:
    raise NotImplementedError


def wan_yuan(fen: int, *, places: int = 1) -> str:
    raise NotImplementedError


def yuan(fen: int) -> str:
    raise NotImplementedError


def parse_yuan(value: int | float | Decimal | str) -> int:
    raise NotImplementedError


def parse_integer(value: int | float | Decimal | str) -> int:
    raise NotImplementedError


def chinese_numeral(n: int) -> str:
    raise NotImplementedError


def chinese_approximate(n: int, counter: str = "") -> str:
    raise NotImplementedError


def capital_money(fen: int) -> str:
    raise NotImplementedError


def parse_capital_money(text: str) -> int:
    raise NotImplementedError


def percent(numerator: int, denominator: int) -> str:
    raise NotImplementedError
