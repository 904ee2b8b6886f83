"""Downloads, whole or by chunk: files of a model, outputs of its exports, and failure dumps of tasks."""

from __future__ import annotations

from starlette.responses import Response

from ..http.errors import Refusal
from ..http.paging import listing
from ..http.request import Call
from ..state.objects import File, Pieces, still_kept
from . import tasks


def get_whole(call: Call) -> Response:
    """All bytes; 404 without content, but 204 for the dump of an import that had none."""
    content = _content(call)
    if not content:
        if "task" in call.params and "dumped" not in call.params and not _had_dump(call):
            return Response(status_code=204)
        raise Refusal()
    return Response(b"".join(content), media_type=_media_type(call))


def list_chunks(call: Call) -> Response:
    """The chunks to download; the key is missing for a file without content."""
    content = _content(call)
    if not content and "task" in call.params:
        raise Refusal()
    numbers = range(chunk_count(call, content))
    return listing(call, "chunk", "chunks", numbers, lambda number: {"id": str(number), "name": f"Chunk {number}"})


def get_chunk(call: Call) -> Response:
    """The bytes of one chunk."""
    content, index, size = _content(call), call.params["chunk"], call.world.download_chunk_size
    if not (index.isascii() and index.isdigit()) or int(index) >= chunk_count(call, content):
        raise Refusal()
    return Response(_cut(content, int(index) * size, (int(index) + 1) * size), media_type=_media_type(call))


def chunk_count(call: Call, content: Pieces) -> int:
    """How many chunks a download of that content has."""
    return -(-sum(map(len, content)) // call.world.download_chunk_size)


def find_file(call: Call, *, outputs: bool = False) -> File:
    """The file the path names, or a 404; with `outputs` also that of an export."""
    for file in (*call.model.files, *(export.output for export in call.model.exports if outputs)):
        if file.id == call.params["file"]:
            return file
    raise Refusal()


def _content(call: Call) -> Pieces:
    now, user_id, model = call.world.now(), call.user.id, call.model
    if "task" not in call.params:
        return find_file(call, outputs=True).seen_by(user_id, now)
    task = tasks.find(call)
    task_id, dump = still_kept(model.dumps, (user_id, _dumped(call)), now, touch=True) or ("", b"")
    return (dump,) if task_id == task.id else ()


def _dumped(call: Call) -> str:
    return call.params.get("dumped", call.params["object"])


def _had_dump(call: Call) -> bool:
    result = tasks.find(call).result
    return result is not None and bool(result.get("failureDumpAvailable"))


def _media_type(call: Call) -> str:
    return "text/plain" if "task" in call.params else "application/octet-stream"


def _cut(content: Pieces, start: int, stop: int) -> bytes:
    found: list[bytes | memoryview] = []
    for piece in content:
        if start <= 0 and stop >= len(piece):
            found.append(piece)
        elif start < len(piece):
            found.append(memoryview(piece)[max(0, start) : stop])
        start, stop = start - len(piece), stop - len(piece)
        if stop <= 0:
            break
    return b"".join(found)
