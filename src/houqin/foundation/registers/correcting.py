"""What a sheet says of nouns the book knows, where it says something else than the book."""

from __future__ import annotations

from dataclasses import dataclass

# The word of an import's ``add_missing`` that asks for the nouns to be corrected by the sheet.
CORRECTIONS = "corrections"
# What stands for a personal value, which no preview shows.
HIDDEN = "＊＊＊"


@dataclass(frozen=True)
class Change:
    """One field of one row: as the book has it, and as the sheet has it."""

    row: int
    name: str
    column: str
    before: str
    after: str

    def as_json(self) -> dict[str, object]:
        return {"row": self.row, "name": self.name, "column": self.column, "before": self.before, "after": self.after}
