"""Houqin against the plainest way of doing the same work: raw SQL on the same tables, a bare view with the same rows.

    python -m benchmarks                     all of them, on SQLite and PostgreSQL
    python -m benchmarks --small             a quick smoke of all of them
    python -m benchmarks posting --strict    one of them; exit 1 where its ratio is missed
    python -m benchmarks --record            write the tables of RESULTS.md anew

Times of one machine say little about another, so every benchmark measures both sides in one run, in turns, and what
counts is their ratio. None of this runs under pytest: a shared machine would make such a test fail at random.
"""
