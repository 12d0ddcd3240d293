"""The table of tokens: full-text search as either database has it, asked for plain tokens of our own.

SQLite: an FTS5 table. Its tokenizer takes everything beyond ASCII as part of a word, so no table of Unicode's decides what
is found. PostgreSQL: two ``tsvector`` columns with GIN indexes; no dictionary, no extension.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection

from .words import INITIALS, SYLLABLES, Question, Token

# Every row also bears a token of its kind, for whoever may read only some.
KIND = "@"
# Asked for so few, SQLite looks at each; for more it is quicker to fetch whatever answers.
FEW = 200

SQLITE = (
    "CREATE VIRTUAL TABLE search_words USING fts5(title, rest, detail=column, prefix='2', "
    f"tokenize=\"ascii tokenchars '{INITIALS}{SYLLABLES}{KIND}'\")",
)
POSTGRESQL = (
    "CREATE TABLE search_words (id bigint PRIMARY KEY, title tsvector NOT NULL, whole tsvector NOT NULL)",
    "CREATE INDEX search_words_title ON search_words USING gin (title)",
    "CREATE INDEX search_words_whole ON search_words USING gin (whole)",
)


def create_statements(vendor: str) -> Sequence[str]:
    return SQLITE if vendor == "sqlite" else POSTGRESQL


def insert(rows: Iterable[tuple[int, Sequence[str], Sequence[str]]], *, kind: str) -> None:
    """Add rows of a kind: (id, tokens of the title, tokens of the rest)."""
    own = kind_token(kind)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(
                "INSERT INTO search_words (rowid, title, rest) VALUES (%s, %s, %s)",
                [(key, " ".join(title), " ".join((*rest, own))) for key, title, rest in rows],
            )
        else:
            cursor.executemany(
                "INSERT INTO search_words (id, title, whole)"
                " VALUES (%s, array_to_tsvector(%s::text[]), array_to_tsvector(%s::text[]))",
                [(key, list(title), [*title, *rest, own]) for key, title, rest in rows],
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


def kind_token(kind: str) -> str:
    return KIND + kind.replace(".", "").replace("_", "")


def matching(
    asked: Question,
    *,
    in_title: bool,
    below: int,
    down_to: int,
    most: int,
    kinds: Sequence[str] = (),
    among: Sequence[int] | None = None,
) -> list[int]:
    """Ids of at most ``most`` rows that answer, from the highest under ``below`` down to ``down_to``.

    Of these ``kinds`` alone where any are given, and of the ids ``among``.
    """
    if connection.vendor == "sqlite":
        return _matching_sqlite(asked, in_title, below, down_to, most, kinds, among)
    column = "title" if in_title else "whole"
    sql = f"SELECT id FROM search_words WHERE {column} @@ %s::tsquery AND id < %s AND id >= %s"
    values: list[Any] = [_tsquery(asked), below, down_to]
    if kinds:
        sql += " AND whole @@ %s::tsquery"
        values.append(" | ".join(f"'{kind_token(kind)}'" for kind in kinds))
    if among is not None:
        sql += " AND id = ANY(%s)"
        values.append(list(among))
    return _ids(sql + " ORDER BY id DESC LIMIT %s", [*values, most])


def _matching_sqlite(
    asked: Question,
    in_title: bool,
    below: int,
    down_to: int,
    most: int,
    kinds: Sequence[str],
    among: Sequence[int] | None,
) -> list[int]:
    wanted = f"({_fts5(asked)})"
    if in_title:
        wanted = f"({{title}} : {wanted})"
    if kinds:
        wanted += " AND ({rest} : (" + " OR ".join(f'"{kind_token(kind)}"' for kind in kinds) + "))"
    sql = "SELECT rowid FROM search_words WHERE search_words MATCH %s AND rowid < %s AND rowid >= %s"
    values: list[Any] = [wanted, below, down_to]
    order = " ORDER BY rowid DESC LIMIT %s"
    if among is None:
        return _ids(sql + order, [*values, most])
    if len(among) <= FEW:
        marks = ",".join(["%s"] * len(among))
        return sorted(_ids(f"{sql} AND rowid IN ({marks})", [*values, *among]), reverse=True)[:most]
    few = frozenset(among)
    return [key for key in _ids(sql + order, [*values, 1 << 31]) if key in few][:most]


def _ids(sql: str, values: list[Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [row[0] for row in cursor.fetchall()]


def _fts5(asked: Question) -> str:
    return _said(asked, " AND ", " OR ", lambda token: f'"{token.text}"' + ("*" if token.is_beginning else ""))


def _tsquery(asked: Question) -> str:
    return _said(asked, " & ", " | ", lambda token: f"'{token.text}'" + (":*" if token.is_beginning else ""))


def _said(asked: Question, both: str, either: str, said: Callable[[Token], str]) -> str:
    words = []
    for word in asked.words:
        readings = [both.join(said(token) for token in reading) for reading in word]
        words.append("(" + either.join(f"({reading})" for reading in readings) + ")")
    return both.join(words)
