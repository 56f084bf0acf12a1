# Every command a developer types. `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest

.PHONY: help setup demo test lock clean

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' Makefile | expand -t 26

setup: .venv/ready  ## .venv with every package and the command `sambang`

.venv/ready: requirements.lock pyproject.toml .python-version tools/setup tools/uv.txt
	@tools/setup

demo: setup  ## a seeded, running site; DEMO="--stage acted" passes options on
	@$(BIN)/sambang demo $(DEMO)

test: setup  ## every test on SQLite, the browser's included
	@tools/test

lock: setup  ## renew requirements.lock (LOCK=--upgrade takes newer versions)
	@tools/lock $(LOCK)

clean:  ## forget everything that was made here
	rm -rf .venv .tools .sambang dist build staticfiles .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
