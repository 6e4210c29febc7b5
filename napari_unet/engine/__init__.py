"""Runs core jobs in one warm worker process, so that the window stays smooth and survives whatever a job does."""
