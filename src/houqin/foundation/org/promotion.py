"""September: the whole school goes up a class in one act, and back by its own act while nothing rests on it."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.accounts import account
from houqin.foundation.journal.actions import action
from houqin.foundation.journal.models import Account, Balance
from houqin.foundation.journal.refused import Refused
from houqin.foundation.journal.writer import Draft
from houqin.kit.text import fold

from . import forms, rules
from .appointing import appoint
from .classes import end_class_teachers, opened, standing_promotion
from .models import Correction, Promotion, Role, RoleAssignment, SchoolClass
from .promoting import Fate, Way, school_year_of


def why_not_promoted(day: date) -> str:
    """Why the school cannot go up on that day; "" where it can."""
    last, year = standing_promotion(), school_year_of(day)
    if last is not None and last.school_year >= year:
        return _("%(year)d學年已經升過級（%(day)s）。升錯了先「撤回升級」。") % {
            "year": last.school_year,
            "day": last.promoted_on,
        }
    return ""


@action("org.school_promoted", label=gettext_lazy("全校升級"), form=forms.PromoteSchool, rule=rules.roles("director"))
def promote_school(
    entry: Draft, *, teachers: str, rooms: str, ways: list[Way], new_classes: list[dict[str, Any]]
) -> None:
    """Let every class go up for the new school year, the top grade leave, and the first grade come in; once a year.

    Each class that goes up is a new row of its school year, so that last year's papers and figures keep last year's names.
    What a class keeps of the stores goes along with it.
    """
    if no := why_not_promoted(entry.occurred_on):
        raise Refused(no)
    _refuse_unclear(ways, new_classes)
    year = school_year_of(entry.occurred_on)
    promotion = entry.creates(Promotion(school_year=year, promoted_on=entry.occurred_on, promoted_by=entry.by))
    counted = Counter(way.fate for way in ways)
    for way in ways:
        if way.fate == Fate.STAYS:
            continue
        old = way.old
        end_class_teachers(entry, old)
        old.is_active, old.ended_by = False, promotion
        old.school_year = old.school_year or year - 1
        entry.changes(old, "is_active", "ended_by", "school_year")
        if way.fate != Fate.UP:
            continue
        stays = old.teacher if teachers == "along" and old.teacher is not None and old.teacher.is_active else None
        made = opened(
            entry,
            SchoolClass(
                campus=old.campus,
                grade=way.grade,
                name=way.name,
                folded=fold(way.name),
                pupils=old.pupils,
                teacher=stays,
                room=old.room if rooms == "along" else None,
                school_year=year,
                follows=old,
                promotion=promotion,
            ),
        )
        if stays is not None:
            appoint(entry, stays, Role.CLASS_TEACHER, school_class=made, from_on=entry.occurred_on)
        entry.unit.after_creations(lambda old=old, made=made: _take_along(entry, source=old, target=made))  # type: ignore[misc]
    for told in new_classes:
        opened(entry, SchoolClass(**told, folded=fold(told["name"]), school_year=year, promotion=promotion))
    entry.reason = _("%(year)d學年：升級%(up)d個班，畢業%(left)d個班，新生%(new)d個班") % {
        "year": year,
        "up": counted[Fate.UP],
        "left": counted[Fate.LEAVES],
        "new": len(new_classes),
    }
    entry.measure("classes", counted[Fate.UP])


def _refuse_unclear(ways: list[Way], new_classes: list[dict[str, Any]]) -> None:
    if not ways:
        raise Refused(_("還沒有班級，不必升級。請先登記班級。"))
    unread = [str(way.old) for way in ways if way.fate == Fate.UNREAD]
    if unread:
        raise Refused(
            _("看不出年級的班：%(names)s。請在「另有去向的班」裡寫明。") % {"names": "、".join(unread[:12])},
            field="told",
        )
    names = [
        (way.old.campus, fold(way.name if way.fate == Fate.UP else way.old.name))
        for way in ways
        if way.fate != Fate.LEAVES
    ]
    names += [(told["campus"], fold(told["name"])) for told in new_classes]
    twice = [f"{campus}{name}" for (campus, name), times in Counter(names).items() if times > 1]
    if twice:
        raise Refused(
            _("升級後有兩個班同名：%(names)s。請在「另有去向的班」或「新生班級」裡改名。")
            % {"names": "、".join(twice[:12])},
            field="told",
        )


def _take_along(entry: Draft, *, source: SchoolClass, target: SchoolClass) -> None:
    """Move what a class keeps (D02-4) to the class that follows it."""
    held = Balance.objects.filter(account__code=f"class:{source.pk}", quantity__gt=0)
    for one in held.select_related("account", "commodity"):
        keeps = account("class", target.pk, name=str(target), place=target.campus)
        entry.line(one.commodity, source=one.account, target=keeps, quantity=one.quantity)


@action("org.promotion_undone", label=gettext_lazy("撤回升級"), form=forms.UndoPromotion, rule=rules.roles("director"))
def undo_promotion(entry: Draft, *, reason: str) -> None:
    """Take the last promotion back while nothing rests on the new classes: last year's classes stand again."""
    promotion = standing_promotion()
    if promotion is None:
        raise Refused(_("沒有可以撤回的升級。"))
    new = list(promotion.classes.filter(is_active=True).select_related("campus"))
    for one in new:
        if resting := _resting_on(one):
            raise Refused(
                _("「%(class)s」已經有%(what)s，升級不能撤回。個別的班請「更正班級」。")
                % {"class": one, "what": resting}
            )
    ended = list(promotion.ended.select_related("campus", "teacher"))
    going = {one.pk for one in new}
    for old in ended:
        if (
            SchoolClass.objects.filter(campus=old.campus, folded=old.folded, is_active=True)
            .exclude(pk__in=going)
            .exists()
        ):
            raise Refused(
                _("%(campus)s已經另有「%(name)s」，升級不能撤回。") % {"campus": old.campus, "name": old.name}
            )
    for one in new:
        end_class_teachers(entry, one)
        one.is_active = False
        entry.changes(one, "is_active")
        if one.follows is not None:
            _take_along(entry, source=one, target=one.follows)
    for old in ended:
        old.is_active, old.ended_by = True, None
        entry.changes(old, "is_active", "ended_by")
        if old.teacher is not None and old.teacher.is_active:
            appoint(entry, old.teacher, Role.CLASS_TEACHER, school_class=old, from_on=entry.occurred_on)
    promotion.undone_on = entry.occurred_on
    entry.changes(promotion, "undone_on")
    entry.reason = reason


def _resting_on(one: SchoolClass) -> str:
    """What was written about a class since it came in, in words; "" where nothing was."""
    for relation in SchoolClass._meta.related_objects:
        model = relation.related_model
        if model in (SchoolClass, RoleAssignment):
            continue
        if model._default_manager.filter(**{relation.field.name: one}).exists():
            return str(model._meta.verbose_name)
    if Correction.objects.filter(noun=SchoolClass._meta.label_lower, row=one.pk).exists():
        return str(Correction._meta.verbose_name)
    kept = Account.objects.filter(code=f"class:{one.pk}").first()
    before = Account.objects.filter(code=f"class:{one.follows_id}").first() if one.follows_id else None
    if kept is not None and kept.lines_in.exclude(source=before).exists():
        return str(_("領用或退回的保管物品"))
    return ""
