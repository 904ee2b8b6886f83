"""Every way in which a client sends something, for either client."""

import inspect
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from anaplan_client import integration
from anaplan_ext import AsyncClient, Client
from anaplan_ext.emulator import Emulator

FILE, IMPORT = 113000000000, 112000000000
CONTENT = b"id,amount\n1,10\n"
CLIENTS: dict[str, Any] = {"async": AsyncClient, "sync": Client}


def make(kind: str, emulator: Emulator | None = None, **options: Any) -> Any:
    """A client for the emulator's model, without retries; `emulator` gives what no option says."""
    known: dict[str, Any] = {"workspace_id": "8a868cdd860f71f9018616b2c0d70123", "model_id": "A" * 32}
    if emulator is not None:
        known = {"workspace_id": emulator.workspace_id, "model_id": emulator.development_model_id}
    if not {"token", "auth", "certificate", "user_email"} & set(options):
        known |= {"user_email": emulator.user_email if emulator else "ada@example.com"}
        known |= {"password": emulator.password if emulator else "canary"}
    return CLIENTS[kind](**{"retry_count": 0, "timeout": 20, **known, **options})


async def settle(result: Any) -> Any:
    """Awaits what is to be awaited, and reads what is to be read."""
    if inspect.isawaitable(result):
        return await result
    if hasattr(result, "__aiter__"):
        return b"".join([piece async for piece in result])
    return b"".join(result) if inspect.isgenerator(result) else result


async def close(client: Any) -> None:
    await settle(client.aclose() if hasattr(client, "aclose") else client.close())


async def _streamed(client: Any, folder: Path) -> bytes:
    request = integration.download_file_chunk(client.model_id, str(FILE), 0)
    if hasattr(client, "aclose"):
        async with client.stream(request) as pieces:
            return b"".join([piece async for piece in pieces])
    with client.stream(request) as pieces:
        return b"".join(pieces)


Call = Callable[[Any, Path], Awaitable[Any]]
CALLS: dict[str, Call] = {
    "JSON": lambda client, _: settle(client.list_files()),
    "an upload": lambda client, _: settle(client.upload_file(FILE, CONTENT)),
    "an upload of pieces": lambda client, _: settle(client.upload_file_stream(FILE, [CONTENT])),
    "an action": lambda client, _: settle(client.run_action(IMPORT)),
    "a download": lambda client, _: settle(client.get_file(FILE)),
    "a download in pieces": lambda client, _: settle(client.get_file_stream(FILE)),
    "a download to a file": lambda client, folder: settle(client.download_file(FILE, folder / "file.csv")),
    "a request": lambda client, _: settle(client.send(integration.list_files(client.model_id))),
    "a stream": _streamed,
}
