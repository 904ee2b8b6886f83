# Converted by `python -m generator` from tests/ext/files/_async/__init__.py. Edit that file, not this one.
