"""A filesystem of the demo tenant."""

from collections.abc import Iterator

import pytest

from anaplan_ext.emulator import Emulator

fsspec = pytest.importorskip("fsspec", reason="the extra fsspec is not installed")
# The entry point of an installed package says the same.
fsspec.register_implementation("anaplan", "anaplan_ext.filesystem.filesystem.AnaplanFileSystem", clobber=True)

NAME, FILE = "flights.csv", "113000000000"
DEV, WORKSPACE = "Planning Dev", "Planning"
CONTENT = b"id,name,amount\n1,one,10\n2,two,20\n"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what cannot pass of fsspec's own tests. It runs with `--exhaustive` only, to prove that."""
    from .test_abstract import reason_to_fail

    for item in items:
        if isinstance(item, pytest.Function) and item.path.name == "test_abstract.py":
            reason = reason_to_fail(item.originalname, item.name)
            if reason is not None:
                item.add_marker(pytest.mark.xfail(reason=reason, strict=True, run=bool(config.option.exhaustive)))


@pytest.fixture
def options(emulator: Emulator) -> dict[str, str]:
    return {"user": emulator.user_email, "password": emulator.password, "base_url": emulator.url}


@pytest.fixture
def fs(options: dict[str, str]) -> "Iterator[fsspec.AbstractFileSystem]":
    fs = fsspec.filesystem("anaplan", **options, skip_instance_cache=True)
    yield fs
    fs.tenant.close()


@pytest.fixture(autouse=True)
def no_other_instances() -> Iterator[None]:
    yield
    cls = fsspec.get_filesystem_class("anaplan")
    for instance in list(cls._cache.values()):
        instance.tenant.close()
    cls.clear_instance_cache()
