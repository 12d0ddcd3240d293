from django.apps import AppConfig


class CalendarConfig(AppConfig):
    name = "houqin.foundation.calendar"
