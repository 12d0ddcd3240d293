"""Registers 登記簿 as data: from one dataclass come page, API resource, import, export and print.

register.py    the dataclasses: Register, Column, Importing
models.py      what was imported before, so that the same sheet again changes nothing
importing.py   reading a school's own spreadsheets into the book
exporting.py   the register as .xlsx, .csv or paper
"""
