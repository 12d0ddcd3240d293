"""A register as data. If a list needs more words than these, it is a page written by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, Q, QuerySet

from houqin.foundation.journal.actions import Action
from houqin.foundation.org.directory import Directory
from houqin.foundation.org.models import Person
from houqin.foundation.org.reach import Reach
from houqin.foundation.org.rules import Rule, anyone
from houqin.kit.registry import Registry

# What a column holds, and so how it is shown, filtered, exported and read.
KINDS = frozenset(
    {"text", "integer", "money", "date", "moment", "time", "duration", "flag", "choice", "state", "reference"}
)


@dataclass(frozen=True)
class Column:
    """One column of a register.

    ``name``      the word in URLs, exports and the API, and the action form's field where the column is imported
    ``label``     the heading on screen and on paper (Traditional Chinese)
    ``path``      the lookup that gives the value (``place__full_name``); ``name`` where empty; "" with imported_only
    ``headings``  other headings a school may use for it, either script; ``label`` always counts
    ``choices``   value → label for ``choice`` and ``state`` columns
    ``personal``  "identity", "phone" or "pupil": masked in lists and exports
    ``shown``     on the page unless the person chooses otherwise
    ``total``     its numbers add up, so the register shows their sum
    ``imported_only``  read from sheets, but not a column of the table (``path`` does not exist)
    ``read_only`` never read from sheets
    ``unit``      what its whole numbers count, where a sheet may write another unit: "year" reads 72個月 as 6
    ``partial``   a day of which a sheet may know the month or the year only: "first" or "last" day of it
    """

    name: str
    label: Any
    kind: str = "text"
    path: str = ""
    headings: tuple[str, ...] = ()
    choices: Mapping[str, Any] | Callable[[], Mapping[str, Any]] | None = None
    personal: str = ""
    shown: bool = True
    total: bool = False
    searched: bool = False
    filtered: bool = False
    sortable: bool = True
    required: bool = False
    imported_only: bool = False
    read_only: bool = False
    unit: str = ""
    partial: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"column {self.name}: no such kind {self.kind}")

    @property
    def lookup(self) -> str:
        return self.path or self.name

    def options(self) -> Mapping[str, Any]:
        found = self.choices() if callable(self.choices) else self.choices
        return {} if found is None else found


@dataclass(frozen=True)
class Importing:
    """How rows of a sheet become entries.

    ``action``  called once a row, through its form, with the columns it knows
    ``key``     column names that name a row for good (單號); a row without them, or an empty tuple, is known by its content
    ``names``   what the file, sheet or title row may be called (報修登記, 維修登記表)
    ``needs``   column names without which a sheet is not this register
    ``order``   registers with smaller numbers are imported first: places 10, people 20, cards 30, papers 50, moves 60
    ``by_day``  rows are taken in in the order of their days whatever the order of the sheet, because each rests on those before
    ``finds``   the row of the book that a row of a sheet is, where there is no document number to tell: gets the cells by
                column name and the directory; a row it finds is not added again
    ``sets_aside``  rows that cannot be taken in as they stand may be set aside for a person to decide (:mod:`.aside`)
    ``proposes``  ready answers to a row set aside: gets its cells by column name, the columns objected to and the person,
                gives (label, cells to change) pairs
    ``merges``  joins a row set aside to the row of the book that bears its number; its form gets the columns and ``document``
    ``progress``  called instead of ``action`` when a row known by its key comes again with more filled in; its form gets
                the same columns and ``document``. Without it a changed row is refused with both readings. A row of the
                book that ``finds`` found takes it only where nothing was filled in before
    """

    action: Action
    names: tuple[str, ...]
    needs: tuple[str, ...]
    key: tuple[str, ...] = ()
    order: int = 50
    by_day: bool = False
    progress: Action | None = None
    finds: Callable[[Mapping[str, Any], Directory], Model | None] | None = None
    sets_aside: bool = False
    proposes: Callable[[Mapping[str, str], Sequence[str], Person], list[tuple[str, dict[str, str]]]] | None = None
    merges: Action | None = None


@dataclass(frozen=True)
class Register:
    """A list the office keeps.

    ``rows(person)`` gives what that person may see: scope is never forgotten. ``day`` is the lookup of the day a row is
    about, for period filters. ``document`` is the model whose page a row opens (a ``signing.Document``), if any.
    ``corrects`` is the verb that corrects one row of a list of nouns, which then has a page with its history; a sheet that says
    something else than the book is taken in by it where that is chosen.
    ``actions`` are the kinds offered above the list (adding one); what can be done with one row its document page says.
    ``campus`` are the lookups of the campuses a row lies on, ``school_class`` of its class: posts of limited reach see what they
    reach, and what names them. A list that has no campus says ``whole_school``. ``seen_by`` are the posts that see more than
    their own; the readers where those are posts.
    ``paper`` is what the printed register is headed, ``signatures`` the words under it (制表人, 負責人).
    """

    name: str
    title: Any
    rows: Callable[[Person], QuerySet[Any]]
    columns: Sequence[Column]
    order: tuple[str, ...]
    day: str = ""
    document: type[Model] | None = None
    adds: Action | None = None
    corrects: Action | None = None
    importing: Importing | None = None
    readers: Rule = anyone
    paper: Any = ""
    signatures: Sequence[Any] = ()
    about: Any = ""
    group: str = ""
    icon: str = ""
    presets: Sequence[tuple[Any, str]] = field(default_factory=tuple)
    campus: tuple[str, ...] = ()
    school_class: str = ""
    whole_school: bool = False
    seen_by: Rule | None = None

    def __post_init__(self) -> None:
        # Once for page, file, API, search and papers: nobody asks the rows without their reach.
        if not self.campus and not self.whole_school and hasattr(self.document, "stands_on"):
            # Papers lie where they say they lie.
            object.__setattr__(self, "campus", ("campus",))
        object.__setattr__(self, "rows", reached(self, self.rows))

    @property
    def domain(self) -> str:
        return self.name.partition(".")[0]

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def number_column(self) -> str | None:
        """The column of a sheet that holds the number of its document, where its rows are known by one."""
        for name in self.importing.key if self.importing and self.document is not None else ():
            if name == "number" or self.column(name).path == "number":
                return name
        return None

    def table_columns(self) -> list[Column]:
        return [column for column in self.columns if not column.imported_only]

    def imported_columns(self) -> list[Column]:
        """The columns a sheet may hold: those the import action's form has a field for."""
        if self.importing is None:
            return []
        known = self.importing.action.form.base_fields
        return [column for column in self.columns if not column.read_only and column.name in known]


def reached(register: Register, rows: Callable[[Person], QuerySet[Any]]) -> Callable[[Person], QuerySet[Any]]:
    """``rows`` cut to the campuses and classes of the posts by which a person sees them."""
    if register.whole_school or not (register.campus or register.school_class):
        return rows
    seen_by = register.seen_by or register.readers

    def seen(person: Person) -> QuerySet[Any]:
        found = rows(person)
        reach = seen_by.reach(person)
        if not reach:
            # Everything by a post for the whole school; else by no post, so rows are their own.
            return found
        return found.filter(within(found.model, reach, register) | naming(found.model, person, register))

    return seen


def within(model: type[Model], reach: Reach, register: Register) -> Q:
    """The rows on these campuses and of these classes, and those of the whole school."""
    asked = Q()
    nowhere = Q()
    for path in register.campus:
        asked |= Q(**{f"{path}__in": reach.campuses})
        nowhere &= Q(**{f"{path}__isnull": True})
    if register.school_class:
        asked |= Q(**{f"{register.school_class}__in": reach.classes})
        nowhere &= Q(**{f"{register.school_class}__isnull": True})
    return asked | nowhere


def naming(model: type[Model], person: Person, register: Register) -> Q:
    """The rows that name ``person``, or whose paper does: what is one's own is seen wherever it lies."""
    asked = Q(pk__in=())
    holders: dict[str, type[Model]] = {"": model}
    for path in register.campus:
        head, _part, rest = path.partition("__")
        if rest and isinstance(related := model._meta.get_field(head).related_model, type):
            holders[f"{head}__"] = related
    for prefix, holder in holders.items():
        for one in holder._meta.concrete_fields:
            if one.is_relation and one.related_model is Person:
                asked |= Q(**{f"{prefix}{one.name}": person.pk})
    return asked


REGISTERS: Registry[Register] = Registry("register")


def register(**facts: Any) -> Register:
    """Declare a register; see :class:`Register`."""
    made = Register(**facts)
    return REGISTERS.add(made.name, made)
