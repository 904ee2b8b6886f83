"""The flows of the clients: written once, here or beside, and converted by `python -m generator`."""
