"""What came of an import, for people and for machines."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .correcting import Change

# Refusals reported for one sheet.
MOST_REFUSALS = 200


@dataclass
class Refusal:
    """Why a row (its number in the file; 0 for the sheet) was refused, under the file's own heading."""

    row: int
    column: str
    reason: str
    more: int = 0

    def as_json(self) -> dict[str, Any]:
        reason = self.reason
        if self.more:
            reason += ngettext("另有 %(count)d 行相同。", "另有 %(count)d 行相同。", self.more) % {"count": self.more}
        return {"row": self.row, "column": self.column, "reason": reason}


@dataclass
class Section:
    """What came of one sheet."""

    file: str
    sheet: str = ""
    register: str = ""
    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    # Rows set aside for a person to decide.
    aside: int = 0
    # Rows of the book that were corrected by the sheet, counted in ``changed`` too, and what differs field by field.
    corrected: int = 0
    changes: list[Change] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    understood: dict[str, Any] = field(default_factory=dict)


@dataclass
class Report:
    """What came of an import. ``offers`` are the unknown places, people and classes that could be added with it."""

    sections: list[Section] = field(default_factory=list)
    offers: list[dict[str, Any]] = field(default_factory=list)
    written: bool = False
    dry_run: bool = False

    @property
    def is_refused(self) -> bool:
        return any(section.refused for section in self.sections)

    def as_json(self) -> dict[str, Any]:
        """One object for each file and register, in the order the files were given."""
        merged: dict[tuple[str, str], dict[str, Any]] = {}
        sheets_of: dict[tuple[str, str], int] = {}
        for section in self.sections:
            key = (section.file, section.register)
            sheets_of[key] = sheets_of.get(key, 0) + 1
        for section in self.sections:
            key = (section.file, section.register)
            one = merged.setdefault(
                key,
                {
                    "file": section.file,
                    "register": section.register,
                    "read": 0,
                    "added": 0,
                    "unchanged": 0,
                    "refused": [],
                    "notes": [],
                },
            )
            for name in ("read", "added", "unchanged"):
                one[name] += getattr(section, name)
            if section.changes:
                one.setdefault("corrections", []).extend(change.as_json() for change in section.changes)
            for name in ("changed", "aside", "corrected"):
                if getattr(section, name):
                    one[name] = one.get(name, 0) + getattr(section, name)
            before = (
                _("工作表「%(sheet)s」：") % {"sheet": section.sheet} if sheets_of[key] > 1 and section.sheet else ""
            )
            one["notes"] += [before + note for note in section.notes]
            for refusal in section.refused[:MOST_REFUSALS]:
                said = refusal.as_json()
                one["refused"].append({**said, "reason": before + said["reason"]})
            if len(section.refused) > MOST_REFUSALS:
                one["notes"].append(
                    _("不能匯入的地方共 %(all)d 處，這裡列出前 %(shown)d 處。")
                    % {"all": len(section.refused), "shown": MOST_REFUSALS}
                )
        report: dict[str, Any] = {"files": list(merged.values())}
        if self.offers:
            report["offers"] = self.offers
        return report

    def counts(self) -> dict[str, Any]:
        """The report without anything a cell said, as it is kept for good."""
        names = ("file", "sheet", "register", "read", "added", "changed", "unchanged")
        return {
            "files": [
                {name: getattr(section, name) for name in names} | ({"aside": section.aside} if section.aside else {})
                for section in self.sections
            ]
        }
