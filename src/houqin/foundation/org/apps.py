from django.apps import AppConfig


class OrgConfig(AppConfig):
    name = "houqin.foundation.org"
