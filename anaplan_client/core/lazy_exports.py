"""Packages that import each of their names at first use (PEP 562)."""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module


def lazy_exports(package: str, modules: Mapping[str, str]) -> Callable[[str], object]:
    """Return the `__getattr__` of a package.

    Args:
        package: The package's name.
        modules: The module of each exported name, relative to the package. `.name` for `name` is the module itself.
    """

    def get_attribute(name: str) -> object:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module = import_module(modules[name], package)
        value: object = module if modules[name] == f".{name}" else getattr(module, name)
        setattr(sys.modules[package], name, value)  # the next use does not come here
        return value

    return get_attribute
