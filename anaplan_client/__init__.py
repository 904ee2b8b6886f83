"""A typed, low-level client of Anaplan's REST APIs.

Every operation is a pure function that returns a `Request`. A client sends it and returns the typed response:

    from anaplan_client import alm
    from anaplan_client.core.client import ApiClient

`anaplan_ext` has the clients that sign in, retry, wait and transfer files.
"""

from typing import TYPE_CHECKING

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name in ("AsyncClient", "Client"):
            raise ImportError(f"{name} is in anaplan_ext: from anaplan_ext import {name}", name=__name__)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
