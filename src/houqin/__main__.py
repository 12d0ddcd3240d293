"""``python -m houqin`` is the same as ``houqin``."""

from houqin.interfaces.cli import main

main()
