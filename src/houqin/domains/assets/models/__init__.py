"""The papers of fixed assets. Nothing here saves; actions do."""

from .cards import AssetCard, Use
from .codes import GoodsCode, Status
from .desks import DeskPlan, DeskPlanLine, DeskStep
from .disposals import Disposal, Opinion
from .handovers import HandOver, HandOverLine
from .letters import Cause, CustodyLetter, CustodyLine
from .passes import GatePass
from .transfers import Transfer

__all__ = [
    "AssetCard", "Cause", "CustodyLetter", "CustodyLine", "DeskPlan", "DeskPlanLine", "DeskStep", "Disposal", "GatePass",
    "GoodsCode", "HandOver", "HandOverLine", "Opinion", "Status", "Transfer", "Use",
]  # fmt: skip
