from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "houqin.foundation.notices"

    def ready(self) -> None:
        """Hear of imports, mentions and failed jobs from the first request on."""
        from . import listening  # noqa: F401 - registers itself
