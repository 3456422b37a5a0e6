# One command each; every target does its own set-up. Needs Python 3.11 or newer, bash and a package registry.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
# More words for the command: make demo ARGS="--filings 5000 --no-serve", make test ARGS="-k link".
ARGS ?=

.PHONY: help setup demo test check lint lock clean

help: ## what can be made
	@sed -nE 's/^([a-z]+):.*## (.*)/make \1\t\2/p' Makefile | expand -t 14

setup: $(INSTALLED) ## the environment alone, into .venv

demo: $(INSTALLED) ## the whole job on a simulated docket, then the pages
	@$(BIN)/xiezhi demo $(ARGS)

test: $(INSTALLED) ## the tests
	@$(BIN)/python -m pytest --numprocesses auto --dist loadfile $(ARGS)

lint: $(INSTALLED) ## format, lint, types, arrows between the packages
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

check: lint test ## what a change must pass: lint, then the tests

# The stamp is written last, so a failed install is tried again; newer pins install again.
$(INSTALLED): requirements/dev.txt pyproject.toml
	@rm -f $@
	@if ! $(BIN)/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    for name in python3.13 python3.12 python3.11 python3; do \
	        if $$name -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	            python=$$name; break; \
	        fi; \
	    done; \
	    if [ -z "$${python:-}" ]; then \
	        echo "make: no Python 3.11 or newer with venv found (on Debian: apt-get install python3-venv)" >&2; \
	        exit 1; \
	    fi; \
	    echo "make: $(VENV) with $$($$python --version)"; \
	    $$python -m venv --clear $(VENV); \
	fi
	@echo "make: installing the pinned packages, some minutes the first time"
	@test -t 1 || quiet=--quiet; \
	pip="$(BIN)/python -m pip install --disable-pip-version-check $${quiet:-}"; \
	$$pip --require-hashes -r requirements/dev.txt; \
	$$pip --no-deps --no-build-isolation -e .
	@touch $@

lock: ## renew the pins after a change of pyproject.toml (needs uv)
	@command -v uv >/dev/null || { echo "make: lock needs uv; install it from your package registry" >&2; exit 1; }
	@uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
	    --no-header --no-annotate --quiet -o requirements/dev.txt
	@# What a court runs is what was tested: a tool of development may hold a package back for both.
	@uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	    --no-header --no-annotate --quiet -c requirements/dev.txt -o requirements/runtime.txt

clean: ## caches, built files and the demonstration's state; .venv and your own var/ stay
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist var/demo
	@find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +
