# A thin face: everything happens in tools/bootstrap.py, which also runs where there is no make.
PYTHON ?= python3
QT ?= pyqt5
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help venv run test lint demo bench fuzz docs models

help:
	@$(PYTHON) tools/bootstrap.py --help

venv run test lint demo bench fuzz docs models:
	@$(PYTHON) tools/bootstrap.py $@ --qt $(QT) -- $(ARGS)
