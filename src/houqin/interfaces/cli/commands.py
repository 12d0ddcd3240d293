"""The words of ``houqin``."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Collection
from contextlib import nullcontext, suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import FileField

from houqin.foundation.calendar.actions import install_duties
from houqin.foundation.calendar.due import DUE, LATE, MISSED, standing
from houqin.foundation.journal.actions import ACTIONS, offered, offered_as
from houqin.foundation.journal.anchors import RESTORED, drop_anchor
from houqin.foundation.journal.checks import CHECKS, look_at_everything
from houqin.foundation.journal.closing import close_month
from houqin.foundation.journal.figures import DIMENSIONS, FIGURES, Reading
from houqin.foundation.journal.proof import prove
from houqin.foundation.journal.refused import Refused
from houqin.foundation.org.directory import Ambiguous, Directory, Unknown
from houqin.foundation.org.fields import SeveralField
from houqin.foundation.org.founding import first_administrator, found_school
from houqin.foundation.org.models import Person
from houqin.foundation.registers.register import REGISTERS
from houqin.foundation.signing.causes import BECAUSE, taken_cause
from houqin.foundation.signing.models import Task
from houqin.interfaces.api.actions import issue_token, revoke_token
from houqin.interfaces.api.models import ApiToken
from houqin.interfaces.api.tokens import PREFIX, digest_of, new_secret
from houqin.kit import clock
from houqin.kit.papers.model import Script
from houqin.kit.periods import Period

from . import installation
from .speaking import Day, can_ask, errors, json_option, period_options, print_json, progress, refusing


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="houqin")
def houqin() -> None:
    """後勤：學校總務處的一本賬。做了什麼，記一次；該簽的，按序簽；半年總結，自己寫。"""


@houqin.command()
@click.option("--name", required=True, help="校名，例如 市第一完全小學。")
@click.option("--administrator", default="系統管理員", show_default=True, help="第一位管理員的姓名。")
@click.option("--username", default="admin", show_default=True, help="管理員的登入名。")
@click.option("--password", default="", help="管理員的密碼；不給就隨機產生並只顯示一次。")
@json_option
@refusing
def init(name: str, administrator: str, username: str, password: str, as_json: bool) -> None:
    """建立一所學校的賬本和第一位管理員。"""
    _prepare_tables()
    founded = found_school(name=name, administrator=administrator, username=username, password=password)
    # From today on, so that the papers of past years are not measured against duties nobody had set.
    install_duties(founded.administrator, starts_on=clock.today())
    if as_json:
        print_json(
            {"school": name, "home": str(settings.HOME), "username": founded.username, "password": founded.password}
        )
        return
    click.echo(f"「{name}」的賬本建好了：{settings.HOME}")
    click.echo(f"登入名 {founded.username}　密碼 {founded.password}（只顯示這一次）")


@houqin.command(name="import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--register", default=None, help="指定登記簿，不靠表頭辨認。houqin register --list 可查。")
@click.option("--dry-run", is_flag=True, help="只檢查，什麼都不寫。")
@click.option(
    "--add-missing",
    "add_missing",
    multiple=True,
    type=click.Choice(["places", "people", "campuses", "classes", "doubtful"]),
    help="還沒登記的場所、人員在同一次匯入中一併登記；doubtful 把有疑問的行放到「匯入待決定的行」，其餘先收。",
)
@click.option("--correct", is_flag=True, help="表上和賬本不同的班級、場所、卡片、物資、往來單位，以這張表為準更正。")
@click.option("--as", "who", default="", help="以誰的名義登記；不給就是管理員。")
@json_option
@refusing
def import_(
    files: tuple[Path, ...],
    register: str | None,
    dry_run: bool,
    add_missing: tuple[str, ...],
    correct: bool,
    who: str,
    as_json: bool,
) -> None:
    """把學校自己的登記表（xlsx、xls、ods、csv）讀進賬本；全部讀得懂才寫，有一行不行就都不寫。"""
    # Reading sheets loads half a second's worth of libraries no other word needs.
    from houqin.foundation.registers.importing import run_import

    installation.need_school()
    by = _person(who)

    def attempt(adding: set[str]) -> Any:
        with progress("匯入", quiet=as_json) as tell:
            return run_import(by, list(files), register=register, dry_run=dry_run, add_missing=adding, progress=tell)

    chosen = set(add_missing) | ({"corrections"} if correct else set())
    report = attempt(chosen)
    if report.offers and not as_json and can_ask() and not report.written:
        wanted = _ask_offers(report.offers)
        if wanted:
            report = attempt(chosen | wanted)
    if as_json:
        print_json(report.as_json())
    else:
        _tell_import(report, dry_run=dry_run)
    if report.is_refused:
        raise click.exceptions.Exit(1)
    if report.written:
        # After the report, so that nobody waits for it; what is left here a worker or the first search does.
        from houqin.foundation.search.keeping import catch_up_in_passing

        catch_up_in_passing(seconds=2)


def _ask_offers(offers: list[dict[str, Any]]) -> set[str]:
    wanted: set[str] = set()
    for what, word, option in (
        ("place", "場所", "places"),
        ("person", "人員", "people"),
        ("class", "班級", "classes"),
        ("campus", "校區", "campuses"),
    ):
        names = [str(offer["name"]) for offer in offers if offer["what"] == what]
        if names and click.confirm(
            f"還沒登記的{word} {len(names)} 個：{'、'.join(names[:8])}{'…' if len(names) > 8 else ''}。一併登記？"
        ):
            wanted.add(option)
    corrections = sum(int(offer["rows"]) for offer in offers if offer["what"] == "correction")
    if corrections and click.confirm(f"{corrections} 行和賬本不同，以這張表為準更正？"):
        wanted.add("corrections")
    doubtful = sum(int(offer["rows"]) for offer in offers if offer["what"] == "doubtful")
    if doubtful and click.confirm(f"有疑問的 {doubtful} 行放到「匯入待決定的行」，其餘先收？"):
        wanted.add("doubtful")
    return wanted


def _tell_import(report: Any, *, dry_run: bool) -> None:
    for file in report.as_json()["files"]:
        title = REGISTERS[file["register"]].title if file["register"] in REGISTERS else "—"
        click.echo(
            f"{file['file']}　{title}：讀 {file['read']} 行，新增 {file['added']}，不變 {file['unchanged']}，不收 {len(file['refused'])}"
        )
        for note in file["notes"]:
            click.echo(f"    {note}")
        for one in file.get("corrections", []):
            click.echo(
                f"    第 {one['row']} 行「{one['name']}」{one['column']}：{one['before'] or '—'} → {one['after']}"
            )
        for refusal in file["refused"]:
            where = f"第 {refusal['row']} 行" if refusal["row"] else "整表"
            column = f"「{refusal['column']}」" if refusal["column"] else ""
            errors.print(f"    {where}{column}：{refusal['reason']}", style="red", markup=False, soft_wrap=True)
    for offer in (one for one in report.offers if one["what"] not in ("doubtful", "correction")):
        words = {"place": "場所", "person": "人員", "class": "班級", "campus": "校區"}
        errors.print(
            f"    還沒登記的{words.get(offer['what'], offer['what'])}：{offer['name']}（{offer['rows']} 行）",
            markup=False,
        )
    if report.is_refused and any(one["what"] == "correction" for one in report.offers):
        errors.print("    加 --correct 以這張表為準更正和賬本不同的行。", markup=False)
    if report.is_refused and any(one["what"] not in ("doubtful", "correction") for one in report.offers):
        errors.print("    加 --add-missing places --add-missing people 可在同一次匯入中一併登記。", markup=False)
    if report.is_refused:
        errors.print("有不收的行，所以什麼都沒有寫入。請改好後再匯入。", style="red", markup=False)
    elif dry_run:
        click.echo("這是試讀，什麼都沒有寫入。")


@houqin.command()
@click.argument("register")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--as", "who", default="", help="以誰的名義；看得到多少按其權限。")
@click.option("--filter", "filters", multiple=True, help="列=值，與網頁網址裏的篩選相同。")
@refusing
def export(register: str, path: Path, who: str, filters: tuple[str, ...]) -> None:
    """把一種登記簿寫成 .xlsx 或 .csv。"""
    from houqin.foundation.registers.exporting import export as export_register

    installation.need_school()
    found = REGISTERS.get(register)
    if found is None:
        raise Refused(f"沒有叫「{register}」的登記簿。houqin register --list 可查。")
    kind = path.suffix.lstrip(".").lower()
    if kind not in {"xlsx", "csv"}:
        raise click.UsageError("檔名要以 .xlsx 或 .csv 結尾。")
    content = export_register(found, _person(who), _pairs(filters), format=kind)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    click.echo(str(path))


@houqin.command()
@click.argument("register")
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--stock", default="3x8", show_default=True, help="A4 不干膠 列x行（3x8、4x10）；標籤機 寬x高mm（50x30mm）。"
)
@click.option("--skip", default=0, show_default=True, help="第一張紙前面已用掉幾張。")
@click.option("--filter", "filters", multiple=True, help="列=值，與網頁網址裏的篩選相同。")
@click.option("--address", default="", help="網站的網址；不給就用 HOUQIN_ADDRESS。")
@click.option("--as", "who", default="", help="以誰的名義；看得到多少按其權限。")
@json_option
@refusing
def labels(
    register: str, path: Path, stock: str, skip: int, filters: tuple[str, ...], address: str, who: str, as_json: bool
) -> None:
    """為登記簿裏的場所、資產印二維碼標籤（PDF）；還沒有碼的先發碼。"""
    from houqin.foundation.tokens.labels import Chosen, labels_of

    installation.need_school()
    found = REGISTERS.get(register)
    if found is None:
        raise Refused(f"沒有叫「{register}」的登記簿。houqin register --list 可查。")
    site = address or settings.ADDRESS
    if not site:
        raise click.UsageError("標籤上要有網站的網址：用 --address https://…，或設定 HOUQIN_ADDRESS。")
    by = _person(who)
    chosen = Chosen.of(found, by, _pairs(filters))
    issued = chosen.without_token
    content = labels_of(chosen, by=by, stock=stock, skip=skip, address=site)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    if as_json:
        print_json({"path": str(path), "labels": chosen.count, "issued": issued})
        return
    click.echo(f"{path}　{chosen.count} 張，其中 {issued} 個是新發的碼")


@houqin.command()
@click.option("--list", "listed", is_flag=True, help="列出全部登記簿。")
@json_option
@refusing
def register(listed: bool, as_json: bool) -> None:
    """登記簿一覽：名稱、標題、各列收的表頭。"""
    rows = [
        {
            "name": one.name,
            "title": str(one.title),
            "columns": [
                {
                    "name": column.name,
                    "label": str(column.label),
                    "kind": column.kind,
                    "headings": [str(column.label), *column.headings],
                    "imported": column in one.imported_columns(),
                }
                for column in one.columns
            ],
        }
        for one in REGISTERS
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo(f"{row['name']:28} {row['title']}")


@houqin.command()
@click.argument("name", required=False)
@click.argument("values", nargs=-1)
@click.option("--list", "listed", is_flag=True, help="列出全部報表。")
@click.option(
    "--output", type=click.Path(path_type=Path), default=None, help="寫成 .xlsx .csv .docx .pdf；不給就印出來。"
)
@click.option("--as", "who", default="", help="以誰的名義；看得到多少按其權限。")
@json_option
@refusing
def table(
    name: str | None, values: tuple[str, ...], listed: bool, output: Path | None, who: str, as_json: bool
) -> None:
    """按所問現算的報表：houqin table stores.movements start=2026-09-01 end=2027-01-20。"""
    from houqin.foundation.registers.display import shown
    from houqin.foundation.registers.tabulations import TABULATIONS

    if listed:
        told = [{"name": one.name, "title": str(one.title), "asks": list(one.form.base_fields)} for one in TABULATIONS]
        if as_json:
            print_json(told)
        for row in [] if as_json else told:
            click.echo(f"{row['name']:28} {row['title']}　{' '.join(row['asks'])}")
        return
    found = TABULATIONS.get(name or "")
    if found is None:
        raise click.UsageError(f"沒有叫「{name or ''}」的報表。houqin table --list 列出全部。")
    installation.need_school()
    given = _pairs(values)
    if unknown := set(given) - set(found.form.base_fields):
        raise click.UsageError(
            f"「{name}」不問這些：{'、'.join(sorted(unknown))}。可以給：{'、'.join(found.form.base_fields)}。"
        )
    asked = found.asked(_person(who), given)
    if output is not None:
        content = asked.file(output.suffix.lstrip(".").lower())
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_bytes(content)
        click.echo(str(output))
    elif as_json:
        print_json(asked.as_json())
    else:
        made = asked.table()
        click.echo(f"{found.title}　{made.heading}")
        click.echo("\t".join(str(column.label) for column in made.columns))
        for one in made.rows:
            click.echo("\t".join(shown(c, v) for c, v in zip(made.columns, one.values, strict=True)))


@houqin.command()
@click.argument("name", required=False)
@click.option("--list", "listed", is_flag=True, help="列出全部數字的名稱。")
@click.option("--by", "dimension", type=click.Choice(sorted(DIMENSIONS)), help="分校區、月份、類別或品目。")
@click.option("--rows", "with_rows", is_flag=True, help="連同背後的每一筆登記。")
@click.option("--from", "start", type=Day(), default=None, help="第一天，含當天。")
@click.option("--to", "end", type=Day(), default=None, help="最後一天，含當天。")
@json_option
@refusing
def figure(
    name: str | None,
    listed: bool,
    dimension: str | None,
    with_rows: bool,
    start: date | None,
    end: date | None,
    as_json: bool,
) -> None:
    """一個數字：多少、怎麼寫、從哪些登記來。"""
    if listed:
        _list_figures(as_json)
        return
    if not name or not start or not end:
        raise click.UsageError("要寫數字的名稱和 --from、--to；houqin figure --list 列出全部。")
    if name not in FIGURES:
        raise click.UsageError(f"沒有叫「{name}」的數字。houqin figure --list 列出全部。")
    if end < start:
        raise click.UsageError(f"--to {end} 早於 --from {start}。")
    installation.need_school()
    reading = Reading(Period(start, end))
    said = reading[name]
    told = said.as_json()
    if dimension:
        told["by"] = [{"label": label, "value": value} for label, value in reading.by(name, dimension)]
    if with_rows:
        told["rows"] = [row.as_json(style=said.style) for row in reading.rows(name)]
    if as_json:
        print_json(told)
        return
    click.echo(f"{said.label}　{said.text}（準確數 {said.json_value()}{said.unit}）")
    for part in told.get("by", []):
        click.echo(f"    {part['label']}　{part['value']}")
    for row in told.get("rows", []):
        click.echo(
            f"    第 {row['number']} 號　{row['occurred_on']}　{row['document']}　{row['place']}　{row['thing']}　{row['quantity']}"
        )


def _list_figures(as_json: bool) -> None:
    rows = [{"name": one.name, "label": str(one.label), "unit": one.unit, "rounding": one.style} for one in FIGURES]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo(f"{row['name']:32} {row['label']}（{row['unit']}）")


FORMATS = ("docx", "pdf", "html", "md", "json")


@houqin.command()
@period_options
@click.option("--kind", default="department", show_default=True, help="department 部門、director 主任 …")
@click.option("--person", default="", help="個人總結寫誰。")
@click.option("--format", "format_", type=click.Choice(FORMATS), default="docx", show_default=True)
@click.option(
    "--output", type=click.Path(path_type=Path), default=None, help="寫到哪個檔；不給時 md、html、json 寫到螢幕。"
)
@click.option("--script", type=click.Choice(["traditional", "simplified"]), default=None, help="繁體或簡體。")
@click.option("--no-annex", is_flag=True, help="只要正文：不附數據出處、問題清單和鏈首。")
@refusing
def summary(
    period: Period, kind: str, person: str, format_: str, output: Path | None, script: Script | None, no_annex: bool
) -> None:
    """半年工作總結：每個數字都能打開到它背後的登記。"""
    from houqin.summary.composing import compose
    from houqin.summary.plans import PLANS
    from houqin.summary.rendering import render

    if kind not in PLANS:
        raise click.UsageError(f"沒有這種總結：{kind}。有：{'、'.join(PLANS.names())}。")
    if kind == "personal" and not person:
        raise click.UsageError("個人總結要寫 --person 姓名。")
    school = installation.need_school()
    if output is None and format_ in {"docx", "pdf"}:
        output = Path(f"{school.name}工作總結-{period.start}-{period.end}.{format_}")
    with progress("撰寫總結", quiet=format_ == "json" and output is None) as tell:
        tell(0, 2)
        whose = _person(person) if person else None
        composition = compose(period, kind=kind, school=school, today=clock.today(), person=whose)
        tell(1, 2)
        content = render(
            composition, format_, script=script or school.writes_in(), appendix=False if no_annex else None
        )
        tell(2, 2)
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
    else:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_bytes(content)
        click.echo(str(output))
    if composition.gaps and format_ != "json":
        errors.print(
            f"有 {len(composition.gaps)} 處沒有數據，已留〔待補〕：{'、'.join(map(str, composition.gaps))}",
            markup=False,
            soft_wrap=True,
        )


@houqin.command()
@click.argument("number", required=False)
@json_option
@refusing
def corrections(number: str | None, as_json: bool) -> None:
    """定稿的總結以後變了的數：報多少，今多少，因哪些登記。NUMBER 是總結的編號，不寫是全部。"""
    from houqin.summary.models import Summary
    from houqin.summary.reading import corrections as corrections_of
    from houqin.summary.rules import FROZEN

    installation.need_school()
    found = Summary.objects.filter(state=FROZEN).order_by("number")
    if number:
        found = found.filter(number=number)
        if not found.exists():
            raise Refused(f"沒有編號是「{number}」、已定稿的總結。")
    told = [(summary.number, one) for summary in found for one in corrections_of(summary)]
    if as_json:
        print_json([{"summary": number, **one.as_json()} for number, one in told])
        return
    for number, one in told:
        click.echo(f"{number}　{one.sentence}")
    if not told:
        click.echo("定稿以後沒有數字變動。")


@houqin.command()
@click.argument("kind")
@click.argument("values", nargs=-1)
@click.option("--as", "who", default="", help="以誰的名義；不給就是管理員。")
@click.option("--once", default=None, help="重送鍵：同一鍵再來一次，不再寫第二筆。")
@click.option("--because", default="", help="起因：因為哪一筆登記（登記號）。")
@json_option
@refusing
def do(kind: str, values: tuple[str, ...], who: str, once: str | None, because: str, as_json: bool) -> None:
    """做一件事：houqin do repairs.reported place=北校區食堂 fault=燈管不亮。"""
    verb = offered_as(kind)
    if verb is None:
        if kind in ACTIONS:
            raise click.UsageError(f"「{kind}」只給匯入和程式自己用，不能直接做。過往的登記用 houqin import 匯入。")
        raise click.UsageError(f"沒有叫「{kind}」的動作。有：{'、'.join(one.kind for one in offered())}。")
    installation.need_school()
    data = _pairs(
        values, several=[name for name, one in verb.form.base_fields.items() if isinstance(one, SeveralField)]
    )
    if unknown := set(data) - set(verb.form.base_fields):
        raise click.UsageError(
            f"「{kind}」沒有這些欄：{'、'.join(sorted(unknown))}。有：{'、'.join(verb.form.base_fields)}。"
        )
    files = {name: data.pop(name) for name in list(data) if isinstance(verb.form.base_fields[name], FileField)}
    by = _person(who)
    cause = taken_cause(by, {BECAUSE: because})
    entry = verb.perform(by, data, files=_opened(files), once=once, because=cause, via="cli")
    told = {"number": entry.number, "kind": entry.kind, "document": entry.document_number, "digest": entry.digest}
    if as_json:
        print_json(told)
    else:
        click.echo(f"第 {entry.number} 號登記　{verb.label}　{entry.document_number}")


@houqin.command()
@json_option
@refusing
def verify(as_json: bool) -> None:
    """從頭核對登記鏈、各表的每一行、結存和賬本以外的留底；改過、少了、多出來的會被指出。"""
    installation.need_school()
    with progress("核對", quiet=as_json) as tell:
        done = 0

        def step(count: int) -> None:
            nonlocal done
            done += count
            tell(done, max(done, 1))

        proof = prove(step)
    found = proof.chain
    if as_json:
        print_json(
            {"sound": proof.is_sound, "entries": found.entries, "head": found.head, "digest": found.digest,
             "first_bad": found.first_bad, "finding": found.finding,
             "findings": [{"sentence": one.sentence, "notice": one.notice} for one in proof.findings]}
        )  # fmt: skip
    else:
        if found.is_sound:
            click.echo(f"登記鏈完整：{found.entries} 筆，鏈首 {found.digest}")
        for sentence in proof.sentences():
            errors.print(sentence, style="red", markup=False, soft_wrap=True)
        for notice in (one for one in proof.findings if one.notice):
            errors.print(f"提醒　{notice.sentence}", style="yellow", markup=False, soft_wrap=True)
    if not proof.is_sound:
        raise click.exceptions.Exit(1)


@houqin.command()
@json_option
@refusing
def audit(as_json: bool) -> None:
    """查全部「絕不可以」：登記鏈、結存等於明細之和、各領域的檢查。紙上原本如此、無法更改的只作提醒。"""
    installation.need_school()
    found = look_at_everything()
    if as_json:
        print_json(
            {
                "checks": CHECKS.names(),
                "findings": [{"check": one.name, "sentence": f.sentence, "notice": f.notice} for one, f in found],
            }
        )
    else:
        for one, finding in found:
            style = "yellow" if finding.notice else "red"
            word = "提醒　" if finding.notice else ""
            errors.print(f"{word}{one.label}：{finding.sentence}", style=style, markup=False, soft_wrap=True)
        click.echo(f"查了 {len(CHECKS)} 項，發現 {len(found)} 處。")
    if any(not finding.notice for _one, finding in found):
        raise click.exceptions.Exit(1)


@houqin.command()
@click.option("--restored", is_flag=True, help="這本賬是從較早的備份還原的：此後的舊留底不再適用。")
@json_option
@refusing
def anchor(restored: bool, as_json: bool) -> None:
    """把賬頭的號碼和指紋記在賬本以外（HOUQIN_HOME 裏的 anchors.jsonl）；每夜、備份、結賬時也會自己記。"""
    installation.need_school()
    dropped = drop_anchor(RESTORED if restored else "asked")
    if as_json:
        print_json({"number": dropped.number, "digest": dropped.digest} if dropped else None)
    else:
        click.echo(f"記下了：第 {dropped.number} 號 {dropped.digest}" if dropped else "已經記過，沒有新的登記。")


@houqin.command()
@click.argument("month")
@click.option("--as", "who", default="", help="以誰的名義；不給就是管理員。")
@json_option
@refusing
def close(month: str, who: str, as_json: bool) -> None:
    """結賬一個月（YYYY-MM）：存下當月結存與匯總，以後只能更正。"""
    installation.need_school()
    written = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", month)
    if not written:
        raise click.UsageError("月份寫成 2019-03。")
    closing = close_month(_person(who), month=int(written[1]) * 100 + int(written[2]))
    if as_json:
        print_json({"month": month, "head": closing.head, "digest": closing.digest})
    else:
        click.echo(f"{month} 已結賬，賬頭第 {closing.head} 號。")


@houqin.command()
@click.option("--copy/--no-copy", "with_copy", default=True, help="升級前是否先備份；已經另外備份好的才不用。")
@json_option
@refusing
def upgrade(with_copy: bool, as_json: bool) -> None:
    """把賬本的表格升到這一版；先備份。不成功時，賬本還是原來的樣子。"""
    done = _prepare_tables(with_copy=with_copy, mending=True)
    installation.need_school()
    print_json({"changed": done.changed, "copy": done.copy}) if as_json else click.echo(
        "已升級。" if done.changed else "已經是這一版，什麼都沒有改。"
    )


def _prepare_tables(*, with_copy: bool = True, mending: bool = False) -> installation.Upgrade:
    """Bring the tables to this version's and say where the copy of an older book lies."""
    done = installation.prepare_tables(with_copy=with_copy, mending=mending)
    if done.copy:
        errors.print(f"升級前的賬本備份在 {done.copy}", markup=False, soft_wrap=True)
    return done


@houqin.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--rows", "as_rows", is_flag=True, help="逐行備份：SQLite 和 PostgreSQL 都能還原，用來搬家。")
@json_option
@refusing
def backup(path: Path, as_rows: bool, as_json: bool) -> None:
    """把賬本和附件備份成一個檔。"""
    facts = installation.backup(path, as_rows=as_rows)
    print_json(facts) if as_json else click.echo(f"已備份到 {path}（賬頭第 {facts['head']} 號）。")
    if not facts["sound"]:
        errors.print("注意：登記鏈核對不符，備份照樣做了。請執行 houqin verify 查看。", style="red", markup=False)
    if facts["missing"] or facts["changed"]:
        errors.print(
            f"注意：附件有 {facts['missing']} 個不見了、{facts['changed']} 個被改動過，備份照樣做了。請執行 houqin audit 查看。",
            style="red",
            markup=False,
        )


@houqin.command()
@click.argument("path", type=click.Path(path_type=Path, exists=True))
@click.option("--damaged", is_flag=True, help="登記鏈核對不符、附件不齊的備份也還原；還原後照樣說明。")
@json_option
@refusing
def restore(path: Path, damaged: bool, as_json: bool) -> None:
    """把備份還原到空的安裝，並核對登記鏈和附件。不完整的不還原，什麼都不留下。"""
    facts = installation.restore(path, damaged_too=damaged)
    if as_json:
        print_json(facts)
    elif facts["verified"]:
        click.echo(f"已還原「{facts['school']}」，登記鏈和附件都核對無誤。")
    else:
        click.echo(f"已還原「{facts['school']}」，但備份裏的東西有缺損：")
        if not facts["sound"]:
            errors.print("登記鏈核對不符，請執行 houqin verify 查看。", style="red", markup=False)
        if facts["missing"] or facts["changed"]:
            errors.print(
                f"附件有 {facts['missing']} 個不見了、{facts['changed']} 個被改動過，請執行 houqin audit 查看。",
                style="red",
                markup=False,
            )


@houqin.command()
@click.option("--days", default=7, show_default=True, type=click.IntRange(0, 366), help="往後看幾天。")
@click.option("--as", "who", default="", help="只看某人的。")
@json_option
@refusing
def due(days: int, who: str, as_json: bool) -> None:
    """今天起該做的、已逾期的：職責和待辦。"""
    installation.need_school()
    today = clock.today()
    turns = [
        turn
        for turn in standing(Period(today - timedelta(days=31), today + timedelta(days=days)), today=today)
        if turn.state in {DUE, LATE, MISSED}
    ]
    tasks = Task.objects.open().order_by("due_on", "pk")
    if who:
        person = _person(who)
        tasks = tasks.of(person)
        turns = [
            t for t in turns if t.duty.person_id == person.pk or (not t.duty.person_id and person.has_role(t.duty.role))
        ]
    told = {
        "duties": [
            {"duty": t.duty.name, "label": t.duty.label, "on": t.on, "by": t.by, "state": t.state} for t in turns
        ],
        "tasks": [
            {
                "document": t.document_number,
                "title": t.title,
                "step": t.step,
                "due_on": t.due_on,
                "late": t.is_late(today),
            }
            for t in tasks
        ],
    }
    if as_json:
        print_json(told)
        return
    words = {DUE: "待辦", LATE: "逾期", MISSED: "漏做"}
    for turn in turns:
        click.echo(f"{words[turn.state]}　{turn.on}—{turn.by}　{turn.duty.label}")
    for task in tasks:
        click.echo(f"{'逾期' if task.is_late(today) else '待辦'}　{task.due_on or '—'}　{task.title}")


@houqin.group()
def token() -> None:
    """API 權杖：發給別的程式，以某人的名義、在某些範圍裏。"""


@token.command(name="create")
@click.option("--person", required=True, help="以誰的名義；權杖不能比這個人多做什麼。")
@click.option(
    "--scope", "scopes", multiple=True, required=True, help="repairs:read、repairs:write、*:read 或 *；可寫多次。"
)
@click.option("--name", default="API", show_default=True, help="給哪個程式用。")
@click.option("--expires", type=Day(), default=None, help="有效至哪一天；不寫是一年。")
@click.option("--as", "who", default="", help="以誰的名義發；不給就是管理員。")
@json_option
@refusing
def create_token(
    person: str, scopes: tuple[str, ...], name: str, expires: date | None, who: str, as_json: bool
) -> None:
    """發一個權杖；只顯示這一次。"""
    installation.need_school()
    secret = new_secret()
    asked = {
        "name": name,
        "person": _person(person),
        "scopes": " ".join(scopes),
        "expires_on": expires or clock.today() + timedelta(days=365),
        "digest": digest_of(secret),
        "hint": secret[: len(PREFIX) + 4],
    }
    issue_token.perform(_person(who), asked, via="cli")
    made = ApiToken.objects.select_related("person").get(digest=digest_of(secret))
    if as_json:
        print_json({**_told_token(made), "token": secret})
        return
    click.echo(f"第 {made.pk} 號權杖（{made.person}，{made.scopes}，有效至 {made.expires_on}），只顯示這一次：")
    click.echo(secret)


@token.command(name="list")
@json_option
@refusing
def list_tokens(as_json: bool) -> None:
    """發過的權杖。"""
    installation.need_school()
    known = ApiToken.objects.select_related("person").order_by("pk")
    if as_json:
        print_json([_told_token(one) for one in known])
        return
    for one in known:
        state = "作廢" if one.revoked_at else f"有效至 {one.expires_on}"
        click.echo(f"第 {one.pk} 號　{one.hint}…　{one.name}　{one.person}　{one.scopes}　{state}")


def _told_token(one: ApiToken) -> dict[str, Any]:
    return {
        "number": one.pk,
        "name": one.name,
        "person": one.person.name,
        "scopes": one.scopes.split(),
        "expires_on": one.expires_on,
        "last_used_at": one.last_used_at,
        "revoked": one.revoked_at is not None,
    }


@token.command(name="revoke")
@click.argument("number", type=click.IntRange(1))
@click.option("--as", "who", default="", help="以誰的名義；不給就是管理員。")
@json_option
@refusing
def revoke_a_token(number: int, who: str, as_json: bool) -> None:
    """作廢一個權杖，立刻生效。"""
    installation.need_school()
    revoke_token.perform(_person(who), {"token": number}, via="cli")
    print_json({"number": number, "revoked": True}) if as_json else click.echo(f"第 {number} 號權杖作廢了。")


@houqin.command()
@json_option
@refusing
def reindex(as_json: bool) -> None:
    """重做搜尋的索引；平時不用，索引自己跟着賬本走。"""
    from houqin.foundation.search.keeping import rebuild

    installation.need_school()
    with progress("索引", quiet=as_json) as tell:
        count = rebuild(progress=tell)
    print_json({"indexed": count}) if as_json else click.echo(f"索引重做好了，共 {count} 筆。")


@houqin.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=None, type=click.IntRange(1, 32), help="幾個網站程序；不寫時與處理器同數。")
@click.option("--jobs/--no-jobs", "with_jobs", default=True, help="是否一併做背景工作；另開 houqin worker 時不用。")
@refusing
def serve(host: str, port: int, workers: int | None, with_jobs: bool) -> None:
    """開網站，並做背景工作（發通知、夜間查核）。還沒有學校時，先在網頁上設立。"""
    from houqin.interfaces.accounts import setup

    _prepare_tables()
    drop_anchor("serve")
    if setup.is_open():
        # Whoever sees this terminal may found the school; a stranger on the network may not.
        click.echo(f"還沒有人可以登入。請打開 http://{host}:{port}/setup/ 設立學校。")
        click.echo(f"設定碼：{setup.code()}")
    run_site(host=host, port=port, workers=workers or processors(), with_jobs=with_jobs)


@houqin.command()
@click.argument("person")
@click.option("--site", default="http://127.0.0.1:8000", show_default=True, help="網站的網址。")
@click.option("--clear-second-factor", "clears", is_flag=True, help="連同第二步驗證一起清除（手機丟了）。")
@json_option
@refusing
def password(person: str, site: str, clears: bool, as_json: bool) -> None:
    """重設某人的密碼，印一個一次性連結；唯一的管理員進不去時，在伺服器上這樣救。"""
    from houqin.interfaces.accounts.actions import clear_second_factor, reset_password
    from houqin.interfaces.accounts.links import good_until, link_for

    installation.need_school()
    whose, by = _person(person), first_administrator()
    reset_password.perform(by, {"person": whose}, via="cli")
    if clears:
        clear_second_factor.perform(by, {"person": whose}, via="cli")
    whose.refresh_from_db()
    address, until = site.rstrip("/") + link_for(whose.user), good_until()  # type: ignore[arg-type]
    if as_json:
        print_json({"person": whose.name, "link": address, "until": until})
        return
    click.echo(f"{whose.name}的舊密碼作廢了。請本人打開，{clock.local(until):%Y-%m-%d %H:%M} 前有效，只能用一次：")
    click.echo(address)


@houqin.command()
@click.option("--once", is_flag=True, help="做完現在該做的就結束。")
@click.option("--parent", type=int, default=None, hidden=True, help="那個程序結束時跟着結束。")
@refusing
def worker(once: bool, parent: int | None) -> None:
    """做背景工作：發通知、夜間查核；可以同時開幾個。"""
    from houqin.foundation.jobs.worker import run_worker

    if parent is None:
        installation.need_school()
    else:
        installation.wait_for_school(parent)
    run_worker(until_idle=once, parent=parent)


MOST_WORKERS = 8


def processors() -> int:
    """How many processors this process may use, so many workers a site starts; more than eight serve no school."""
    return min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, MOST_WORKERS)


def run_site(*, host: str, port: int, workers: int = 1, with_jobs: bool = True) -> None:
    """Serve until interrupted, with a worker for the jobs beside."""
    from houqin.foundation.jobs.worker import worker_beside

    with worker_beside() if with_jobs else nullcontext():
        _serve(host=host, port=port, workers=workers)


def _serve(*, host: str, port: int, workers: int) -> None:
    from django.db import connections
    from granian import Granian
    from granian.constants import Interfaces

    connections.close_all()
    Granian(
        "houqin.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=4,
        log_access=False,
    ).serve()


@houqin.command()
@click.option("--serve/--no-serve", "serves", default=True, help="做完後是否開網站。")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--seed", default=1, show_default=True, type=int, help="同一個數，同一所學校。")
@refusing
def demo(serves: bool, port: int, seed: int) -> None:
    """示範學校：兩個校區半年的賬，寫好總結，開網站給人看。"""
    from houqin.foundation.tokens.demo import shown_token

    from .demonstration import make_demo, write_demo_summaries

    _prepare_tables()
    with progress("示範學校") as tell:
        shown = make_demo(seed=seed, tell=tell)
    with progress("撰寫總結") as tell:
        written = write_demo_summaries(shown, tell=tell)
    for path in written:
        click.echo(f"總結寫好了：{path}")
    click.echo("\n登入名單（密碼都是 " + shown.password + "）：")
    for username, name, post in shown.logins:
        click.echo(f"    {username:12} {name}（{post}）")
    if token := shown_token():
        click.echo(f"\n掃碼報修（不用登入）：http://127.0.0.1:{port}/q/{token.text}　貼在「{token.title}」")
    if serves:
        click.echo(f"\n網站：http://127.0.0.1:{port}/　（Ctrl-C 停止）")
        run_site(host="127.0.0.1", port=port)


def _person(name: str) -> Person:
    if not name:
        return first_administrator()
    try:
        return Directory.read().person(name)
    except Unknown as error:
        raise Refused(f"沒有叫「{name}」的人員。") from error
    except Ambiguous as error:
        raise Refused(f"「{name}」不只一位：{'、'.join(error.candidates)}。") from error


def _pairs(values: tuple[str, ...], *, several: Collection[str] = ()) -> dict[str, Any]:
    """``name=value`` as data. A value that is a JSON list or object is one; text that only begins like it stays text.

    Those named in ``several`` may be said again and again: suppliers=甲 suppliers=乙.
    """
    found: dict[str, Any] = {}
    for value in values:
        name, equals, text = value.partition("=")
        if not equals or not name:
            raise click.UsageError(f"要寫成 欄=值，寫的是「{value}」。")
        told: Any = text
        if text[:1] in "[{" and text:
            with suppress(json.JSONDecodeError):
                told = json.loads(text)
        if name in several and name in found:
            known = found[name]
            told = [*(known if isinstance(known, list) else [known]), told]
        found[name] = told
    return found


def _opened(paths: dict[str, str]) -> dict[str, SimpleUploadedFile]:
    """The files an action takes, named by their paths: photo=燈管.jpg."""
    files = {}
    for name, text in paths.items():
        path = Path(text)
        files[name] = SimpleUploadedFile(path.name, path.read_bytes())
    return files
