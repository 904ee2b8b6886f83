# Converted by `python -m generator` from tests/ext/transport/_async/__init__.py. Edit that file, not this one.
