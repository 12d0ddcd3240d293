"""The trade's figures are there while a test of the summary runs, and not for any other."""

import pytest

from houqin.foundation.journal.figures import FIGURES

from .trade import FIGURES_OF_THE_TRADE


@pytest.fixture(autouse=True)
def _trade():
    for one in FIGURES_OF_THE_TRADE:
        FIGURES.add(one.name, one)
    yield
    for one in FIGURES_OF_THE_TRADE:
        FIGURES.remove(one.name)
