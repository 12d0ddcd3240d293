from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class TokensConfig(AppConfig):
    name = "houqin.foundation.tokens"

    def ready(self) -> None:
        """Let every installed app say what of it can bear a token and what can be done there."""
        autodiscover_modules("scans")
