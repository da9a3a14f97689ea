"""The tests: `unit` mirrors the modules, `gui` needs Qt, `e2e` starts the programs, `proof` takes its time."""
