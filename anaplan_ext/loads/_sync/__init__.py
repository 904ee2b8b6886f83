# Converted by `python -m generator` from anaplan_ext/loads/_async/__init__.py. Edit that file, not this one.
"""The flow of loads."""
