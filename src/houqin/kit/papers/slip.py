"""A slip 單: one paper form filled in, as it is printed, signed and filed (簽領單, 責任書, 比價表, 收發存表).

A `Paper` is the office's running text under GB/T 9704; a slip is a form: its school and title, facts in a row, tables,
a few sentences, a line of signatures. Several slips print as one file, each on a page of its own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Self

from houqin.kit.papers.model import Script, Table


@dataclass(frozen=True)
class Slip:
    """One form.

    `facts` are (label, value) pairs printed under the title, `tables` the form's lists (an empty caption prints none),
    `text` the paragraphs below them (rules, an undertaking), `signatures` (label, name and day) pairs: an empty name
    leaves a line to sign on. `number` stands at the top right, `footer` in small print at the bottom of the last page.
    """

    title: str
    school: str = ""
    number: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    tables: tuple[Table, ...] = ()
    text: tuple[str, ...] = ()
    signatures: tuple[tuple[str, str], ...] = ()
    footer: str = ""
    landscape: bool = False
    script: Script = "traditional"

    @property
    def language(self) -> str:
        return {"traditional": "zh-TW", "simplified": "zh-CN"}[self.script]

    def converted(self, script: Script) -> Self:
        """The same slip in one script."""
        from houqin.kit import text  # here, not above: OpenCC's dictionaries load only for who converts

        convert = {"traditional": text.to_traditional, "simplified": text.to_simplified}[script]
        return replace(
            self,
            title=convert(self.title),
            school=convert(self.school),
            facts=_both(self.facts, convert),
            tables=tuple(table.converted(convert) for table in self.tables),
            text=tuple(convert(one) for one in self.text),
            signatures=_both(self.signatures, convert),
            footer=convert(self.footer),
            script=script,
        )


def _both(pairs: Sequence[tuple[str, str]], convert: Callable[[str], str]) -> tuple[tuple[str, str], ...]:
    return tuple((convert(label), convert(value)) for label, value in pairs)
