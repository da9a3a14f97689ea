"""Where the bundle's `shoal-window` starts."""

from ui.__main__ import main

main()
