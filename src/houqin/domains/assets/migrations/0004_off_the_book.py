"""Cards of which the book holds nothing any more are not 在冊: counts and transports took the last piece and left the state."""

from typing import Any

from django.db import migrations
from django.db.models import Exists, Max, OuterRef

HOLDING = ("store", "place", "person", "class", "unit", "loan", "transit", "pending", "cash", "fund")


def settle(apps: Any, schema_editor: Any) -> None:
    card = apps.get_model("assets", "AssetCard")
    balance = apps.get_model("journal", "Balance")
    line = apps.get_model("journal", "Line")
    held = balance.objects.filter(commodity=OuterRef("commodity"), account__role__in=HOLDING, quantity__gt=0)
    for one in card.objects.filter(~Exists(held), state="held"):
        last = line.objects.filter(commodity=one.commodity_id).aggregate(day=Max("entry__occurred_on"))["day"]
        if last is not None:
            card.objects.filter(pk=one.pk).update(state="disposed", disposed_on=one.disposed_on or last)


class Migration(migrations.Migration):
    dependencies = [("assets", "0003_goods_codes"), ("journal", "0001_initial")]

    operations = [migrations.RunPython(settle, migrations.RunPython.noop)]
