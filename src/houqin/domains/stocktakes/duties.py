"""Counts that come round: the assets once a year. (Each store once a term is a duty of the stores.)"""

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
