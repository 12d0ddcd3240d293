"""What the stores do again and again."""

from django.utils.translation import gettext_lazy as _

from houqin.foundation.calendar.defaults import TERM_MONTHS, default_duty
from houqin.foundation.org.models import Role

default_duty(
    "stores.term_stocktake",
    _("學期末倉庫盤點"),
    rule="FREQ=YEARLY;BYMONTH=1,6;BYMONTHDAY=10",
    days=20,
    role=Role.DIRECTOR,
    fulfilled_by="stocktakes.counted",
    category="store",
    source="S1；D04 每學期至少一次；會計法第 34 條",
)
default_duty(
    "stores.monthly_stocktake",
    _("每月倉庫抽盤"),
    rule=f"FREQ=MONTHLY;BYMONTH={TERM_MONTHS};BYMONTHDAY=25",
    days=6,
    role=Role.ASSET_MANAGER,
    fulfilled_by="stocktakes.counted",
    category="store",
    source="D04 每月盤點 [M]",
)
default_duty(
    "stores.near_expiry",
    _("核查臨期物資"),
    rule=f"FREQ=MONTHLY;BYMONTH={TERM_MONTHS};BYMONTHDAY=5",
    days=7,
    role=Role.STOREKEEPER,
    fulfilled_by="stores.expiry_checked",
    source="D01 批號（有效期）；學校自定",
)
default_duty(
    "stores.overdue_loans",
    _("核對借用、催還逾期"),
    rule="FREQ=WEEKLY;BYDAY=FR",
    days=3,
    only="term",
    role=Role.STOREKEEPER,
    fulfilled_by="stores.loans_chased",
    source="D03-2",
)
default_duty(
    "stores.reorder",
    _("核對最低庫存、提出採購建議"),
    rule=f"FREQ=MONTHLY;BYMONTH={TERM_MONTHS};BYMONTHDAY=1",
    days=7,
    role=Role.STOREKEEPER,
    fulfilled_by="stores.reorder_checked",
    source="學校自定",
)
default_duty(
    "stores.opening",
    _("編制開學物資發放計劃"),
    rule="FREQ=YEARLY;BYMONTH=2,8;BYMONTHDAY=20",
    days=14,
    role=Role.CLERK,
    fulfilled_by="stores.planned",
    source="S1 開學物資按時發放到班到人",
)
