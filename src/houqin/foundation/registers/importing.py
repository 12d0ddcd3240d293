"""Reading a school's own spreadsheets into the book: everything that was understood, or nothing.

``run_import(by, files)`` reads all files first, then runs the registers in their order (places before people before
papers) in one transaction. One row that is refused refuses the whole run, and every refusal is reported against its
row and column. A row that was taken in before is known again by its key or its content and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from houqin.foundation.catalogue.vocabulary import VOCABULARIES
from houqin.foundation.journal.accounts import forget_accounts
from houqin.foundation.journal.actions import Action, ActionForm, Invalid, batch
from houqin.foundation.journal.models import Place
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.journal.vouching import note, rewrite_rows
from houqin.foundation.journal.writer import Draft, Unit
from houqin.foundation.org.directory import Directory
from houqin.foundation.org.models import Party, Person, SchoolClass
from houqin.foundation.org.models import Unit as Office
from houqin.foundation.signing.routes import keeping_free
from houqin.kit import sheets
from houqin.kit.text import clean_cell, fold

from .aside import OPTION as DOUBTFUL
from .aside import known_aside, lay_aside
from .correcting import CORRECTIONS, HIDDEN, Change
from .memory import Known, RecordedDays, chunks, is_same, plain
from .models import ImportedRow, ImportRun
from .newcomers import OPTIONS, WHAT, Newcomers, what_is_wanted
from .reading import Row, RowReader, complete_days, day_style, form_for_cells, has_days_without_year
from .recognising import NoRegister, Recognised, Skipped, Unclear, listed, recognise, rows_of
from .register import REGISTERS, Column, Register
from .rehearsing import Overtaken, rehearsal
from .report import Refusal, Report, Section

# Rows between two flushes.
ROWS_AT_ONCE = 1_000
# With so many refused a sheet is not looked at any further: it is the wrong sheet, or wrong throughout.
ENOUGH_REFUSALS = 500
# A longer sheet is brought in by parts: a run is written in one go, and nobody else writes meanwhile.
MOST_ROWS = 50_000
# So few rows are judged where they are written: others wait less for them than for the copy of a book.
ROWS_UNDER_LOCK = 200
# How often a run is judged anew because others wrote what it was judged against, before it makes them wait.
ATTEMPTS = 3
# The fields that bear the day of a row.
DAY_FIELDS = ("occurred_on", "lent_on")
# Registers below this order are the nouns the later ones name.
NOUNS_END = 30

Progress = Callable[[int, int], object]
Source = Path | str | tuple[str, BinaryIO]


def run_import(
    by: Person,
    files: Sequence[Source],
    *,
    register: str | None = None,
    dry_run: bool = False,
    add_missing: Iterable[str] = (),
    progress: Progress | None = None,
) -> Report:
    """Import ``files`` (paths, or names with open binary files) on behalf of ``by``.

    ``register`` names the register all sheets are; without it each is recognised. ``dry_run`` does everything and
    leaves nothing. ``add_missing`` ("places", "people", "campuses", "classes", "parties", "units") adds what the rows
    name and the book does not know; "corrections" corrects the nouns of which a sheet says something else than the book;
    "doubtful" sets the rows that cannot be taken in aside for decision, where the register
    allows it, and takes in the others. ``progress(done, total)`` is called now and then. Raises Refused only where the
    question itself is wrong (no such register); what is wrong with the files is in the report.
    """
    if register is not None and (register not in REGISTERS or REGISTERS[register].importing is None):
        raise Refused(_("沒有叫「%(name)s」的登記簿可以匯入。houqin register --list 可查。") % {"name": register})
    adding = frozenset(add_missing)
    options = (*OPTIONS.values(), DOUBTFUL, CORRECTIONS)
    if unknown := adding - set(options):
        raise Refused(
            _("不能一併登記「%(what)s」。可選 %(options)s。")
            % {"what": "、".join(sorted(unknown)), "options": "、".join(options)}
        )
    run = ImportInProgress(by, dry_run=dry_run, adding=adding, progress=progress)
    run.read(files, register=REGISTERS[register] if register else None)
    run.write()
    return run.report


class _Undone(Exception):
    """Leaves the transaction without a trace."""


@dataclass
class _Table:
    """A recognised sheet on its way into the book."""

    recognised: Recognised
    epoch1904: bool
    section: Section
    rows: list[tuple[int, tuple[sheets.Cell, ...]]]
    days_of_file: list[date] = field(default_factory=list)

    @property
    def register(self) -> Register:
        return self.recognised.register

    @property
    def order(self) -> int:
        assert self.register.importing is not None
        return self.register.importing.order


@dataclass
class _Missing:
    """A name nobody knows, used by rows of one table."""

    what: str
    name: str
    refusal: Refusal
    rows: int = 1


@dataclass
class _Outcome:
    """What came of some rows, counted only once they stand."""

    added: list[tuple[Row, Draft]] = field(default_factory=list)
    changed: list[tuple[Row, Draft, ImportedRow | None]] = field(default_factory=list)
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)
    aside: int = 0
    corrected: int = 0
    # What would change or has changed of the nouns the book knows.
    changes: list[Change] = field(default_factory=list)


class ImportInProgress:
    def __init__(self, by: Person, *, dry_run: bool, adding: frozenset[str], progress: Progress | None) -> None:
        self.by = by
        self.newcomers = Newcomers(self, adding=adding)
        self.progress = progress
        self.report = Report(dry_run=dry_run)
        self.tables: list[_Table] = []
        self.unit: Unit = None  # type: ignore[assignment]
        self.directory = Directory()
        self.run: ImportRun | None = None
        # (register, key) → the row of this run that bears it.
        self.seen: dict[tuple[str, str], tuple[_Table, Row]] = {}
        # Names of nouns whose own row was refused: their use is not reported again.
        self.refused_names: set[str] = set()
        self.done = self.total = 0

    # Reading

    def read(self, files: Sequence[Source], *, register: Register | None) -> None:
        for source in files:
            self._read_file(source, register=register)
        self.total = sum(len(table.rows) for table in self.tables)

    def _read_file(self, source: Source, *, register: Register | None) -> None:
        if isinstance(source, tuple):
            name, content = source
        else:
            name, content = Path(source).name, Path(source)  # type: ignore[assignment]
        try:
            workbook = sheets.read(content, name=name)
        except sheets.Unreadable as problem:
            self.report.sections.append(Section(name, refused=[Refusal(0, "", str(problem))]))
            return
        found: list[_Table] = []
        strangers: list[NoRegister] = []
        for sheet in workbook.sheets:
            if not any(cell is not None and cell != "" for row in sheet.rows for cell in row):
                continue
            try:
                recognised = recognise(sheet, file=name, register=register)
            except NoRegister as no:
                strangers.append(no)
            except Unclear as unclear:
                self.report.sections.append(Section(name, sheet.name, refused=[Refusal(0, "", str(unclear))]))
            else:
                found.append(self._table(recognised, epoch1904=workbook.epoch1904))
        here = [section for section in self.report.sections if section.file == name]
        if not found and not here:
            self.report.sections.append(Section(name, refused=[Refusal(0, "", _nothing_found(strangers))]))
        elif strangers and found:
            found[0].section.notes += [str(no) for no in strangers]
        if found:
            found[0].section.notes[:0] = workbook.notes
        days = [day for table in found for day in self._days(table)]
        for table in found:
            table.days_of_file = self._days(table) or days
        self.tables += found

    def _table(self, recognised: Recognised, *, epoch1904: bool) -> _Table:
        skipped = Skipped()
        rows = list(rows_of(recognised, skipped))
        section = Section(recognised.file, recognised.sheet.name, recognised.register.name, read=len(rows))
        section.understood = {
            "file": recognised.file,
            "sheet": recognised.sheet.name,
            "register": recognised.register.name,
            "title": str(recognised.register.title),
            "heading_row": recognised.heading_row + 1,
            "columns": [
                {
                    "letter": sheets.column_letters(match.index),
                    "heading": match.heading,
                    "name": match.column.name,
                    "label": str(match.column.label),
                }
                for match in recognised.matches
            ],
            "unused": list(recognised.unused),
        }
        section.notes.append(
            _("工作表「%(sheet)s」讀作「%(title)s」，標題在第 %(row)d 行。")
            % {"sheet": recognised.sheet.name, "title": recognised.register.title, "row": recognised.heading_row + 1}
        )
        taken = [
            f"{match.heading}→{match.column.label}"
            for match in recognised.matches
            if fold(match.heading) != fold(str(match.column.label))
        ]
        if taken:
            section.notes.append(_("欄的對應：%(columns)s。") % {"columns": "、".join(taken)})
        if recognised.unused:
            section.notes.append(_("未用到的欄：%(columns)s。") % {"columns": "、".join(recognised.unused)})
        section.notes += skipped.notes()
        self.report.sections.append(section)
        return _Table(recognised, epoch1904, section, rows)

    def _days(self, table: _Table) -> list[date]:
        assert table.register.importing is not None
        form = table.register.importing.action.form(actor=self.by)
        table.section.understood.setdefault("days", day_style(table.recognised, form))
        return complete_days(table.recognised, form) if has_days_without_year(table.recognised, form) else []

    # Writing

    def write(self) -> None:
        """Judge and write: a few rows in the book itself, many on a copy of it, from which they go over in one go."""
        if connection.in_atomic_block or (not self.report.dry_run and self.total <= ROWS_UNDER_LOCK):
            self._write_here()
        else:
            self._write_rehearsed()
        self.report.written = self.run is not None and not (self.report.is_refused or self.report.dry_run)
        self.report.offers = sorted(self.newcomers.offers.values(), key=lambda offer: (offer["what"], offer["name"]))
        if self.report.is_refused:
            for section in self.report.sections:
                section.added = section.changed = section.corrected = 0
        for section in self.report.sections:
            if section.read and section.unchanged == section.read and not section.refused:
                section.notes.append(_("和以前匯入的完全相同，沒有改動。"))

    def _write_rehearsed(self) -> None:
        read = [(section, len(section.notes), len(section.refused)) for section in self.report.sections]
        numbers: dict[tuple[str, int], int] = {}
        for _attempt in range(ATTEMPTS):
            with rehearsal(self.by, numbers=numbers) as copy:
                self._write_here()
                if self.report.is_refused or self.report.dry_run or self.run is None:
                    return
                try:
                    copy.carry_over()
                except Overtaken as why:
                    numbers = why.numbers
                else:
                    return
            self._forget()
            self._start_over(read)
        # Somebody was quicker each time; now everybody waits.
        self._write_here()

    def _start_over(self, read: list[tuple[Section, int, int]]) -> None:
        """As it was when the files had been read."""
        for section, notes, refused in read:
            section.added = section.changed = section.unchanged = section.aside = section.corrected = 0
            section.changes = []
            del section.notes[notes:], section.refused[refused:]
        self.newcomers = Newcomers(self, adding=self.newcomers.adding)
        self.run, self.seen, self.refused_names, self.done = None, {}, set(), 0

    def _write_here(self) -> None:
        try:
            with keeping_free(self._own_numbers()), batch(self.by) as self.unit:
                self.directory = Directory.read()
                for table in sorted(self.tables, key=lambda table: table.order):
                    TableRun(self, table).import_rows()
                if self.tables:
                    self.tables[0].section.notes += self.newcomers.notes()
                if self.report.is_refused or self.report.dry_run:
                    raise _Undone
                if self.run is not None:
                    self.run.report = self.report.counts()
                    self.run.save(update_fields=["report"])
        except _Undone:
            self._forget()
        except BaseException:
            self._forget()
            raise

    def _own_numbers(self) -> set[str]:
        """The numbers the papers on the sheets bear: none of them is given to a paper without one."""
        found: set[str] = set()
        for table in self.tables:
            name = table.register.number_column()
            index = next((one.index for one in table.recognised.matches if one.column.name == name), None)
            if index is not None:
                found |= {plain(cells[index]) for _number, cells in table.rows if index < len(cells)}
        return found - {""}

    def _forget(self) -> None:
        # Accounts and words remembered within the transaction are gone with it.
        forget_accounts()
        for vocabulary in VOCABULARIES:
            vocabulary.forget()

    def import_run(self) -> ImportRun:
        if self.run is None:
            self.run = ImportRun.objects.create(by=self.by, ran_at=self.unit.now, report={})
        return self.run

    def step(self, rows: int) -> None:
        self.done += rows
        if self.progress is not None:
            self.progress(self.done, self.total)

    def flush(self) -> None:
        """Write what is drafted and let the directory know the new nouns."""
        self.unit.flush()
        for made in self.unit.created:
            if isinstance(made, Place):
                self.directory.add_place(made)
            elif isinstance(made, Person):
                self.directory.add_person(made)
            elif isinstance(made, SchoolClass):
                self.directory.add_class(made)
            elif isinstance(made, Office):
                self.directory.units[made.folded] = made
            elif isinstance(made, Party):
                self.directory.parties[made.folded] = made

    def clear_unit(self) -> None:
        """Drop what a refused flush left half written in memory."""
        unit = self.unit
        unit.drafts, unit.creations, unit.changes_by_row, unit.asking = [], [], {}, []
        unit._afterwards = []


class TableRun:
    """The rows of one table, taken in by its action."""

    def __init__(self, run: ImportInProgress, table: _Table) -> None:
        assert table.register.importing is not None
        self.run, self.table, self.register = run, table, table.register
        self.importing = table.register.importing
        self.section = table.section
        self.form = self._form(self.importing.action)
        self.progress_form = self._form(self.importing.progress) if self.importing.progress else None
        self.correct_form = self._form(self.register.corrects) if self.register.corrects else None
        self.reader = RowReader(
            table.recognised, self.form, epoch1904=table.epoch1904, complete_days=table.days_of_file
        )
        self.places = {
            name for name, one in self.form.fields.items() if name != "campus" and what_is_wanted(one) == "place"
        }
        self.missing: dict[tuple[str, str], _Missing] = {}
        self.cascaded: dict[str, int] = {}
        self.repeated: list[int] = []
        self.denied = False
        self.recorded: RecordedDays | None = None
        self.sets_aside = self.importing.sets_aside and DOUBTFUL in run.newcomers.adding
        self.known_aside: set[tuple[str, str]] = set()

    def _form(self, verb: Action) -> ActionForm:
        return form_for_cells(verb.form(actor=self.run.by), directory=self.run.directory)

    def import_rows(self) -> None:
        lacking = [
            str(one.label or name)
            for name, one in self.form.fields.items()
            if one.required and one.initial is None and not self.table.recognised.heading(name)
        ]
        if lacking:
            self.section.refused.append(
                Refusal(0, "", _("缺少「%(labels)s」這一欄，請補上再匯入。") % {"labels": "」「".join(lacking)})
            )
            self.run.step(len(self.table.rows))
            return
        if len(self.table.rows) > MOST_ROWS:
            self.section.refused.append(
                Refusal(
                    0,
                    "",
                    _("這張表有 %(rows)d 行，一次最多匯入 %(most)d 行。請按年度或學期分成幾份。")
                    % {"rows": len(self.table.rows), "most": MOST_ROWS},
                )
            )
            self.run.step(len(self.table.rows))
            return
        for rows in self._in_turn():
            if self.denied:
                break
            self._keep(self._import_chunk(rows))
            self.run.step(len(rows))
            if self.importing.by_day:
                continue
            if len(self.section.refused) >= ENOUGH_REFUSALS and rows[-1].number < self.table.rows[-1][0]:
                self.section.notes.append(
                    _("不能匯入的已經有 %(count)d 處，第 %(row)d 行以後沒有再看。請改好再匯入，會接着看下去。")
                    % {"count": len(self.section.refused), "row": rows[-1].number}
                )
                break
        if self.importing.by_day:
            self.section.refused.sort(key=lambda refusal: refusal.row)
        self._finish()

    def _in_turn(self) -> Iterator[list[Row]]:
        """The rows some at a time: as they stand, or in the order of their days where each rests on those before it."""
        if not self.importing.by_day:
            for chunk in chunks(self.table.rows, ROWS_AT_ONCE):
                yield [self.reader.read(number, cells) for number, cells in chunk]
            return
        rows = [self.reader.read(number, cells) for number, cells in self.table.rows]
        yield from chunks(sorted(rows, key=self._day_of), ROWS_AT_ONCE)

    def _day_of(self, row: Row) -> date:
        """The day of a row; one that cannot be read comes first and is refused in its turn."""
        for name in DAY_FIELDS:
            if name in self.form.fields:
                try:
                    return self.form.fields[name].clean(row.data.get(name)) or date.min
                except ValidationError:
                    return date.min
        return date.min

    def _import_chunk(self, rows: list[Row]) -> _Outcome:
        if self.importing.sets_aside:
            for keys in chunks([row.key for row in rows], 400):
                self.known_aside |= known_aside(self.register.name, keys)
        decided = [row for row in rows if (row.key, row.content) in self.known_aside]
        fresh = self._not_seen_in_this_run([row for row in rows if (row.key, row.content) not in self.known_aside])
        fresh.same += len(decided)
        known = Known(self, fresh.rows)
        try:
            with transaction.atomic():
                outcome = self._attempt(fresh.rows, known)
                self.run.flush()
        except (Refused, IntegrityError):
            self.run.clear_unit()
            outcome = self._one_by_one(fresh.rows, known)
        outcome.unchanged += fresh.same
        outcome.refused += fresh.refused
        if fresh.doubtful:
            for row, refusal in fresh.doubtful:
                self._set_aside(row, [(self.first_key(), refusal.column, refusal.reason)], outcome)
            self.run.flush()
        return outcome

    def _attempt(self, rows: list[Row], known: Known) -> _Outcome:
        outcome = _Outcome()
        for row in rows:
            if self.denied:
                break
            self._import_row(row, known, outcome)
        return outcome

    def _one_by_one(self, rows: list[Row], known: Known) -> _Outcome:
        """Find the rows that the book refused when they were written together: too little in stock, a closed month."""
        self._read_directory_again()
        whole = _Outcome()
        for row in rows:
            outcome = _Outcome()
            try:
                with transaction.atomic():
                    self._import_row(row, known, outcome)
                    self.run.flush()
            except Refused as no:
                self.run.clear_unit()
                outcome = self._refused(row, no.field, str(no))
            except IntegrityError:
                self.run.clear_unit()
                outcome = self._refused(row, self.first_key(), _("編號或名稱和已經登記的重複。請先查看原來那一筆。"))
            whole.aside += outcome.aside
            whole.corrected += outcome.corrected
            whole.changes += outcome.changes
            whole.added += outcome.added
            whole.changed += outcome.changed
            whole.unchanged += outcome.unchanged
            whole.refused += outcome.refused
        return whole

    def _refused(self, row: Row, column: str, sentence: str) -> _Outcome:
        """What the book refused of one row: set aside where that was asked for."""
        outcome = _Outcome()
        if self._set_aside(row, [(column, self._heading(column), sentence)], outcome):
            self.run.flush()
        else:
            outcome.refused.append(Refusal(row.number, self._heading(column), sentence))
        return outcome

    def _set_aside(self, row: Row, reasons: list[tuple[str, str, str]], outcome: _Outcome) -> bool:
        """Lay a row down for a person to decide, with (column, heading, sentence) of every objection, if so asked."""
        if not self.sets_aside:
            return False
        for name in row.data.keys() & self.places & row.cells.keys():
            # A person decides on what was written, not on how it was read beside its 校區.
            row.data[name] = row.cells[name]
        lay_aside(self.run.unit, row, reasons, register=self.register, file=self.section.file, sheet=self.section.sheet)
        outcome.aside += 1
        return True

    def _reasons(self, invalid: Invalid) -> list[tuple[str, str, str]]:
        return [
            ("" if name == "__all__" else name, self._heading("" if name == "__all__" else name), str(sentence))
            for name, errors in invalid.form.errors.items()
            for sentence in errors
        ]

    def _read_directory_again(self) -> None:
        self.run.directory = Directory.read()
        for form in filter(None, (self.form, self.progress_form, self.correct_form)):
            form_for_cells(form, directory=self.run.directory)

    def first_key(self) -> str:
        return self.importing.key[0] if self.importing.key else ""

    def _heading(self, name: str) -> str:
        if not name:
            return ""
        heading = self.table.recognised.heading(name)
        if heading or name not in self.form.fields:
            return heading
        return str(self.form.fields[name].label or "")

    # One row

    def _import_row(self, row: Row, known: Known, outcome: _Outcome) -> None:
        if row.objections:
            self._object(row, outcome)
            return
        self._place_by_campus(row)
        before = known.rows.get(row.key)
        if (before is not None and is_same(before.content, row)) or row.key in known.recorded:
            outcome.unchanged += 1
            return
        stored = known.stored_of(row)
        differing = known.differing(row, stored) if stored is not None else []
        if stored is not None and not differing:
            outcome.unchanged += 1
            return
        is_known = before is not None or stored is not None
        document_id = known.ids.get(row.key)
        if is_known and not self._can_go_on(before, document_id, differing):
            if stored and self.register.corrects is not None and document_id is not None:
                self._correct(row, before, document_id, differing, outcome)
                return
            conflict = self._conflict(row, differing, imported=before is not None)
            if not self._set_aside(row, [(self.first_key(), conflict.column, conflict.reason)], outcome):
                outcome.refused.append(conflict)
            return
        verb, form, data = self.importing.action, self.form, row.data
        if is_known:
            assert self.importing.progress is not None and self.progress_form is not None
            verb, form, data = self.importing.progress, self.progress_form, {**row.data, "document": document_id}
        draft = self._draft(verb, form, data, row, outcome)
        if draft is None:
            return
        if is_known:
            outcome.changed.append((row, draft, before))
        else:
            outcome.added.append((row, draft))

    def _correct(
        self,
        row: Row,
        before: ImportedRow | None,
        document_id: int,
        differing: list[tuple[Column, str, str]],
        outcome: _Outcome,
    ) -> None:
        """Correct the noun of the book that the row is, where that was chosen; else refuse the row and offer it."""
        assert self.register.corrects is not None and self.correct_form is not None
        fields, elsewhere = self.correct_form.fields, self.correct_form.elsewhere  # type: ignore[attr-defined]
        told = row.named(self.importing.key)
        for column, old, new in differing:
            shown = (HIDDEN, HIDDEN) if column.personal else (old, new)
            outcome.changes.append(Change(row.number, told, self._heading(column.name), *shown))
        fixed = [column for column, _old, _new in differing if column.name not in fields]
        if not fixed and CORRECTIONS in self.run.newcomers.adding:
            verb = self.register.corrects
            data = {column.name: row.data[column.name] for column, _old, _new in differing}
            data[verb.form.corrects] = document_id  # type: ignore[attr-defined]
            data["reason"] = _("更正表 %(file)s") % {"file": self.section.file[:120]}
            draft = self._draft(verb, self.correct_form, data, row, outcome)
            if draft is not None:
                outcome.corrected += 1
                outcome.changed.append((row, draft, before))
            return
        conflict = self._conflict(row, differing, imported=before is not None)
        if fixed:
            conflict.reason += "".join(str(elsewhere.get(one.name, "")) for one in fixed)
        else:
            self.run.newcomers.offer_corrections(str(self.register.title))
        if not self._set_aside(row, [(self.first_key(), conflict.column, conflict.reason)], outcome):
            outcome.refused.append(conflict)

    def _place_by_campus(self, row: Row) -> None:
        """A room is on the 校區 that stands beside it, whatever rooms of that name there are elsewhere."""
        if not row.cells.get("campus"):
            return
        for name in row.data.keys() & self.places:
            written = plain(row.cells.get(name))
            full = self._in_full(name, "place", row)
            if full != written:
                row.data[name] = full

    def _object(self, row: Row, outcome: _Outcome) -> None:
        """Refuse a row whose cells cannot be what they say, or set it aside."""
        reasons = [(name, self._heading(name), sentence) for name, sentence in row.objections]
        if not self._set_aside(row, reasons, outcome):
            outcome.refused += [Refusal(row.number, heading, sentence) for _name, heading, sentence in reasons]
            self._remember_refused(row)

    def _can_go_on(
        self, before: ImportedRow | None, document_id: int | None, differing: list[tuple[Column, str, str]]
    ) -> bool:
        """Whether a row that says more than the book may be taken further instead of being refused."""
        if self.importing.progress is None or document_id is None:
            return False
        if before is not None and before.document_id is not None:
            # The action itself knows what may still be written on its paper.
            return True
        return self.importing.finds is not None and all(old in ("", "0") for _column, old, _new in differing)

    def _draft(self, verb: Action, form: ActionForm, data: dict[str, Any], row: Row, outcome: _Outcome) -> Draft | None:
        unit = self.run.unit
        for _attempt in range(8):
            mark = (len(unit.drafts), len(unit.creations), len(unit._afterwards), len(unit.asking))
            try:
                draft = verb.into(unit, data, form=form)
            except Invalid as invalid:
                _return_to(unit, mark)
                if self._add_what_is_missing(invalid, row):
                    continue
                if not self._set_aside(row, self._reasons(invalid), outcome):
                    self._refuse_fields(invalid, row, outcome)
            except Denied as no:
                _return_to(unit, mark)
                self.denied = True
                outcome.refused.append(Refusal(0, "", str(no)))
            except Refused as no:
                _return_to(unit, mark)
                if not self._set_aside(row, [(no.field, self._heading(no.field), str(no))], outcome):
                    outcome.refused.append(Refusal(row.number, self._heading(no.field), str(no)))
                    self._remember_refused(row)
            else:
                if self.table.order >= NOUNS_END and any(type(made) in WHAT for made in unit.creations[mark[1] :]):
                    # A later row may name what this one brought in.
                    self.run.flush()
                return draft
            return None
        return None

    def _add_what_is_missing(self, invalid: Invalid, row: Row) -> bool:
        if not self.run.newcomers.adding:
            return False
        unknown = [
            (name, what_is_wanted(invalid.form.fields.get(name)))
            for name, errors in invalid.form.errors.as_data().items()
            if name in row.cells and any(error.code == "unknown" for error in errors)
        ]
        if not unknown:
            return False
        # What was drafted so far is written first, so that numbers follow the file.
        self.run.flush()
        return any(self.run.newcomers.add(what, self._in_full(name, what, row)) for name, what in unknown if what)

    def _in_full(self, field_name: str, what: str, row: Row) -> str:
        """What a row names, with the 校區 that stands beside it where the name itself is on none."""
        name = plain(row.cells[field_name])
        beside = plain(row.cells.get("campus")) if field_name != "campus" and what in {"place", "class"} else ""
        return self.run.newcomers.on_campus(beside, name) if beside else name

    def _refuse_fields(self, invalid: Invalid, row: Row, outcome: _Outcome) -> None:
        said = False
        for name, errors in invalid.form.errors.as_data().items():
            for error in errors:
                if error.code in {"unknown", "ambiguous"} and name in row.cells:
                    wanted = what_is_wanted(invalid.form.fields.get(name))
                    self._refuse_name(invalid, name, error, self._in_full(name, wanted, row), row, outcome)
                    said = True
                    continue
                reason = "".join(str(message) for message in error.messages)
                outcome.refused.append(Refusal(row.number, self._heading("" if name == "__all__" else name), reason))
                said = True
        if said:
            self._remember_refused(row)

    def _refuse_name(
        self, invalid: Invalid, field_name: str, error: ValidationError, name: str, row: Row, outcome: _Outcome
    ) -> None:
        what = what_is_wanted(invalid.form.fields.get(field_name))
        key = fold(name) or name
        if key in self.run.refused_names:
            # Its own row says why.
            self.cascaded[name] = self.cascaded.get(name, 0) + 1
            return
        known = self.missing.get((field_name, key))
        if known is not None:
            known.rows += 1
            known.refusal.more += 1
        else:
            reason = "".join(map(str, error.messages)).replace(str(row.data.get(field_name, name)), name)
            refusal = Refusal(row.number, self._heading(field_name), reason)
            self.missing[field_name, key] = _Missing(what, name, refusal)
            outcome.refused.append(refusal)
        if error.code == "unknown" and what:
            self.run.newcomers.offer(what, name)

    def _remember_refused(self, row: Row) -> None:
        """What a refused row of places, people or classes would have been called."""
        if self.table.order >= NOUNS_END:
            return
        part = {name: clean_cell(str(cell)) for name, cell in row.cells.items()}
        campus, building = part.get("campus", ""), part.get("building", "")
        room = part.get("room", "")
        own = part.get("name") or (f"{room}室" if room.isdecimal() else room)
        if own == building:
            building = ""
        for name in (own, campus + own, building + own, campus + building + own, campus + building):
            if fold(name) and name != campus:
                self.run.refused_names.add(fold(name))
        if not own and not building and campus:
            self.run.refused_names.add(fold(campus))

    def _conflict(self, row: Row, differing: list[tuple[Column, str, str]], *, imported: bool) -> Refusal:
        told = row.named(self.importing.key) or _("這一行")
        readings = "；".join(
            _("「%(column)s」原為「%(old)s」，這次是「%(new)s」")
            % {"column": self._heading(column.name), "old": old, "new": new}
            for column, old, new in differing
            if not column.personal
        )
        if imported and readings:
            sentence = _(
                "「%(name)s」以前匯入過，內容不同：%(readings)s。請到「%(title)s」裡更正原來那一筆，或改回這一行。"
            )
        elif imported:
            sentence = _("「%(name)s」以前匯入過，這次內容不同。請到「%(title)s」裡更正原來那一筆，或改回這一行。")
        elif readings:
            sentence = _(
                "「%(name)s」已經登記在「%(title)s」裡，內容不同：%(readings)s。請改編號，或到「%(title)s」裡更正。"
            )
        else:
            sentence = _("「%(name)s」已經登記在「%(title)s」裡，不是匯入來的。請改編號，或刪去這一行。")
        reason = sentence % {"name": told, "title": self.register.title, "readings": readings}
        column = differing[0][0].name if len(differing) == 1 else self.first_key()
        return Refusal(row.number, self._heading(column), reason)

    # Rows that come twice

    def _not_seen_in_this_run(self, rows: list[Row]) -> _Fresh:
        fresh = _Fresh()
        for row in rows:
            table, first = self.run.seen.setdefault((self.register.name, row.key), (self.table, row))
            if first is row:
                fresh.rows.append(row)
            elif is_same(first.content, row):
                fresh.same += 1
                self.repeated.append(row.number)
            else:
                where = _("第 %(row)d 行") % {"row": first.number}
                if table is not self.table:
                    where = _("「%(file)s」的%(row)s") % {"file": table.section.file, "row": where}
                lacking = [name for name in self.importing.key if name in self.form.fields and not row.cells.get(name)]
                reason = _("第 %(row)d 行的「%(name)s」和%(where)s重複，內容卻不同。請刪去其中一行或改正。") % {
                    "row": row.number,
                    "name": row.named(self.importing.key),
                    "where": where,
                }
                if lacking and len(self.importing.key) > 1:
                    reason += _("若是兩個，請填「%(column)s」加以區別。") % {"column": self._label(lacking[0])}
                refusal = Refusal(row.number, self._heading(self.first_key()), reason)
                if self.sets_aside:
                    fresh.doubtful.append((row, refusal))
                else:
                    fresh.refused.append(refusal)
        return fresh

    def _label(self, name: str) -> str:
        return self.table.recognised.heading(name) or str(self.register.column(name).label)

    # Afterwards

    def _keep(self, outcome: _Outcome) -> None:
        section = self.section
        section.added += len(outcome.added)
        section.changed += len(outcome.changed)
        section.unchanged += outcome.unchanged
        section.refused += outcome.refused
        section.aside += outcome.aside
        section.corrected += outcome.corrected
        section.changes += outcome.changes
        if outcome.aside:
            self.run.import_run()
        if outcome.added:
            self._remember(outcome.added)
        changed = [(row, before) for row, _draft, before in outcome.changed if before is not None]
        if changed:
            run = self.run.import_run()
            for row, before in changed:
                before.content, before.run = row.content, run
            rewrite_rows([before for _row, before in changed], "content", "run")
        new = [(row, draft) for row, draft, before in outcome.changed if before is None]
        if new:
            self._remember(new)

    def _remember(self, added: list[tuple[Row, Draft]]) -> None:
        """Keep by which key each row will be known again. In SQL: the ORM would cost as much as the rows themselves."""
        run = self.run.import_run()
        names = ("run_id", "register", "key", "content", "document_kind", "document_id", "entry_id")
        statement = (
            f"INSERT INTO {ImportedRow._meta.db_table} ({','.join(names)}) VALUES ({','.join(['%s'] * len(names))})"
        )
        facts = []
        for row, draft in added:
            document = draft.document
            kind, pk = (str(getattr(document, "kind", "")), document.pk) if document is not None else ("", None)
            entry = draft.recorded.pk if draft.recorded is not None else None
            facts.append((run.pk, self.register.name, row.key, row.content, kind, pk, entry))
        last = ImportedRow.objects.aggregate(last=Max("pk"))["last"] or 0
        with connection.cursor() as cursor:
            cursor.executemany(statement, facts)
        note(ImportedRow, ImportedRow.objects.filter(pk__gt=last, run=run).values_list("pk", flat=True))

    def _finish(self) -> None:
        section = self.section
        section.refused.sort(key=lambda refusal: refusal.row)
        section.notes += self.reader.notes()
        if self.repeated:
            section.notes.append(_("第 %(rows)s 行和前面的一行完全相同，只算一次。") % {"rows": listed(self.repeated)})
        if section.changed > section.corrected:
            went_on = section.changed - section.corrected
            section.notes.append(_("%(count)d 行有新的進展，已經接著登記。") % {"count": went_on})
        if section.corrected:
            section.notes.append(_("%(count)d 行和賬本不同，按這張表更正。") % {"count": section.corrected})
        if section.aside:
            section.notes.append(
                _("%(count)d 行有疑問，放到「匯入待決定的行」，逐行決定後收入。") % {"count": section.aside}
            )
        doubtful = len({refusal.row for refusal in section.refused if refusal.row})
        if doubtful and self.importing.sets_aside:
            self.run.newcomers.offer_aside(str(self.register.title), rows=doubtful)
        for name, rows in self.cascaded.items():
            section.notes.append(_("%(rows)d 行用到上面沒能匯入的「%(name)s」。") % {"rows": rows, "name": name})
        if section.unchanged and section.unchanged < section.read:
            section.notes.append(_("%(count)d 行以前匯入過，沒有改動。") % {"count": section.unchanged})


@dataclass
class _Fresh:
    """Rows of a chunk that this run has not seen, how many it has, and which contradict themselves."""

    rows: list[Row] = field(default_factory=list)
    same: int = 0
    refused: list[Refusal] = field(default_factory=list)
    doubtful: list[tuple[Row, Refusal]] = field(default_factory=list)


def _return_to(unit: Unit, mark: tuple[int, int, int, int]) -> None:
    """Forget what a refused action had drafted."""
    del unit.drafts[mark[0] :]
    del unit.creations[mark[1] :]
    del unit._afterwards[mark[2] :]
    del unit.asking[mark[3] :]


def _nothing_found(strangers: list[NoRegister]) -> str:
    if not strangers:
        return _("檔案裡沒有一行內容。請確認選對了檔案。")
    return str(max(strangers, key=lambda no: no.matched))


__all__ = ["Refusal", "Report", "Section", "run_import"]
