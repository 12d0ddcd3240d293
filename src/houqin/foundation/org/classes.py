"""Classes of the school year that stands: brought in, and their class teachers' posts ended. Called by actions."""

from __future__ import annotations

from datetime import timedelta

from houqin.foundation.journal.writer import Draft

from .models import Promotion, Role, SchoolClass


def standing_promotion() -> Promotion | None:
    """The last promotion that stands."""
    return Promotion.objects.filter(undone_on__isnull=True).order_by("-school_year").first()


def opened(entry: Draft, made: SchoolClass) -> SchoolClass:
    """Bring a class in; one of that name and year that was taken back before is the same row again."""
    known = None
    if made.campus.pk is not None:
        same = {"campus": made.campus, "folded": made.folded, "school_year": made.school_year}
        known = SchoolClass.objects.filter(**same, is_active=False).first()
    if known is None:
        created: SchoolClass = entry.creates(made)
        return created
    names = ("grade", "name", "pupils", "teacher", "room", "follows", "promotion")
    for name in names:
        setattr(known, name, getattr(made, name))
    known.is_active, known.ended_by = True, None
    entry.changes(known, *names, "is_active", "ended_by")
    return known


def end_class_teachers(entry: Draft, school_class: SchoolClass) -> None:
    """End the posts of whoever was its class teacher, the day before ``entry``."""
    held = school_class.assignments.in_force(entry.occurred_on).filter(role=Role.CLASS_TEACHER)
    for assignment in held.select_related("person"):
        assignment.to_on = max(assignment.from_on, entry.occurred_on - timedelta(days=1))
        entry.changes(assignment, "to_on")
