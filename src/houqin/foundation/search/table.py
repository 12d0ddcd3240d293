"""The table of tokens: full-text search as either database has it, asked for plain tokens of our own.

SQLite: an FTS5 table. Its tokenizer takes everything beyond ASCII as part of a word, so no table of Unicode's decides what
is found. PostgreSQL: two ``tsvector`` columns with GIN indexes; no dictionary, no extension.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection

from .words import INITIALS, SYLLABLES, Question, Token

SQLITE = (
    "CREATE VIRTUAL TABLE search_words USING fts5(title, rest, detail=column, prefix='2', "
    f"tokenize=\"ascii tokenchars '{INITIALS}{SYLLABLES}'\")",
)
POSTGRESQL = (
    "CREATE TABLE search_words (id bigint PRIMARY KEY, title tsvector NOT NULL, whole tsvector NOT NULL)",
    "CREATE INDEX search_words_title ON search_words USING gin (title)",
    "CREATE INDEX search_words_whole ON search_words USING gin (whole)",
)


def create_statements(vendor: str) -> Sequence[str]:
    return SQLITE if vendor == "sqlite" else POSTGRESQL


def insert(rows: Iterable[tuple[int, Sequence[str], Sequence[str]]]) -> None:
    """Add (id, tokens of the title, tokens of the rest)."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(
                "INSERT INTO search_words (rowid, title, rest) VALUES (%s, %s, %s)",
                [(key, " ".join(title), " ".join(rest)) for key, title, rest in rows],
            )
        else:
            cursor.executemany(
                "INSERT INTO search_words (id, title, whole)"
                " VALUES (%s, array_to_tsvector(%s::text[]), array_to_tsvector(%s::text[]))",
                [(key, list(title), [*title, *rest]) for key, title, rest in rows],
            )


def delete(keys: Sequence[int]) -> None:
    """Take these ids out."""
    column = "rowid" if connection.vendor == "sqlite" else "id"
    with connection.cursor() as cursor:
        for start in range(0, len(keys), 500):
            some = keys[start : start + 500]
            marks = ",".join(["%s"] * len(some))
            cursor.execute(f"DELETE FROM search_words WHERE {column} IN ({marks})", list(some))


def clear() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_words")


def matching(asked: Question, *, in_title: bool, below: int, down_to: int, most: int) -> list[int]:
    """Ids of at most ``most`` rows that answer, from the highest under ``below`` down to ``down_to``."""
    if connection.vendor == "sqlite":
        column = "{title} : " if in_title else ""
        sql = (
            "SELECT rowid FROM search_words WHERE search_words MATCH %s AND rowid < %s AND rowid >= %s"
            " ORDER BY rowid DESC LIMIT %s"
        )
        values = [f"{column}({_fts5(asked)})", below, down_to, most]
    else:
        column = "title" if in_title else "whole"
        sql = (
            f"SELECT id FROM search_words WHERE {column} @@ %s::tsquery AND id < %s AND id >= %s"
            " ORDER BY id DESC LIMIT %s"
        )
        values = [_tsquery(asked), below, down_to, most]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [row[0] for row in cursor.fetchall()]


def _fts5(asked: Question) -> str:
    return _said(asked, " AND ", " OR ", lambda token: f'"{token.text}"' + ("*" if token.is_beginning else ""))


def _tsquery(asked: Question) -> str:
    return _said(asked, " & ", " | ", lambda token: f"'{token.text}'" + (":*" if token.is_beginning else ""))


def _said(asked: Question, both: str, either: str, said: object) -> str:
    def one(token: Token) -> str:
        return said(token)  # type: ignore[operator]

    words = []
    for word in asked.words:
        readings = [both.join(one(token) for token in reading) for reading in word]
        words.append("(" + either.join(f"({reading})" for reading in readings) + ")")
    return both.join(words)
