# Converted by `python -m generator` from anaplan_ext/cloudworks/_async/__init__.py. Edit that file, not this one.
"""The flows of CloudWorks."""
