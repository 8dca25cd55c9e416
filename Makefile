# `make` lists what there is. Python 3.11 or newer and make are all it needs. `make test PYTHON=python3.13 VENV=.venv-3.13` tries another
# Python beside the first.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# Windows keeps programs elsewhere.
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
endif
UV := UV_PROJECT_ENVIRONMENT=$(VENV) UV_PYTHON_DOWNLOADS=never $(BIN)/uv
# Everything at the versions and hashes of uv.lock; the bot itself is run from this folder.
SYNC := $(UV) sync --frozen --inexact --no-install-project --all-extras --python $(BIN)/python
EXPORT := $(UV) export --quiet --frozen --no-header --no-emit-project

.DEFAULT_GOAL := help
.PHONY: help install run playground test test-all test-postgresql test-package package bench coverage lint lint-files format check chaos docs screenshots audit licenses release lock clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

# Where venv is not installed whole, it leaves a Python without pip behind.
define VENV_READY
$(PYTHON) -c 'import sys; sys.exit("Cohort needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Set PYTHON=python3.12, say.") if sys.version_info < (3, 11) else None' && { $(BIN)/python -m pip --version > /dev/null 2>&1 || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }; }
endef

# pip brings uv, at a pinned version and hash; uv brings the rest, and pip goes: 25 MB that nothing needs any more.
$(VENV)/uv.stamp: requirements-uv.lock
	@echo "Step 1 of 2: fetching the installer, some 25 MB ..."
	@$(VENV_READY)
	@$(BIN)/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements-uv.lock
	@$(BIN)/uv pip uninstall --quiet --python $(BIN)/python pip setuptools
	@touch $@

# PostgreSQL's driver is installed where DATABASE_URL, here or in .env, names that database.
POSTGRESQL := $(findstring postgresql,$(DATABASE_URL) $(shell grep -s '^DATABASE_URL=' .env))
RUN_STAMP := $(VENV)/run$(POSTGRESQL:%=-%).stamp

# Installed again only when the lock is newer, so that a second start takes seconds.
$(RUN_STAMP): uv.lock $(VENV)/uv.stamp
	@echo "Step 2 of 2: installing what the bot needs into $(VENV), some 50 MB ..."
	@$(subst --all-extras,--extra playground $(POSTGRESQL:%=--extra %),$(SYNC)) --no-dev
	@touch $@

$(VENV)/dev.stamp: uv.lock $(VENV)/uv.stamp
	@echo "Installing what tests and checks need into $(VENV) ..."
	@$(SYNC)
	@touch $(VENV)/run.stamp $(VENV)/run-postgresql.stamp $@

install: $(RUN_STAMP) ## Set everything up, and start nothing

run: install ## Run on Discord with DISCORD_TOKEN set, else open the playground
	@$(BIN)/python -m bot start

playground: install ## Try the bot in a browser, without a token
	@$(BIN)/python -m bot playground

# Bytecode is kept, whatever the environment says: every worker, and every bot that a test starts, would compile the whole code.
# The tests wait for replies and databases as well as compute, so a few more run at once than there are cores.
test: export PYTHONDONTWRITEBYTECODE :=
test: $(VENV)/dev.stamp ## Run the tests that start no other program, with few examples of each property
	@$(BIN)/python -m pytest -n 4 --dist worksteal -m "not package and not slow and not postgres"

test-all: export PYTHONDONTWRITEBYTECODE :=
test-all: $(VENV)/dev.stamp ## Run every test: also processes, browser, peers and PostgreSQL, with many examples
	@$(BIN)/python -m pytest -n 4 --dist worksteal --hypothesis-profile many

test-postgresql: $(VENV)/dev.stamp ## Run on PostgreSQL the tests that `make test-all` runs on SQLite alone
	@$(BIN)/python -m pytest --postgresql -n 4 --dist worksteal --hypothesis-profile many

# Counting nearly doubles the time of what is counted, so processes are left out, and stories but for those of features that have few other tests.
STORIES := confidence discussions evenings goals groups menus partners patches planned several_dailies sharing streaks suggestions
COUNTED := tests/study tests/bank tests/storage tests/services tests/cogs $(wildcard tests/test_*.py) $(STORIES:%=tests/journeys/test_%.py)
coverage: $(VENV)/dev.stamp ## Run the tests that need no process of their own, and count lines and branches; fails below the figure in pyproject.toml
	@$(BIN)/python -m pytest -n 4 --dist worksteal --hypothesis-profile many -q --cov --cov-report=term $(COUNTED)

package: $(VENV)/uv.stamp ## Build wheel and sdist into dist/
	@$(UV) build --quiet --clear

test-package: $(VENV)/dev.stamp ## Build the bot, install it into an empty environment, and start it there
	@$(BIN)/python -m pytest --noconftest -m package $(or $(TESTS),tests/packaging)

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

lint-files: $(VENV)/dev.stamp ## The files of image, compose, workflows and forms, and the licenses of what is installed
	@$(BIN)/hadolint Dockerfile
	@$(BIN)/check-jsonschema -q --builtin-schema vendor.compose-spec compose*.yaml
	@$(BIN)/check-jsonschema -q --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@$(BIN)/check-jsonschema -q --builtin-schema vendor.github-issue-forms .github/ISSUE_TEMPLATE/[!c]*.yml
	@$(BIN)/check-jsonschema -q --builtin-schema vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml
	@$(BIN)/check-jsonschema -q --builtin-schema vendor.renovate renovate.json
	@$(BIN)/zizmor --quiet --offline .github
	@$(EXPORT) --no-dev --all-extras --no-extra memory --no-hashes --no-annotate | $(BIN)/python tools/licenses.py --check

format: $(VENV)/dev.stamp ## Put the code in shape
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

check: install ## Check the bank of questions
	@$(BIN)/python -m bot check

$(VENV)/docs.stamp: uv.lock $(VENV)/uv.stamp
	@echo "Installing what the documentation needs into $(VENV) ..."
	@$(subst --all-extras,,$(SYNC)) --no-dev --group docs
	@touch $@

docs: $(VENV)/docs.stamp ## Build the documentation site into site/; a link or anchor that leads nowhere fails
	@$(BIN)/python -m tools.site
	@$(BIN)/zensical build --clean --strict

screenshots: $(VENV)/dev.stamp ## Take the pictures of the command pages in the playground, with Chromium; ONLY="quiz duel" takes some
	@$(BIN)/python -m tools.screenshots $(ONLY)

audit: $(VENV)/uv.stamp ## Look for known vulnerabilities in what the lock names, where the database of them can be reached
	@code=0; $(UV) audit --quiet --frozen --preview-features audit-command || code=$$?; \
	if [ $$code = 2 ] && [ -z "$$GITHUB_ACTIONS" ]; then echo "The database of vulnerabilities was not reached: nothing was audited."; else exit $$code; fi

licenses: $(VENV)/dev.stamp ## Write docs/licenses.md: the packages that the bot uses, and their licenses
	@$(EXPORT) --no-dev --all-extras --no-extra memory --no-hashes --no-annotate | $(BIN)/python tools/licenses.py

release: $(VENV)/dev.stamp ## Make a version of a clean main: make release VERSION=0.2.0
	@test -n "$(VERSION)" || { echo "Say which version: make release VERSION=0.2.0"; exit 2; }
	@$(BIN)/python tools/release.py --check $(VERSION)
	@$(MAKE) lint lint-files docs test-all test-postgresql test-package
	@$(BIN)/python tools/release.py $(VERSION)

lock: $(VENV)/uv.stamp ## Renew uv.lock from pyproject.toml, and what is exported of it; UPGRADE=--upgrade takes new versions
	@$(UV) lock $(UPGRADE)
	@$(EXPORT) --no-dev --extra postgresql --output-file requirements.lock
	@$(EXPORT) --only-group uv --output-file requirements-uv.lock

clean: ## Remove what was installed and cached, never data/
	rm -rf $(VENV) build dist site .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
