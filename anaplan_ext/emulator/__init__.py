"""A local, stateful and strict Anaplan over real HTTP, for demos and tests. Needs the extra `emulator`.

from anaplan_ext.emulator import Emulator

with Emulator() as emulator:
    print(emulator.url, emulator.user_email, emulator.password)
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .app import BodyDigest, Exchange
    from .demo import demo_tenant
    from .faults import Fault
    from .objects import Action, Export, File, Import, ModuleContent, Process
    from .server import Emulator
    from .state import AppliedRevision, Model, Revision, Tenant, User, Workspace
    from .structure import LineItem, ListDefinition, ModuleDefinition, Structure

__all__ = [
    "Action",
    "AppliedRevision",
    "BodyDigest",
    "Emulator",
    "Exchange",
    "Export",
    "Fault",
    "File",
    "Import",
    "LineItem",
    "ListDefinition",
    "Model",
    "ModuleContent",
    "ModuleDefinition",
    "Process",
    "Revision",
    "Structure",
    "Tenant",
    "User",
    "Workspace",
    "demo_tenant",
]

_HOMES = {
    "Action": "objects",
    "BodyDigest": "app",
    "Emulator": "server",
    "Exchange": "app",
    "Export": "objects",
    "Fault": "faults",
    "File": "objects",
    "Import": "objects",
    "LineItem": "structure",
    "ListDefinition": "structure",
    "ModuleContent": "objects",
    "ModuleDefinition": "structure",
    "Process": "objects",
    "Structure": "structure",
    "demo_tenant": "demo",
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        module = importlib.import_module(f".{_HOMES.get(name, 'state')}", __name__)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in ("starlette", "uvicorn", "cryptography"):
            message = f"the emulator needs {error.name}: pip install 'anaplan-client[emulator]'"
            raise ImportError(message, name=error.name) from error
        raise
    value: object = getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
