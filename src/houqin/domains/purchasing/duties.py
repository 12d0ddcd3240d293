"""What purchasing does again and again."""

from django.utils.translation import gettext_lazy as _

from houqin.foundation.calendar.defaults import default_duty
from houqin.foundation.org.models import Role

default_duty(
    "purchasing.supplier_marks",
    _("年度供應商評價"),
    rule="FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=1",
    days=30,
    role=Role.BUYER,
    fulfilled_by="purchasing.supplier_marked",
    source="P06 准入、評價、退出；食堂大宗公開競爭 [V:W02]",
)
