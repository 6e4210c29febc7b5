# A thin face: everything happens in tools/bootstrap.py, which also runs where there is no make.
PYTHON ?= python3
QT ?= pyqt5
NAPARI ?= pinned
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help venv run test lint demo bench fuzz kills docs models package cell matrix

help:
	@$(PYTHON) tools/bootstrap.py --help

venv run test lint demo bench fuzz kills docs models package cell matrix:
	@$(PYTHON) tools/bootstrap.py $@ --qt $(QT) --napari $(NAPARI) -- $(ARGS)
