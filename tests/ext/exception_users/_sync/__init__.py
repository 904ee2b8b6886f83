# Converted by `python -m generator` from tests/ext/exception_users/_async/__init__.py. Edit that file, not this one.
