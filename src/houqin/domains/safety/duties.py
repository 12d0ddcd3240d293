"""What comes round in safety at every school: S3's rhythm, with the floor of the law where it is higher."""

from django.utils.translation import gettext_lazy as _

from houqin.foundation.calendar.defaults import TERM_MONTHS, default_duty
from houqin.foundation.org.models import Role

MONTHLY_IN_TERM = f"FREQ=MONTHLY;BYMONTH={TERM_MONTHS};BYMONTHDAY=1"

default_duty(
    "safety.weekly_check",
    _("每週常規安全檢查"),
    rule="FREQ=WEEKLY;BYDAY=MO",
    days=6,
    only="term",
    role=Role.SAFETY_OFFICER,
    fulfilled_by="safety.inspected",
    category="routine",
    source="S3：常規安全檢查每週一次",
)
default_duty(
    "safety.sweep",
    _("全校性安全大排查（每學期四次）"),
    rule=MONTHLY_IN_TERM,
    days=27,
    role=Role.DIRECTOR,
    fulfilled_by="safety.inspected",
    category="sweep",
    source="S3：全期全校性安全大排查 4 次",
)
default_duty(
    "safety.monthly_food_check",
    _("每月食品安全檢查"),
    rule=MONTHLY_IN_TERM,
    days=27,
    role=Role.SAFETY_OFFICER,
    fulfilled_by="safety.inspected",
    category="food",
    source="S3：每月食品安全檢查一次",
)
default_duty(
    "safety.monthly_fire_check",
    _("每月配合社區民警檢查消防安全"),
    rule=MONTHLY_IN_TERM,
    days=27,
    role=Role.SAFETY_OFFICER,
    fulfilled_by="safety.inspected",
    category="fire_police",
    source="S3；教發廳〔2024〕1號：消防安全檢查每月至少一次",
)
default_duty(
    "safety.monthly_drill",
    _("每月應急疏散演練"),
    rule=MONTHLY_IN_TERM,
    days=27,
    role=Role.SAFETY_OFFICER,
    fulfilled_by="safety.drill_held",
    source="中小學幼兒園應急疏散演練指南：中小學每月至少一次",
)
default_duty(
    "safety.weekly_education",
    _("每週安全教育"),
    rule="FREQ=WEEKLY;BYDAY=MO",
    days=6,
    only="term",
    role=Role.CLASS_TEACHER,
    fulfilled_by="safety.education_held",
    source="1530 安全教育；S3：週一升旗小結上週安全工作",
)
default_duty(
    "safety.yearly_letters",
    _("每學年簽訂安全責任書"),
    rule="FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=1",
    days=29,
    role=Role.SAFETY_OFFICER,
    fulfilled_by="safety.letter_signed",
    source="S3：全體教職員工簽訂安全責任書",
)
