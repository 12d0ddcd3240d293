"""Where materials come from that no store gave (R01-2)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("repairs", "0003_scan_reports")]

    operations = [
        migrations.AddField(
            model_name="workorder",
            name="materials_from",
            field=models.CharField(blank=True, default="", max_length=120, verbose_name="材料來源"),
            preserve_default=False,
        ),
    ]
