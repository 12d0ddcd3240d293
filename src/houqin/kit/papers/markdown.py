"""A paper as Markdown (CommonMark, tables as GitHub writes them), for mail, notes and comparing two drafts."""

import re
from collections.abc import Iterable

from houqin.kit.papers.layout import attachment_lines
from houqin.kit.papers.model import BODY, Paper, Paragraph, Run, Table, chinese_date

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&!])")
_LIST_MARK = re.compile(r"^(\s*)([-+=]|\d+(?=[.)](?:\s|$)))")


def write_markdown(paper: Paper) -> str:
    """The paper as Markdown text ending in a newline; what people typed is escaped, gaps are in `<mark>`."""
    blocks = [f"# {_escape(paper.title)}"]
    if paper.addressee:
        blocks.append(_escape(paper.addressee))
    for section in paper.sections:
        if section.heading:
            blocks.append(f"## {_escape(section.heading)}")
        blocks += [_paragraph(paragraph) for paragraph in section.paragraphs]
    if paper.attachments:
        blocks.append(_lines(_escape(label + name) for label, name in attachment_lines(paper.attachments)))
    if paper.signature:
        signed = [_escape(paper.signature)]
        if paper.signed_on:
            signed.append(chinese_date(paper.signed_on))
        blocks.append(_lines(signed))
    if paper.footer:
        blocks += ["---", _escape(paper.footer)]
    blocks += [_table(table) for table in paper.appendix]
    return "\n\n".join(blocks) + "\n"


def _escape(text: str) -> str:
    """One line of text in which Markdown finds no markup."""
    return _unlisted(_plain(text))


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", " ".join(text.split("\n")))


def _unlisted(line: str) -> str:
    """`1. 校舍` at the start of a line is our office's numbering, not the first item of a list."""
    return _LIST_MARK.sub(lambda found: found[1] + (found[2] + "\\" if found[2].isdigit() else "\\" + found[2]), line)


def _paragraph(paragraph: Paragraph) -> str:
    text = _unlisted("".join(_run(run) for run in paragraph.runs))
    return text if paragraph.level == BODY else f"{'#' * (paragraph.level + 1)} {text}"


def _run(run: Run) -> str:
    return f"<mark>{_plain(run.text)}</mark>" if run.gap else _plain(run.text)


def _lines(lines: Iterable[str]) -> str:
    return "\\\n".join(lines)


def _table(table: Table) -> str:
    def row(cells: tuple[str, ...]) -> str:
        return "| " + " | ".join(_escape(cell) for cell in cells) + " |"

    rule = "|" + " --- |" * len(table.columns)
    return "\n".join([f"**{_escape(table.caption)}**", "", row(table.columns), rule, *map(row, table.rows)])
