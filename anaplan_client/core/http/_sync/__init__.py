# Converted by `python -m generator` from anaplan_client/core/http/_async/__init__.py. Edit that file, not this one.
"""Sending one request; converted by `python -m generator`."""
