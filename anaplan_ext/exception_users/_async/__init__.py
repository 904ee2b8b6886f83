"""Flows: written in `_async`, converted to `_sync` by `python -m generator`."""
