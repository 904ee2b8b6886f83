"""Sending one request; converted by `python -m generator`."""
