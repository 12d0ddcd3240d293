"""Carpentry without models: the clock, periods, numbers, Chinese text, dates. Imports nothing else of Houqin."""
