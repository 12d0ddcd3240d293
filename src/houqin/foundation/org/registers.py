"""The school's own lists: campuses, places, people, classes, suppliers and donors."""

from django.db.models import Case, F, Value, When
from django.utils.translation import gettext_lazy as _

from houqin.foundation.journal.models import Place, PlaceKind
from houqin.foundation.registers.register import Column, Importing, register

from . import actions, correcting, known
from .models import Correction, PairAllowed, Party, Person, Role, RoleAssignment, SchoolClass
from .rules import office, readers

GROUP = _("學校")

register(
    name="org.campuses",
    whole_school=True,
    title=_("校區"),
    group=GROUP,
    icon="building-community",
    rows=lambda person: Place.objects.filter(kind=PlaceKind.CAMPUS),
    columns=(
        Column("campus", _("校區"), path="name", headings=("校区", "校區名稱", "校区名称"), searched=True),
        Column("address", _("地址"), headings=("校址", "地點")),
        Column("pupils", _("學生數"), kind="integer", headings=("学生数", "學生人數", "在校生數"), total=True),
    ),
    order=("name",),
    adds=actions.add_campus,
    corrects=actions.correct_place,
    importing=Importing(
        actions.add_campus,
        names=("校區", "校區表", "校区一览"),
        needs=("campus",),
        key=("campus",),
        order=10,
        finds=known.campus,
        progress=actions.complete_campus,
    ),
)

register(
    name="org.places",
    whole_school=True,
    title=_("場所"),
    group=GROUP,
    icon="map-pin",
    # What stands on the campus itself is in no building.
    rows=lambda person: Place.objects.exclude(kind=PlaceKind.CAMPUS).annotate(
        building=Case(When(parent__kind=PlaceKind.CAMPUS, then=Value("")), default=F("parent__name"))
    ),
    columns=(
        Column("full_name", _("全稱"), searched=True, read_only=True),
        Column("campus", _("校區"), path="campus__name", headings=("校区",), kind="reference", filtered=True),
        Column("building", _("樓棟"), headings=("楼栋", "樓房", "建築")),
        Column("room", _("房號"), headings=("房号", "房間號", "室號"), imported_only=True),
        Column("name", _("室名"), headings=("名稱", "場所", "場所名稱", "房間名稱"), searched=True),
        Column("purpose", _("用途"), headings=("功能", "使用用途"), searched=True, filtered=True),
        Column("kind", _("類型"), kind="choice", choices=dict(PlaceKind.choices), filtered=True, shown=False),
        Column("is_active", _("使用中"), kind="flag", shown=False, filtered=True, read_only=True),
    ),
    order=("full_name",),
    adds=actions.add_place,
    corrects=actions.correct_place,
    importing=Importing(
        actions.add_place,
        names=("場所", "場所表", "房間一覽", "教室表"),
        needs=("campus", "building", "name"),
        key=("campus", "building", "room", "name"),
        order=11,
        finds=known.place,
        progress=actions.complete_place,
    ),
)

register(
    name="org.people",
    whole_school=True,
    title=_("教職工"),
    group=GROUP,
    icon="users",
    rows=lambda person: Person.objects.exclude(folded="#"),
    columns=(
        Column("name", _("姓名"), headings=("教師姓名", "人員", "职工姓名"), searched=True),
        Column("staff_number", _("工號"), headings=("職工號", "編號", "教工号")),
        Column("post", _("崗位"), headings=("岗位", "職務", "工作崗位"), searched=True, filtered=True),
        Column("employment", _("用工性質"), headings=("用工性质", "編制", "人員性質"), filtered=True),
        Column(
            "campus", _("校區"), path="campus__name", headings=("校区", "所在校區"), kind="reference", filtered=True
        ),
        Column("unit", _("部門"), path="unit__name", headings=("部门", "科室"), kind="reference", shown=False),
        Column("phone", _("電話"), headings=("聯繫電話", "手機", "手机号"), personal="phone"),
        Column("is_active", _("在職"), kind="flag", shown=False, filtered=True, read_only=True),
    ),
    order=("name", "pk"),
    adds=actions.add_person,
    corrects=actions.correct_person,
    importing=Importing(
        actions.add_person,
        names=("教職工", "教職工名冊", "花名冊", "人員名單"),
        needs=("name", "post"),
        key=("name", "staff_number", "campus"),
        order=20,
        finds=known.person,
        progress=actions.complete_person,
    ),
)

register(
    name="org.classes",
    whole_school=True,
    title=_("班級"),
    group=GROUP,
    icon="school",
    rows=lambda person: SchoolClass.objects.filter(is_active=True),
    columns=(
        Column("campus", _("校區"), path="campus__name", headings=("校区",), kind="reference", filtered=True),
        Column("grade", _("年級"), headings=("年级",), filtered=True),
        Column("name", _("班級"), headings=("班级", "班名"), searched=True),
        Column("pupils", _("人數"), kind="integer", headings=("人数", "學生數", "班額"), total=True),
        Column("teacher", _("班主任"), path="teacher__name", kind="reference", headings=("班主任姓名",), searched=True),
        Column("room", _("教室"), path="room__full_name", kind="reference", headings=("所在教室",), shown=False),
    ),
    order=("campus__name", "grade", "name"),
    adds=actions.add_class,
    corrects=actions.correct_class,
    importing=Importing(
        actions.add_class,
        names=("班級", "班級表", "班級一覽", "編班表"),
        needs=("name", "pupils", "teacher"),
        key=("campus", "name"),
        order=21,
        finds=known.school_class,
        progress=actions.complete_class,
    ),
)

register(
    name="org.parties",
    whole_school=True,
    title=_("供應商與捐贈人"),
    group=GROUP,
    icon="truck",
    rows=lambda person: Party.objects.all(),
    readers=readers | office,
    columns=(
        Column("name", _("名稱"), headings=("供應商", "單位名稱", "供应商名称", "公司名稱"), searched=True),
        Column("is_supplier", _("供應商"), kind="flag", filtered=True, headings=("是否供應商",)),
        Column("is_donor", _("捐贈人"), kind="flag", filtered=True, headings=("是否捐贈人",)),
        Column("credit_code", _("統一社會信用代碼"), headings=("信用代碼", "稅號"), searched=True),
        Column("contact", _("聯繫人"), headings=("联系人",)),
        Column("phone", _("電話"), headings=("聯繫電話", "联系电话"), personal="phone"),
    ),
    order=("name",),
    adds=actions.add_party,
    corrects=actions.correct_party,
    importing=Importing(
        actions.add_party,
        names=("供應商", "供應商名錄", "往來單位"),
        needs=("name", "credit_code"),
        key=("name",),
        order=22,
        finds=known.party,
    ),
)

register(
    name="org.roles",
    campus=("place", "place__campus"),
    school_class="school_class",
    title=_("任職"),
    group=GROUP,
    icon="id-badge",
    rows=lambda person: RoleAssignment.objects.all(),
    readers=readers,
    columns=(
        Column("number", _("任職號"), path="pk", kind="integer"),
        Column("person", _("姓名"), path="person__name", kind="reference", searched=True),
        Column(
            "role",
            _("崗位"),
            kind="choice",
            choices=lambda: dict(RoleAssignment._meta.get_field("role").flatchoices),
            filtered=True,
        ),
        Column("place", _("範圍（場所）"), path="place__full_name", kind="reference"),
        Column("school_class", _("範圍（班級）"), path="school_class__name", kind="reference"),
        Column("from_on", _("起"), kind="date"),
        Column("to_on", _("止"), kind="date"),
    ),
    order=("person__name", "role", "pk"),
    adds=actions.give_role,
)

register(
    name="org.pairs",
    whole_school=True,
    title=_("准許兼任"),
    about=_("學校人少、不相容崗位確實分不開時，校長准許一人兼任，逐筆寫明原因。"),
    group=GROUP,
    icon="users-plus",
    rows=lambda person: PairAllowed.objects.all(),
    readers=readers,
    columns=(
        Column("person", _("姓名"), path="person__name", kind="reference", searched=True),
        Column("first", _("崗位"), kind="choice", choices=dict(Role.choices), filtered=True),
        Column("second", _("兼任崗位"), kind="choice", choices=dict(Role.choices), filtered=True),
        Column("reason", _("原因"), searched=True),
        Column("allowed_by", _("准許人"), path="allowed_by__name", kind="reference"),
        Column("from_on", _("起"), kind="date"),
        Column("to_on", _("止"), kind="date"),
    ),
    order=("-from_on", "pk"),
    adds=actions.allow_pair,
    paper=_("不相容崗位兼任審批表"),
    signatures=(_("校長"), _("制表人")),
)

register(
    name="org.corrections",
    campus=("campus",),
    title=_("更正記錄"),
    about=_("卡片、班級、場所、物資、往來單位、人員更正過什麼，原為什麼、為什麼。姓名、工號、電話只記改過。"),
    group=GROUP,
    icon="history",
    rows=lambda person: Correction.objects.all(),
    readers=readers | office,
    columns=(
        Column("on", _("日期"), kind="date"),
        Column("noun", _("對象"), kind="choice", choices=correcting.kinds, filtered=True),
        Column("name", _("名稱"), searched=True),
        Column("field", _("項目"), kind="choice", choices=correcting.field_labels),
        Column("before", _("原為")),
        Column("after", _("更正為")),
        Column("reason", _("原因"), searched=True),
        Column("by", _("更正人"), path="by__name", kind="reference"),
        Column("campus", _("校區"), path="campus__name", kind="reference", shown=False, filtered=True),
    ),
    order=("-pk",),
    day="on",
)
