"""How somebody signed and with which picture; stamps; comments and whom they mention."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("org", "0001_initial"),
        ("signing", "0002_frozen"),
    ]

    operations = [
        migrations.AddField(
            model_name="signature",
            name="image",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="signature",
            name="manner",
            field=models.CharField(
                choices=[("button", "按鈕"), ("drawn", "手寫"), ("stamp", "簽章圖")],
                default="button",
                max_length=8,
                verbose_name="簽法",
            ),
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("document_kind", models.CharField(max_length=64)),
                ("document_id", models.BigIntegerField()),
                ("document_number", models.CharField(max_length=64)),
                ("title", models.CharField(max_length=200)),
                ("text", models.TextField(blank=True, verbose_name="留言")),
                ("written_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="comments", to="org.person"
                    ),
                ),
            ],
            options={
                "verbose_name": "留言",
            },
        ),
        migrations.CreateModel(
            name="CommentMention",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seen_at", models.DateTimeField(null=True)),
                (
                    "comment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="mentions", to="signing.comment"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="mentions", to="org.person"
                    ),
                ),
            ],
            options={
                "verbose_name": "提到",
            },
        ),
        migrations.CreateModel(
            name="Stamp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64)),
                ("kept_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="stamps", to="org.person"
                    ),
                ),
            ],
            options={
                "verbose_name": "簽章圖",
            },
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(fields=["document_kind", "document_id"], name="comment_document"),
        ),
        migrations.AddIndex(
            model_name="commentmention",
            index=models.Index(fields=["person", "seen_at"], name="mention_open"),
        ),
        migrations.AddConstraint(
            model_name="commentmention",
            constraint=models.UniqueConstraint(fields=("comment", "person"), name="mentioned_once_a_comment"),
        ),
        migrations.AddConstraint(
            model_name="stamp",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_at__isnull", True)), fields=("person",), name="one_stamp_a_person"
            ),
        ),
    ]
