"""Taking turns: raw and product, round by round, so that noise hits both alike."""

from __future__ import annotations

import gc
import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass
class Comparison:
    """Two sides of the same work.

    ``raw`` and ``product`` hold one number a round, in ``unit``. ``ratio`` is the median over rounds of product / raw;
    ``at_least`` or ``at_most`` is what is promised of it. ``or_product`` is a second way to keep the promise: the
    product's own number.
    """

    name: str
    unit: str
    raw_is: str
    product_is: str
    at_least: float | None = None
    at_most: float | None = None
    or_product: float | None = None
    raw: list[float] = field(default_factory=list)
    product: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        return statistics.median(ours / plain for ours, plain in zip(self.product, self.raw, strict=True))

    @property
    def is_kept(self) -> bool:
        ours = statistics.median(self.product)
        if self.at_least is not None:
            return self.ratio >= self.at_least or (self.or_product is not None and ours >= self.or_product)
        return self.at_most is None or self.ratio <= self.at_most

    def promise(self) -> str:
        if self.at_most is not None:
            return f"≤ {self.at_most:g}"
        if self.at_least is None:
            return "none"
        said = f"≥ 1/{1 / self.at_least:g}"
        return said if self.or_product is None else f"{said} or {self.or_product:,.0f} {self.unit}"

    def row(self) -> str:
        """One row of a Markdown table."""
        ratio = f"{self.ratio:.2f}" if self.ratio >= 1 else f"1/{1 / self.ratio:.1f}"
        cells = (
            self.name,
            f"{spoken(statistics.median(self.raw))} {self.unit}",
            f"{spoken(statistics.median(self.product))} {self.unit}",
            f"**{ratio}**",
            self.promise(),
            "kept" if self.is_kept else "MISSED",
            str(len(self.raw)),
        )
        return "| " + " | ".join(cells) + " |"

    def as_json(self) -> dict[str, object]:
        return {**asdict(self), "ratio": self.ratio, "is_kept": self.is_kept}


HEADING = "| work | raw | Houqin | ratio | promised | | rounds |\n|---|---|---|---|---|---|---|"


def spoken(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def take_turns(
    comparison: Comparison, *, raw: Callable[[], float], product: Callable[[], float], rounds: int
) -> Comparison:
    """Run both sides ``rounds`` times; who goes first changes every round. One round of each warms up unmeasured."""
    raw()
    product()
    for number in range(rounds):
        sides = [(raw, comparison.raw), (product, comparison.product)]
        for side, kept in sides if number % 2 == 0 else reversed(sides):
            gc.collect()
            kept.append(side())
    return comparison


def rate(work: Callable[[], None], *, times: int) -> float:
    """How many a second, ``work`` doing ``times`` of them."""
    return times / seconds(work)


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def machine() -> str:
    """One line about where this ran."""
    processor = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        )
        if Path("/proc/cpuinfo").exists()
        else (),
        platform.processor() or platform.machine(),
    )
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    return (
        f"{processor}, {os.cpu_count()} cores, {platform.system()} {platform.release().partition('-')[0]}, "
        f"Python {platform.python_version()}, load {load}"
    )
