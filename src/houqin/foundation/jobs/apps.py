from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    name = "houqin.foundation.jobs"

    def ready(self) -> None:
        """Let every installed app declare what it does later, every night or whenever it sees work."""
        autodiscover_modules("jobs")
