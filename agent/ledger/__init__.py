"""The record of every report's life: what was sealed, held, withheld, sent, delivered, refused."""

from agent.ledger.chain import FIRST, Row, canonical, check_chain, row_hash
from agent.ledger.ledger import Ledger
from agent.ledger.reader import Reader
from agent.ledger.records import Kept, Report, SealedBody, Unreadable

__all__ = [
    "FIRST",
    "Kept",
    "Ledger",
    "Reader",
    "Report",
    "Row",
    "SealedBody",
    "Unreadable",
    "canonical",
    "check_chain",
    "row_hash",
]
