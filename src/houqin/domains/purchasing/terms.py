"""Words of purchasing: categories of what is bought, methods, and how people write them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from houqin.foundation.catalogue.vocabulary import Term, vocabulary

GOODS, SERVICES, WORKS = "goods", "services", "works"

CATEGORIES = vocabulary(
    "purchasing.category",
    (
        Term("office", _("辦公用品"), words=("打印紙", "複印紙", "A4", "筆", "文件夾", "檔案", "訂書", "膠水", "墨盒", "硒鼓", "辦公用")),
        Term("books", _("圖書簿本"), words=("圖書", "課本", "作業本", "練習本", "備課本", "報刊")),
        Term("teaching", _("教學用品"), words=("粉筆", "板擦", "黑板", "教具", "掛圖", "三角板", "圓規", "試管", "實驗")),
        Term("cleaning", _("清潔防疫用品"), words=("掃帚", "拖把", "垃圾", "消毒", "洗手液", "口罩", "清潔", "抹布", "酒精")),
        Term("sports", _("體育器材"), words=("籃球", "足球", "排球", "乒乓", "跳繩", "體育", "獨輪車")),
        Term("arts", _("音美用品"), words=("顏料", "畫筆", "樂器", "服裝", "彩紙", "蠟筆", "演出")),
        Term("electronic", _("電教設備"), words=("電腦", "計算機", "投影", "打印機", "音箱", "話筒", "顯示器", "一體機", "相機")),
        Term("furniture", _("桌椅家具"), words=("課桌椅", "辦公桌", "椅", "書櫃", "書架", "文件櫃")),
        Term("repair", _("維修材料"), words=("燈管", "水嘴", "水龍頭", "閥門", "開關", "插座", "電線", "鎖", "油漆", "水管")),
        Term("medical", _("醫務用品"), words=("紗布", "創可貼", "碘伏", "棉簽", "體溫", "醫用")),
        Term("food", _("食堂大宗食材"), words=("大米", "麵粉", "食用油", "肉", "蔬菜", "雞蛋", "食材")),
        Term("safety", _("安防消防器材"), words=("滅火器", "監控", "攝像", "應急燈", "消防", "警棍", "防暴")),
        Term("printing", _("印刷服務"), words=("印刷", "印製", "製作展板", "橫幅")),
        Term("service", _("服務"), words=("服務", "保潔", "租賃", "檢測", "維保", "物業", "設計", "運輸", "租車")),
        Term("works", _("工程"), words=("工程", "施工", "改造", "修繕", "防水", "硬化", "裝修", "翻修", "新建")),
        Term("other", _("其他")),
    ),
)  # fmt: skip
NATURE = {"printing": SERVICES, "service": SERVICES, "works": WORKS}


def nature(category: str) -> str:
    """Whether the law counts a category as goods, services or works."""
    return NATURE.get(category, GOODS)


def category_of(*written: str) -> str:
    """The category of what was written; "other" where no word fits."""
    return next((found for text in written if (found := CATEGORIES.find(text))), "other")


class Method(models.TextChoices):
    """How it is bought (P02)."""

    DIRECT = "direct", _("零星採購")
    MALL = "mall", _("網上商城")
    FRAMEWORK = "framework", _("框架協議")
    QUOTES = "quotes", _("三家比價")
    INQUIRY = "inquiry", _("詢價")
    GOVERNMENT = "government", _("政府採購")
    NEGOTIATION = "negotiation", _("競爭性談判")
    CONSULTATION = "consultation", _("競爭性磋商")
    SINGLE_SOURCE = "single_source", _("單一來源")
    INVITED_TENDER = "invited_tender", _("邀請招標")
    OPEN_TENDER = "open_tender", _("公開招標")


METHOD_WORDS = {
    "direct": ("自行採購", "直接採購", "零購", "小額採購", "零星"),
    "mall": ("電子賣場", "商城", "電商", "網購", "政採雲", "網上超市"),
    "framework": ("定點採購", "定點", "協議供貨"),
    "quotes": ("比價", "貨比三家", "三家報價", "三方比價"),
    "inquiry": ("詢價採購", "書面詢價"),
    "government": ("政府集中採購", "集中採購", "政採"),
    "negotiation": ("談判", "競爭性談判採購"),
    "consultation": ("磋商",),
    "single_source": ("單一來源採購", "單一"),
    "invited_tender": ("邀標", "邀請"),
    "open_tender": ("招標", "公開", "公開招投標", "招投標"),
}
# How much competition a method stands for: a stronger one always may replace a weaker.
STRENGTH = {
    Method.DIRECT: 0, Method.MALL: 1, Method.FRAMEWORK: 1, Method.QUOTES: 1, Method.INQUIRY: 2, Method.GOVERNMENT: 3,
    Method.NEGOTIATION: 3, Method.CONSULTATION: 3, Method.SINGLE_SOURCE: 3, Method.INVITED_TENDER: 4,
    Method.OPEN_TENDER: 4,
}  # fmt: skip
BY_QUOTES = frozenset({Method.QUOTES, Method.INQUIRY})
# Kept as a tender file (招標項目登記簿): everything with a formal procedure.
BY_TENDER = frozenset(
    {Method.GOVERNMENT, Method.NEGOTIATION, Method.CONSULTATION, Method.INVITED_TENDER, Method.OPEN_TENDER}
)
OF_TENDER_LAW = frozenset({Method.INVITED_TENDER, Method.OPEN_TENDER})


def method_label(method: str) -> str:
    return str(dict(Method.choices).get(method, method))
