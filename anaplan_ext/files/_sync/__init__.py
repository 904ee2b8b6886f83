# Converted by `python -m generator` from anaplan_ext/files/_async/__init__.py. Edit that file, not this one.
"""The flow of files."""
