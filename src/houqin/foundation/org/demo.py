"""The demo school itself: two campuses, their rooms, 36 classes, some ninety people with logins for each post."""

from __future__ import annotations

from datetime import date

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext_lazy as _

from houqin.foundation.journal.actions import batch
from houqin.foundation.journal.models import Place, PlaceKind

from . import actions
from .models import Person, Role, RoleAssignment, SchoolClass
from .scenes import Stage, scene

FAMILY_NAMES = "王李張劉陳楊黃趙吳周徐孫馬朱胡郭何林羅高"
GIVEN_NAMES = (
    "美蘭", "建志", "小梅", "永強", "桂英", "國慶", "曉明", "文華", "志遠", "雪梅", "德福", "玉蓮", "振東", "秀芳", "海濤",
    "麗娟", "軍", "芳", "敏", "偉", "靜", "磊", "娜", "濤", "斌", "燕", "平", "紅", "康", "琴",
)  # fmt: skip
BUILDINGS = {"啟慧樓": 4, "教學樓": 4, "綜合樓": 3}
SPECIAL_ROOMS = {
    ("綜合樓", "301"): "多媒體教室",
    ("綜合樓", "201"): "計算機室",
    ("綜合樓", "202"): "實驗室",
    ("綜合樓", "203"): "圖書室",
}
GROUNDS = ("食堂", "小禮堂", "操場", "倉庫", "門衛室")
GRADES = ("一", "二", "三", "四", "五", "六")

# Post, how many, and the login of the first of them ("" gives none).
POSTS = (
    ("校長", 1, "xiaozhang"),
    ("分管副校長", 1, "fuxiaozhang"),
    ("總務主任", 1, "zhuren"),
    ("總務幹事", 2, "ganshi"),
    ("會計", 1, "kuaiji"),
    ("出納", 1, "chuna"),
    ("採購員", 1, "caigou"),
    ("保管員", 2, "baoguan"),
    ("資產管理員", 1, "zichan"),
    ("安全員", 2, "anquan"),
    ("維修工", 4, "weixiu"),
    ("門衛", 6, "menwei"),
    ("食堂管理員", 1, "shitang"),
    ("食品安全員", 1, "shipin"),
    ("廚師", 6, ""),
    ("司機", 2, "siji"),
    ("校醫", 2, "xiaoyi"),
    ("人事幹事", 1, "renshi"),
    ("班主任", 36, "banzhuren"),
    ("教師", 20, "jiaoshi"),
)
# The first of these serves the whole school, those after him a campus.
WHOLE_SCHOOL = frozenset({"總務幹事", "安全員"})


@scene("org", _("學校、場所、人員、班級"), order=0)
def the_school_and_its_people(stage: Stage) -> None:
    start = stage.period.start
    with batch(stage.administrator, via="demo") as unit:
        for name, pupils in (("南校區", 820), ("北校區", 790)):
            actions.add_campus.into(
                unit, {"campus": name, "address": f"學府路{1 if name == '南校區' else 188}號", "pupils": pupils}
            )
        unit.flush()
    stage.campuses = list(Place.objects.filter(kind=PlaceKind.CAMPUS).order_by("pk"))
    with batch(stage.administrator, via="demo") as unit:
        for campus in stage.campuses:
            for building, floors in BUILDINGS.items():
                for floor in range(1, floors + 1):
                    for door in range(1, 7):
                        number = f"{floor}0{door}"
                        special = SPECIAL_ROOMS.get((building, number), "")
                        facts = {
                            "campus": campus,
                            "building": building,
                            "room": number,
                            "name": special,
                            "purpose": special or "教室",
                        }
                        actions.add_place.into(unit, facts)
            for ground in GROUNDS:
                kind = "store" if ground == "倉庫" else "ground" if ground == "操場" else "building"
                actions.add_place.into(unit, {"campus": campus, "building": ground, "purpose": ground, "kind": kind})
    stage.rooms = list(Place.objects.filter(kind=PlaceKind.ROOM).select_related("campus").order_by("pk"))
    _add_people(stage)
    _add_classes(stage, start)
    _give_logins(stage)


def _add_people(stage: Stage) -> None:
    names = [family + given for family in FAMILY_NAMES for given in GIVEN_NAMES]
    stage.chance.shuffle(names)
    with batch(stage.administrator, via="demo") as unit:
        for post, count, _login in POSTS:
            for position in range(count):
                # Heads of the school serve all of it, as do the first clerk, who keeps the catalogue, and the first safety
                # officer; the others belong to a campus.
                is_for_all = count == 1 or (post in WHOLE_SCHOOL and position == 0)
                campus = None if is_for_all else stage.campuses[position % len(stage.campuses)]
                actions.add_person.into(
                    unit,
                    {
                        "name": names.pop(),
                        "staff_number": f"{1000 + len(names)}",
                        "post": post,
                        "employment": "臨時工"
                        if post in {"廚師", "司機", "門衛", "維修工"} and position % 2
                        else "在編",
                        "campus": campus,
                        "phone": f"139{stage.chance.randrange(10**8):08d}",
                    },
                )


def _add_classes(stage: Stage, start: date) -> None:
    teachers = list(Person.objects.filter(post="班主任").select_related("campus").order_by("pk"))
    with batch(stage.administrator, via="demo") as unit:
        for campus in stage.campuses:
            own = [teacher for teacher in teachers if teacher.campus == campus]
            rooms = [room for room in stage.rooms if room.campus == campus and "教學樓" in room.full_name]
            for grade_number, grade in enumerate(GRADES):
                for position in range(1, 4):
                    index = grade_number * 3 + position - 1
                    actions.add_class.into(
                        unit,
                        {
                            "campus": campus,
                            "grade": f"{grade}年級",
                            "name": f"{grade}({position})班",
                            "pupils": stage.chance.randint(38, 52),
                            "teacher": own[index],
                            "room": rooms[index],
                        },
                    )
    stage.classes = list(SchoolClass.objects.select_related("campus", "teacher", "room").order_by("pk"))
    for held in RoleAssignment.objects.select_related("person", "person__campus").order_by("pk"):
        if (held.role, held.person.post) != (Role.TEACHER, "班主任"):
            stage.people.setdefault(held.role, []).append(held.person)


def _give_logins(stage: Stage) -> None:
    """A login for the first person of each post; one password for all, hashed once."""
    user_model = get_user_model()
    hashed = make_password(stage.shared["password"])
    logins = []
    for post, _count, username in POSTS:
        if not username:
            continue
        person = Person.objects.filter(post=post).order_by("pk").first()
        if person is None:
            continue
        with batch(stage.administrator, via="demo") as unit:
            login = user_model(username=username, password=hashed)
            unit.create(login)
            person.user = login
            unit.change(person, "user")
        logins.append((username, person.name, post))
        role = next((role for role, people in stage.people.items() if person in people), "")
        if role:
            stage.people[role].remove(person)
            stage.people[role].insert(0, person)
    stage.shared["logins"] = [("admin", stage.administrator.name, str(Role.ADMINISTRATOR.label)), *logins]
