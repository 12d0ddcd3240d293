"""Registers 登記簿 as data: from one dataclass come page, API resource, import, export and print.

register.py     the dataclasses: Register, Column, Importing
models.py       what was imported before, so that the same sheet again changes nothing

recognising.py  which register a sheet is, where its headings and rows are
reading.py      one row: values for the action's form, key and digest to know it again
memory.py       what the book knows of a row already
newcomers.py    names nobody knows: offered, added where asked for
importing.py    a school's own spreadsheets into the book, all or nothing
report.py       what came of it

listing.py      what a person sees: filters, search, order, pages, totals
display.py      how values are shown and masked
exporting.py    the same as .xlsx or .csv, fit to come in again
"""
