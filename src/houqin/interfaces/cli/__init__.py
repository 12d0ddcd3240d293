"""The command line ``houqin``: stable words and options, ``--json`` where a machine may read.

Exit codes: 0 done · 1 refused (the sentence says why and what to do) · 2 misused (unknown word, missing option).
"""

from __future__ import annotations

import os


def main() -> None:
    """Entry point of the ``houqin`` script."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "houqin.config.settings")
    import django

    django.setup()
    from .commands import houqin

    houqin(prog_name="houqin", windows_expand_args=False)


if __name__ == "__main__":
    main()
