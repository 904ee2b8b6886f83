# Converted by `python -m generator` from tests/faults/_async/__init__.py. Edit that file, not this one.
