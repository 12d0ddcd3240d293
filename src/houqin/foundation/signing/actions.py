"""What can be done with any paper and any entry: hang a file on it, say something about it, take an entry back.

And what is signed with: one's own stamp.
"""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import ActionForm, action, locked
from houqin.foundation.journal.digest import canonical
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Refused
from houqin.foundation.journal.writer import Draft, reverse
from houqin.foundation.org.models import Person
from houqin.foundation.org.rules import Rule, anyone, office, reveals
from houqin.kit.fields import LongTextField, TextField, WholeNumberField

from . import comments
from .attachments import attach as attach_file
from .attachments import keep_content, redeem
from .hand import stamp_of
from .ink import LONGEST_ADDRESS, drawn_ink, photographed_ink
from .models import Comment, CommentMention, Document, Stamp
from .reading import find_document, may_read
from .taking_back import why_not_reversed


class AboutDocument(ActionForm):
    """The form of an action about any kind of paper, named by its kind and key."""

    document_kind = TextField(label=gettext_lazy("單據種類"), max_length=64)
    document_key = WholeNumberField(label=gettext_lazy("單據"), least=1)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "document_key" in cleaned and "document_kind" in cleaned:
            document = find_document(cleaned.pop("document_kind"), cleaned.pop("document_key"))
            if document is None:
                raise forms.ValidationError(_("找不到這張單。"))
            cleaned["attached_to"] = document
        return cleaned


class Attach(AboutDocument):
    file = forms.FileField(label=gettext_lazy("照片或檔案"), required=False)
    # The ticket of a file already taken in, instead of the file.
    kept = forms.CharField(required=False, widget=forms.HiddenInput, max_length=1000)
    personal = ("file", "kept")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        ticket = cleaned.pop("kept", "")
        if ticket and self.actor is not None:
            cleaned["file"] = redeem(ticket, person=self.actor)
        elif not cleaned.get("file") and not self.errors:
            raise forms.ValidationError(_("請選一張照片或一個檔案。"))
        return cleaned


def _reads_it(person: Person, about: dict[str, Any]) -> bool:
    document = about.get("attached_to")
    return document is None or may_read(person, document)


reads_it = Rule(_reads_it, lambda: _("看得到這張單的人"))


@action("documents.attached", label=gettext_lazy("加照片或檔案"), form=Attach, rule=reads_it, hidden=True)
def attach(entry: Draft, *, attached_to: Document, file: Any) -> None:
    """Hang a photo or file on a paper one may read."""
    entry.document, entry.place = attached_to, attached_to.place
    attach_file(entry, attached_to, file)


class WriteComment(AboutDocument):
    text = LongTextField(label=gettext_lazy("留言"), max_length=1000)
    # What people say of people does not belong into a journal that never forgets.
    personal = ("text",)


@action("documents.commented", label=gettext_lazy("留言"), form=WriteComment, rule=reads_it, hidden=True)
def write_comment(entry: Draft, *, attached_to: Document, text: str) -> None:
    """Say something about a paper one may read; @name asks somebody who may read it too."""
    people = comments.mentioned(text, document=attached_to, by=entry.by)
    entry.document, entry.place = attached_to, attached_to.place
    comment = entry.creates(
        Comment(
            document_kind=attached_to.kind,
            document_id=attached_to.pk,
            document_number=attached_to.number,
            title=attached_to.title()[:200],
            by=entry.by,
            text=text,
            written_at=entry.unit.now,
        )
    )
    mentions = [entry.creates(CommentMention(comment=comment, person=person)) for person in people]

    def name_it() -> None:
        entry.asked = canonical({**json.loads(entry.asked), "comment": comment.pk})
        for mention in mentions:
            comments.tell(mention)

    entry.unit.after_creations(name_it)


@action(
    "documents.revealed", label=gettext_lazy("看了個人資料"), form=AboutDocument, rule=reads_it & reveals, hidden=True
)
def reveal(entry: Draft, *, attached_to: Document) -> None:
    """Leave a trace that personal data on a paper were shown in full, to whom and when; the data themselves are not written."""
    entry.document, entry.place = attached_to, attached_to.place


class OfComment(ActionForm):
    comment = WholeNumberField(label=gettext_lazy("留言"), least=1)

    def clean_comment(self) -> Comment:
        found = locked(Comment.objects.select_related("by")).filter(pk=self.cleaned_data["comment"]).first()
        if found is None:
            raise forms.ValidationError(_("找不到這條留言。"))
        return found


def _wrote_it(person: Person, about: dict[str, Any]) -> bool:
    comment = about.get("comment")
    return comment is None or comment.by_id == person.pk


@action(
    "documents.comment_withdrawn",
    label=gettext_lazy("撤回留言"),
    form=OfComment,
    rule=Rule(_wrote_it, lambda: _("留言的本人")),
    hidden=True,
)
def withdraw_comment(entry: Draft, *, comment: Comment) -> None:
    """Take one's own comment back: its text is deleted, that something was said stays."""
    if comment.withdrawn_at is not None:
        raise Refused(_("這條留言已經撤回了。"))
    entry.document = find_document(comment.document_kind, comment.document_id)
    comment.text, comment.withdrawn_at = "", entry.unit.now
    entry.changes(comment, "text", "withdrawn_at")


def _is_mentioned(person: Person, about: dict[str, Any]) -> bool:
    comment = about.get("comment")
    return comment is None or comment.mentions.filter(person=person).exists()


@action(
    "documents.mention_seen",
    label=gettext_lazy("知道了"),
    form=OfComment,
    rule=Rule(_is_mentioned, lambda: _("被提到的本人")),
    hidden=True,
)
def see_mention(entry: Draft, *, comment: Comment) -> None:
    """Say that one has seen what one was asked in a comment."""
    entry.document = find_document(comment.document_kind, comment.document_id)
    for mention in comment.mentions.filter(person=entry.by, seen_at__isnull=True):
        mention.seen_at = entry.unit.now
        entry.changes(mention, "seen_at")


class KeepStamp(ActionForm):
    drawing = forms.CharField(
        label=gettext_lazy("簽名"), required=False, widget=forms.HiddenInput, max_length=LONGEST_ADDRESS + 1000
    )
    file = forms.FileField(label=gettext_lazy("簽名或名章的照片"), required=False)
    personal = ("drawing",)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("drawing") and not cleaned.get("file"):
            raise forms.ValidationError(_("請在框裏簽一個名字，或選一張簽名、名章的照片。"))
        return cleaned


@action("signing.stamp_kept", label=gettext_lazy("存簽章圖"), form=KeepStamp, rule=anyone, hidden=True)
def keep_stamp(entry: Draft, *, drawing: str, file: Any) -> None:
    """Keep one's own signature or name stamp, to sign with one tap from now on; it takes the place of the one before."""
    digest = keep_content(photographed_ink(file) if file else drawn_ink(drawing))
    _put_away(entry)
    entry.unit.after_creations(lambda: entry.unit.create(Stamp(person=entry.by, digest=digest, kept_at=entry.unit.now)))


class NoStamp(ActionForm):
    """Nothing is asked: whoever says so puts away their own."""


@action("signing.stamp_removed", label=gettext_lazy("不再用這個簽章圖"), form=NoStamp, rule=anyone, hidden=True)
def remove_stamp(entry: Draft) -> None:
    """Put one's own stamp away; what was signed with it keeps its picture."""
    if not _put_away(entry):
        raise Refused(_("您沒有存簽章圖。"))


def _put_away(entry: Draft) -> bool:
    stamp = stamp_of(entry.by)
    if stamp is not None:
        stamp.removed_at = entry.unit.now
        entry.changes(stamp, "removed_at")
    return stamp is not None


class Reverse(ActionForm):
    entry_number = WholeNumberField(label=gettext_lazy("登記號"), least=1)
    reason = TextField(label=gettext_lazy("沖銷原因"), max_length=200)


@action("journal.reversed", label=gettext_lazy("沖銷"), form=Reverse, rule=office)
def take_back(entry: Draft, *, entry_number: int, reason: str) -> Draft:
    """Take a wrong entry back with a second one that says why (紅字沖銷); what is on a paper, its own verbs take back."""
    wrong = Entry.objects.select_related("place", "place__campus").filter(number=entry_number).first()
    if wrong is None:
        raise Refused(_("沒有第 %(number)s 號登記。") % {"number": entry_number}, field="entry_number")
    if refusal := why_not_reversed(wrong):
        raise Refused(refusal, field="entry_number")
    return reverse(entry.unit, wrong, reason=reason)
