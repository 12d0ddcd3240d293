from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "houqin.foundation.search"

    def ready(self) -> None:
        """Listen to what the journal's writer writes."""
        from . import marking

        marking.listen()
