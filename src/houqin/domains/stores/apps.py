from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StoresConfig(AppConfig):
    name = "houqin.domains.stores"
    verbose_name = _("倉庫")

    def ready(self) -> None:
        from . import (
            custody,  # noqa: F401 says what a person holds
            following,  # noqa: F401 draws batches of what others move
        )
