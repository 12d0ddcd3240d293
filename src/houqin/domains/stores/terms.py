"""Words of the stores: categories of goods, where they come from, what they are for, in what condition they are."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from houqin.foundation.catalogue.vocabulary import Term, vocabulary

CATEGORIES = vocabulary(
    "stores.category",
    (
        Term("office", _("辦公用品"), words=("紙", "筆", "文件夾", "檔案", "訂書", "膠水", "膠帶", "墨盒", "硒鼓", "信封", "計算器", "印泥", "辦公")),
        Term("textbook", _("教材課本"), words=("課本", "教材", "語文書", "數學書", "英語書", "教科書", "讀本", "練習冊")),
        Term("exercise_book", _("簿本"), words=("作業本", "練習本", "作文本", "田字格", "拼音本", "英語本", "數學本", "備課本", "簿")),
        Term("teaching", _("教學用品"), words=("粉筆", "黑板擦", "板擦", "教鞭", "三角板", "圓規", "直尺", "掛圖", "教具", "教學")),
        Term("cleaning", _("清潔用品"), words=("掃帚", "掃把", "拖把", "拖布", "垃圾", "抹布", "簸箕", "水桶", "洗衣粉", "洗手液", "潔廁", "肥皂", "清潔", "毛巾")),
        Term("disinfection", _("消毒防疫用品"), words=("消毒", "酒精", "口罩", "體溫", "防疫")),
        Term("sports", _("體育器材"), words=("籃球", "足球", "排球", "羽毛球", "乒乓", "跳繩", "體育", "呼啦圈", "實心球", "鉛球", "接力棒", "號碼布")),
        Term("arts", _("音美用品"), words=("顏料", "畫筆", "蠟筆", "卡紙", "彩紙", "樂器", "音美", "宣紙", "水彩")),
        Term("laboratory", _("實驗用品"), words=("試管", "燒杯", "酒精燈", "試劑", "實驗", "量筒", "顯微鏡", "滴管", "鑷子")),
        Term("electronic", _("電教器材"), words=("投影", "鼠標", "鍵盤", "網線", "電池", "插線板", "U盤", "音箱", "話筒", "電教", "耳機")),
        Term("repair", _("維修材料"), words=("水嘴", "水龍頭", "燈管", "閥門", "開關", "插座", "電線", "鎖", "合頁", "螺絲", "管", "油漆", "維修")),
        Term("medical", _("醫務用品"), words=("紗布", "創可貼", "碘伏", "棉簽", "繃帶", "醫用", "藥")),
        Term("furniture", _("桌椅家具"), words=("桌", "椅", "凳", "櫃", "架")),
        Term("protection", _("勞保用品"), words=("手套", "工作服", "雨衣", "安全帽", "膠鞋", "勞保")),
        Term("other", _("其他")),
    ),
)  # fmt: skip

PURPOSES = vocabulary(
    "stores.purpose",
    (
        Term("teaching", _("教學"), words=("上課", "課堂", "備課", "批改", "考試", "教研", "實驗")),
        Term("office", _("辦公"), words=("打印", "複印", "文印", "日常辦公", "檔案")),
        Term("cleaning", _("清潔"), words=("打掃", "衛生", "大掃除", "保潔", "值日")),
        Term("repair", _("維修"), words=("修理", "更換", "安裝")),
        Term("event", _("活動"), words=("運動會", "演出", "比賽", "藝術節", "聯歡", "典禮", "六一")),
        Term("safety", _("安全防疫"), words=("防疫", "消毒", "消防", "演練", "安全")),
        Term("opening", _("開學發放"), words=("開學", "新學期")),
        Term("canteen", _("食堂"), words=("廚房", "炊事")),
        Term("other", _("其他")),
    ),
)


class Source(models.TextChoices):
    """Where goods come from (D01: 採購/調入/捐贈/退庫/盤盈)."""

    PURCHASE = "purchase", _("採購")
    TRANSFER = "transfer", _("調入")
    DONATION = "donation", _("捐贈")
    RETURN = "return", _("退庫")
    FOUND = "found", _("盤盈")


SOURCE_WORDS = {
    "purchase": ("購入", "購買", "採購入庫", "外購", "政府採購"),
    "transfer": ("調撥", "調撥入庫", "上級調撥", "配發"),
    "donation": ("捐助", "受贈", "接受捐贈", "贈送"),
    "return": ("退回", "退料", "歸還"),
    "found": ("盤點盈餘", "盤餘"),
}
# The account goods of a source come from.
SOURCE_ACCOUNTS = {
    Source.PURCHASE: ("outside", "suppliers", _("供應商")),
    Source.TRANSFER: ("outside", "units", _("調入單位")),
    Source.DONATION: ("outside", "donors", _("捐贈人")),
    Source.RETURN: ("used", "returned", _("退庫")),
    Source.FOUND: ("found", "stocktake", _("盤盈")),
}


class Loss(models.TextChoices):
    LOSS = "loss", _("遺失")
    DAMAGE = "damage", _("損壞")
    EXPIRY = "expiry", _("過期")


LOSS_WORDS = {"loss": ("丟失", "被盜", "短少"), "damage": ("破損", "毀損", "報廢", "變質"), "expiry": ("到期", "失效")}


class Condition(models.TextChoices):
    GOOD = "good", _("完好")
    WORN = "worn", _("有磨損")
    DAMAGED = "damaged", _("損壞")
    LOST = "lost", _("遺失")


CONDITION_WORDS = {
    "good": ("良好", "正常", "好", "完整", "無損", "完好無損", "新"),
    "worn": ("一般", "舊", "輕微磨損", "磨損", "八成新"),
    "damaged": ("破損", "壞", "有損壞", "部分損壞"),
    "lost": ("丟失", "缺失", "未找到"),
}


class Holder(models.TextChoices):
    """Whom a quota or a kit is for."""

    PERSON = "person", _("個人")
    CLASS = "class", _("班級")
    UNIT = "unit", _("部門")


class Per(models.TextChoices):
    """What a kit's quantity is multiplied by."""

    PUPIL = "pupil", _("每生")
    CLASS = "class", _("每班")
    TEACHER = "teacher", _("每位班主任")


PER_WORDS = {
    "pupil": ("每人", "每名學生", "學生", "生"),
    "class": ("班", "班級"),
    "teacher": ("教師", "班主任", "每師", "老師"),
}
