"""The trial's figures are there while a test of the journal runs, and not for any other."""

import pytest

from houqin.foundation.journal.figures import FIGURES

from .ledger import FIGURES_OF_THE_TRIAL


@pytest.fixture(autouse=True)
def _trial():
    for one in FIGURES_OF_THE_TRIAL:
        FIGURES.add(one.name, one)
    yield
    for one in FIGURES_OF_THE_TRIAL:
        FIGURES.remove(one.name)
