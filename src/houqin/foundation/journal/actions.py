"""Actions: every write of the house, as a verb with one form, one rule and one transaction.

    @action("stores.issued", label=_("發放"), form=forms.Issue, rule=rules.is_storekeeper)
    def issue(entry, *, item, quantity, store, to):
        '''Hand goods out to a unit, a class or a person, who signs for them.'''

Called from Python as ``issue(wang, item=chalk, quantity=5, …)``, from page, API and shell as
``issue.perform(wang, data)``, by the importer as ``issue.into(unit, data)`` for many rows in one transaction. All three
go through the form.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from hashlib import sha256
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext as _

from houqin.kit import fields
from houqin.kit.registry import Registry

from .digest import canonical
from .models import Entry, Place
from .refused import Denied, Refused
from .spoken import KINDS
from .writer import Draft, Unit

if TYPE_CHECKING:
    from houqin.foundation.org.models import Person

Rule = Callable[..., bool]
Body = Callable[..., Any]


class Invalid(Refused):
    """The form's fields were filled in wrongly. ``form`` holds what was typed and a sentence per field."""

    def __init__(self, form: forms.BaseForm) -> None:
        self.form = form
        parts = []
        for name, errors in form.errors.items():
            label = form.fields[name].label if name in form.fields else ""
            parts += [f"{label}：{error}" if label else str(error) for error in errors]
        super().__init__(" ".join(parts))

    def by_field(self) -> dict[str, list[str]]:
        return {name: [str(error) for error in errors] for name, errors in self.form.errors.items()}


# Fields whose answer depends on nothing but the value, and answers with what cannot be changed. A subclass is none of them.
READS_ALIKE = frozenset(
    {
        fields.DayField, fields.MomentField, fields.ClockField, fields.DurationField, fields.WholeNumberField,
        fields.MoneyField, fields.TextField, fields.LongTextField, fields.WordField, fields.FlagField,
    }
)  # fmt: skip
CELLS = frozenset({type(None), str, int, float, bool, date, datetime, time})
LONGEST_MEMO = 20_000


class ActionForm(forms.Form):
    """The form of an action. ``actor`` is the person who asks; fields may offer only what they may touch.

    A cleaned field named ``occurred_on`` is the day of the entry and is not passed to the body.
    """

    # Fields whose value is personal: never written to the journal.
    personal: tuple[str, ...] = ()
    # Free text that is no person's data and stays in the journal all the same; all other free text stands on the paper only.
    also_told: tuple[str, ...] = ()
    # The fields that say where it happens, for posts that reach one campus only; None is every place, class and paper named.
    judged_by: tuple[str, ...] | None = None
    # Whether it only looks through (a check, a reminder) and so lies nowhere: any post will do.
    looks_through: bool = False
    # Of these either may be reached: what moves between two ends belongs to both.
    either_end: tuple[str, ...] = ()

    def __init__(self, *args: Any, actor: Person | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        # What a value of a field was cleaned to; only a refilled form remembers.
        self._memos: dict[str, dict[tuple[type, Any], Any]] | None = None

    def told_as_text(self) -> frozenset[str]:
        """The fields whose text the journal keeps: words of a list. Into all others a name or an illness may be written."""
        return frozenset(self.also_told) | {
            name for name, one in self.fields.items() if isinstance(one, forms.ChoiceField)
        }

    @classmethod
    def begun_with(cls, document: Any) -> dict[str, Any]:
        """What a page fills in before anybody writes, of what the paper in hand says already: the payee of an order."""
        return {}

    def refill(self, data: Mapping[str, Any]) -> None:
        """Bind other data to the same form: an importer cleans ten thousand rows without building it again.

        From then on each different value of a field that reads it the same way every time is cleaned once.
        """
        self.data = data
        self.is_bound = True
        self._errors = None
        self.cleaned_data = {}
        if self._memos is None:
            self._memos = {name: {} for name, one in self.fields.items() if type(one) in READS_ALIKE}

    def _clean_fields(self) -> None:
        if self._memos is None:
            super()._clean_fields()  # type: ignore[misc]  # not in the stubs
            return
        for name, one in self.fields.items():
            try:
                self.cleaned_data[name] = self._cleaned(name, one)
                if finish := getattr(self, f"clean_{name}", None):
                    self.cleaned_data[name] = finish()
            except ValidationError as error:
                self.add_error(name, error)

    def _cleaned(self, name: str, one: forms.Field) -> Any:
        memo = self._memos.get(name) if self._memos else None
        if memo is None or one.disabled:
            return one._clean_bound_field(self[name])  # type: ignore[attr-defined]
        value = one.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
        if type(value) not in CELLS:
            return one.clean(value)
        # 1 and True and 1.0 are one key of a dictionary and three different cells.
        key = (type(value), value)
        if key not in memo:
            cleaned = one.clean(value)
            if len(memo) >= LONGEST_MEMO:
                return cleaned
            memo[key] = cleaned
        return memo[key]


class Nothing(ActionForm):
    """The form of an action that needs nothing more than its document."""


class LookThrough(ActionForm):
    """The form of an action that looks through all there is and reminds of it."""

    looks_through = True


@dataclass(frozen=True)
class Action:
    """A verb. ``kind`` names it and the entries it writes; ``label`` is the word on the button."""

    # A template asks a verb for its label and must not carry it out.
    do_not_call_in_templates: ClassVar[bool] = True

    kind: str
    label: Any
    form: type[ActionForm]
    rule: Rule
    body: Body
    about: Any = ""
    # True for what only the importer calls; such verbs get no button.
    hidden: bool = False
    # True where the general reversal (沖銷) may take back an entry of this kind though it stands on a paper with a route:
    # nothing but lines and measures was written. Otherwise the paper's own verbs take it back.
    reversible: bool = False
    route: Any = field(default=None)

    @property
    def sentence(self) -> str:
        """The first line of the docstring, shown on screen."""
        return str(self.about) or (inspect.getdoc(self.body) or "").partition("\n")[0]

    @property
    def domain(self) -> str:
        return self.kind.partition(".")[0]

    def says_where(self) -> bool:
        """Whether its form can say where it happens; what cannot is about the whole school."""
        if self.form.looks_through or self.form.judged_by is not None:
            return self.form.looks_through or bool(self.form.judged_by)
        return any(getattr(getattr(one, "each", one), "says_where", False) for one in self.form.base_fields.values())

    def __call__(self, by: Person, /, *, once: str | None = None, because: Entry | None = None, **data: Any) -> Entry:
        return self.perform(by, data, once=once, because=because)

    def perform(
        self,
        by: Person,
        data: Mapping[str, Any],
        *,
        files: Mapping[str, Any] | None = None,
        once: str | None = None,
        because: Entry | None = None,
        via: str = "",
    ) -> Entry:
        """Check, write and commit one occurrence; the first entry written is returned.

        ``once`` is an idempotency key: the same key with the same input gives the entry already written.
        Raises :class:`Invalid`, :class:`Denied` or :class:`Refused`; then nothing is left behind.
        """
        drafts: list[Draft] = []
        try:
            with transaction.atomic(durable=True):
                if once and (known := _already(once, self._typed(data))):
                    return known
                # In Python the house itself acts; whoever asks through an interface acts on what they may see only.
                for look in _LOOKS if via else ():
                    look(self, by, data)
                unit = Unit(by, via=via)
                draft = self.into(unit, data, files=files, once=once, because=because)
                drafts = list(unit.drafts)
                unit.finish()
        except IntegrityError as error:
            if once and (known := _already(once, self._typed(data))):
                return known
            raise _explained(error, drafts) from error
        if draft.recorded is None:
            raise Refused(_("沒有寫下任何登記。"))
        return draft.recorded

    def into(
        self,
        unit: Unit,
        data: Mapping[str, Any],
        *,
        files: Mapping[str, Any] | None = None,
        once: str | None = None,
        because: Entry | Draft | None = None,
        form: ActionForm | None = None,
    ) -> Draft:
        """Check and draft one occurrence within ``unit``; nothing is written before ``unit.flush()``."""
        if form is None:
            form = self.form(data, files, actor=unit.by)
        else:
            form.refill(data)
        if not form.is_valid():
            raise Invalid(form)
        cleaned = dict(form.cleaned_data)
        self._fill_in_own_campus(unit.by, form, cleaned)
        # Judged before the body, with everything that was asked, so that a rule can look at scope.
        about = {**cleaned, "verb": self}
        if not self.rule(unit.by, **about):
            raise Denied(denial(self, unit.by, **about))
        occurred_on: date | None = cleaned.pop("occurred_on", None)
        draft = unit.draft(self.kind, occurred_on=occurred_on)
        draft.because, draft.once, draft.verb = because, once, self.kind
        draft.asked = canonical(asked(cleaned, leave_out=form.personal, words=form.told_as_text()))
        if draft.once:
            draft.asked = canonical({**json.loads(draft.asked), "once_for": self._typed(data)})
        instead = self.body(draft, **cleaned)
        if unit.by.is_limited():
            self._judge_where(instead if isinstance(instead, Draft) else draft, about)
        if isinstance(instead, Draft):
            # A reversal bears the kind of what it takes back, so its body drafts the entry itself.
            unit.drafts = [one for one in unit.drafts if one is not draft]
            instead.asked, instead.once = draft.asked, draft.once
            return instead
        return draft

    def _judge_where(self, draft: Draft, about: dict[str, Any]) -> None:
        """Judge a post of limited reach once more by where the entry lies: what was asked may not have said it.

        What lies nowhere is the whole school's.
        """
        where = {**about, "settled": True}
        if self.form.judged_by is None:
            known = {id(value) for value in about.values()}
            where |= {
                name: value
                for name, value in (("written_on", draft.document), ("written_at", draft.place))
                if value is not None and id(value) not in known
            }
            if self.form.either_end:
                where.pop("written_at", None)
        if not self.rule(draft.unit.by, **where):
            raise Denied(denial(self, draft.unit.by, **where))

    def _fill_in_own_campus(self, by: Person, form: ActionForm, cleaned: dict[str, Any]) -> None:
        for name, one in form.fields.items():
            if getattr(one, "is_own_unless_told", False) and not one.required and cleaned.get(name, one) is None:
                cleaned[name] = self.own_campus(by)

    def own_campus(self, by: Person) -> Place | None:
        """The one campus that the posts by which ``by`` does this reach; None where they reach more, or all."""
        reach = getattr(self.rule, "reach", None)
        found = reach(by) if reach is not None and by.is_limited() else None
        if found is None or len(found.campuses) != 1:
            return None
        return Place.objects.filter(pk__in=found.campuses).first()

    def _typed(self, data: Mapping[str, Any]) -> str:
        """What was typed, as a short digest: enough to tell a repetition from another request under the same key."""
        facts = {
            name: str(getattr(told, "pk", told))
            for name in sorted(data)
            if name in self.form.base_fields
            for told in [_all_told(data, name)]
        }
        # With the verb: an action may write an entry of another kind than its own.
        return sha256(canonical([self.kind, facts]).encode()).hexdigest()[:16]


def _all_told(data: Mapping[str, Any], name: str) -> Any:
    """What was told under a name; of a page's form every value, where there are several."""
    told = data.getlist(name) if hasattr(data, "getlist") else []
    return told if len(told) > 1 else data[name]


ACTIONS: Registry[Action] = Registry("action")

# Looks at what a person asks for, through whatever interface, before anything of it is judged; refuses by raising.
Look = Callable[[Action, "Person", Mapping[str, Any]], None]
_LOOKS: list[Look] = []


def before_performing(look: Look) -> Look:
    """Register a look at everything that is asked through an interface (page, API, command line, a phone's queue)."""
    _LOOKS.append(look)
    return look


def offered() -> list[Action]:
    """The verbs a person may call by name, whatever the interface. What only the importer or a page of its own calls is none."""
    return [verb for verb in ACTIONS if not verb.hidden]


def offered_as(kind: str) -> Action | None:
    """The verb of that name where a person may call it by its name: by address, by API, in a shell, for a task."""
    verb = ACTIONS.get(kind)
    return None if verb is None or verb.hidden else verb


def called(kind: str) -> str:
    """What an entry of this kind is called: the word on the button of its action, else the one declared where it is written."""
    verb = ACTIONS.get(kind)
    return str(verb.label if verb is not None else KINDS.get(kind) or _("登記"))


def action(
    kind: str,
    *,
    label: Any,
    form: type[ActionForm] = Nothing,
    rule: Rule,
    about: Any = "",
    hidden: bool = False,
    reversible: bool = False,
) -> Callable[[Body], Action]:
    """Register the decorated body as the verb ``kind`` (``domain.past_participle``)."""

    def register(body: Body) -> Action:
        route = getattr(body, "route", None)
        return ACTIONS.add(
            kind,
            Action(
                kind=kind,
                label=label,
                form=form,
                rule=rule,
                body=body,
                about=about,
                hidden=hidden,
                reversible=reversible,
                route=route,
            ),  # fmt: skip
        )

    return register


def asked(
    cleaned: Mapping[str, Any], *, leave_out: tuple[str, ...] = (), words: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """The checked input as the journal, which cannot forget, keeps it: ids for rows, ISO for days and moments, numbers.

    Text is kept of the fields ``words`` only. No personal field, no free text, no name "as written", no file: these stand
    on the paper, where they can be purged.
    """
    told = {name: _plain(value, name in words) for name, value in cleaned.items() if name not in leave_out}
    return {name: value for name, value in told.items() if value not in (None, "", [], {})}


def _plain(value: Any, is_word: bool) -> Any:
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, str):
        return value if is_word else None
    if isinstance(value, int):
        return value
    if isinstance(value, (date, datetime, time)):
        return str(value)
    if isinstance(value, (list, tuple, models.QuerySet)):
        return [plain for one in value if (plain := _plain(one, is_word)) is not None]
    if isinstance(value, Mapping):
        return {str(key): _plain(one, is_word) for key, one in value.items() if not isinstance(key, str) or is_word}
    return None


def denial(verb: Action, by: Person, /, **about: Any) -> str:
    """Say who may do it; to whoever holds the post elsewhere, how far it reaches and who can do it there."""
    why = getattr(verb.rule, "why_not", None)
    if why is not None and verb.rule(by) and (told := why(by, **{**about, "verb": verb})):
        return _("「%(label)s」：%(why)s") % {"label": verb.label, "why": told}
    who = getattr(verb.rule, "who", "")
    if who:
        return _("「%(label)s」要由%(who)s來做。") % {"label": verb.label, "who": who}
    return _("%(name)s不能做「%(label)s」。請找總務處開通。") % {"name": by, "label": verb.label}


def _already(once: str, typed: str) -> Entry | None:
    known = Entry.objects.filter(once=once).first()
    if known is None:
        return None
    if json.loads(known.asked).get("once_for") != typed:
        raise Refused(_("這個重送鍵已經用在另一筆登記（第 %(number)s 號）。請換一個。") % {"number": known.number})
    return known


def _explained(error: IntegrityError, drafts: list[Draft]) -> Exception:
    """A database constraint in words a person can act on; the error itself where it is a defect of ours."""
    text = str(error)
    if "balance_at_or_above_floor" in text:
        return Refused(_("同一時間有人領走了，現在不夠。請重新查看結存。"), field="quantity")
    if "UNIQUE" in text.upper() and ("number" in text or "once" in text):
        return Refused(_("這個編號已經用過。請換一個編號，或先查看原來那一筆。"), field="number")
    return error


@contextmanager
def batch(by: Person, *, via: str = "import") -> Iterator[Unit]:
    """One transaction for many occurrences, all or nothing. Call ``unit.flush()`` now and then; the end flushes the rest."""
    drafts: list[Draft] = []
    try:
        with transaction.atomic(durable=True):
            unit = Unit(by, via=via)
            yield unit
            drafts = list(unit.drafts)
            unit.finish()
    except IntegrityError as error:
        raise _explained(error, drafts) from error


def can(person: Person | None, verb: Action, /, **about: Any) -> bool:
    """Whether to offer ``verb`` to ``person``: the rule asked with what is known so far."""
    if person is None:
        return False
    is_told = any(value is not None for value in about.values())
    try:
        return bool(verb.rule(person, **about, verb=verb, settled=is_told or not verb.says_where()))
    except Refused:
        return False


def locked(queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Rows an action is about to change, locked where the database can and a transaction is open."""
    if connection.features.has_select_for_update and connection.in_atomic_block:
        return queryset.select_for_update(of=("self",))
    return queryset
