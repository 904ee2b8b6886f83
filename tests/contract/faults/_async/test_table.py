"""Each operation, with each fault: what it comes to is in `docs/faults.md`, and the emulator says whether it is so."""

import re
from collections.abc import Iterator

import httpx
import pytest

from anaplan_ext import AnaplanError
from anaplan_ext.concurrency import _async as concurrency
from anaplan_ext.emulator import Emulator, Fault

from ..leaks import no_leaks
from ..table import FAULTS, SLOW, expected, table
from .families import FAMILIES, Family, scene

PATIENCE = 1.0


@pytest.fixture(scope="module")
def shared() -> Iterator[Emulator]:
    # Without the slow check against the specifications: other tests send the same requests.
    with no_leaks(), Emulator(observer=None) as emulator:
        yield emulator


def test_the_table_has_every_fault_and_every_operation() -> None:
    assert list(table()) == list(FAULTS)
    assert len(FAULTS) >= 60
    assert {column for cells in table().values() for column in cells} == {family.column for family in FAMILIES.values()}


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault not in SLOW])
async def test_every_operation_comes_to_what_the_table_says(fault: str, shared: Emulator) -> None:
    wanted = expected(fault)
    found = {name: await outcome(shared, family, fault) for name, family in FAMILIES.items() if family.column in wanted}
    assert found == {name: FAMILIES[name].expects(fault, wanted) for name in found}


@pytest.mark.parametrize("fault", SLOW)
async def test_every_operation_comes_to_what_the_table_says_of_what_is_slow(fault: str) -> None:
    wanted = expected(fault)

    async def one(name: str) -> tuple[str, str]:
        with Emulator(observer=None) as emulator:
            return name, await outcome(emulator, FAMILIES[name], fault)

    # Concurrently, because each waits for its timeout.
    async with concurrency.closing(concurrency.map_concurrently(one, FAMILIES, len(FAMILIES))) as results:
        found = dict([result async for result in results])
    assert found == {name: FAMILIES[name].expects(fault, wanted) for name in found}


async def outcome(emulator: Emulator, family: Family, fault: str) -> str:
    """What an operation comes to when its step goes wrong, and how often that was tried."""
    wrong = FAULTS[fault]
    armed: list[Fault | None] = []

    async def end_token(request: httpx.Request) -> None:
        # When the step is about to be made for the first time.
        if armed and request.method == family.method and re.search(family.path, request.url.path):
            emulator.expire_tokens()
            if (then := armed.pop()) is not None:
                emulator.inject(then)

    here = scene(emulator, timeout=PATIENCE if fault in SLOW else 60, hooks={"request": [end_token]})
    async with here.client:
        here.prepared = await family.prepare(here)
        emulator.exchanges.clear()
        emulator.effects.clear()
        if "sign_in" in wrong:
            armed.append(Fault(path="/token/authenticate$", **wrong["sign_in"]) if wrong["sign_in"] else None)
        else:
            emulator.inject(Fault(method=family.method, path=family.path, **wrong))
        try:
            result = await family.run(here)
        except AnaplanError as error:
            came_to: str = type(error).__name__
        else:
            came_to = "ok" if family.right(here, result) else "something else, as if it were right"
    await settled(emulator)
    emulator.catch_up()
    if family.effect is not None:
        check_effects(family, came_to, emulator.effects[family.effect])
    return f"{came_to} {emulator.count(family.method, family.path)}"


async def settled(emulator: Emulator) -> None:
    """Wait until the emulator has seen the end of every request, including the abandoned ones."""
    while emulator.in_flight:
        await concurrency.sleep(0.001)


def check_effects(family: Family, came_to: str, effects: int) -> None:
    """Holds an end against what the emulator counted: nothing twice, nothing lost, nothing denied that was done."""
    if came_to == "ok":
        assert effects == 1, "a false success"
    elif came_to == "OutcomeUnknown" or family.column == "report":
        # Anaplan does not list reports, and to generate one twice does no harm.
        assert effects <= 1, "done twice"
    else:
        assert effects == 0, f"{came_to}, but it was done"
