"""Runs first in both programs of the bundle: gives children the library path that a person's session has.

A bundled program is started with the bundle's own libraries before the system's. The loader has taken that
in by now; whatever this program starts (a browser, a helper of the system) is to use the system's own.
"""

import os

for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LIBPATH"):
    before = os.environ.pop(f"{name}_ORIG", None)
    if before is not None:
        os.environ[name] = before
    else:
        os.environ.pop(name, None)
