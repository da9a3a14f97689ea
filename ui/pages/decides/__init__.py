"""Who decides: the choice, every setting and its source, the operators, what changed, and erasing."""

from ui.pages.decides.page import DecidesPage

__all__ = ["DecidesPage"]
