# The verbs of this repository. Everything runs in .venv, which is made at the first use.
#
#   make PYTHON=/path/to/python3.12 …    another interpreter than python3
#   make proof FULL=1                    the proofs with their full counts
#   make bench QUICK=1                   smaller counts, not written down

BIN := .venv/bin
PROVE = SHOAL_PROOF_FULL="$(FULL)" $(BIN)/python -m pytest tests/proof --timeout 900 --durations 10
ROOMS := $(wildcard agent bench catalogue dap demo resources server ui)
export PYTHON
unexport PYTHONPATH PYTHONHOME

.DEFAULT_GOAL := help
.PHONY: help demo test proof lint unit bench translations screens bare clean environment-demo environment-tests qt
.NOTPARALLEL:

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: environment-demo ## the whole way, here and now: real readings to a released total (under 90 s)
	@$(BIN)/python -m demo

test: environment-tests qt lint unit ## lint and the tests (under ten minutes)

unit:
	@$(BIN)/python -m pytest -n 2 --dist worksteal

lint: environment-tests ## style, types, and who may import whom
	@echo "· ruff: style"
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet || { echo "  → $(BIN)/ruff format"; exit 1; }
	@echo "· mypy: types (up to a minute the first time)"
	@$(BIN)/mypy
	@echo "· import-linter: who may import whom"
	@$(BIN)/lint-imports --no-logo

proof: environment-tests ## the slow proofs, with reduced counts (under 25 minutes; all of them with FULL=1)
	@tools/system.sh proof
	@tests/proof/systemd_debian.sh --if-possible
	@$(PROVE) -n 2 --dist loadfile -m "not alone"; together=$$?; \
		[ $$together = 2 ] || { echo "· those that load the processors, or must not be loaded: one after the other"; \
		$(PROVE) -m alone; } && [ $$together = 0 ]

bundle: environment-tests ## dist/shoal: both programs in one folder that needs no Python; tried before it is called done
	@tools/system.sh bundle
	@rm -rf dist/shoal
	@tools/bundle.sh
	@$(BIN)/python -m pytest tests/proof/test_bundle.py -q

bench: environment-tests ## what it costs, beside what others cost; writes bench/RESULTS.md (two hours; minutes with QUICK=1)
	@tools/system.sh bench
	@tools/bench_peers.sh
	@$(BIN)/python -m bench $(if $(QUICK),--quick)

translations: environment-tests ## the window's texts: what was added goes to each language's .ts, then to its .qm
	@$(BIN)/python -m tools.translations

screens: environment-tests qt ## docs/screens: pictures of the window from seeded states, the same bytes each time
	@tools/system.sh screens
	@$(BIN)/python -m tests.pictures

bare: ## the README's two commands on a Debian 12 with nothing but python3, python3-venv and make (root)
	@tools/system.sh bare
	@tests/proof/bare_debian.sh

clean: ## remove what was made: .venv, .demo, caches
	@rm -rf .venv .bench .demo .demo.lock build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find $(ROOMS) tests -name __pycache__ -prune -exec rm -rf {} +

environment-demo:
	@tools/environment.sh demo

environment-tests:
	@tools/environment.sh tests

qt: environment-tests
	@tools/system.sh qt
