"""Counts that come round: each store once a term at least, the assets once a year."""

from django.utils.translation import gettext_lazy as _

from houqin.foundation.calendar.defaults import default_duty
from houqin.foundation.org.models import Role

default_duty(
    "stocktakes.yearly_census",
    _("每年固定資產清查盤點"),
    rule="FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=1",
    days=30,
    role=Role.ASSET_MANAGER,
    fulfilled_by="stocktakes.counted",
    category="assets",
    source="A09 每年至少全面盤點一次；會計法第 34 條",
)
default_duty(
    "stocktakes.term_store_count",
    _("每學期倉庫盤點清查"),
    rule="FREQ=YEARLY;BYMONTH=1,6;BYMONTHDAY=10",
    days=20,
    role=Role.ASSET_MANAGER,
    fulfilled_by="stocktakes.counted",
    category="store",
    source="S1；D04 每學期至少一次",
)
