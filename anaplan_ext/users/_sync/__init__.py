# Converted by `python -m generator` from anaplan_ext/users/_async/__init__.py. Edit that file, not this one.
"""Flows: written in `_sync`, converted to `_sync` by `python -m generator`."""
