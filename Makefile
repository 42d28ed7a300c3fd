# Suyuan: every task of the project. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
WORKERS ?= 2
THREADS ?= 8
DEMO_SERVE ?= 1
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

# What is not installed as a package needs no build: only the lists of pyproject.toml are read.
DEPENDENCIES = import sys, tomllib; p = tomllib.load(open("pyproject.toml", "rb"))["project"]; \
	print(*(p["dependencies"] if not sys.argv[1:] else p["optional-dependencies"][sys.argv[1]]), sep="\n")

# Tests make a database each and throw it away: in memory, where there is room, that takes half the time.
ROOM = test -w /dev/shm && test "$$(df -Pk /dev/shm | awk 'NR == 2 { print $$4 }')" -gt 2000000
SCRATCH = $(shell $(ROOM) && echo /dev/shm || echo "$${TMPDIR:-/tmp}")

GUNICORN := $(BIN)/gunicorn --no-control-socket --worker-class gthread --workers $(WORKERS) --threads $(THREADS) \
	--limit-request-line 8190 --bind $(HOST):$(PORT) wsgi:app

.PHONY: help setup dev migrate demo serve worker test lint e2e format bench servers campaign clean

help: ## List the tasks
	@grep -E '^[a-z0-9]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/.base ## Create .venv and install the locked dependencies
dev: $(VENV)/.dev ## The same with what tests and lint need

$(VENV)/.base: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Expected Python 3.11 or newer, got $$($(PYTHON) --version 2>&1) as '$(PYTHON)'." \
		       "Name another: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@echo "Installing the dependencies into $(VENV) …"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -c '$(DEPENDENCIES)' > $(VENV)/base.txt
	@$(PIP) install --constraint constraints.txt --requirement $(VENV)/base.txt
	@touch $@

$(VENV)/.dev $(VENV)/.e2e $(VENV)/.bench: $(VENV)/.%: $(VENV)/.base
	@echo "Installing the extra '$*' into $(VENV) …"
	@$(BIN)/python -c '$(DEPENDENCIES)' $* > $(VENV)/$*.txt
	@$(PIP) install --constraint constraints.txt --requirement $(VENV)/$*.txt
	@touch $@

migrate: setup ## Bring the database to the newest revision
	@$(BIN)/flask db upgrade

demo: migrate ## Load the demonstration chain, recall a batch, serve on PORT (DEMO_SERVE=0: print and end)
	@$(BIN)/flask demo --url "http://$(HOST):$(PORT)"
	@if [ "$(DEMO_SERVE)" != 0 ]; then \
		echo "Serving http://$(HOST):$(PORT)/ (Ctrl-C ends)"; exec $(GUNICORN); fi

serve: migrate ## gunicorn on HOST:PORT
	@exec $(GUNICORN)

worker: migrate ## Deliver to subscribers until told to stop (ARGS=--once: one round)
	@exec $(BIN)/flask worker $(ARGS)

test: dev ## All tests, on SQLite and on a real PostgreSQL (ARGS="-k word" selects)
	@TMPDIR=$(SCRATCH) $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal $(ARGS)

lint: dev ## ruff and mypy
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

e2e: dev $(VENV)/.e2e ## Browser tests in the system's Chromium (CHROMIUM=path names another; ARGS="-k word" selects)
	@TMPDIR=$(SCRATCH) $(BIN)/python -m pytest tests/e2e $(ARGS)

format: dev ## Let ruff lay out the code
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: dev $(VENV)/.bench ## Benchmarks (ARGS="national --grow 1000000": one of them; --quick: smaller)
	@$(BIN)/python -m bench $(ARGS)

servers: dev ## Show one ledger on three PostgreSQL servers of this machine
	@$(BIN)/python -m deploy.three_servers $(ARGS)

campaign: dev ## Long fault and property campaigns
	@$(BIN)/python -m pytest -m campaign $(ARGS)

clean: ## Remove what tools leave behind (not the database)
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
