"""The papers of fixed assets. Nothing here saves; actions do."""

from .cards import AssetCard, Use
from .transfers import Transfer

__all__ = ["AssetCard", "Transfer", "Use"]
