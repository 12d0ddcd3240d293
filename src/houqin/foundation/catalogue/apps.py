from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "houqin.foundation.catalogue"
