"""One folder for each package, one file for each module."""
