# The two commands: make book, make test. Everything else is listed by: make help
PYTHON ?= python3
VENV ?= .venv
JOBS ?= 2
TORCH ?=
UV := uv==0.13.9

export PYTHONPATH := $(CURDIR)
# Python may keep what it compiled: over a hundred processes begin by importing torch, 7 s more in each where none does.
export PYTHONDONTWRITEBYTECODE :=

PY := "$(VENV)/bin/python"
# Named by content, not by date: a clone, a branch switch or a shared VENV is up to date exactly when the text is the same.
# The CPU build of torch is an environment of its own kind: changing TORCH makes it anew.
PINS = .pins$(if $(TORCH),-$(TORCH))-$(shell cksum < requirements.txt | cut -d' ' -f1)
PACKAGE = .package-$(shell cksum < pyproject.toml | cut -d' ' -f1)
ENVIRONMENT := PYTHON="$(PYTHON)" VENV="$(VENV)" TORCH="$(TORCH)" JOBS="$(JOBS)" UV="$(UV)" PINS="$(PINS)" PACKAGE="$(PACKAGE)" sh tools/environment.sh

.NOTPARALLEL:
.PHONY: welcome help book paper slides test site env strip bench mutants claims lint lock rehome released dist clean distclean

welcome:  # bare make begins nothing
	@echo "make book   build the book, make test   run every test; the first of them also installs what is needed into $(VENV):"
	@echo "            6.5 GB on Linux, 1.9 GB with TORCH=cpu, some minutes. make help lists the rest. Nothing was done."

book: env  ## build the book into _build/html; notebooks run unless a green copy of the same content is at hand (JOBS=n at a time)
	@$(PY) tools/book.py build --jobs $(JOBS)

test: env  ## run all tests, notebooks included (JOBS=n at a time)
	@$(PY) tools/book.py stage
	@$(PY) -m pytest -n $(JOBS) --nbmake --overwrite --nbmake-timeout=120 --ignore=tests/site tests .book/run

site: env  ## try the built book in Chromium: every page, search, buttons, playground, keyboard, 390 px, print (JOBS=n at a time)
	@$(PY) -m pytest -q -rs -n $(JOBS) tests/site

paper: env  ## a PDF and an EPUB of the built book into _build/paper (make book first; the PDF takes Chromium)
	@$(PY) tools/paper.py

slides: env  ## slides of every chapter anew, into _build/html/_static/slides (make book first, which makes them too)
	@$(PY) tools/slides.py

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*##/\1 -/p' Makefile

env:  ## the environment alone (VENV=path, default .venv; TORCH=cpu: PyTorch without GPU libraries, 1.9 GB in place of 6.5)
	@$(ENVIRONMENT)
strip: env  ## bring the notebooks into their committed form (no outputs, fixed ids, current first cell)
	@$(PY) -m ruff format --quiet notebooks
	@$(PY) tools/book.py strip

bench: env  ## what a run costs on this machine (BENCH=--all: every method, into results/bench; BENCH=--encoder: fine-tuning; BENCH=--browser: pages that train)
	@$(PY) tools/bench.py $(BENCH)

mutants: env  ## change formulas and studies one at a time, two seeded samples of 100, and see whether a test notices (an hour)
	@$(PY) tools/mutate.py --seed 0 --count 100 --jobs $(JOBS) sequifi_lite/learning/methods sequifi_lite/evaluation/metrics.py sequifi_lite/learning/schedule.py sequifi_lite/learning/class_order.py sequifi_lite/learning/loop.py
	@$(PY) tools/mutate.py --seed 1 --count 100 --jobs $(JOBS) --reasons results/mutants-studies/reasons.csv sequifi_lite/evaluation/statistics.py sequifi_lite/data/splits.py sequifi_lite/data/partition.py sequifi_lite/data/problem.py sequifi_lite/studies/tables sequifi_lite/studies/plans/tuning.py sequifi_lite/studies/plans/verdict.py sequifi_lite/studies/plans/forgetting_map.py sequifi_lite/studies/plans/replay.py sequifi_lite/studies/plans/corrections.py sequifi_lite/studies/tuning.py sequifi_lite/studies/layer_sweep.py sequifi_lite/studies/outcome.py sequifi_lite/studies/training_run.py sequifi_lite/studies/finetuning_training.py sequifi_lite/finetuning/gaussians.py sequifi_lite/finetuning/steps.py sequifi_lite/finetuning/importance.py

claims: env  ## rewrite every number in prose that carries a key, from the tables in results/
	@$(PY) tools/claims.py

lint: env  ## style of the Python files and notebooks
	@$(PY) -m ruff check .

rehome: env  ## move the project's address, everywhere: make rehome REPO=owner/name [REF=what first cells install]
	@$(PY) tools/rehome.py $(if $(REPO),"$(REPO)") $(if $(REF),--ref "$(REF)")

released: env  ## is what is here what the tag of this version holds? what is published has to be
	@$(PY) tools/rehome.py --released

dist: env  ## wheel and source package in dist, checked by twine where it is installed
	@rm -rf dist
	@$(PY) -m hatchling build -d dist
	@if $(PY) -c "import twine" 2>/dev/null; then $(PY) -m twine check --strict dist/*; else echo "not checked: twine is not installed in $(VENV)"; fi

# uv lives in a folder of its own: the pins can be remade when the environment is broken.
lock:  ## remake requirements.txt from requirements.in
	@test -x .book/uv/bin/uv || { $(PYTHON) -m venv .book/uv && .book/uv/bin/pip install --quiet $(UV); }
	@.book/uv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --fork-strategy fewest --no-header \
	  --no-annotate --no-emit-index-url --no-emit-find-links -o requirements.txt requirements.in

clean:  ## remove what was built; the environment stays
	@rm -rf _build .book .pytest_cache .ruff_cache build dist
	@find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +

distclean: clean  ## remove the environment too
	@rm -rf .venv *.egg-info
