"""Who may do what, the routes of the papers, and the words of safety. Data only."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from houqin.foundation.catalogue.vocabulary import Term, vocabulary
from houqin.foundation.org.models import Role
from houqin.foundation.org.rules import anyone, leaders, office, own, roles
from houqin.foundation.signing.routes import Route, Step

# Whoever sees a danger may say so.
reports = anyone
keeps_safety = office | roles(Role.SAFETY_OFFICER)
keeps_or_leads = keeps_safety | leaders
voids_hazards = leaders
inspects = keeps_safety | roles(
    Role.PRINCIPAL,
    Role.VICE_PRINCIPAL,
    Role.DUTY_LEADER,
    Role.FOOD_SAFETY_OFFICER,
    Role.CANTEEN_MANAGER,
    Role.GUARD,
    Role.NURSE,
)
heads_the_place = leaders | own("head")
mends = keeps_safety | roles(Role.REPAIRER) | own("fixer")
accepts = keeps_safety | leaders | roles(Role.ACCEPTOR)
teaches_safety = keeps_safety | leaders | roles(Role.CLASS_TEACHER, Role.TEACHER, Role.NURSE)


def _recorded(voided: str) -> Route:
    """A paper that is complete as soon as it is written; what was written by mistake is voided with a reason."""
    return Route(
        states={"recorded": _("已登記"), "void": _("已作廢")},
        steps=(Step("recorded", "void", voided, optional=True),),
        final=("recorded", "void"),
    )


DRILL = _recorded("safety.drill_voided")
LETTER = _recorded("safety.letter_voided")
EDUCATION = _recorded("safety.education_voided")
PLAN = _recorded("safety.plan_voided")

# The inspector signs when writing it, the head of the place afterwards; never one person (fire regulations, domain reference SA02).
INSPECTION = Route(
    states={"inspected": _("待被檢查部門簽字"), "signed": _("雙方已簽"), "void": _("已作廢")},
    steps=(
        Step(
            "inspected",
            "signed",
            "safety.inspection_countersigned",
            signs="head_of_place",
            not_by=("safety.inspected",),
            waits_for_field="head",
            waits_for=(Role.DIRECTOR,),
        ),
        # Whoever looked does not take back alone what he saw.
        Step(("inspected", "signed"), "void", "safety.inspection_voided", not_by=("safety.inspected",), optional=True),
    ),
    final=("signed", "void"),
)

_KEEPERS = (Role.SAFETY_OFFICER, Role.DIRECTOR)
_OPEN = ("found", "graded", "assigned", "rectified", "accepted")

# 發現 → 評級 → (臨時防護) → 交辦 → 整改 → 驗收 → (復查) → 銷號; the fixer neither accepts nor closes (SA03-1, SOD-7).
HAZARD = Route(
    states={
        "found": _("已登記"),
        "graded": _("已評級"),
        "assigned": _("整改中"),
        "rectified": _("待驗收"),
        "accepted": _("待銷號"),
        "closed": _("已銷號"),
        "void": _("已作廢"),
    },
    steps=(
        Step("found", "graded", "safety.hazard_graded", waits_for=_KEEPERS),
        Step("graded", "assigned", "safety.hazard_assigned", waits_for=_KEEPERS),
        Step(
            "assigned",
            "rectified",
            "safety.hazard_rectified",
            waits_for_field="fixer",
            waits_for=(Role.REPAIRER,),
            due_field="due_on",
        ),
        Step(
            "rectified",
            "accepted",
            "safety.hazard_accepted",
            signs="acceptor",
            not_by=("safety.hazard_rectified",),
            waits_for=_KEEPERS,
            due_field="due_on",
        ),
        Step("rectified", "assigned", "safety.hazard_rejected", not_by=("safety.hazard_rectified",), optional=True),
        Step(
            "accepted",
            "closed",
            "safety.hazard_closed",
            signs="closer",
            not_by=("safety.hazard_rectified",),
            waits_for=_KEEPERS,
            due_field="due_on",
        ),
        Step("accepted", "assigned", "safety.hazard_rejected", not_by=("safety.hazard_rectified",), optional=True),
        Step("accepted", "accepted", "safety.hazard_rechecked", not_by=("safety.hazard_rectified",), optional=True),
        # Reported twice, or no hazard at all. Once it is mended it can only be accepted and closed.
        Step(
            ("found", "graded", "assigned"),
            "void",
            "safety.hazard_voided",
            not_by=("safety.hazard_found", "safety.hazard_rectified"),
            optional=True,
        ),
        *(Step(state, state, "safety.hazard_protected", optional=True) for state in ("found", "graded", "assigned")),
        *(Step(state, state, "safety.hazard_reported", optional=True) for state in _OPEN),
    ),
    final=("closed", "void"),
)

# Kinds of check: what an inspection was about.
CHECKS = vocabulary(
    "safety.check",
    (
        Term(
            "sweep",
            _("全校安全大排查"),
            words=("大排查", "大檢查", "全面排查", "全面檢查", "全校性", "期初安全檢查", "期末安全檢查"),
            all_of=(("全校", "排查"), ("全校", "檢查"), ("全面", "排查"), ("全面", "安全檢查")),
        ),
        Term("routine", _("常規安全檢查"), words=("常規", "日常安全", "例行", "周檢查", "每周檢查", "安全巡查")),
        Term(
            "weather",
            _("惡劣天氣檢查"),
            words=("惡劣天氣", "惡性天氣", "極端天氣", "颱風", "台風", "暴雨", "大風", "冰雪", "雷電", "汛期", "防汛"),
        ),
        Term("food", _("食品安全檢查"), words=("食品", "食堂", "餐飲", "飲食", "伙食", "食材")),
        Term(
            "fire_police",
            _("消防安全檢查（社區民警）"),
            all_of=(("消防", "民警"), ("防火", "民警"), ("消防", "警官"), ("消防", "派出所")),
        ),
        Term("fire", _("消防安全檢查"), words=("消防", "防火", "滅火器")),
        Term("electricity", _("用電安全檢查"), words=("用電", "電氣", "線路", "配電")),
        Term("building", _("校舍安全檢查"), words=("校舍", "房屋", "建築")),
        Term("equipment", _("設施器材檢查"), words=("體育器材", "設施設備", "器材")),
        Term("laboratory", _("實驗室檢查"), words=("實驗室", "危化品", "危險化學品")),
        Term("traffic", _("校車交通檢查"), words=("校車", "交通")),
        Term("holiday", _("節假日前檢查"), words=("節前", "假前", "放假前", "節假日")),
    ),
)

HAZARDS = vocabulary(
    "safety.hazard",
    (
        Term("building", _("校舍"), words=("房屋", "建築", "牆", "屋面")),
        Term("fire", _("消防"), words=("防火", "滅火")),
        Term("electricity", _("用電"), words=("電", "線路", "插座")),
        Term("water", _("用水"), words=("水", "下水")),
        Term("gas", _("燃氣"), words=("煤氣", "天然氣")),
        Term("food", _("食品"), words=("飲食", "食堂")),
        Term("equipment", _("設施器材"), words=("設施", "器材", "體育器材", "設備")),
        Term("gate", _("門衛"), words=("門崗", "安保")),
        Term("traffic", _("交通校車"), words=("交通", "校車")),
        Term("laboratory", _("實驗室"), words=("危化品",)),
        Term("bullying", _("心理欺凌"), words=("心理", "欺凌")),
        Term("surroundings", _("周邊"), words=("校園周邊",)),
        Term("epidemic", _("傳染病"), words=("疫情", "衛生防疫")),
        Term("evacuation", _("疏散"), words=("演練", "踩踏", "擁擠")),
    ),
)

LETTERS = vocabulary(
    "safety.letter",
    (
        Term("safety", _("安全責任書"), words=("安全責任狀", "安全工作責任書", "安全目標責任書", "責任書")),
        Term("fire", _("消防安全承諾書"), words=("消防承諾書", "消防責任書", "消防安全責任書", "消防")),
        Term("food", _("食品安全責任書"), words=("食品安全承諾書", "食品")),
        Term("bus", _("校車安全責任書"), words=("校車",)),
        Term("gate", _("門衛安全責任書"), words=("門衛",)),
        Term("home", _("家長安全責任書"), words=("家長責任書", "監護人責任書", "致家長", "家校")),
    ),
)

# The nine topics of the source text, in its order, then what has been added since.
TOPICS = vocabulary(
    "safety.topic",
    (
        Term("drowning", _("防溺水"), words=("溺水", "游泳安全")),
        Term("electric_shock", _("防觸電"), words=("觸電", "用電安全")),
        Term("illness", _("防病"), words=("疾病", "傳染病", "防疫", "衛生防病")),
        Term("food_poisoning", _("防食物中毒"), words=("食物中毒", "食品安全", "飲食安全")),
        Term("sports_injury", _("防體育運動傷害"), words=("運動傷害", "體育傷害", "運動損傷", "防運動傷害")),
        Term("fire", _("防火"), words=("消防", "火災", "防火災")),
        Term("theft", _("防盜"), words=("盜竊", "防偷盜")),
        Term("fraud", _("防騙"), words=("詐騙", "防詐騙", "反詐")),
        Term("gas_poisoning", _("防煤氣中毒"), words=("煤氣中毒", "一氧化碳", "燃氣中毒")),
        Term("traffic", _("交通安全"), words=("交通", "道路安全")),
        Term("earthquake", _("防震減災"), words=("地震", "防震", "防災")),
        Term("bullying", _("防欺凌"), words=("欺凌", "校園暴力")),
        Term("network", _("網絡安全"), words=("網絡", "防沉迷")),
        Term("mind", _("心理健康"), words=("心理",)),
        Term("bus", _("校車安全"), words=("校車",)),
        Term("stampede", _("防踩踏"), words=("踩踏", "擁擠踩踏")),
        Term("terror", _("防暴恐"), words=("暴恐", "反恐")),
        Term("poisoning", _("禁毒"), words=("毒品",)),
    ),
)

DRILLS = vocabulary(
    "safety.drill",
    (
        Term("evacuation", _("應急疏散演練"), words=("疏散", "緊急疏散", "撤離")),
        Term("fire", _("消防演練"), words=("消防", "火災", "滅火")),
        Term("earthquake", _("防震演練"), words=("地震", "防震")),
        Term("terror", _("防暴演練"), words=("防暴", "反恐", "暴恐")),
        Term("stampede", _("防踩踏演練"), words=("踩踏",)),
        Term("bus", _("校車應急演練"), words=("校車",)),
        Term("food_poisoning", _("食物中毒應急演練"), words=("食物中毒", "食品")),
        Term("epidemic", _("傳染病應急演練"), words=("傳染病", "疫情")),
        Term("drowning", _("防溺水演練"), words=("溺水",)),
    ),
)
