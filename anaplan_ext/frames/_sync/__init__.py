# Converted by `python -m generator` from anaplan_ext/frames/_async/__init__.py. Edit that file, not this one.
"""Read tables."""
