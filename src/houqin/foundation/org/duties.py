"""What the school does with itself again and again."""

from django.utils.translation import gettext_lazy as _

from houqin.foundation.calendar.defaults import default_duty

from .models import Role

default_duty(
    "org.promotion",
    _("開學前全校升級"),
    rule="FREQ=YEARLY;BYMONTH=8;BYMONTHDAY=25",
    days=14,
    role=Role.DIRECTOR,
    fulfilled_by="org.school_promoted",
    source="P 新學年編班",
)
