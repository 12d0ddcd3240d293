"""The words of the columns: categories of faults, urgency, cause, satisfaction, and how people write them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

URGENT = "urgent"


class Category(models.TextChoices):
    WATER = "water", _("水")
    ELECTRIC = "electric", _("電")
    WOOD = "wood", _("木")
    DOORS_WINDOWS = "doors_windows", _("門窗")
    DESKS = "desks", _("桌椅")
    PIPES = "pipes", _("管道")
    AV = "av", _("電教")
    SPORTS = "sports", _("體育器材")
    OTHER = "other", _("其他")


class Urgency(models.TextChoices):
    URGENT = URGENT, _("緊急")
    NORMAL = "normal", _("一般")


class Cause(models.TextChoices):
    NATURAL = "natural", _("自然")
    MAN_MADE = "man_made", _("人為")


class Satisfaction(models.TextChoices):
    VERY_SATISFIED = "very_satisfied", _("非常滿意")
    SATISFIED = "satisfied", _("滿意")
    FAIR = "fair", _("一般")
    DISSATISFIED = "dissatisfied", _("不滿意")


CATEGORY_WORDS = {
    "water": ("用水", "給水", "水類", "供水", "水維修"),
    "electric": ("用電", "電氣", "電器", "照明", "電類", "電路", "強電"),
    "wood": ("木工", "木器", "傢具", "家具"),
    "doors_windows": ("門", "窗", "門鎖", "門窗鎖", "門窗類"),
    "desks": ("課桌椅", "桌凳", "課桌凳", "桌椅板凳"),
    "pipes": ("下水", "排水", "下水道", "水管", "管路"),
    "av": ("電教設備", "多媒體", "電腦", "信息設備", "網絡", "弱電"),
    "sports": ("體育", "體育設施", "運動器材"),
    "other": ("其它", "雜項", "綜合", "零星"),
}
URGENCY_WORDS = {
    "urgent": ("急", "特急", "加急", "非常緊急", "緊急報修", "高", "立即"),
    "normal": ("普通", "正常", "不急", "一般報修", "中", "低", "非緊急", "常規"),
}
CAUSE_WORDS = {
    "natural": ("自然損壞", "自然老化", "老化", "正常損耗", "自然磨損"),
    "man_made": ("人為損壞", "人為破壞", "損壞", "學生損壞"),
}
SATISFACTION_WORDS = {
    "very_satisfied": ("很滿意", "十分滿意", "優", "優秀", "5", "5分", "五星"),
    "satisfied": ("好", "良", "良好", "比較滿意", "較滿意", "4", "4分"),
    "fair": ("基本滿意", "中", "尚可", "合格", "3", "3分"),
    "dissatisfied": ("不滿", "差", "很不滿意", "較差", "2", "1", "2分", "1分"),
}
