"""Content that only one of the clients can send; the rest is in the tests of both."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from anaplan_ext import AsyncClient, Client
from anaplan_ext.emulator import Emulator

FILE = "113000000000"


async def pieces() -> AsyncIterator[bytes]:
    yield b"id,"
    yield b"amount\n"


class AsyncFile:
    """As the open files of aiofiles, whose questions are to be awaited."""

    closed = False

    async def readable(self) -> bool:
        return True

    async def read(self, size: int = -1) -> bytes:
        raise AssertionError

    def __aiter__(self) -> AsyncIterator[bytes]:
        return pieces()


@pytest.mark.parametrize("make", [pieces, AsyncFile])
def test_asynchronous_content_is_rejected_by_the_synchronous_client(
    make: Callable[[], Any], emulator: Emulator
) -> None:
    with Client(model_id="M", token="t", base_url=emulator.url) as client:
        for call in (
            lambda content: client.upload_file(FILE, content),
            lambda content: client.upload_file_stream(FILE, content),
            lambda content: client.upload_and_import(FILE, content, "112000000000"),
            lambda content: client.transactional.insert_list_items("101000000000", content),
            lambda content: client.transactional.update_module_data("102000000000", content),
        ):
            with pytest.raises(TypeError, match=r"^(content|items|cells) must not be asynchronous .*; use AsyncClient"):
                call(make())
    assert emulator.count() == 0


@pytest.mark.parametrize("make", [pieces, AsyncFile])
async def test_asynchronous_content_is_sent_by_the_asynchronous_client(
    make: Callable[[], Any], emulator: Emulator
) -> None:
    named = {"user_email": emulator.user_email, "password": emulator.password, "base_url": emulator.url}
    async with AsyncClient(model_id=emulator.development_model_id, **named) as client:
        await client.upload_file(FILE, make())
        assert await client.get_file(FILE) == b"id,amount\n"


async def never() -> bytes:
    raise AssertionError


async def test_what_is_to_be_awaited_is_no_content(emulator: Emulator) -> None:
    async with AsyncClient(model_id="M", token="t", base_url=emulator.url) as client:
        content: Any = never()
        assert isinstance(content, Awaitable)
        with pytest.raises(TypeError, match=r"^content must be text, .* \(got coroutine\)"):
            await client.upload_file(FILE, content)
        content.close()
        with pytest.raises(TypeError, match=r"\(got function\)"):
            await client.upload_file(FILE, pieces)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert emulator.count() == 0
