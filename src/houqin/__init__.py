"""Houqin 後勤: the logistics office of a school in one program."""
