"""The words of the columns, and what people mean by them: why somebody comes, why a pupil leaves."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from houqin.foundation.catalogue.vocabulary import Term, vocabulary

PURPOSES = vocabulary(
    "gate.purpose",
    (
        Term(
            "parent",
            _("家長來訪"),
            words=("家長", "接孩子", "送孩子", "接學生", "送學生", "接送", "找老師", "找班主任", "開家長會"),
        ),
        Term(
            "delivery",
            _("送貨"),
            words=("送菜", "送水", "送書", "快遞", "配送", "送餐", "送米", "送奶", "供貨", "取貨", "外賣"),
        ),
        Term("repair", _("維修"), words=("修理", "檢修", "施工", "安裝", "調試", "保養", "工程", "裝修", "測量")),
        Term(
            "official",
            _("公務"),
            words=(
                "檢查",
                "督導",
                "調研",
                "視導",
                "聯繫工作",
                "會議",
                "開會",
                "上級",
                "公安",
                "社區",
                "辦事",
                "參觀",
                "教研",
            ),
        ),
        Term("sales", _("推銷"), words=("推銷", "銷售", "業務員", "宣傳", "廣告")),
        Term("other", _("其他")),
    ),
)

REASONS = vocabulary(
    "gate.leave_reason",
    (
        Term(
            "illness",
            _("生病"),
            words=(
                "發燒",
                "發熱",
                "就醫",
                "看病",
                "病假",
                "感冒",
                "咳嗽",
                "肚子",
                "腹痛",
                "嘔吐",
                "不舒服",
                "看牙",
                "受傷",
                "打針",
                "醫院",
                "頭痛",
                "頭暈",
                "牙痛",
                "腹瀉",
                "水痘",
            ),
        ),
        Term("family", _("家中有事"), words=("家中", "家裡", "家裏", "事假", "有事", "奔喪", "喝喜酒", "探親", "喜事")),
        Term("activity", _("參加活動"), words=("比賽", "活動", "演出", "訓練", "考級", "競賽", "集訓", "面試")),
        Term("other", _("其他")),
    ),
)


class Gender(models.TextChoices):
    MALE = "male", _("男")
    FEMALE = "female", _("女")


class Confirmed(models.TextChoices):
    """How the host agreed (G02-1)."""

    TELEPHONE = "telephone", _("電話確認")
    PERSON = "person", _("當面確認")
    MESSAGE = "message", _("信息確認")
    APPOINTMENT = "appointment", _("預約")


GENDER_WORDS = {"male": ("M", "先生", "男性"), "female": ("F", "女士", "女性")}
CONFIRMED_WORDS = {
    "telephone": ("電話", "電話通知", "電話聯繫", "已電話確認", "是", "已確認", "同意", "√"),
    "person": ("當面", "到門口接", "本人", "親自", "本人到場", "接待"),
    "message": ("微信", "短信", "釘釘", "信息", "QQ"),
    "appointment": ("已預約", "預約單", "提前預約"),
}
