from django.apps import AppConfig


class StocktakesConfig(AppConfig):
    name = "houqin.domains.stocktakes"
