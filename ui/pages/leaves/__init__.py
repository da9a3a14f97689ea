"""What leaves: the held report, the way from plain words to exact bytes, and everything since the choice."""

from ui.pages.leaves.page import LeavesPage

__all__ = ["LeavesPage"]
