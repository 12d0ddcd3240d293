from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PurchasingConfig(AppConfig):
    name = "houqin.domains.purchasing"
    verbose_name = _("採購")
