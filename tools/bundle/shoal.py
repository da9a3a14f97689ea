"""Where the bundle's `shoal` starts."""

from agent.__main__ import main

main()
