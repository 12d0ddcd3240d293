"""Comments on a paper and whom they mention.

Who is mentioned must be able to read the paper. Another module that wants to tell people (a notice, a message) asks to be
called:

    @on_mention
    def tell(mention: CommentMention) -> None: ...      # inside the comment's transaction
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Refused
from houqin.foundation.org.models import Person
from houqin.kit.text import fold

from .models import Comment, CommentMention, Document
from .reading import may_read

# An @ within an address (wang@example.com) mentions nobody.
MENTION = re.compile(r"(?<![A-Za-z0-9._+-])[@＠]([^\s@＠]{1,40})")
MOST_SUGGESTED = 8
# Of whom a reader is looked for among those whose name fits.
MOST_ASKED = 40

Listener = Callable[[CommentMention], None]
_listeners: list[Listener] = []


def on_mention(listener: Listener) -> Listener:
    """Call ``listener(mention)`` inside the transaction for everybody a comment mentions."""
    _listeners.append(listener)
    return listener


def tell(mention: CommentMention) -> None:
    """Call whoever asked to be told of mentions."""
    for listener in _listeners:
        listener(mention)


@dataclass(frozen=True)
class Part:
    """A piece of a comment's text; ``person`` where it mentions somebody."""

    text: str
    is_mention: bool = False


def mentioned(text: str, *, document: Document, by: Person) -> list[Person]:
    """Whom ``text`` mentions, each once. Refuses a name the school does not know, and who may not read the paper."""
    found: dict[int, Person] = {}
    for match in MENTION.finditer(text):
        named = _named(match[1])
        if not named:
            raise Refused(
                _("找不到「@%(name)s」這個人。@ 後面要緊接全名；不是要提到人的話，請去掉 @。") % {"name": match[1][:8]},
                field="text",
            )
        readers = [person for person in named if may_read(person, document)]
        if not readers:
            raise Refused(
                _("%(name)s看不到這張單，不能在這裏提到。請換一個人，或先把單交給%(name)s。") % {"name": named[0]},
                field="text",
            )
        found |= {person.pk: person for person in readers if person != by}
    return list(found.values())


def _named(written: str) -> list[Person]:
    """People whose whole name ``written`` begins with; the longest such name wins (歐陽 before 歐)."""
    begins = {fold(written[:length]): length for length in range(1, len(written) + 1)}
    fitting = list(Person.objects.filter(is_active=True, folded__in=begins))
    longest = max((len(person.folded) for person in fitting), default=0)
    return [person for person in fitting if len(person.folded) == longest]


def parts_of(comment: Comment) -> Iterator[Part]:
    """The comment's text in pieces, so that a page can mark whom it mentions. Asks nothing where mentions are prefetched."""
    names = sorted((str(one.person) for one in comment.mentions.all()), key=len, reverse=True)
    if not names:
        yield Part(comment.text)
        return
    pattern = re.compile("([@＠](?:" + "|".join(re.escape(name) for name in names) + "))")
    for piece in pattern.split(comment.text):
        if piece:
            yield Part(piece, is_mention=pattern.fullmatch(piece) is not None)


def who_may_be_mentioned(document: Document, *, typed: str, by: Person) -> list[Person]:
    """People who may read the paper and whose name or post holds ``typed``, for a list of suggestions."""
    wanted = fold(typed)
    people = Person.objects.filter(is_active=True).exclude(pk=by.pk).order_by("name", "pk")
    fitting = people.filter(folded__contains=wanted) if wanted else people.filter(user__isnull=False)
    found: list[Person] = []
    for person in fitting[:MOST_ASKED]:
        if len(found) == MOST_SUGGESTED:
            break
        if may_read(person, document):
            found.append(person)
    return found


def comments_of(document: Document) -> QuerySet[Comment]:
    """What was said about this paper, in order; the withdrawn ones too, without their text."""
    return (
        Comment.objects.filter(document_kind=document.kind, document_id=document.pk)
        .select_related("by")
        .prefetch_related("mentions__person")
        .order_by("written_at", "pk")
    )


def mentions_waiting(person: Person) -> QuerySet[CommentMention]:
    """Mentions this person has neither marked as seen nor answered by doing anything with the paper since, latest first."""
    answered = Entry.objects.filter(
        document_kind=OuterRef("comment__document_kind"),
        document_id=OuterRef("comment__document_id"),
        by=person,
        recorded_at__gt=OuterRef("comment__written_at"),
    )
    return (
        CommentMention.objects.filter(person=person, seen_at__isnull=True, comment__withdrawn_at__isnull=True)
        .exclude(Exists(answered))
        .select_related("comment", "comment__by")
        .order_by("-comment__written_at")
    )
