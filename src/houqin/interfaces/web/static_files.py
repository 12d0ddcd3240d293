"""Names of the browser's files: hashed once they were collected, plain before."""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from io import StringIO

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage

STAMP = "collected.sha256"


class HashedWhereCollected(CompressedManifestStaticFilesStorage):
    """Hashed names where the manifest has one; the plain name otherwise, which whitenoise serves from the packages."""

    manifest_strict = False

    def stored_name(self, name: str) -> str:
        return self.hashed_files.get(self.hash_key(self.clean_name(name)), name)


def collect() -> bool:
    """Collect, hash and compress the files unless that was done for exactly these; whether it had to be done."""
    stamp = settings.STATIC_ROOT / STAMP
    wanted = _stamp_of_sources()
    with suppress(FileNotFoundError):
        if stamp.read_text() == wanted:
            return False
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0, stdout=StringIO())
    stamp.write_text(wanted)
    return True


def _stamp_of_sources() -> str:
    digest = sha256()
    for finder in finders.get_finders():
        for path, storage in finder.list([]):
            digest.update(f"{path} {storage.size(path)} {storage.get_modified_time(path).timestamp()}\n".encode())
    return digest.hexdigest()
