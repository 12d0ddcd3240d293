"""Registers of the gate: visitors, leave slips, vehicles, goods passes, the banned."""

from django.utils.translation import gettext_lazy as _

from houqin.foundation.registers.register import Column, Importing, register

from . import actions, rules
from .models import Ban, GoodsPass, LeaveSlip, VehicleVisit, Visit
from .terms import Confirmed, Gender

GROUP = _("門衛")

register(
    name="gate.visits",
    seen_by=rules.keepers,
    title=_("外來人員來訪登記簿"),
    about=_("誰來找誰、辦什麼事、幾時進幾時出。證件號只存末四位，到期清除。"),
    group=GROUP,
    icon="door-enter",
    rows=lambda person: Visit.objects.of(person),
    document=Visit,
    day="opened_on",
    order=("-entered_at", "-pk"),
    columns=(
        Column("number", _("登記號"), read_only=True, shown=False, searched=True),
        Column("state", _("狀態"), kind="state", choices=rules.VISIT.states, filtered=True, read_only=True),
        Column(
            "day",
            _("日期"),
            kind="date",
            path="opened_on",
            headings=("来访日期", "來訪日期", "登記日期", "時間日期", "入校日期"),
        ),
        Column(
            "entered_at",
            _("入校時間"),
            kind="time",
            headings=("入校时间", "來訪時間", "進校時間", "進門時間", "到訪時間", "進入時間", "入校", "時間"),
        ),
        Column(
            "name",
            _("姓名"),
            headings=("來訪人", "來訪人姓名", "訪客姓名", "來訪者", "來訪人員", "訪客", "外來人員姓名"),
            searched=True,
        ),
        Column("gender", _("性別"), kind="choice", choices=dict(Gender.choices), headings=("性别",), shown=False),
        Column("identity_type", _("證件類型"), headings=("证件类型", "證件名稱", "證件種類", "有效證件"), shown=False),
        Column(
            "identity",
            _("證件號"),
            headings=("证件号", "證件號碼", "身份證號", "身份證號碼", "證件號(末四位顯示)", "證件編號"),
            personal="identity",
        ),
        Column("unit", _("單位"), headings=("单位", "來訪單位", "工作單位", "所在單位", "單位或住址")),
        Column(
            "phone",
            _("聯繫電話"),
            headings=("联系电话", "電話", "手機", "手機號", "聯繫方式", "電話號碼"),
            personal="phone",
        ),
        Column(
            "visitors", _("人數"), kind="integer", headings=("人数", "來訪人數", "隨行人數", "訪客人數"), total=True
        ),
        Column(
            "purpose",
            _("事由"),
            headings=("来访事由", "來訪事由", "來訪目的", "原因", "辦理事項"),
            searched=True,
            filtered=True,
        ),
        Column(
            "host",
            _("受訪人"),
            path="host_name",
            headings=("受访人", "被訪人", "被訪者", "被訪人姓名", "接待人", "找何人", "受訪人姓名"),
            searched=True,
        ),
        Column(
            "host_confirmed",
            _("受訪人確認(方式)"),
            kind="choice",
            choices=dict(Confirmed.choices),
            headings=("受访人确认", "受訪人確認", "確認方式", "是否聯繫", "預約情況"),
            shown=False,
        ),
        Column("belongings", _("攜帶物品"), headings=("携带物品", "隨身物品"), shown=False),
        Column("pass_number", _("訪客證號"), headings=("访客证号", "訪客證", "訪客牌號", "出入證號"), shown=False),
        Column("plate", _("車牌號"), headings=("车牌号", "車號", "車牌", "車牌號碼"), shown=False),
        Column(
            "left_at",
            _("離校時間"),
            kind="time",
            headings=("离校时间", "離開時間", "出校時間", "出門時間", "銷號時間", "消號時間", "離校"),
        ),
        Column(
            "host_signed",
            _("受訪人簽字(回執)"),
            kind="flag",
            headings=("受访人签字", "受訪人簽字", "回執", "被訪人簽字", "接待人簽字"),
            shown=False,
        ),
        Column(
            "guard",
            _("值班門衛"),
            path="guard_name",
            headings=("值班门卫", "門衛", "當班門衛", "登記人", "值班人", "門衛簽字", "值班保安", "保安"),
            filtered=True,
        ),
        Column(
            "campus",
            _("校區"),
            path="campus__name",
            kind="reference",
            headings=("校区", "校門"),
            filtered=True,
            shown=False,
        ),
        Column("note", _("備註"), headings=("备注", "說明"), shown=False),
    ),
    adds=actions.enter,
    importing=Importing(
        actions.record_visit,
        names=(
            "外來人員來訪登記簿",
            "來訪登記",
            "訪客登記",
            "外來人員登記",
            "來訪登記簿",
            "訪客登記簿",
            "來訪人員登記表",
            "門衛登記",
        ),
        needs=("entered_at", "name", "host"),
        order=50,
    ),
    signatures=(_("門衛"), _("安全員")),
    presets=((_("還在校內"), "state=inside"), (_("沒有銷號"), "state=unsigned")),
)

register(
    name="gate.leave_slips",
    school_class="school_class",
    seen_by=rules.slip_keepers,
    title=_("學生離校單"),
    about=_("上課期間離校的學生：誰聯繫了家長，誰簽字，幾時出門，幾時回來。"),
    group=GROUP,
    icon="walk",
    rows=lambda person: LeaveSlip.objects.of(person),
    document=LeaveSlip,
    day="opened_on",
    order=("-opened_on", "-pk"),
    columns=(
        Column("number", _("編號"), headings=("编号", "單號", "序號", "離校單號", "單據編號"), searched=True),
        Column("state", _("狀態"), kind="state", choices=rules.SLIP.states, filtered=True, read_only=True),
        Column("day", _("日期"), kind="date", path="opened_on", headings=("离校日期", "離校日期", "開單日期")),
        Column(
            "school_class",
            _("班級"),
            path="class_name",
            headings=("班级", "所在班級", "年級班級"),
            searched=True,
            filtered=True,
        ),
        Column("pupil", _("姓名"), headings=("學生姓名", "学生姓名", "學生"), personal="pupil"),
        Column(
            "reason",
            _("離校事由"),
            headings=("离校事由", "事由", "離校原因", "請假事由", "請假原因", "原因"),
            searched=True,
        ),
        Column("planned_leave_at", _("擬離校時間"), kind="time", headings=("拟离校时间", "離校時間", "預計離校時間")),
        Column(
            "planned_return_at", _("擬返校時間"), kind="time", headings=("拟返校时间", "預計返校時間", "應返校時間")
        ),
        Column(
            "parent_contact",
            _("家長聯繫時間及電話"),
            headings=("家长联系时间及电话", "家長電話", "家長聯繫電話", "聯繫家長時間", "家長聯繫"),
            personal="phone",
            shown=False,
        ),
        Column(
            "pickup",
            _("家長(接送人)姓名與關係"),
            headings=("家长(接送人)姓名与关系", "接送人", "家長姓名", "接送人姓名與關係", "家長姓名與關係"),
            personal="pupil",
            shown=False,
        ),
        Column(
            "pickup_signature",
            _("接送人簽字(證件)"),
            headings=("接送人签字(证件)", "接送人簽字", "家長簽字"),
            personal="pupil",
            shown=False,
        ),
        Column(
            "teacher",
            _("班主任簽字"),
            path="teacher_name",
            headings=("班主任签字", "班主任", "班主任簽名"),
            searched=True,
        ),
        Column(
            "approver",
            _("年級(政教)批准"),
            path="approver_name",
            headings=("年级(政教)批准", "年級批准", "政教批准", "年級主任簽字", "政教處簽字"),
            shown=False,
        ),
        Column(
            "released_at",
            _("門衛放行時間"),
            kind="time",
            headings=("门卫放行时间", "放行時間", "出校時間", "實際離校時間"),
        ),
        Column(
            "returned_at", _("返校時間"), kind="time", headings=("返校时间", "實際返校時間", "回校時間", "到校時間")
        ),
        Column("closed_by", _("銷假簽字"), path="closed_by_name", headings=("销假签字", "銷假", "銷假人"), shown=False),
        Column("campus", _("校區"), path="campus__name", kind="reference", filtered=True, read_only=True, shown=False),
        Column("note", _("備註"), headings=("备注", "說明"), shown=False),
    ),
    adds=actions.apply,
    importing=Importing(
        actions.record_slip,
        names=("學生離校單", "離校單", "出門條", "請假條", "學生離校登記", "離校登記", "學生出門條", "學生請假離校"),
        needs=("day", "school_class", "pupil", "reason"),
        key=("number",),
        order=50,
        progress=actions.amend_slip,
    ),
    readers=rules.slip_keepers | rules.class_teacher,
    signatures=(_("班主任"), _("門衛")),
    presets=((_("還沒有回來"), "state=released"),),
)

register(
    name="gate.vehicles",
    title=_("車輛出入登記簿"),
    group=GROUP,
    icon="car",
    rows=lambda person: VehicleVisit.objects.all() if rules.keepers(person) else VehicleVisit.objects.none(),
    document=VehicleVisit,
    day="opened_on",
    order=("-entered_at", "-pk"),
    columns=(
        Column("number", _("登記號"), read_only=True, shown=False, searched=True),
        Column("state", _("狀態"), kind="state", choices=rules.VEHICLE.states, filtered=True, read_only=True),
        Column("day", _("日期"), kind="date", path="opened_on", headings=("登記日期", "進校日期")),
        Column("plate", _("車牌號"), headings=("车牌号", "車號", "車牌", "車牌號碼"), searched=True),
        Column("model", _("車型"), headings=("车型", "車輛類型")),
        Column("driver", _("駕駛人"), headings=("驾驶人", "司機", "駕駛員"), personal="pupil"),
        Column("unit", _("單位"), headings=("单位", "所屬單位")),
        Column("purpose", _("事由"), headings=("進校事由", "來校事由"), searched=True),
        Column("approver", _("批准人"), path="approver_name", headings=("批准人签字", "審批人", "同意人")),
        Column("entered_at", _("進校時間"), kind="time", headings=("进校时间", "入校時間", "進入時間")),
        Column("parked", _("停放位置"), headings=("停车位置", "停車位置"), shown=False),
        Column("load", _("載物"), headings=("载物", "裝載物品", "攜帶物品"), shown=False),
        Column("left_at", _("出校時間"), kind="time", headings=("出校时间", "離校時間", "離開時間")),
        Column("guard", _("門衛"), path="guard_name", headings=("门卫", "值班門衛", "當班人")),
        Column(
            "campus", _("校區"), path="campus__name", kind="reference", headings=("校区",), filtered=True, shown=False
        ),
    ),
    adds=actions.vehicle_in,
    importing=Importing(
        actions.record_vehicle,
        names=("車輛出入登記簿", "車輛出入登記", "車輛登記", "外來車輛登記"),
        needs=("day", "plate", "entered_at", "model"),
        order=50,
    ),
    readers=rules.keepers,
)

register(
    name="gate.goods_passes",
    seen_by=rules.keepers | rules.approves_goods,
    title=_("物品出門單"),
    group=GROUP,
    icon="package-export",
    rows=lambda person: (
        GoodsPass.objects.all()
        if (rules.keepers | rules.approves_goods)(person)
        else GoodsPass.objects.filter(opened_by=person)
    ),
    document=GoodsPass,
    day="opened_on",
    order=("-opened_on", "-pk"),
    columns=(
        Column("number", _("編號"), searched=True),
        Column("state", _("狀態"), kind="state", choices=rules.GOODS.states, filtered=True),
        Column("opened_on", _("日期"), kind="date"),
        Column("carrier", _("攜物人"), personal="pupil"),
        Column("unit", _("單位")),
        Column("goods", _("物品名稱"), searched=True),
        Column("quantity", _("數量")),
        Column("is_school_property", _("是否學校資產"), kind="flag", filtered=True),
        Column("purpose", _("去向事由"), searched=True),
        Column("approver", _("批准人"), path="approver__name", kind="reference"),
        Column("guard", _("門衛核對"), path="guard__name", kind="reference"),
        Column("released_at", _("放行時間"), kind="moment"),
    ),
    adds=actions.request_goods,
)

register(
    name="gate.bans",
    whole_school=True,
    title=_("謝絕名單"),
    group=GROUP,
    icon="ban",
    rows=lambda person: Ban.objects.all(),
    readers=rules.keepers,
    day="from_on",
    order=("-from_on", "-pk"),
    columns=(
        Column("name", _("姓名"), searched=True),
        Column("identity", _("證件號"), personal="identity"),
        Column("phone", _("聯繫電話"), personal="phone"),
        Column("reason", _("原因")),
        Column("from_on", _("起"), kind="date"),
        Column("to_on", _("止"), kind="date"),
    ),
    adds=actions.ban,
)
