"""The books of safety 安全臺賬: what stands in them, and the headings schools write over their columns."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from houqin.foundation.org.models import Person
from houqin.foundation.org.rules import staff
from houqin.foundation.registers.register import Column, Importing, register

from . import actions, rules
from .models import (
    Drill,
    EducationSession,
    EmergencyPlan,
    Grade,
    Hazard,
    Inspection,
    Layer,
    ResponsibilityLetter,
    Result,
    SquadMember,
)

GROUP = _("安全")


def _campus(*, shown: bool = True) -> Column:
    return Column(
        "campus",
        _("校區"),
        path="campus__name",
        kind="reference",
        headings=("所在校區", "校區名稱"),
        filtered=True,
        shown=shown,
    )


def _inspections(person: Person) -> QuerySet[Inspection]:
    return Inspection.objects.all()


register(
    name="safety.inspections",
    seen_by=staff,
    title=_("安全檢查記錄"),
    group=GROUP,
    icon="clipboard-check",
    rows=_inspections,
    document=Inspection,
    columns=(
        Column("number", _("編號"), headings=("記錄編號", "檢查編號", "單號"), searched=True),
        Column(
            "layer",
            _("檢查類別"),
            kind="choice",
            choices=dict(Layer.choices),
            filtered=True,
            headings=("類別", "檢查類型", "檢查性質", "檢查周期"),
        ),
        Column("occurred_on", _("日期"), path="opened_on", kind="date", headings=("檢查日期", "檢查時間", "時間")),
        _campus(),
        Column(
            "place",
            _("部位"),
            path="place__full_name",
            kind="reference",
            headings=("檢查部位", "地點", "檢查地點", "檢查場所", "校區部位", "位置"),
            searched=True,
        ),
        Column("check_kind", _("檢查種類"), kind="choice", choices=rules.CHECKS.labels, filtered=True, read_only=True),
        Column("items", _("檢查項目"), headings=("檢查內容", "項目", "檢查事項", "內容"), searched=True),
        Column("standard", _("標準"), headings=("檢查標準", "要求"), shown=False),
        Column(
            "result",
            _("結果"),
            kind="choice",
            choices=dict(Result.choices),
            filtered=True,
            headings=("檢查結果", "結果(合格/不合格)", "是否合格", "情況"),
        ),
        Column("problem", _("問題描述"), headings=("存在問題", "問題", "發現問題", "隱患描述"), searched=True),
        Column("handling", _("處理"), headings=("處理意見", "處理情況", "處理(立即整改/限期)", "整改要求", "處理方式")),
        Column(
            "inspector",
            _("檢查人"),
            path="inspector_name",
            headings=("檢查人員", "檢查者", "檢查人簽字"),
            searched=True,
        ),
        Column(
            "head",
            _("被檢查部門負責人"),
            path="head_name",
            headings=("部門負責人", "被檢部門負責人", "被檢查人", "負責人"),
        ),
        Column("note", _("備註"), headings=("說明",), shown=False),
        Column("state", _("狀態"), kind="state", choices=rules.INSPECTION.states, read_only=True, filtered=True),
    ),
    order=("-opened_on", "-pk"),
    day="opened_on",
    adds=actions.inspect,
    importing=Importing(
        actions.import_inspection,
        names=("安全檢查記錄", "安全檢查記錄表", "安全檢查登記", "安全檢查台賬", "安全排查記錄"),
        needs=("occurred_on", "items", "inspector"),
        key=("number",),
        order=50,
    ),
)

_HAZARD_COLUMNS = (
    Column("number", _("編號"), headings=("隱患編號", "單號"), searched=True),
    Column(
        "occurred_on",
        _("排查日期"),
        path="opened_on",
        kind="date",
        headings=("日期", "發現日期", "登記日期", "排查時間", "發現時間"),
    ),
    Column("source", _("來源"), headings=("來源(巡查/報告/上級檢查/家長)", "隱患來源", "發現途徑"), filtered=True),
    _campus(),
    Column(
        "place",
        _("校區部位"),
        path="place__full_name",
        kind="reference",
        headings=("部位", "地點", "隱患部位", "隱患地點", "位置"),
        searched=True,
    ),
    Column("category", _("隱患類別"), path="category_written", headings=("類別", "隱患類型"), filtered=True),
    Column(
        "description",
        _("隱患描述"),
        headings=("隱患內容", "問題描述", "存在隱患", "隱患情況", "安全隱患"),
        searched=True,
    ),
    Column(
        "grade",
        _("等級"),
        kind="choice",
        choices=dict(Grade.choices),
        filtered=True,
        headings=("等級(一般/重大)", "隱患等級", "級別"),
    ),
    Column("protection", _("臨時防護措施"), headings=("臨時措施", "防護措施"), shown=False),
    Column("measures", _("整改措施"), headings=("措施", "整改內容", "整改情況")),
    Column("cost", _("整改資金"), kind="money", headings=("資金", "整改經費", "費用"), total=True, shown=False),
    Column("fixer", _("整改責任人"), path="fixer_name", headings=("責任人", "整改人"), searched=True),
    Column("due_on", _("整改時限"), kind="date", headings=("整改期限", "期限", "時限", "限期")),
    Column("rectified_on", _("完成日期"), kind="date", headings=("整改完成日期", "完成時間", "整改日期")),
    Column("acceptor", _("驗收人"), path="acceptor_name", headings=("複查人", "驗收人員", "核查人")),
    Column("acceptance", _("驗收意見"), headings=("驗收結果", "驗收情況"), shown=False),
    Column("rechecked_on", _("復查日期"), kind="date", headings=("覆查日期", "複查日期", "回頭看日期"), shown=False),
    Column("closed_on", _("銷號日期"), kind="date", headings=("銷號時間", "銷案日期", "銷號")),
    Column("reported", _("上報情況"), headings=("上報",), shown=False),
    Column("note", _("備註"), headings=("說明",), shown=False),
    Column("state", _("狀態"), kind="state", choices=rules.HAZARD.states, read_only=True, filtered=True),
)

register(
    name="safety.hazards",
    seen_by=staff,
    title=_("安全隱患排查整改台賬"),
    group=GROUP,
    icon="alert-triangle",
    rows=lambda person: Hazard.objects.all(),
    document=Hazard,
    columns=_HAZARD_COLUMNS,
    order=("-opened_on", "-pk"),
    day="opened_on",
    adds=actions.find_hazard,
    importing=Importing(
        actions.import_hazard,
        names=(
            "安全隱患排查整改台賬",
            "安全隱患排查整改(銷號)台賬",
            "安全隱患台賬",
            "隱患排查台賬",
            "隱患整改台賬",
            "安全隱患登記",
        ),
        needs=("description", "measures", "fixer"),
        key=("number",),
        order=51,
        progress=actions.progress_hazard,
    ),
)

# The book that a new year opens with: what is still open, the oldest deadline first.
register(
    name="safety.open_hazards",
    seen_by=staff,
    title=_("在冊未銷號隱患"),
    group=GROUP,
    icon="alert-octagon",
    rows=lambda person: Hazard.objects.open(),
    document=Hazard,
    columns=_HAZARD_COLUMNS,
    order=("due_on", "opened_on", "pk"),
    day="opened_on",
    adds=actions.find_hazard,
    about=_("跨年帶入新台賬的隱患；整改時限最早的在最前。"),
)

register(
    name="safety.letters",
    seen_by=staff,
    title=_("安全責任書簽訂台賬"),
    group=GROUP,
    icon="file-certificate",
    rows=lambda person: ResponsibilityLetter.objects.all(),
    document=ResponsibilityLetter,
    columns=(
        Column("number", _("編號"), headings=("責任書編號",), searched=True, shown=False),
        Column("year", _("年度"), headings=("年份", "學年", "學年度"), filtered=True),
        Column(
            "level",
            _("層級"),
            headings=("級別", "層級(校長-分管-部門-班主任-教職工-學生家長)", "簽訂層級"),
            filtered=True,
        ),
        Column(
            "name",
            _("責任書名稱"),
            headings=("責任書", "名稱", "責任書名稱(安全/消防承諾書/食品/校車/門衛)", "責任狀名稱", "承諾書名稱"),
            filtered=True,
            searched=True,
        ),
        Column(
            "responsible", _("責任人"), path="responsible_name", headings=("簽訂人", "姓名", "簽字人"), searched=True
        ),
        Column("post", _("崗位"), headings=("職務", "崗位職務")),
        Column("occurred_on", _("簽訂日期"), path="opened_on", kind="date", headings=("日期", "簽訂時間", "簽字日期")),
        Column("valid_until", _("有效期"), headings=("有效期至", "期限"), shown=False),
        Column("copies", _("份數"), kind="integer", total=True, headings=("數量", "簽訂份數")),
        Column("kept_at", _("存放"), headings=("存放地點", "保管"), shown=False),
        Column("appraisal", _("考核結果"), headings=("考核",), shown=False),
        Column("note", _("備註"), headings=("說明",), shown=False),
    ),
    order=("-opened_on", "-pk"),
    day="opened_on",
    adds=actions.sign_letter,
    importing=Importing(
        actions.import_letter,
        names=("安全責任書簽訂台賬", "安全責任書台賬", "責任書簽訂台賬", "安全責任書登記", "安全責任書"),
        needs=("name", "responsible", "occurred_on"),
        key=("number",),
        order=50,
    ),
)

register(
    name="safety.education",
    seen_by=staff,
    title=_("安全教育活動記錄"),
    group=GROUP,
    icon="school",
    rows=lambda person: EducationSession.objects.all(),
    document=EducationSession,
    columns=(
        Column("number", _("編號"), headings=("記錄編號",), searched=True, shown=False),
        Column(
            "occurred_on",
            _("日期"),
            path="opened_on",
            kind="date",
            headings=("活動日期", "時間", "教育日期", "活動時間"),
        ),
        _campus(shown=False),
        Column(
            "topic",
            _("主題"),
            path="topic_written",
            headings=("主題(類別)", "教育主題", "活動主題", "類別", "教育內容", "主題類別"),
            searched=True,
        ),
        Column(
            "topic_code",
            _("主題種類"),
            path="topic",
            kind="choice",
            choices=rules.TOPICS.labels,
            filtered=True,
            read_only=True,
        ),
        Column("channel", _("形式"), headings=("活動形式", "教育形式", "途徑", "方式"), filtered=True),
        Column("audience", _("對象"), headings=("對象(年級班級)", "教育對象", "參加對象", "參加班級")),
        Column("expected", _("應到"), kind="integer", headings=("應到人數", "應參加人數")),
        Column("present", _("實到"), kind="integer", headings=("實到人數", "參加人數", "實際人數", "人數"), total=True),
        Column(
            "minutes",
            _("時長（分鐘）"),
            kind="integer",
            headings=("時長", "時長(分鐘)", "活動時長", "分鐘"),
            total=True,
        ),
        Column("speaker", _("主講"), path="speaker_name", headings=("主講人", "主持人", "授課人"), searched=True),
        Column("outline", _("內容提綱"), headings=("內容", "活動內容", "提綱"), shown=False),
        Column("receipts", _("家長回執數"), kind="integer", headings=("回執數", "家長回執"), shown=False),
        Column("recorder", _("記錄人"), path="recorder_name", headings=("記錄",)),
        Column("note", _("備註"), headings=("說明",), shown=False),
    ),
    order=("-opened_on", "-pk"),
    day="opened_on",
    adds=actions.hold_session,
    importing=Importing(
        actions.import_session,
        names=("安全教育活動記錄", "安全教育活動記錄表", "安全教育記錄", "安全教育登記", "安全教育台賬"),
        needs=("occurred_on", "topic", "channel"),
        key=("number",),
        order=50,
    ),
)

register(
    name="safety.drills",
    seen_by=staff,
    title=_("應急疏散演練記錄"),
    group=GROUP,
    icon="run",
    rows=lambda person: Drill.objects.all(),
    document=Drill,
    columns=(
        Column("number", _("編號"), headings=("演練編號",), searched=True, shown=False),
        Column(
            "name",
            _("演練名稱"),
            headings=("演練名稱(類型)", "名稱", "演練類型", "演練項目", "演練內容"),
            searched=True,
        ),
        Column("occurred_on", _("日期"), path="opened_on", kind="date", headings=("演練日期", "演練時間", "時間")),
        Column("starts_at", _("開始時間"), kind="time", headings=("開始",), shown=False),
        Column("ends_at", _("結束時間"), kind="time", headings=("結束",), shown=False),
        Column("commander", _("總指揮"), path="commander_name", headings=("指揮", "指揮人")),
        _campus(),
        Column(
            "place",
            _("地點"),
            path="place__full_name",
            kind="reference",
            headings=("地點(樓棟)", "演練地點", "樓棟", "場所"),
            searched=True,
        ),
        Column("classes", _("參加班級"), headings=("班級", "參加對象"), shown=False),
        Column("expected", _("應參加人數"), kind="integer", headings=("應到人數", "應到", "應參加")),
        Column(
            "present",
            _("實際人數"),
            kind="integer",
            headings=("實到人數", "實到", "實際參加人數", "參加人數"),
            total=True,
        ),
        Column("absence_reason", _("未參加原因"), headings=("缺席原因",), shown=False),
        Column("alarm", _("警報方式"), headings=("報警方式",), shown=False),
        Column("escape_route", _("疏散路線"), headings=("路線", "逃生路線"), shown=False),
        Column("evacuation", _("疏散用時"), path="seconds", kind="duration", headings=("用時", "疏散時間", "撤離用時")),
        Column("arrivals", _("各班到位時間"), headings=("到位時間",), shown=False),
        Column("head_check", _("人數核對結果"), headings=("人數核對", "核對結果"), shown=False),
        Column("supplies", _("物資準備"), headings=("物資",), shown=False),
        Column("suitability", _("預案適宜性評價"), headings=("預案評價", "適宜性評價"), shown=False),
        Column("problems", _("存在問題"), headings=("問題", "發現問題"), searched=True),
        Column("improvements", _("改進措施"), headings=("措施", "整改措施"), shown=False),
        Column("responsible", _("責任人"), path="responsible_name", shown=False),
        Column("recorder", _("記錄人"), path="recorder_name", headings=("記錄",)),
        Column("note", _("備註"), headings=("說明",), shown=False),
    ),
    order=("-opened_on", "-pk"),
    day="opened_on",
    adds=actions.hold_drill,
    importing=Importing(
        actions.import_drill,
        names=("應急疏散演練記錄", "應急疏散演練記錄表", "應急演練記錄", "演練記錄", "疏散演練記錄"),
        needs=("name", "occurred_on", "present", "evacuation"),
        key=("number",),
        order=50,
    ),
)

register(
    name="safety.plans",
    seen_by=staff,
    title=_("應急預案目錄"),
    group=GROUP,
    icon="file-alert",
    rows=lambda person: EmergencyPlan.objects.all(),
    document=EmergencyPlan,
    columns=(
        Column("number", _("編號"), headings=("預案編號",), searched=True),
        Column("name", _("名稱"), headings=("預案名稱", "應急預案"), searched=True),
        Column("version", _("版本"), headings=("版本號",)),
        Column("occurred_on", _("發布日期"), path="opened_on", kind="date", headings=("日期", "發佈日期", "發布時間")),
        Column("scope", _("適用範圍"), headings=("範圍",)),
        Column("unit_name", _("責任部門"), headings=("部門",)),
        Column("revise_on", _("下次修訂"), kind="date", headings=("修訂日期", "下次修訂日期")),
        Column("drills", _("演練記錄"), headings=("演練",), shown=False),
        Column("filed", _("備案"), headings=("備案情況",), shown=False),
        Column("note", _("備註"), headings=("說明",), shown=False),
    ),
    order=("name", "-opened_on"),
    day="opened_on",
    adds=actions.issue_plan,
    importing=Importing(
        actions.import_plan,
        names=("應急預案目錄", "應急預案", "預案目錄"),
        needs=("name", "version", "occurred_on"),
        key=("number",),
        order=50,
    ),
)

register(
    name="safety.squad",
    whole_school=True,
    title=_("應急小分隊名單"),
    group=GROUP,
    icon="users-group",
    rows=lambda person: SquadMember.objects.all(),
    columns=(
        Column("group", _("組別"), headings=("小組", "分組"), filtered=True),
        Column("duty", _("職務"), headings=("職責",)),
        Column("name", _("姓名"), headings=("成員",), searched=True),
        Column("post", _("崗位"), headings=("工作崗位",)),
        Column("phone", _("電話"), headings=("聯繫電話", "手機"), personal="phone"),
        Column("deputy", _("替補"), headings=("替補人員", "後備")),
        Column("muster", _("集合點"), headings=("集合地點",)),
        Column("gear", _("裝備"), headings=("器材",)),
    ),
    order=("group", "pk"),
    adds=actions.name_squad_member,
    importing=Importing(
        actions.name_squad_member,
        names=("應急小分隊名單", "應急小分隊", "應急隊伍名單"),
        needs=("group", "name", "muster"),
        key=("group", "name"),
        order=50,
    ),
)
