# Parley. `make` alone lists the verbs. Needs make and Python 3.11 or later; the rest is installed below this folder.

SHELL := /bin/sh
.DEFAULT_GOAL := help
PYTHON ?= python3
PORT ?= 4566
UV_VERSION := 0.13.9

DEV := $(CURDIR)/.venv/bin
SAM := $(CURDIR)/.tools/sam/bin/sam
TORCH := $(CURDIR)/.tools/model/bin
STEP := local/step
WEIGHTS := layers/toxicity/toxicity/model/model.onnx.data
# `sam build` finds uv on the path. Uv alone: the python beside it must not stand in for this machine's.
export PATH := $(CURDIR)/.tools/bin:$(PATH)
export SAM_CLI_TELEMETRY := 0
export PYTHONUTF8 := 1

.PHONY: help install run stop clean-local token test lint bench web model train evaluate test-model score build deploy redrive erase lock chromium

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

# -----------------------------------------------------------------------------------------------------
# Environments, each from its lock. Kept apart because their pins exclude each other.
# -----------------------------------------------------------------------------------------------------

install: .venv/installed .tools/sam/installed .tools/emulator/installed $(WEIGHTS) ## Everything that building, running and testing need

.tools/uv/$(UV_VERSION):
	@$(STEP) "Installing uv" local/install-uv $(PYTHON) $(UV_VERSION)
	@touch $@

.venv/installed: requirements/dev.txt .tools/uv/$(UV_VERSION)
	@$(STEP) "Installing the development environment" local/install .venv requirements/dev.txt $(PYTHON)
	@touch $@

.tools/%/installed: requirements/%.txt .tools/uv/$(UV_VERSION)
	@$(STEP) "Installing .tools/$*" local/install .tools/$* requirements/$*.txt $(PYTHON)
	@touch $@

# Torch goes first and by itself: a lock entry would drag in packages for graphics cards.
.tools/model/installed: requirements/model.txt
	@$(STEP) "Installing torch (large)" sh -c '$(PYTHON) -m venv --clear .tools/model && .tools/model/bin/pip install -q --disable-pip-version-check torch==2.13.0'
	@$(STEP) "Installing .tools/model" .tools/model/bin/pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements/model.txt
	@touch $@

.tools/model/training: requirements/training.txt .tools/model/installed
	@$(STEP) "Installing what training needs" .tools/model/bin/pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements/training.txt
	@touch $@

# Follows from the checkpoint, so it is not in the repository; a model of somebody's own stays.
$(WEIGHTS): layers/toxicity/toxicity/model/manifest.json layers/toxicity/checkpoint/SHA256SUMS .venv/installed
	@$(STEP) "Making the model's weights from its checkpoint" env PYTHONPATH=layers/toxicity $(DEV)/python -m export.weights
	@touch $@

web/node_modules/installed: web/package.json web/package-lock.json web/.npmrc
	@local/node
	@$(STEP) "Installing web/node_modules" npm ci --prefix web
	@touch $@

lock: .tools/uv/$(UV_VERSION) ## Compile the requirements files from pyproject.toml
	@local/lock

# -----------------------------------------------------------------------------------------------------
# The local stack
# -----------------------------------------------------------------------------------------------------

run: install ## Start Parley on this machine; Ctrl-C stops it
	@$(DEV)/python local/run.py --port $(PORT)

stop: ## Stop a running `make run`
	@$(PYTHON) local/stop.py

clean-local: stop ## Forget the local stack's data
	@rm -rf "$${PARLEY_LOCAL:-.local}" && echo "The local stack's data are gone."

token: ## Print a bearer token: make token USER=ann
	@$(if $(filter command line,$(origin USER)),,echo 'Say whose: make token USER=ann' >&2; exit 2;) $(DEV)/python local/bearer.py "$(USER)"

# -----------------------------------------------------------------------------------------------------
# Building and deploying
# -----------------------------------------------------------------------------------------------------

build: .tools/sam/installed $(WEIGHTS) ## Build for AWS: python3.13, arm64
	@$(STEP) "Building for AWS" env PARLEY_TARGET=lambda $(SAM) build

deploy: build ## Deploy to AWS, asking for what it needs to know
	$(SAM) deploy --guided

redrive: .venv/installed ## Try again what a deployed stack set aside: make redrive STACK=parley
	@$(if $(STACK),,echo 'Say which: make redrive STACK=parley' >&2; exit 2;) $(DEV)/python operations/redrive.py "$(STACK)"

web: web/node_modules/installed ## Build the pages and the embed script from web/; prints their sizes
	@node web/build.js

erase: .venv/installed ## Erase what is kept of an author: make erase STACK=parley AUTHOR=their-public-id
	@$(if $(and $(STACK),$(AUTHOR)),,echo 'Say who: make erase STACK=parley AUTHOR=their-public-id' >&2; exit 2;) $(DEV)/python operations/erase.py "$(STACK)" "$(AUTHOR)"

# -----------------------------------------------------------------------------------------------------
# Proof
# -----------------------------------------------------------------------------------------------------

test: install chromium web/node_modules/installed ## Everything, from lint to browser; ends with a line of counts
	@$(DEV)/python -m tests lint web unit integration build e2e browser

lint: install ## Formatting, style, types, the template
	@$(DEV)/python -m tests lint

bench: install chromium ## Measure; prints a table and writes build/bench.json
	@$(DEV)/python -m tests.benchmarks

chromium:
	@local/chromium

# -----------------------------------------------------------------------------------------------------
# The model
# -----------------------------------------------------------------------------------------------------

score: .venv/installed $(WEIGHTS) ## Score comments, one a line on standard input
	@cd layers/toxicity && $(DEV)/python -m toxicity

model: .tools/model/installed ## Export a model for the functions: make model [MODEL=bundled|NAME|FOLDER] [DATA=FOLDER] [OUT=FOLDER]
	@PYTHONPATH=layers/toxicity $(TORCH)/python -m export $(if $(MODEL),"$(MODEL)") $(if $(DATA),--calibrate "$(DATA)") $(if $(OUT),--out "$(OUT)")

train: .tools/model/training ## Train the bundled model anew, or go on: make train [DATA=../shared/data/toxicity] [STEPS=8700] [FROM=CHECKPOINT]
	@PYTHONPATH=layers/toxicity $(TORCH)/python -m training --data "$(or $(DATA),../shared/data/toxicity)" --out build/training $(if $(STEPS),--steps $(STEPS)) $(if $(FROM),--start "$(FROM)")

evaluate: .tools/model/training $(WEIGHTS) ## Measure a model and write docs/model-card.md: make evaluate [MODEL=...] [DATA=...] [CHECK=1]
	@PYTHONPATH=layers/toxicity $(TORCH)/python -m training.evaluation $(if $(MODEL),--model "$(MODEL)") --data "$(or $(DATA),../shared/data/toxicity)" --start ../shared/model $(if $(CHECK),--check)

test-model: .tools/model/installed $(WEIGHTS) ## The exported model scores as Detoxify does
	@$(TORCH)/python -m pytest tests/model --junitxml build/tests/model.xml
