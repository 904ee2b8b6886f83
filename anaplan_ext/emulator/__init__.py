"""A local, stateful and strict Anaplan over real HTTP, for demos and tests. It needs the extra `emulator`.

```python
from anaplan_ext.emulator import Emulator

with Emulator() as emulator:
    print(emulator.url, emulator.user_email, emulator.password)

    model = emulator.model(emulator.development_model_id)
    model.add_list("Products", items=["Apples", "Pears"])
    model.add_module("Sales", applies_to=["Products", "Time"], line_items=["Units", "Price"])
    model.add_view("Sales", "By month", rows=["Products"], columns=["Time"], pages=["Line items"])
```
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .demo import demo_tenant
    from .engine.description import TenantError
    from .http.server import Emulator
    from .state.actions import Action, Column, Export, Import, Process
    from .state.cloudworks import CloudWorks, SentNotification
    from .state.exchanges import BodyDigest, Exchange
    from .state.faults import Fault
    from .state.files import File
    from .state.items import Item, Items
    from .state.limits import Limits
    from .state.model import Model
    from .state.oauth import OAuthClient, OAuthState
    from .state.periods import Calendar, Version
    from .state.server_state import ClientArguments
    from .state.structure import AppliedRevision, Part, Revision
    from .state.tenant import Tenant, User, Workspace
    from .state.views import Dashboard, View

__all__ = [
    "Action",
    "AppliedRevision",
    "BodyDigest",
    "Calendar",
    "ClientArguments",
    "CloudWorks",
    "Column",
    "Dashboard",
    "Emulator",
    "Exchange",
    "Export",
    "Fault",
    "File",
    "Import",
    "Item",
    "Items",
    "Limits",
    "Model",
    "OAuthClient",
    "OAuthState",
    "Part",
    "Process",
    "Revision",
    "SentNotification",
    "Tenant",
    "TenantError",
    "User",
    "Version",
    "View",
    "Workspace",
    "demo_tenant",
]

_STATE = (
    "actions",
    "cloudworks",
    "exchanges",
    "faults",
    "files",
    "items",
    "model",
    "oauth",
    "periods",
    "server_state",
    "structure",
    "tenant",
    "views",
)
_MODULES = (".demo", ".http.server", ".engine.description", *(f".state.{name}" for name in _STATE))


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        # Lazy, because pytest imports the plugin wherever this package is installed.
        modules = (vars(importlib.import_module(module, __name__)) for module in _MODULES)
        value: object = next(module[name] for module in modules if name in module)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in ("starlette", "uvicorn", "cryptography"):
            message = f"the emulator needs {error.name}: pip install 'anaplan-client[emulator]'"
            raise ImportError(message, name=error.name) from error
        raise
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
