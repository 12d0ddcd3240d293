"""What there is to tell: from the book's new entries, from mentions, from failed jobs, from what is late."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from houqin.foundation.calendar.due import DUE, LATE, standing
from houqin.foundation.calendar.models import Duty
from houqin.foundation.jobs.models import Job
from houqin.foundation.jobs.work import WORKS, on_failure
from houqin.foundation.journal.actions import ACTIONS
from houqin.foundation.journal.anchors import Anchor
from houqin.foundation.journal.models import Book, Entry
from houqin.foundation.journal.writer import Unit, on_flush
from houqin.foundation.org.models import Person, Role, RoleAssignment
from houqin.foundation.registers.tabulations import TABULATIONS
from houqin.foundation.signing.comments import on_mention
from houqin.foundation.signing.models import DOCUMENTS, CommentMention, Document, Task
from houqin.kit import clock
from houqin.kit.periods import Period

from .models import Bookmark, PastPapers, Send, SendState
from .telling import Telling, notify, tell

BOOK = "book"
AT_ONCE = 300
# What is written down by a way that is about the past.
PAST_WAYS = frozenset({"import", "demo"})
# Reminded of the same late matter again after a week.
AGAIN_AFTER_DAYS = 7
DUTY_DAYS = 31
SENDING = "notices.send"


@on_flush
def _note_past_papers(unit: Unit) -> None:
    if unit.via in PAST_WAYS and unit.written:
        numbers = [draft.number for draft in unit.written]
        PastPapers.objects.create(first=min(numbers), last=max(numbers))


class Post:
    """Who holds which post today, read once for many tasks and duties."""

    def __init__(self) -> None:
        # Role → person and the campus it is held for, None for the whole school.
        self._held: dict[str, list[tuple[Person, int | None]]] = {}
        found = RoleAssignment.objects.in_force(clock.today()).filter(person__is_active=True)
        for one in found.select_related("person", "place__campus", "school_class"):
            self._held.setdefault(one.role, []).append((one.person, self._campus(one)))

    def holders(self, role: str, *, campus: int | None) -> list[Person]:
        """Everybody who holds ``role`` for ``campus``; whatever their campus where that is None."""
        found: dict[int, Person] = {}
        for person, reached in self._held.get(role, []):
            if campus is None or reached is None or reached == campus:
                found[person.pk] = person
        return list(found.values())

    @staticmethod
    def _campus(one: RoleAssignment) -> int | None:
        if one.place is not None:
            place = one.place.campus_or_self()
            return place.pk if place is not None else None
        return one.school_class.campus_id if one.school_class is not None else None


def start_reading() -> None:
    """Begin where the book stands now: what is older was never waited for."""
    Bookmark.objects.get_or_create(name=BOOK, defaults={"number": _head()})


def _head() -> int:
    return Book.objects.values_list("head", flat=True).first() or 0


def is_behind() -> bool:
    """Whether the book goes on behind the bookmark."""
    number = Bookmark.objects.filter(name=BOOK).values_list("number", flat=True).first()
    if number is None:
        start_reading()
        return False
    return number < _head()


def read_on() -> int:
    """Read the next entries and tell of them; gives how many notices. The bookmark moves in the same transaction.

    Numbers are given out under the book's lock, so behind an entry that is seen none can appear later.
    """
    with transaction.atomic():
        mark = Bookmark.objects.select_for_update().get(name=BOOK)
        entries = list(Entry.objects.filter(number__gt=mark.number).order_by("number").select_related("by")[:AT_ONCE])
        if not entries:
            return 0
        first, last = entries[0].number, entries[-1].number
        past = list(PastPapers.objects.filter(last__gte=first, first__lte=last).values_list("first", "last"))
        told = tell([*_of_entries([e for e in entries if not any(a <= e.number <= b for a, b in past)])])
        mark.number = last
        mark.save(update_fields=["number"])
        PastPapers.objects.filter(last__lt=last - AT_ONCE).delete()
        return told


def _of_entries(entries: list[Entry]) -> Iterable[Telling]:
    papers: dict[tuple[str, int], list[Entry]] = {}
    for entry in entries:
        if entry.document_kind in DOCUMENTS and entry.document_id is not None:
            papers.setdefault((entry.document_kind, entry.document_id), []).append(entry)
    if not papers:
        return
    yield from _of_tasks(papers)
    documents = _documents(papers)
    for key, of_paper in papers.items():
        if (document := documents.get(key)) is not None:
            yield from _of_moves(document, of_paper)


def _documents(keys: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Document]:
    by_kind: dict[str, set[int]] = {}
    for kind, key in keys:
        by_kind.setdefault(kind, set()).add(key)
    return {
        (kind, one.pk): one
        for kind, wanted in by_kind.items()
        for one in DOCUMENTS[kind]._default_manager.filter(pk__in=wanted).select_related("opened_by")
    }


def _of_tasks(papers: dict[tuple[str, int], list[Entry]]) -> Iterable[Telling]:
    """A task was made in the transaction of the entry that asked for it, at the same moment."""
    asked = {(*key, entry.recorded_at): entry for key, of_paper in papers.items() for entry in of_paper}
    tasks = Task.objects.open().filter(
        document_kind__in={kind for kind, _key in papers}, document_id__in={key for _kind, key in papers}
    )
    post = Post()
    for task in tasks.select_related("person"):
        entry = asked.get((task.document_kind, task.document_id, task.created_at))
        if entry is None:
            continue
        for person in waited_for(task, post):
            if person.pk != entry.by_id:
                yield _of_task(
                    task,
                    person,
                    occasion="task.waits",
                    text=_("等您辦：%(title)s"),
                    public=_("等候辦理"),
                    # One matter, though it stands on the lists of several posts.
                    cause=f"{entry.number}:{task.step}",
                )


def waited_for(task: Task, post: Post) -> list[Person]:
    """The people on whose list the task stands."""
    if task.person is not None:
        return [task.person] if task.person.is_active else []
    return post.holders(task.role, campus=task.campus_id)


def _of_task(task: Task, person: Person, *, occasion: str, text: str, public: str, cause: str) -> Telling:
    return Telling(
        person,
        occasion,
        text % {"title": task.title},
        _page_of(task),
        f"{public}：{_paper(task.document_kind)} {task.document_number}",
        cause,
    )


def _page_of(task: Task) -> str:
    """The paper it is about, or the table that tells what is wanted."""
    if task.document_kind in TABULATIONS:
        return reverse("tabulation", args=[task.document_kind])
    return reverse("document", args=[task.document_kind, task.document_id])


def _paper(kind: str) -> str:
    model = DOCUMENTS.get(kind)
    return str(model._meta.verbose_name) if model is not None else kind


def _of_moves(document: Document, entries: list[Entry]) -> Iterable[Telling]:
    """Whoever brought the paper in hears what others did with it: the last step of each transaction."""
    people = {
        one.pk: one for one in (document.opened_by, getattr(document, "reporter", None)) if isinstance(one, Person)
    }
    if not people:
        return
    begun = Entry.objects.filter(document_kind=document.kind, document_id=document.pk).order_by("number")
    first = begun.values_list("recorded_at", flat=True).first()
    moments: dict[Any, Entry] = {}
    for entry in entries:
        if entry.recorded_at != first:
            moments[entry.recorded_at] = entry
    for entry in moments.values():
        verb = ACTIONS.get(entry.kind)
        label = verb.label if verb else entry.kind
        for person in people.values():
            if person.pk != entry.by_id and person.is_active:
                yield Telling(
                    person,
                    "paper.moved",
                    _("%(paper)s：%(by)s已「%(label)s」") % {"paper": document, "by": entry.by, "label": label},
                    reverse("document", args=[document.kind, document.pk]),
                    _("有進展：%(paper)s") % {"paper": document},
                    str(entry.number),
                )


# What is late


def tell_late_tasks(today: date) -> int:
    """Tell whoever a task waits for that its day has passed; again every week."""
    post = Post()
    tellings = []
    for task in Task.objects.open().filter(due_on__lt=today).select_related("person"):
        weeks = (today - (task.due_on or today)).days // AGAIN_AFTER_DAYS
        cause = f"{task.document_kind}:{task.document_id}:{task.step}:{weeks}"
        for person in waited_for(task, post):
            text = _("逾期了：%(title)s")
            tellings.append(_of_task(task, person, occasion="task.late", text=text, public=_("逾期未辦"), cause=cause))
    return tell(tellings)


def tell_duties(today: date) -> int:
    """Tell whoever keeps a duty that its turn is today, or that it is late."""
    post = Post()
    duties = list(Duty.objects.select_related("campus", "person"))
    tellings = []
    for turn in standing(Period(today - timedelta(days=DUTY_DAYS), today), duties=duties, today=today):
        is_due = turn.state == DUE and turn.on == today
        if not is_due and turn.state != LATE:
            continue
        duty = turn.duty
        told = _("今天輪到：%(label)s") if is_due else _("逾期了：%(label)s（應在 %(day)s 前）")
        text = told % {"label": duty.label, "day": turn.by}
        people = [duty.person] if duty.person is not None else post.holders(duty.role, campus=duty.campus_id)
        for person in people:
            cause = f"{duty.pk}:{turn.on}"
            tellings.append(Telling(person, "duty.due" if is_due else "duty.late", text, reverse("today"), text, cause))
    return tell(tellings)


# What others say


@on_mention
def _tell_mention(mention: CommentMention) -> None:
    comment = mention.comment
    notify(
        mention.person,
        "comment.mentioned",
        _("%(by)s在%(paper)s %(number)s 的留言裏提到您")
        % {"by": comment.by, "paper": _paper(comment.document_kind), "number": comment.document_number},
        reverse("document", args=[comment.document_kind, comment.document_id]),
        public=_("有人提到您：%(paper)s %(number)s")
        % {"paper": _paper(comment.document_kind), "number": comment.document_number},
        key=f"{comment.pk}",
    )


@on_failure
def _tell_failure(job: Job) -> None:
    if job.name == SENDING:
        Send.objects.filter(batch=job.arguments.get("batch", "")).filter(~Q(state=SendState.SENT)).update(
            state=SendState.FAILED, error=job.error[:300]
        )
    work = WORKS.get(job.name)
    label = work.label if work else job.name
    administrators = Post().holders(Role.ADMINISTRATOR, campus=None)
    tell(
        [
            Telling(
                person,
                "job.failed",
                _("「%(label)s」失敗了：%(error)s") % {"label": label, "error": job.error},
                reverse("register", args=["jobs.jobs"]) + "?state=failed",
                _("背景工作失敗：%(label)s") % {"label": label},
                f"{job.pk}:{clock.local(job.finished_at or clock.now()):%Y%m%d%H%M%S}",
            )
            for person in administrators
        ],
        # What cannot be sent is not sent word of.
        sent=job.name != SENDING,
    )


def tell_anchor(anchor: Anchor) -> int:
    """Give the administrators the head of the book, so that it stands in a mailbox too; gives how many were told."""
    return tell(
        [
            Telling(
                person,
                "book.anchored",
                _("賬頭第 %(number)s 號 %(digest)s。請留着這一則，日後核對賬本時用。")
                % {"number": anchor.number, "digest": anchor.digest},
                cause=f"{anchor.number}:{anchor.at}",
            )
            for person in Post().holders(Role.ADMINISTRATOR, campus=None)
        ]
    )
