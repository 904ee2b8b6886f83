# Converted by `python -m generator` from anaplan_ext/_async/__init__.py. Edit that file, not this one.
"""The flows of the clients: written once, here or beside, and converted by `python -m generator`."""
