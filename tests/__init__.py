"""The tests: `unit` mirrors the modules, `gui` loads Qt, `e2e` starts the programs, `proof` takes its time."""
