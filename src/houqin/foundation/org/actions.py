"""Every write about the school and its people."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import action
from houqin.foundation.journal.models import Account, Balance, Place, PlaceKind
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.journal.writer import Draft
from houqin.kit.text import fold

from . import forms, rules
from .appointing import INCOMPATIBLE, LEADERS, appoint, refuse_giver
from .classes import end_class_teachers, opened, standing_promotion
from .correcting import CLEARED, correct, correctable, differing
from .holdings import holdings
from .models import (
    PairAllowed,
    ParameterValue,
    Party,
    Person,
    Role,
    RoleAssignment,
    School,
    SchoolClass,
    Unit,
)
from .parameters import PARAMETERS

correctable(Person, personal=("name", "staff_number", "phone"))
correctable(SchoolClass)
correctable(Place)
correctable(Party, personal=("contact", "phone"))


@action("org.school_changed", label=gettext_lazy("更改校名"), form=forms.ChangeSchool, rule=rules.administrator)
def change_school(entry: Draft, *, name: str, office: str, script: str) -> None:
    """Change the school's name, its office's name and the script of its papers; papers already printed stay as they are."""
    school = School.objects.get()
    school.name, school.office, school.script = name, office or school.office, script
    entry.changes(school, "name", "office", "script")


@action("org.campus_added", label=gettext_lazy("新增校區"), form=forms.AddCampus, rule=rules.office)
def add_campus(entry: Draft, *, campus: str, address: str, pupils: int | None) -> None:
    """Add a campus of the school."""
    _refuse_known_place(fold(campus), campus)
    entry.place = entry.creates(
        Place(kind=PlaceKind.CAMPUS, name=campus, full_name=campus, folded=fold(campus), address=address, pupils=pupils)
    )


@action("org.place_added", label=gettext_lazy("新增場所"), form=forms.AddPlace, rule=rules.office)
def add_place(entry: Draft, *, campus: Place, building: str, room: str, name: str, purpose: str, kind: str) -> None:
    """Add a room, a building or a ground; the building of a room is added with it where it is new."""
    parent = campus
    own_name = name or (f"{room}室" if room.isdecimal() else room)
    is_itself = not room and (not own_name or fold(own_name) == fold(building))
    if building and not is_itself:
        parent = _building(entry, campus, building)
    elif is_itself:
        own_name = building
    # 「食堂 / 食堂」 is one place; 「教學樓 / 105室」 is a room in a building; 「操場」 is a ground of the campus.
    full_name = f"{parent.full_name}{own_name}"
    _refuse_known_place(fold(full_name), full_name)
    entry.place = entry.creates(
        Place(
            parent=parent,
            campus=campus,
            kind=kind or (PlaceKind.ROOM if room else PlaceKind.BUILDING if is_itself else PlaceKind.ROOM),
            name=own_name,
            full_name=full_name,
            folded=fold(full_name),
            purpose=purpose,
        )
    )


def _building(entry: Draft, campus: Place, name: str) -> Place:
    folded = fold(campus.full_name + name)
    waiting = (one for one in entry.unit.creations if isinstance(one, Place) and one.folded == folded)
    known = next(waiting, None) or Place.objects.filter(folded=folded).first()
    if known is not None:
        return known
    made: Place = entry.creates(
        Place(
            parent=campus,
            campus=campus,
            kind=PlaceKind.BUILDING,
            name=name,
            full_name=f"{campus.full_name}{name}",
            folded=folded,
        )
    )
    return made


def _refuse_known_place(folded: str, name: str) -> None:
    if Place.objects.filter(folded=folded).exists():
        raise Refused(_("已經有「%(name)s」這個場所。") % {"name": name}, field="name")


@action("org.person_added", label=gettext_lazy("新增人員"), form=forms.AddPerson, rule=rules.office)
def add_person(
    entry: Draft,
    *,
    name: str,
    staff_number: str,
    post: str,
    employment: str,
    campus: Place | None,
    unit: Unit | None,
    phone: str,
) -> None:
    """Add somebody of the school; a post the house knows brings its role. Never gives a login."""
    if staff_number and Person.objects.filter(staff_number=staff_number).exists():
        raise Refused(_("工號 %(number)s 已經有人使用。") % {"number": staff_number}, field="staff_number")
    person: Person = entry.creates(
        Person(
            name=name,
            folded=fold(name),
            staff_number=staff_number,
            post=post,
            employment=employment,
            campus=campus,
            unit=unit,
            phone=phone,
        )
    )
    entry.place = campus
    _appoint_by_post(entry, person)


# A post on a list says nothing of its beginning.
SINCE_EVER = date(2000, 1, 1)
_ROLES_BY_WORD = {fold(word): role for word, role in rules.ROLE_OF_POST.items()}


def _appoint_by_post(entry: Draft, person: Person) -> None:
    """The role a post brings, read exactly: 「副校長」 is not 「校長」."""
    role = str(_ROLES_BY_WORD.get(fold(person.post), ""))
    if role:
        appoint(entry, person, role, place=person.campus, from_on=SINCE_EVER)


@action("org.person_changed", label=gettext_lazy("更改人員"), form=forms.ChangePerson, rule=rules.office)
def change_person(entry: Draft, *, person: Person, **facts: Any) -> None:
    """Change what is known of somebody, or whether they serve; what is not told stays. Whoever holds anything stays active."""
    is_active = facts["is_active"]
    if is_active is not None and person.is_active != is_active:
        _refuse_higher(entry, person)
    if person.is_active and is_active is False:
        _refuse_holding(person, field="is_active")
    _rename(entry, person, facts["name"])
    entry.place = person.campus
    if differing(person, facts):
        correct(entry, person, facts, reason=_("更改人員"), campus=person.campus, follows=("folded",))


def _rename(entry: Draft, person: Person, name: str) -> None:
    """Leaders are called otherwise by who may appoint them."""
    if name and fold(name) != person.folded:
        _refuse_higher(entry, person)
        person.folded = fold(name)


def _refuse_higher(entry: Draft, person: Person) -> None:
    """Whoever may not end somebody's post does not strike them off either, nor take them back with it."""
    for role in (Role.ADMINISTRATOR, *LEADERS):
        if person.has_role(role):
            refuse_giver(entry.by, role)


def _refuse_holding(person: Person, *, field: str) -> None:
    """Nobody leaves while holding anything of the school; what it is, is named."""
    held = holdings(person)
    if held:
        told = "；".join(
            f"{label} " + "、".join(f"{one.thing} {one.quantity}{one.counter}" for one in things[:5])
            for label, things in held.items()
        )
        raise Refused(_("%(name)s還有：%(held)s。請先辦理移交或歸還。") % {"name": person, "held": told}, field=field)


@action("org.person_corrected", label=gettext_lazy("更正人員資料"), form=forms.CorrectPerson, rule=rules.office)
def correct_person(entry: Draft, *, person: Person, reason: str, **facts: Any) -> None:
    """Correct somebody's name, staff number, campus or post, with a reason; what is not told stays, posts held stay too."""
    number = facts["staff_number"]
    if number and Person.objects.filter(staff_number=number).exclude(pk=person.pk).exists():
        raise Refused(_("工號 %(number)s 已經有人使用。") % {"number": number}, field="staff_number")
    _rename(entry, person, facts["name"])
    entry.place = person.campus
    correct(entry, person, facts, reason=reason, campus=person.campus, follows=("folded",))


@action("org.class_corrected", label=gettext_lazy("更正班級"), form=forms.CorrectClass, rule=rules.office)
def correct_class(entry: Draft, *, school_class: SchoolClass, reason: str, **facts: Any) -> None:
    """Correct a class's name, headcount, class teacher or room, with a reason; what is not told stays as it is."""
    campus, name = facts["campus"] or school_class.campus, facts["name"] or school_class.name
    others = SchoolClass.objects.filter(campus=campus, folded=fold(name), is_active=True).exclude(pk=school_class.pk)
    if others.exists():
        raise Refused(_("%(campus)s已經有「%(name)s」。") % {"campus": campus, "name": name}, field="name")
    _refuse_room_elsewhere(facts["room"], campus=campus)
    entry.place = campus
    school_class.folded = fold(name)
    changed = correct(entry, school_class, facts, reason=reason, campus=campus, follows=("folded",))
    for kept in Account.objects.filter(code=f"class:{school_class.pk}").exclude(name=str(school_class)):
        kept.name = str(school_class)
        entry.changes(kept, "name")
    if "teacher" in changed:
        end_class_teachers(entry, school_class)
        if school_class.teacher is not None:
            appoint(
                entry, school_class.teacher, Role.CLASS_TEACHER, school_class=school_class, from_on=entry.occurred_on
            )


def _refuse_room_elsewhere(room: Any, *, campus: Place) -> None:
    if room is None or room is CLEARED:
        return
    if room.campus_or_self() != campus:
        raise Refused(_("「%(room)s」不在%(campus)s。請核對。") % {"room": room, "campus": campus}, field="room")


@action("org.place_corrected", label=gettext_lazy("更正場所"), form=forms.CorrectPlace, rule=rules.office)
def correct_place(entry: Draft, *, place: Place, reason: str, **facts: Any) -> None:
    """Correct what a place is called and used for, with a reason; the places within it are called after it."""
    kind, name = facts["kind"], facts["name"]
    if kind and kind != place.kind:
        if PlaceKind.CAMPUS in (kind, place.kind):
            raise Refused(_("校區和樓室不能互改類型。請另外新增。"), field="kind")
        if (
            PlaceKind.STORE in (kind, place.kind)
            and Balance.objects.filter(account__place=place).exclude(quantity=0).exists()
        ):
            raise Refused(_("「%(place)s」裡還有東西，倉庫和教室不能互改。請先移走。") % {"place": place}, field="kind")
    entry.place = place
    follows: list[str] = []
    if name and name != place.name:
        full_name = f"{place.parent.full_name if place.parent else ''}{name}"
        if Place.objects.filter(folded=fold(full_name)).exclude(pk=place.pk).exists():
            raise Refused(_("已經有「%(name)s」這個場所。") % {"name": full_name}, field="name")
        _rename_within(entry, place, full_name)
        follows = ["full_name", "folded"]
    correct(entry, place, facts, reason=reason, campus=place.campus_or_self(), follows=tuple(follows))


def _rename_within(entry: Draft, place: Place, full_name: str) -> None:
    """Call a place by its new full name, and all that lies within it and its accounts after it."""
    before = place.full_name
    for child in Place.objects.filter(parent=place):
        rest = child.full_name.removeprefix(before)
        _rename_within(entry, child, f"{full_name}{rest}")
        entry.changes(child, "full_name", "folded")
    for held in Account.objects.filter(place=place, name__contains=before):
        held.name = held.name.replace(before, full_name)
        entry.changes(held, "name")
    place.full_name, place.folded = full_name, fold(full_name)


@action("org.place_closed", label=gettext_lazy("停用場所"), form=forms.ClosePlace, rule=rules.office)
def close_place(entry: Draft, *, place: Place, reason: str) -> None:
    """Close a place that is no more: nothing is offered there any longer, what happened there stays on record."""
    if place.children.filter(is_active=True).exists():
        raise Refused(_("「%(place)s」裡還有使用中的場所，請先停用那些。") % {"place": place}, field="place")
    if Balance.objects.filter(account__place=place).exclude(quantity=0).exists():
        raise Refused(_("「%(place)s」裡還有東西。請先換存放地點、調撥或處置。") % {"place": place}, field="place")
    sitting = SchoolClass.objects.filter(room=place, is_active=True).first()
    if sitting is not None:
        raise Refused(
            _("「%(place)s」是%(class)s的教室。請先「更正班級」。") % {"place": place, "class": sitting}, field="place"
        )
    posts = RoleAssignment.objects.in_force(entry.occurred_on).filter(place=place)
    if posts.exists():
        raise Refused(_("還有人的崗位限於「%(place)s」。請先結束那些任職。") % {"place": place}, field="place")
    entry.place = place
    correct(entry, place, {"is_active": False}, reason=reason, campus=place.campus_or_self())


@action("org.place_reopened", label=gettext_lazy("重新啟用場所"), form=forms.ReopenPlace, rule=rules.office)
def reopen_place(entry: Draft, *, place: Place, reason: str) -> None:
    """Use a closed place again."""
    if place.parent is not None and not place.parent.is_active:
        raise Refused(
            _("「%(place)s」所在的「%(parent)s」停用著，請先啟用。") % {"place": place, "parent": place.parent}
        )
    entry.place = place
    correct(entry, place, {"is_active": True}, reason=reason, campus=place.campus_or_self())


@action(
    "org.party_corrected",
    label=gettext_lazy("更正往來單位"),
    form=forms.CorrectParty,
    rule=rules.office | rules.roles("buyer"),
)
def correct_party(entry: Draft, *, party: Party, reason: str, **facts: Any) -> None:
    """Correct a supplier, contractor or donor, with a reason; papers already written keep the name they bear."""
    name, code = facts["name"], facts["credit_code"]
    if name and Party.objects.filter(folded=fold(name)).exclude(pk=party.pk).exists():
        raise Refused(_("已經有「%(name)s」。") % {"name": name}, field="name")
    if code and Party.objects.filter(credit_code=code).exclude(pk=party.pk).exists():
        raise Refused(_("信用代碼 %(code)s 已經登記在另一家名下。請核對。") % {"code": code}, field="credit_code")
    if name:
        party.folded = fold(name)
    correct(entry, party, facts, reason=reason, follows=("folded",))


@action("org.person_left", label=gettext_lazy("離職"), form=forms.LeavePerson, rule=rules.office)
def person_left(entry: Draft, *, person: Person, reason: str) -> None:
    """Strike somebody off who leaves the school, once they hold nothing of it any more."""
    if not person.is_active:
        raise Refused(_("%(name)s已經離職。") % {"name": person}, field="person")
    _refuse_higher(entry, person)
    _refuse_holding(person, field="person")
    entry.place, entry.reason = person.campus, reason
    person.is_active = False
    entry.changes(person, "is_active")
    for assignment in person.assignments.in_force(entry.occurred_on):
        assignment.to_on = max(assignment.from_on, entry.occurred_on)
        entry.changes(assignment, "to_on")


def _fill_in(entry: Draft, row: Any, facts: dict[str, Any]) -> list[str]:
    """Put ``facts`` where the row has nothing yet; what is known already stays. Returns the fields filled in."""
    filled = [name for name, value in facts.items() if value not in (None, "") and not getattr(row, name)]
    for name in filled:
        setattr(row, name, facts[name])
    if filled:
        entry.changes(row, *filled)
    return filled


@action(
    "org.campus_completed", label=gettext_lazy("補全校區"), form=forms.CompleteCampus, rule=rules.office, hidden=True
)
def complete_campus(entry: Draft, *, document: Place, campus: str, address: str, pupils: int | None) -> None:
    """Fill in what was not known of a campus when it was added."""
    entry.place = document
    _fill_in(entry, document, {"address": address, "pupils": pupils})


@action("org.place_completed", label=gettext_lazy("補全場所"), form=forms.CompletePlace, rule=rules.office, hidden=True)
def complete_place(entry: Draft, *, document: Place, purpose: str, **where: Any) -> None:
    """Fill in what was not known of a place when it was added."""
    entry.place = document
    _fill_in(entry, document, {"purpose": purpose})


@action(
    "org.person_completed", label=gettext_lazy("補全人員"), form=forms.CompletePerson, rule=rules.office, hidden=True
)
def complete_person(entry: Draft, *, document: Person, name: str, **facts: Any) -> None:
    """Fill in what was not known of somebody when they were added; a post brings its role."""
    filled = _fill_in(entry, document, facts)
    entry.place = document.campus
    if "post" in filled:
        _appoint_by_post(entry, document)


@action("org.class_completed", label=gettext_lazy("補全班級"), form=forms.CompleteClass, rule=rules.office, hidden=True)
def complete_class(entry: Draft, *, document: SchoolClass, campus: Place, name: str, **facts: Any) -> None:
    """Fill in what was not known of a class when it was added; its class teacher becomes that by role."""
    filled = _fill_in(entry, document, facts)
    entry.place = campus
    if "teacher" in filled and document.teacher is not None:
        appoint(entry, document.teacher, Role.CLASS_TEACHER, school_class=document, from_on=SINCE_EVER)


@action("org.unit_added", label=gettext_lazy("新增部門"), form=forms.AddUnit, rule=rules.office)
def add_unit(entry: Draft, *, name: str, head: Person | None) -> None:
    """Add an office or group of the school."""
    if Unit.objects.filter(folded=fold(name)).exists():
        raise Refused(_("已經有「%(name)s」這個部門。") % {"name": name}, field="name")
    entry.creates(Unit(name=name, folded=fold(name), head=head))


@action("org.class_added", label=gettext_lazy("新增班級"), form=forms.AddClass, rule=rules.office)
def add_class(
    entry: Draft,
    *,
    campus: Place,
    grade: str,
    name: str,
    pupils: int | None,
    teacher: Person | None,
    room: Place | None,
) -> None:
    """Add a class with its headcount and class teacher, who becomes its class teacher by role."""
    if campus.pk and SchoolClass.objects.filter(campus=campus, folded=fold(name), is_active=True).exists():
        raise Refused(_("%(campus)s已經有「%(name)s」。") % {"campus": campus, "name": name}, field="name")
    last = standing_promotion()
    school_class = opened(
        entry,
        SchoolClass(
            campus=campus,
            grade=grade,
            name=name,
            folded=fold(name),
            pupils=pupils or 0,
            teacher=teacher,
            room=room,
            school_year=last.school_year if last else 0,
        ),
    )
    entry.place = campus
    if teacher is not None:
        appoint(entry, teacher, Role.CLASS_TEACHER, school_class=school_class, from_on=SINCE_EVER)


@action(
    "org.party_added", label=gettext_lazy("新增往來單位"), form=forms.AddParty, rule=rules.office | rules.roles("buyer")
)
def add_party(entry: Draft, *, name: str, **facts: Any) -> None:
    """Add a supplier, contractor or donor."""
    if Party.objects.filter(folded=fold(name)).exists():
        raise Refused(_("已經有「%(name)s」。") % {"name": name}, field="name")
    entry.creates(Party(name=name, folded=fold(name), **facts))


@action("org.role_given", label=gettext_lazy("授予崗位"), form=forms.GiveRole, rule=rules.may_appoint)
def give_role(
    entry: Draft,
    *,
    person: Person,
    role: str,
    place: Place | None,
    school_class: SchoolClass | None,
    from_on: date | None,
    to_on: date | None,
) -> None:
    """Give somebody a role, for a place, a class or the whole school, from one day to another; never oneself."""
    if not person.is_active:
        raise Refused(_("%(name)s已不在職，不能授予崗位。") % {"name": person}, field="person")
    start = from_on or entry.occurred_on
    if to_on and to_on < start:
        raise Refused(_("結束日不能早於開始日。"), field="to_on")
    entry.place = place
    appoint(entry, person, role, place=place, school_class=school_class, from_on=start, to_on=to_on)


@action("org.role_ended", label=gettext_lazy("結束任職"), form=forms.EndRole, rule=rules.may_appoint)
def end_role(entry: Draft, *, assignment: RoleAssignment, to_on: date) -> None:
    """End somebody's role on a day. An ended role is not taken up again: it is given anew, by whoever may give it."""
    refuse_giver(entry.by, assignment.role)
    if to_on < assignment.from_on:
        raise Refused(_("結束日不能早於開始日。"), field="to_on")
    if assignment.to_on is not None and to_on > assignment.to_on:
        raise Refused(
            _("這個任職 %(day)s 已經結束，不能往後延。要繼續任職請重新「授予崗位」。") % {"day": assignment.to_on},
            field="to_on",
        )
    if assignment.role == Role.ADMINISTRATOR and not _administrators_beside(assignment, on=to_on):
        raise Refused(_("這是唯一的系統管理員。請先授予另一位。"), field="assignment")
    assignment.to_on = to_on
    entry.place = assignment.place
    entry.changes(assignment, "to_on")


def _administrators_beside(held: RoleAssignment, *, on: date) -> bool:
    """Whether somebody else goes on administering the house after that day."""
    standing = RoleAssignment.objects.in_force(on).filter(role=Role.ADMINISTRATOR, person__is_active=True)
    return standing.filter(to_on__isnull=True).exclude(pk=held.pk).exists()


@action("org.pair_allowed", label=gettext_lazy("准許兼任"), form=forms.AllowPair, rule=rules.principal)
def allow_pair(
    entry: Draft, *, person: Person, first: str, second: str, reason: str, from_on: date | None, to_on: date | None
) -> None:
    """Allow somebody two posts that one person may not hold, in a school too small to separate them (§1.2).

    The principal alone, never for himself; it stands on the list of posts, is printed with it and counted by the audit.
    """
    if person.pk == entry.by.pk:
        raise Refused(_("不能准許自己兼任。請由上級主管部門指定另一人。"), field="person")
    if not entry.by.has_role(Role.PRINCIPAL):
        raise Denied(_("「准許兼任」只能由校長本人來做。"))
    if frozenset({first, second}) not in INCOMPATIBLE:
        raise Refused(_("這兩個崗位本來就可以兼任，不必准許。"), field="second")
    start = from_on or entry.occurred_on
    if to_on and to_on < start:
        raise Refused(_("結束日不能早於開始日。"), field="to_on")
    entry.reason = reason
    entry.place = person.campus
    entry.measure("not_separated", 1)
    entry.creates(
        PairAllowed(
            person=person,
            first=min(first, second),
            second=max(first, second),
            reason=reason,
            allowed_by=entry.by,
            from_on=start,
            to_on=to_on,
        )
    )


@action(
    "org.parameter_set",
    label=gettext_lazy("設定參數"),
    form=forms.SetParameter,
    rule=rules.roles("director", "principal"),
)
def set_parameter(entry: Draft, *, name: str, value: Any, from_on: date, source: str) -> None:
    """Set the school's own value of a parameter from a day on, with the paper it rests on."""
    declared = PARAMETERS.get(name)
    if declared is None:
        raise Refused(_("沒有叫「%(name)s」的參數。") % {"name": name}, field="name")
    if declared.binds:
        if not entry.by.has_role(Role.PRINCIPAL, Role.ADMINISTRATOR):
            raise Denied(_("「%(label)s」約束總務處自己，要由校長來定。") % {"label": declared.label})
        if from_on < entry.unit.today:
            raise Refused(_("「%(label)s」不能從過去的日子算起。") % {"label": declared.label}, field="from_on")
    if type(value) is not type(declared.default):
        raise Refused(
            _("「%(label)s」的值要像 %(default)s 這樣。") % {"label": declared.label, "default": declared.default},
            field="value",
        )
    if ParameterValue.objects.filter(name=name, from_on=from_on).exists():
        raise Refused(_("%(day)s 起的值已經設定過。") % {"day": from_on}, field="from_on")
    entry.creates(ParameterValue(name=name, value=value, from_on=from_on, source=source))
