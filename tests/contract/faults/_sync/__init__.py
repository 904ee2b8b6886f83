# Converted by `python -m generator` from tests/contract/faults/_async/__init__.py. Edit that file, not this one.
