"""Papers: the office's documents in the layout of GB/T 9704-2012 (Word and PDF), as HTML and as Markdown."""

from houqin.kit.papers.model import Paper, Paragraph, Run, Section, Table, chinese_date

__all__ = ["Paper", "Paragraph", "Run", "Section", "Table", "chinese_date"]
