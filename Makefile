# `make` lists what there is. Python 3.11 or newer and make are all it needs. `make test PYTHON=python3.13 VENV=.venv-3.13` tries another
# Python beside the first.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install --require-hashes

.DEFAULT_GOAL := help
.PHONY: help install run playground test test-postgresql bench lint format check chaos lock clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

# Where venv is not installed whole, it leaves a Python without pip behind.
define VENV_READY
$(PYTHON) -c 'import sys; sys.exit("Cohort needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Set PYTHON=python3.12, say.") if sys.version_info < (3, 11) else None' && { $(BIN)/python -m pip --version > /dev/null 2>&1 || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }; }
endef

# The venv is made anew only when the lock file is newer than it, so that a second start takes seconds.
$(VENV)/run.stamp: requirements.lock
	@$(VENV_READY)
	@echo "Installing what the bot needs into $(VENV) ..."
	@$(PIP) -r requirements.lock
	@touch $@

# The lock of development has all that the bot needs in it, at the same versions.
$(VENV)/dev.stamp: requirements-dev.lock requirements.lock
	@$(VENV_READY)
	@echo "Installing what tests and checks need into $(VENV) ..."
	@$(PIP) -r requirements-dev.lock
	@touch $(VENV)/run.stamp $@

install: $(VENV)/run.stamp ## Set everything up, and start nothing

run: install ## Run on Discord with DISCORD_TOKEN set, else open the playground
	@$(BIN)/python -m bot start

playground: install ## Try the bot in a browser, without a token
	@$(BIN)/python -m bot playground

# Bytecode is kept, whatever the environment says: every worker, and every bot that a test starts, would compile the whole code.
# The tests wait for replies and databases as well as compute, so a few more run at once than there are cores.
test: export PYTHONDONTWRITEBYTECODE :=
test: $(VENV)/dev.stamp ## Run every test
	@$(BIN)/python -m pytest -n 4 --dist worksteal

test-postgresql: $(VENV)/dev.stamp ## Run on PostgreSQL the tests that `make test` runs on SQLite alone
	@$(BIN)/python -m pytest --postgresql -n 4 --dist worksteal

chaos: $(VENV)/dev.stamp ## Kill the bot 500 times under load: nothing is lost, nothing comes twice
	@$(BIN)/python -m tests.chaos --kills 500

bench: $(VENV)/dev.stamp ## Measure, and write the tables of docs/performance.md; half an hour on a machine with nothing else to do
	@$(BIN)/python -m benchmarks

lint: $(VENV)/dev.stamp ## Style, types, imports, and the bank of questions
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m bot check

format: $(VENV)/dev.stamp ## Put the code in shape
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

check: install ## Check the bank of questions
	@$(BIN)/python -m bot check

lock: $(VENV)/dev.stamp ## Renew the lock files from pyproject.toml (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra playground -o requirements.lock pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements-server.lock pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra playground --group dev -c requirements.lock -o requirements-dev.lock pyproject.toml

clean: ## Remove what was installed and cached, never data/
	rm -rf $(VENV) .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
