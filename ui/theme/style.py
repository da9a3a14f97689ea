"""The one style sheet, made from the tokens. Free of Qt.

Buttons (by the property `kind`: none, tab, decision, choice, segment, link, erase), their focus rings, radio
buttons, check boxes, fields, cards, and the inks of labels. All else is Fusion with the palette.

A link and a check box begin where other words begin, so there is no room for a ring beside them: their focus is
a tint and a line below.
"""

# ruff: noqa: E501
from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING

from ui.theme import measures

if TYPE_CHECKING:
    from ui.theme.tokens import Tokens

_SHEET = Template("""
QLabel[ink="text2"] { color: $text2; }
QLabel[ink="text3"] { color: $text3; }
QLabel[ink="accent"] { color: $accent; }
QLabel[ink="ok"] { color: $ok; }
QLabel[ink="warn"] { color: $warn; }
QLabel[ink="bad"] { color: $bad; }

QPushButton {
    background: $surface; color: $text; border: 1px solid $control; border-radius: ${radius}px;
    padding: 0 ${pad}px; min-height: ${button}px; font-size: ${body}px; font-weight: 500;
}
QPushButton:hover { background: $tint; border-color: $accent; }
QPushButton:pressed { background: $accent; color: $on_accent; border-color: $accent; }
QPushButton:focus { border: 2px solid $accent; padding: 0 ${pad_focus}px; min-height: ${button_focus}px; }
QPushButton:disabled { background: transparent; color: $text3; border: 1px solid $line; }

QPushButton[kind="erase"] { color: $bad; border-color: $bad; }
QPushButton[kind="erase"]:hover { background: $notice; border-color: $bad; }
QPushButton[kind="erase"]:pressed { background: $bad; color: $on_bad; }
QPushButton[kind="erase"]:focus { border-color: $bad; }
QPushButton[kind="erase"]:disabled { color: $text3; border-color: $line; }

QPushButton[kind="decision"] { min-height: ${decision}px; min-width: ${decision_width}px; font-weight: 600; }
QPushButton[kind="decision"]:focus { min-height: ${decision_focus}px; min-width: ${decision_width_focus}px; }

QPushButton[kind="choice"] { text-align: left; padding: 0; }
QPushButton[kind="choice"]:focus { padding: 0; }

QPushButton[kind="link"] {
    background: transparent; border: 2px solid transparent; border-left: none; border-right: none; border-radius: 0;
    color: $accent; padding: 0; min-height: ${link}px; text-align: left;
}
QPushButton[kind="link"]:hover { text-decoration: underline; }
QPushButton[kind="link"]:pressed { color: $text; }
QPushButton[kind="link"]:focus { background: $tint; border-bottom: 2px solid $accent; }
QPushButton[kind="link"]:disabled { color: $text3; }

QPushButton[kind="tab"] {
    background: transparent; color: $text2; border: 2px solid transparent; border-radius: 0;
    border-bottom: 3px solid transparent; padding: 0 ${tab_pad}px; min-height: ${tab}px;
}
QPushButton[kind="tab"]:hover { color: $text; border-bottom: 3px solid $control; }
QPushButton[kind="tab"]:checked { color: $text; font-weight: 600; border-bottom: 3px solid $accent; }
QPushButton[kind="tab"]:focus {
    border: 2px solid $accent; border-radius: ${radius}px; padding: 0 ${tab_pad}px; min-height: ${tab_focus}px;
}

QPushButton[kind="segment"] {
    background: transparent; border: 2px solid transparent; border-radius: 5px; color: $text2;
    padding: 0 ${segment_pad}px; min-height: ${segment}px;
}
QPushButton[kind="segment"]:hover { color: $text; }
QPushButton[kind="segment"]:pressed { color: $accent; }
QPushButton[kind="segment"]:checked { color: $accent; font-weight: 600; }
QPushButton[kind="segment"]:focus { border: 2px solid $accent; }
QPushButton[kind="segment"]:disabled { color: $text3; border-color: transparent; }
QPushButton[kind="segment"][small="true"] { min-height: ${small}px; font-size: ${caption}px; padding: 0 8px; }

QFrame#card { background: $surface; border: 1px solid $line; border-radius: ${radius_card}px; }
QFrame#notice { background: $notice; border: 1px solid $bad; border-radius: ${radius_card}px; }
QFrame#note { background: $surface; border: 1px solid $line; border-radius: ${radius_card}px; }
QFrame#rule { background: $line; border: none; }
QLabel#badge {
    background: $tint; color: $accent; border-radius: ${badge}px; padding: 0 8px;
    font-size: ${caption}px; font-weight: 600;
}

QRadioButton, QCheckBox { spacing: 8px; min-height: ${check_row}px; border: 2px solid transparent; border-radius: 4px; }
QCheckBox { border-left: none; border-right: none; border-radius: 0; }
QRadioButton:focus { border: 2px solid $accent; }
QCheckBox:focus { background: $tint; border-bottom: 2px solid $accent; }
QRadioButton::indicator { width: ${dot}px; height: ${dot}px; border-radius: ${dot_radius}px; }
QRadioButton::indicator { border: 2px solid $control; background: $surface; }
QRadioButton::indicator:hover { border-color: $accent; }
QRadioButton::indicator:checked {
    border: 2px solid $accent;
    background: qradialgradient(cx:0.5, cy:0.5, radius:0.5, fx:0.5, fy:0.5,
        stop:0 $accent, stop:0.56 $accent, stop:0.62 $surface, stop:1 $surface);
}
QCheckBox::indicator { width: ${dot}px; height: ${dot}px; border: 2px solid $control; border-radius: 3px; background: $surface; }
QCheckBox::indicator:hover { border-color: $accent; }
QCheckBox::indicator:checked { border-color: $accent; background: $accent; }
QCheckBox::indicator:disabled { border-color: $line; background: transparent; }
QCheckBox::indicator:checked:disabled { background: $line; }
QRadioButton::indicator:disabled { border-color: $line; background: transparent; }
QCheckBox:disabled, QRadioButton:disabled { color: $text3; }

QLineEdit, QPlainTextEdit, QComboBox, QSpinBox {
    background: $surface; color: $text; border: 1px solid $control; border-radius: ${radius}px;
    padding: 0 8px; min-height: ${button}px; selection-background-color: $accent;
    selection-color: $on_accent;
}
QLineEdit:focus, QComboBox:focus, QSpinBox:focus { border: 2px solid $accent; padding: 0 7px; min-height: ${button_focus}px; }
QSpinBox QLineEdit, QSpinBox QLineEdit:focus { border: none; padding: 0 8px; min-height: 0; background: transparent; }
QSpinBox::up-button, QSpinBox::down-button { width: 0; border: none; }
QLineEdit:disabled, QComboBox:disabled, QSpinBox:disabled { color: $text3; border-color: $line; }

QPlainTextEdit { padding: 8px; }
QPlainTextEdit:focus { border: 2px solid $accent; padding: 7px; }
QPlainTextEdit[plain="true"] { border: none; background: transparent; padding: 0; min-height: 0; border-radius: 0; }
QPlainTextEdit[plain="true"]:focus { border: none; padding: 0; }
QTextBrowser#paper { background: $paper; border: 1px solid $control; border-radius: ${radius}px; padding: 2px; }
QTextBrowser#paper:focus { border: 2px solid $accent; padding: 1px; }
QListWidget { background: transparent; border: none; outline: none; }

QTableView {
    background: transparent; border: 2px solid transparent; border-radius: ${radius}px; outline: none;
    gridline-color: transparent; selection-background-color: $hover; selection-color: $text;
}
QTableView:focus { border: 2px solid $accent; }
QTableView::item { border: none; padding: 0 6px; }
QHeaderView { background: transparent; border: none; }
QHeaderView::section {
    background: transparent; border: none; color: $text; padding: 2px 9px 6px 9px;
    font-size: ${dense}px; font-weight: 600;
}

QProgressBar { background: $line; border: none; border-radius: 2px; min-height: 4px; max-height: 4px; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }

QToolTip { background: $surface; color: $text; border: 1px solid $control; padding: 4px 6px; }

QScrollArea { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar::handle:vertical { background: $control; border: 3px solid $window; border-radius: 6px; min-height: 32px; }
QScrollBar::handle:vertical:hover { background: $text3; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle:horizontal { background: $control; border: 3px solid $window; border-radius: 6px; min-width: 32px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
""")


def sheet(tokens: Tokens, factor: float = 1.0) -> str:
    """The style sheet of a scheme, its lengths times `factor`."""

    def px(length: int) -> int:
        return round(length * factor)

    colours = {name: getattr(tokens, name) for name in tokens._fields}
    button, decision = px(measures.BUTTON), px(measures.DECISION)
    return _SHEET.substitute(
        colours,
        radius=measures.RADIUS,
        radius_card=measures.RADIUS_CARD,
        body=px(measures.Type.BODY.size),
        dense=px(measures.Type.DENSE.size),
        caption=px(measures.Type.CAPTION.size),
        pad=14,
        pad_focus=13,
        button=button - 2,
        button_focus=button - 4,
        decision=decision - 2,
        decision_focus=decision - 4,
        decision_width=px(96),
        decision_width_focus=px(96),
        link=px(24),
        tab=px(measures.BAR) - 6,
        tab_focus=px(measures.BAR) - 5,
        tab_pad=12,
        segment=px(measures.SEGMENT) - 4,
        segment_pad=11,
        small=px(measures.SMALL_SEGMENT) - 4,
        badge=measures.RADIUS_BADGE,
        check_row=px(24),
        dot=px(14),
        dot_radius=px(14) // 2 + 2,
    )
