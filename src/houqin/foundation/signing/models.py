"""What is common to documents, and what hangs on them. Nothing here saves; actions do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from houqin.foundation.journal.freezing import frozen
from houqin.foundation.journal.models import Place
from houqin.foundation.org.models import Person, Role
from houqin.foundation.org.reach import End
from houqin.kit.registry import Registry

DOCUMENTS: Registry[type[Document]] = Registry("document")


class Document(models.Model):
    """A numbered paper with a state. Subclasses set ``kind`` (``repairs.work_order``), ``route`` and ``title()``.

    ``number`` is what is printed on it. What a signature vouches for is the whole paper (:mod:`.papers`).
    """

    kind: ClassVar[str] = ""
    # Prefix of numbers given by the house: WX → WX-2018-0001. Imported papers keep their own numbers.
    prefix: ClassVar[str] = ""
    # Fields that are personal: left out of what a signature vouches for and of exports.
    personal: ClassVar[tuple[str, ...]] = ()
    # Its own rows that stand on the paper as tables, by accessor. Empty where a reader must not see them: a blind count.
    tables: ClassVar[tuple[str, ...]] = ("lines",)
    # Fields that hold a code of a vocabulary, and the name of that vocabulary.
    coded: ClassVar[Mapping[str, str]] = {}

    number = models.CharField(_("單號"), max_length=64, unique=True)
    state = models.CharField(_("狀態"), max_length=24, db_index=True)
    opened_on = models.DateField(_("日期"), db_index=True)
    opened_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("登記人")
    )
    place = models.ForeignKey(
        Place, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("地點")
    )
    campus = models.ForeignKey(
        Place, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("校區")
    )
    note = models.TextField(_("備註"), blank=True)

    class Meta:
        abstract = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.kind and not cls.__dict__.get("Meta", type("M", (), {})).__dict__.get("abstract", False):
            DOCUMENTS.add(cls.kind, cls)

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.number}"

    def title(self) -> str:
        """One line that tells this paper from others: what, where."""
        return str(self)

    @property
    def state_label(self) -> str:
        route = type(self).route()
        return str(route.states.get(self.state, self.state)) if route else self.state

    @classmethod
    def route(cls) -> Any:
        """The route this kind of document walks (:class:`.routes.Route`), or None."""
        return None

    def stands_on(self, verb: str = "") -> list[End]:
        """Where this paper lies, for posts that reach a campus or a class only; what moves says which end ``verb`` is at."""
        campus = self.campus_id
        if campus is None and self.place is not None:
            found = self.place.campus_or_self()
            campus = found.pk if found is not None else None
        campuses = frozenset() if campus is None else frozenset({campus})
        return [End(campuses, getattr(self, "school_class_id", None), self.place_id)]

    def paper(self) -> dict[str, Any]:
        """The header, field by field, as the digest of a signature of the first version covers it; no personal fields."""
        facts: dict[str, Any] = {}
        for one in self._meta.concrete_fields:
            if one.name in self.personal or one.name in {"id", "state"}:
                continue
            value = getattr(self, one.attname)
            facts[one.name] = value if isinstance(value, (int, bool, type(None))) else str(value)
        return facts


class Sequence(models.Model):
    """The last number given out under a prefix in a year. Numbers are never reused."""

    prefix = models.CharField(max_length=16)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prefix", "year"], name="one_sequence_a_year")]


class Manner(models.TextChoices):
    """How somebody signed: the field accepts a signature and a name stamp alike (三章), and wants to know which."""

    BUTTON = "button", _("按鈕")
    DRAWN = "drawn", _("手寫")
    STAMP = "stamp", _("簽章圖")


@frozen
class Signature(models.Model):
    """Who signed what, as what, when; ``digest`` is that of the paper at that moment. Frozen by triggers.

    ``image`` is the SHA-256 of the picture that was drawn or stamped, empty where the button alone was pressed; the picture
    lies among the attachments under it. ``drawing`` is a picture a domain's own form took, as a data address. ``version`` and
    ``covers`` say what the digest is of (:mod:`.papers`): empty where it is of the paper's header alone.
    """

    document_kind = models.CharField(max_length=64)
    document_id = models.BigIntegerField()
    document_number = models.CharField(max_length=64)
    step = models.CharField(max_length=64)
    signs_as = models.CharField(_("簽章人身份"), max_length=32)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="signatures")
    signed_at = models.DateTimeField(_("簽章時間"))
    digest = models.CharField(max_length=64)
    drawing = models.TextField(blank=True)
    manner = models.CharField(_("簽法"), max_length=8, choices=Manner.choices, default=Manner.BUTTON)
    image = models.CharField(max_length=64, blank=True)
    version = models.PositiveSmallIntegerField(null=True)
    covers = models.TextField(null=True)

    class Meta:
        verbose_name = _("簽章")
        indexes = [models.Index(fields=["document_kind", "document_id"], name="signature_document")]


class TaskQuerySet(models.QuerySet["Task"]):
    def open(self) -> TaskQuerySet:
        return self.filter(done_at__isnull=True)

    def of(self, person: Person) -> TaskQuerySet:
        """Open to this person: named, or of a role held on that campus."""
        asked = models.Q(person=person)
        for role in person.current_roles:
            campuses = person.campuses_as(role)
            reached = models.Q(role=role, person__isnull=True)
            if campuses is not None:
                reached &= models.Q(campus__isnull=True) | models.Q(campus_id__in=campuses)
            asked |= reached
        return self.filter(asked)


class Task(models.Model):
    """What somebody must do next with a document: a named person, or whoever holds the role on that campus."""

    document_kind = models.CharField(max_length=64)
    document_id = models.BigIntegerField()
    document_number = models.CharField(max_length=64)
    title = models.CharField(_("事項"), max_length=200)
    # The action that answers it.
    step = models.CharField(max_length=64)
    signs = models.BooleanField(default=False)
    role = models.CharField(max_length=32, blank=True, choices=Role.choices)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="tasks")
    campus = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, related_name="+")
    due_on = models.DateField(_("期限"), null=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("待辦")
        indexes = [
            models.Index(fields=["document_kind", "document_id"], name="task_document"),
            models.Index(fields=["done_at", "due_on"], name="task_open"),
        ]

    def is_late(self, today: date) -> bool:
        return self.done_at is None and self.due_on is not None and self.due_on < today


class Attachment(models.Model):
    """A photo or file of a document; its content lies in the attachments folder under its SHA-256."""

    document_kind = models.CharField(max_length=64)
    document_id = models.BigIntegerField()
    name = models.CharField(_("檔名"), max_length=200)
    media_type = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64, db_index=True)
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = _("附件")
        indexes = [models.Index(fields=["document_kind", "document_id"], name="attachment_document")]

    @property
    def is_photo(self) -> bool:
        return self.media_type.startswith("image/")


class Stamp(models.Model):
    """A person's own signature or name stamp, kept once to sign with one tap; ``digest`` is that of its picture.

    A new one takes the place of the old, which stays as it was: what was signed with it must still be explained.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="stamps")
    digest = models.CharField(max_length=64)
    kept_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("簽章圖")
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(removed_at__isnull=True), name="one_stamp_a_person"
            )
        ]


class Comment(models.Model):
    """What somebody said about a paper. May hold personal data, so it stands here and not in the journal.

    Withdrawn by its author, the text is gone; that something was said stays.
    """

    document_kind = models.CharField(max_length=64)
    document_id = models.BigIntegerField()
    document_number = models.CharField(max_length=64)
    # The paper's title when it was said: a list of mentions asks no further.
    title = models.CharField(max_length=200)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="comments")
    text = models.TextField(_("留言"), blank=True)
    written_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("留言")
        indexes = [models.Index(fields=["document_kind", "document_id"], name="comment_document")]


class CommentMention(models.Model):
    """A comment names somebody who may read the paper (@王保管)."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="mentions")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="mentions")
    seen_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("提到")
        constraints = [models.UniqueConstraint(fields=["comment", "person"], name="mentioned_once_a_comment")]
        indexes = [models.Index(fields=["person", "seen_at"], name="mention_open")]
