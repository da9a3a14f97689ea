"""The tests: `unit` mirrors the modules, `gui` loads Qt, `e2e` starts programs, `proof` takes its time."""
