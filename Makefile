# khabar: every target explains itself; `make` lists them.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
PIP = python -m pip install --quiet --disable-pip-version-check
DEMO_INDEX = indexes/sample
BENCH ?= --into docs/performance.md

.DEFAULT_GOAL := help
.PHONY: help install demo test cluster-test lint typecheck fuzz campaign mutants docs pictures site site-search man eval eval-full bench lock release-check clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

# Made anew whenever the metadata changes; an editable install, so the code itself needs no reinstall.
# What a newcomer tries is there in a fraction of the time that all of it takes.
$(BIN)/.usable: setup.cfg pyproject.toml
	$(PYTHON) -m venv $(VENV)
ifdef LOCKED
	$(BIN)/$(PIP) --require-hashes --requirement requirements-dev.lock
	$(BIN)/$(PIP) --no-deps --no-build-isolation --editable .
else
# It knows dependency groups, and lxml[html_clean] as lxml's html-clean.
	$(BIN)/$(PIP) 'pip>=25.1'
	$(BIN)/$(PIP) --editable '.[readers,web]'
endif
# Also where Python is told to write no bytecode: without it every start compiles the package anew.
	$(BIN)/python -m compileall -q search/khabar
	@touch $@

$(BIN)/.installed: $(BIN)/.usable
	$(if $(LOCKED),,$(BIN)/$(PIP) --editable '.[all]' --group dev)
	@touch $@

install: $(BIN)/.installed  ## make a virtual environment in .venv and install khabar there, with all that developing it takes (LOCKED=1: in pinned releases, by their hashes)

demo: $(BIN)/.usable  ## install khabar alone, index the sample corpus and show a real search
	$(BIN)/khabar index corpus/articles --index $(DEMO_INDEX)
	$(BIN)/khabar search 'تلاميذ المدارس في البرد' --index $(DEMO_INDEX) -n 3

test: install  ## install and run the whole test suite
	$(BIN)/python -m pytest -n auto --dist loadgroup

cluster-test: install  ## start nodes of OpenSearch on the loopback and test an index on them; takes Java and Maven
	$(BIN)/python -m pytest -m cluster -rs tests

lint: install  ## ruff: style, imports, common mistakes
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

typecheck: install  ## mypy, strict
	$(BIN)/mypy
	$(BIN)/mypy --strict examples

fuzz: install  ## fuzz the readers, tokenizer, date and query parser; with atheris if installed (SECONDS=60 each)
	$(BIN)/python tests/fuzz/fuzz_run.py --seconds $(or $(SECONDS),60)

mutants: install  ## change the code in small ways and ask the tests whether they notice (SEED=14 COUNT=300)
	$(BIN)/python tests/campaign/mutants.py $(or $(COUNT),300) $(if $(SEED),--seed $(SEED))

campaign: install  ## kill, cut, damage, fill, limit and fuzz for an hour, and say what came of it (SEED=7 MINUTES=60)
	nice -n 19 $(BIN)/python tests/campaign/campaign.py --minutes $(or $(MINUTES),60) $(if $(SEED),--seed $(SEED))

docs: install  ## write docs/api.md and docs/modules.md anew from docstrings and type hints
	$(BIN)/python docs/generate_api.py
	$(BIN)/python docs/generate_modules.py

pictures: install  ## take the pictures of docs/gallery.md anew; takes Chromium
	$(BIN)/python docs/generate_gallery.py

# Each language is a build of its own: its words, direction and search.
site: install  ## build the documents as a site, build/site/index.html, in English and Arabic; any warning is an error
	rm -rf build/site
	$(BIN)/python docs/site/build.py build/site

site-search: install  ## index the documents with khabar, and serve that index: http://127.0.0.1:8765
	$(BIN)/khabar index *.md docs/*.md docs/*/*.md --index indexes/documents --prune
	$(BIN)/khabar serve --index indexes/documents

man: install  ## write the manual pages of all commands, in English and Arabic, into build/man
	$(BIN)/khabar man --install build/man

eval: install  ## score the sample corpus against its expected scores
	$(BIN)/python -m pytest tests/evaluation -k expected -v

eval-full: install  ## score the retrieval collections under ../shared/data/ir beside Lucene, where they are present
	$(BIN)/python benchmarks/relevance.py

bench: install  ## measure speed beside peers, an hour or two; writes the tables of docs/performance.md (BENCH='--articles 1000': a short run)
	$(BIN)/python benchmarks/run.py $(BENCH)

lock:  ## write requirements-dev.lock anew: newest releases of everything, with hashes, for all systems; takes uv
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade --no-header --all-extras \
		--group dev --group build pyproject.toml --output-file requirements-dev.lock

release-check:  ## build wheel and sdist, check them, and do the main job with each in a bare environment; takes the network
	PYTHON=$(PYTHON) .ci/release-check

clean:  ## remove caches and the demo index; the virtual environment stays
	rm -rf $(DEMO_INDEX) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find search tests -name __pycache__ -type d -prune -exec rm -rf {} +
