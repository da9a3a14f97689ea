"""A page of HTML on paper; in a worker thread."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QBuffer, QMarginsF, QSizeF
from PySide6.QtGui import QFont, QPageLayout, QPageSize, QPdfWriter, QTextDocument

_MARGIN: Final = 18.0
"""Millimetres."""
_LARGEST, _SMALLEST = 10.5, 5.0
"""Points of the text; the largest that leaves it one page is taken."""
_RESOLUTION: Final = 300


def pdf(page: str, title: str, *, letter: bool = False) -> bytes:
    """The HTML as a PDF of one page, A4 or Letter; its text shrinks until it fits."""
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(title)
    writer.setCreator("Shoal")
    writer.setResolution(_RESOLUTION)
    size = QPageSize(QPageSize.PageSizeId.Letter if letter else QPageSize.PageSizeId.A4)
    margins = QMarginsF(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
    writer.setPageLayout(
        QPageLayout(size, QPageLayout.Orientation.Portrait, margins, QPageLayout.Unit.Millimeter)
    )
    document = QTextDocument()
    document.setDocumentMargin(0)
    document.documentLayout().setPaintDevice(writer)
    paper = writer.pageLayout().paintRectPixels(_RESOLUTION)
    points = _LARGEST
    while True:
        document.setDefaultFont(QFont("sans-serif", -1))
        font = document.defaultFont()
        font.setPointSizeF(points)
        document.setDefaultFont(font)
        document.setHtml(page)
        document.setPageSize(QSizeF(paper.size()))
        if document.pageCount() == 1 or points <= _SMALLEST:
            break
        points -= 0.5
    document.print_(writer)
    del document  # it draws on the writer, and the writer into the buffer
    del writer
    return bytes(buffer.data().data())
