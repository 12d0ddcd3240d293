"""Accounts that hold only what was put there have a floor of zero; a balance that is below already stays, and audit names it."""

from django.db import migrations

# As :data:`houqin.foundation.journal.accounts.FED_ROLES` said when this was written.
ROLES = ("used", "lost", "loss", "disposed", "carded", "mended", "arrivals")


def forwards(apps, schema_editor):
    Account, Balance = apps.get_model("journal", "Account"), apps.get_model("journal", "Balance")
    Account.objects.filter(role__in=ROLES, floor=None).update(floor=0)
    Balance.objects.filter(account__role__in=ROLES, floor=None, quantity__gte=0).update(floor=0)


def backwards(apps, schema_editor):
    Account, Balance = apps.get_model("journal", "Account"), apps.get_model("journal", "Balance")
    Balance.objects.filter(account__role__in=ROLES).update(floor=None)
    Account.objects.filter(role__in=ROLES).update(floor=None)


class Migration(migrations.Migration):
    dependencies = [("journal", "0004_vouchings")]
    operations = [migrations.RunPython(forwards, backwards)]
