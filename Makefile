# Every command a developer types. `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory
BIN := .venv/bin
# Images of containers set it; then every process of a run compiles Django anew, four seconds of CPU each.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup bytecode demo test test-quick test-postgresql check fix bench docs pictures messages audit sbom \
	lock clean

# The demo and the tests keep what they make under .sambang/, apart from a real installation on this machine.
SAMBANG_DATA ?= $(CURDIR)/.sambang/demo

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' Makefile | expand -t 26

setup: .venv/ready  ## .venv with every package and the command `sambang`

.venv/ready: requirements.lock pyproject.toml .python-version tools/setup tools/uv.txt
	@tools/setup

bytecode: setup  ## compile the program and its packages, for a server whose user may not write there
	@$(BIN)/python -m compileall -q -j 0 -x '/tests/' src .venv/lib || true  # some files are for other versions

demo: setup  ## a seeded, running site; DEMO="--stage acted" passes options on
	@SAMBANG_DATA="$(SAMBANG_DATA)" $(BIN)/sambang demo $(DEMO)

test: setup  ## every test on SQLite, the browser's included
	@env -u DATABASE_URL tools/in-memory tools/test

test-quick: setup  ## the quick tests of every app, on SQLite: no browser, no engine, nothing marked slow
	@env -u DATABASE_URL tools/in-memory tools/test-quick

test-postgresql: setup  ## the same on PostgreSQL
	@tools/with-postgresql --in-memory tools/test

check: setup  ## everything that CI asks, cheapest first
	@tools/check

fix: setup  ## format Python (ruff), templates (djlint), JavaScript and CSS (Biome), and mend what they can
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format
	@$(BIN)/biome check --write .
	@$(BIN)/djlint --reformat --quiet src; $(BIN)/djlint --check --quiet src

bench: setup  ## the benchmarks, but those that need another checkout (--before): ratios measured in one run
	@for file in $$(grep -l __main__ bench/*.py | grep -vE 'bench/(world|mutants|pages|cold_start).py'); do \
		echo "== $$file"; $(BIN)/python -m "bench.$$(basename "$$file" .py)" || exit 1; \
	done

docs: setup  ## write the generated pages of docs/, and build the site from all of them into site/
	@SAMBANG_DATA=$(CURDIR)/.sambang/check $(BIN)/python tools/access_page.py
	@$(BIN)/python tools/asvs_page.py
	@$(BIN)/python -m tools.reach_page
	@$(BIN)/python -m tools.guide_page
	@SAMBANG_DATA=$(CURDIR)/.sambang/check $(BIN)/python tools/privacy_page.py
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

pictures: setup  ## take the pictures of the guides and the documentation anew from the demo's pages
	@SAMBANG_PICTURES=1 SAMBANG_CHROMIUM="$$(tools/chromium)" \
		$(BIN)/python -m pytest -q -m browser tests/browser/test_pictures.py

messages: setup  ## take new Indonesian sentences into the English catalogue, and compile it
	@$(BIN)/python tools/messages.py

audit: setup  ## are weaknesses known of the packages in the lock? Exit code 3: no service was reached
	@$(BIN)/python tools/audit.py

sbom: setup  ## dist/sambang.cdx.json: what an installation is made of (CycloneDX)
	@tools/sbom

lock: setup  ## renew requirements.lock (LOCK=--upgrade takes newer versions)
	@tools/lock $(LOCK)

clean:  ## forget everything that was made here
	rm -rf .venv .tools .sambang dist build site staticfiles
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
