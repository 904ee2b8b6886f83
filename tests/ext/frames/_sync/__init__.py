# Converted by `python -m generator` from tests/ext/frames/_async/__init__.py. Edit that file, not this one.
