"""Who took an optional step is no longer written as having done what others were waited for, for that opens the paper to them."""

from django.db import migrations
from django.db.models import Exists, OuterRef


def forget_who_answered_by_another_step(apps, schema_editor):
    tasks = apps.get_model("signing", "Task").objects.using(schema_editor.connection.alias)
    entries = apps.get_model("journal", "Entry").objects.using(schema_editor.connection.alias)
    on_paper = entries.filter(
        document_kind=OuterRef("document_kind"), document_id=OuterRef("document_id"), by=OuterRef("done_by")
    )
    took_it = on_paper.filter(kind=OuterRef("step"))
    took_another = on_paper.filter(recorded_at=OuterRef("done_at"))
    tasks.filter(Exists(took_another), ~Exists(took_it), done_by__isnull=False).update(done_by=None)


class Migration(migrations.Migration):
    dependencies = [("signing", "0004_whole_papers"), ("journal", "0005_floors")]
    operations = [migrations.RunPython(forget_who_answered_by_another_step, migrations.RunPython.noop)]
