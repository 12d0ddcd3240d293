"""Whatever is offered can be done: the walk of ``walking.py`` through a demo school that stands ready.

``HOUQIN_WALK_HOME`` names its folder; ``.ci/run`` gives the demo it makes anyway. The walk reads only, on a copy.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HOME = os.environ.get("HOUQIN_WALK_HOME", "")


@pytest.mark.walk
@pytest.mark.skipif(not HOME, reason="HOUQIN_WALK_HOME names no demo school")
def test_whatever_the_pages_offer_can_be_opened_filled_and_chosen(tmp_path):
    shutil.copytree(HOME, tmp_path / "home")
    env = {name: value for name, value in os.environ.items() if not name.startswith("HOUQIN_")}
    env |= {"HOUQIN_HOME": str(tmp_path / "home"), "DJANGO_SETTINGS_MODULE": "houqin.config.settings"}

    walked = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("walking.py"))],
        env=env,
        capture_output=True,
        text=True,
        timeout=3600,
    )

    assert walked.stdout.splitlines() == []
    assert walked.returncode == 0, walked.stderr
