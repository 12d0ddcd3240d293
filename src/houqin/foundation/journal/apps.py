from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JournalConfig(AppConfig):
    name = "houqin.foundation.journal"

    def ready(self) -> None:
        """Let every installed app declare its vocabulary, actions, figures, registers, checks, duties and pages; listen to rows."""
        from .vouching import listen

        for module in (
            "rules",
            "actions",
            "figures",
            "registers",
            "checks",
            "duties",
            "tabulations",
            "prints",
            "pages",
        ):
            autodiscover_modules(module)
        listen()
