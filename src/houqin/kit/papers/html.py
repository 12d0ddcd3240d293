"""A paper as a fragment of a page: meaning only, no style; every figure opens the rows behind it."""

from collections.abc import Callable, Iterable
from html import escape

from django.utils.safestring import SafeString, mark_safe

from houqin.kit.papers.layout import BLANK_DATE, attachment_lines
from houqin.kit.papers.model import BODY, Paper, Paragraph, Run, Section, Table, chinese_date

Link = Callable[[str], str]


def write_html(paper: Paper, *, link: Link, top: int = 1) -> SafeString:
    """The paper as one `<article class="paper">`, everything in it escaped.

    `link` answers the address of the page that shows a figure's rows, given the figure's name. `top` is the level of
    the title's heading; headings below it follow, down to h6.
    """
    parts = [_heading(top, "<br>".join(escape(line) for line in paper.title.split("\n")))]
    if paper.addressee:
        parts.append(f'<p class="addressee">{escape(paper.addressee)}</p>')
    parts += [_section(section, link=link, top=top) for section in paper.sections]
    if paper.attachments:
        lines = (f"<li>{escape(label + name)}</li>" for label, name in attachment_lines(paper.attachments))
        parts.append(f'<ul class="attachments">{"".join(lines)}</ul>')
    if paper.signature:
        parts.append(f'<p class="signature">{escape(paper.signature)}<br>{_date(paper)}</p>')
    if paper.footer:
        parts.append(f'<p class="chain"><small>{escape(paper.footer)}</small></p>')
    parts += [_table(table) for table in paper.appendix]
    body = "\n".join(parts)
    return mark_safe(f'<article class="paper" lang="{paper.language}">\n{body}\n</article>')


def _heading(level: int, inner: str) -> str:
    level = min(level, 6)
    return f"<h{level}>{inner}</h{level}>"


def _section(section: Section, *, link: Link, top: int) -> str:
    parts = [_heading(top + 1, escape(section.heading))] if section.heading else []
    parts += [_paragraph(paragraph, link=link, top=top) for paragraph in section.paragraphs]
    return "<section>\n" + "\n".join(parts) + "\n</section>"


def _paragraph(paragraph: Paragraph, *, link: Link, top: int) -> str:
    inner = "".join(_run(run, link=link) for run in paragraph.runs)
    return f"<p>{inner}</p>" if paragraph.level == BODY else _heading(top + paragraph.level, inner)


def _run(run: Run, *, link: Link) -> str:
    words = escape(run.text)
    if run.gap:
        words = f'<mark class="gap">{words}</mark>'
    if run.figure is None:
        return words
    name = escape(run.figure)
    return f'<a class="figure" data-figure="{name}" href="{escape(link(run.figure))}">{words}</a>'


def _date(paper: Paper) -> str:
    if paper.signed_on is None:
        return escape(BLANK_DATE)
    return f'<time datetime="{paper.signed_on.isoformat()}">{chinese_date(paper.signed_on)}</time>'


def _table(table: Table) -> str:
    def row(cells: Iterable[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag.split()[0]}>" for cell in cells) + "</tr>"

    head = row(table.columns, 'th scope="col"')
    body = "\n".join(row(cells, "td") for cells in table.rows)
    caption = f"<caption>{escape(table.caption)}</caption>"
    return f"<table>\n{caption}\n<thead>{head}</thead>\n<tbody>\n{body}\n</tbody>\n</table>"
