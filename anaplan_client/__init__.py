"""A typed, low-level client of Anaplan's REST APIs.

Every operation is a pure function that returns a `Request`; a client sends it and returns the typed answer:

    from anaplan_client import alm
    from anaplan_client.core import ApiClient

`anaplan_ext` has the clients that sign in, repeat, wait and transfer files.
"""
