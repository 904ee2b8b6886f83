"""Package faces that import a name when it is first asked for (PEP 562)."""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module


def lazy_exports(package: str, modules: Mapping[str, str]) -> Callable[[str], object]:
    """Returns a module `__getattr__` that finds each name in the module given for it, relative to the package.

    A name that is given itself as its module is that module.
    """

    def __getattr__(name: str) -> object:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module = import_module(modules[name], package)
        found: object = module if modules[name] == f".{name}" else getattr(module, name)
        # From now on it is found without asking here.
        setattr(sys.modules[package], name, found)
        return found

    return __getattr__
