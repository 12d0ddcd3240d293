"""Cards made from what purchasing accepted."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from houqin.foundation.catalogue.fields import AcceptanceField
from houqin.foundation.journal.actions import ActionForm
from houqin.foundation.org.fields import PersonField, PlaceField
from houqin.kit.fields import DayField, FlagField, LongTextField, TextField, WholeNumberField


class TakeIn(ActionForm):
    acceptance = AcceptanceField(
        label=gettext_lazy("採購驗收單"),
        widget=forms.TextInput,
        help_text=gettext_lazy("驗收單號，見「待建卡的採購物資」。"),
    )
    item = TextField(
        label=gettext_lazy("品名規格"),
        max_length=240,
        required=False,
        help_text=gettext_lazy("這張驗收單只剩一種時可以空着。"),
    )
    quantity = WholeNumberField(
        label=gettext_lazy("數量"), least=1, most=1_000_000, required=False, help_text=gettext_lazy("空着就是全部。")
    )
    is_each = FlagField(
        label=gettext_lazy("一件一卡"),
        help_text=gettext_lazy("電腦、電視等單件管理的勾選；課桌椅等同批的不勾，一批一卡。"),
    )
    number = TextField(
        label=gettext_lazy("資產編號"),
        max_length=50,
        required=False,
        help_text=gettext_lazy("空着由系統編號；一件一卡時後面加 -1、-2…"),
    )
    serials = LongTextField(
        label=gettext_lazy("出廠編號(SN)"), required=False, help_text=gettext_lazy("一件一卡時一行一個。")
    )
    place = PlaceField(label=gettext_lazy("存放地點"))
    custodian = PersonField(label=gettext_lazy("使用(保管)人"), required=False)
    using_unit = TextField(label=gettext_lazy("使用部門"), max_length=80, required=False)
    funding = TextField(label=gettext_lazy("經費來源"), max_length=120, required=False)
    invoice = TextField(label=gettext_lazy("發票號"), max_length=80, required=False)
    life_years = WholeNumberField(label=gettext_lazy("折舊年限"), required=False, most=100)
    warranty_until = DayField(label=gettext_lazy("保修期至"), required=False)
    occurred_on = DayField(label=gettext_lazy("建卡日期"), required=False)
