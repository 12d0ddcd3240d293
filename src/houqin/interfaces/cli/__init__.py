"""The command line ``houqin``: stable words and options, ``--json`` where a machine may read.

Exit codes: 0 done · 1 refused (the sentence says why and what to do) · 2 misused (unknown word, missing option).
"""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Entry point of the ``houqin`` script."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "houqin.config.settings")
    # Whatever is written, a book or an export, is its owner's to read and nobody else's.
    os.umask(0o077)
    import django

    try:
        django.setup()
    except OSError as error:
        # The home is made with the settings: a full disk or a folder that takes nothing is found here first.
        sys.exit(f"讀寫不了 HOUQIN_HOME：{error.strerror or error}　{error.filename or ''}".rstrip())
    from .commands import houqin

    houqin(prog_name="houqin", windows_expand_args=False)


if __name__ == "__main__":
    main()
