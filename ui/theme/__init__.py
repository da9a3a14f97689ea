"""How the window looks: colours, measures, type, icons; light and dark, following the system.

`tokens`, `measures` and `style` are free of Qt.
"""
