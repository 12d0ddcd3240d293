"""What is done with fixed assets again and again."""

from django.utils.translation import gettext_lazy as _

from houqin.foundation.calendar.defaults import default_duty
from houqin.foundation.org.models import Role

default_duty(
    "assets.letters_opening",
    _("開學簽訂財產保管責任書"),
    rule="FREQ=YEARLY;BYMONTH=3,9;BYMONTHDAY=1",
    days=20,
    role=Role.ASSET_MANAGER,
    fulfilled_by="assets.letters_called",
    source="S3；A05 與班主任、功能室教師簽訂",
)
default_duty(
    "assets.letters_closing",
    _("學期末財產驗收"),
    rule="FREQ=YEARLY;BYMONTH=1,6;BYMONTHDAY=15",
    days=20,
    role=Role.ASSET_MANAGER,
    fulfilled_by="assets.letter_closed",
    source="S3；A05 期末驗收",
)
default_duty(
    "assets.desks",
    _("開學前核對課桌椅"),
    rule="FREQ=YEARLY;BYMONTH=2,8;BYMONTHDAY=20",
    days=14,
    role=Role.ASSET_MANAGER,
    fulfilled_by="assets.desks_planned",
    source="S3 按班級人數調配課桌椅",
)
default_duty(
    "assets.warranties",
    _("核對保修到期的資產"),
    rule="FREQ=MONTHLY;BYMONTHDAY=5",
    days=10,
    role=Role.ASSET_MANAGER,
    fulfilled_by="assets.warranties_checked",
    source="A03 保修期至；到期前檢查報修",
)
