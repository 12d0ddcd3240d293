"""Which rows an entry vouches for: every row of every table but those listed here, each with its reason.

A row is vouched for as the journal saw it written (:mod:`.vouching`). What is left out is either proved another way or says
nothing about the school. ``docs/OPERATING.md`` tells the same list to whoever keeps the installation; a test holds the two
together.
"""

from __future__ import annotations

from functools import cache, lru_cache

from django.apps import apps
from django.db import models
from django.utils.translation import gettext_lazy as _

# By label (app or app.model, in small letters).
LEFT_OUT = {
    "journal.entry": _("由登記鏈自身的指紋證明"),
    "journal.line": _("由登記鏈自身的指紋證明"),
    "journal.measure": _("由登記鏈自身的指紋證明"),
    "journal.vouching": _("由登記鏈自身的指紋證明"),
    "journal.book": _("與登記鏈、結賬月份逐項核對"),
    "journal.balance": _("與明細之和、科目的下限逐項核對"),
    "contenttypes": _("由程式自己寫出，升級時重建，本程式不用"),
    "auth.permission": _("由程式自己寫出，升級時重建，本程式不用"),
    "sessions": _("誰正登入着，隨時變動，過期即刪"),
    "usersessions": _("誰正登入着，隨時變動，過期即刪"),
    "axes": _("登入失敗的記錄，由登入程式寫，到期即刪"),
    "account": _("登入程式自己的表，本程式不用"),
    "mfa": _("第二步驗證由登入程式寫；每次更改另有一筆登記"),
    "socialaccount.socialtoken": _("登入程式自己的表，本程式不存"),
    "django_tasks_database": _("背景工作，做完即刪"),
    "jobs": _("背景工作，做完即刪"),
    "notices.notice": _("發給人的通知，內容來自登記，到期即刪"),
    "notices.send": _("發給人的通知，內容來自登記，到期即刪"),
    "notices.bookmark": _("通知讀到賬本的第幾號"),
    "notices.pastpapers": _("通知讀到賬本的第幾號"),
    "search": _("搜尋索引，隨時可由各表重建"),
    "tokens.tally": _("掃碼次數的限制，隔日即刪"),
    "web": _("各人自己的畫面設定"),
    "api.webhookdelivery": _("告知外部程式的記錄，到期即刪"),
}
# Columns that change without an entry.
LEFT_OUT_COLUMNS = {
    "auth.user": {"last_login": _("每次登入都變")},
    "api.apitoken": {"last_used_at": _("每次使用都變")},
    "api.webhook": {
        "delivered_through": _("告知到第幾號，隨時變動"),
        "paused_at": _("告知到第幾號，隨時變動"),
        "busy_until": _("告知到第幾號，隨時變動"),
    },
    "socialaccount.socialaccount": {"last_login": _("每次登入都變"), "extra_data": _("每次登入都變")},
}


@lru_cache(maxsize=1)
def vouched_models() -> dict[str, type[models.Model]]:
    """The models whose rows entries vouch for, by the name of their table."""
    return {
        model._meta.db_table: model
        for model in apps.get_models(include_auto_created=True)
        if is_vouched(model) and model._meta.managed and not model._meta.proxy
    }


@cache
def is_vouched(model: type[models.Model]) -> bool:
    """Whether entries vouch for the rows of ``model``."""
    return not {model._meta.app_label, model._meta.label_lower} & LEFT_OUT.keys()


def left_out_columns(model: type[models.Model]) -> frozenset[str]:
    """The columns of ``model`` that no entry vouches for."""
    return frozenset(LEFT_OUT_COLUMNS.get(model._meta.label_lower, ()))
