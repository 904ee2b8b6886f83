"""Download files, export outputs and failure dumps, whole or by chunk."""

from __future__ import annotations

from starlette.responses import Response

from ..http.request import HTTPError, Request, find_by_id
from ..http.responses import list_response
from ..http.validation import parse_index
from ..state.files import File, Pieces, get_unexpired
from ..state.values import Json
from . import tasks


def get_content(request: Request) -> Response:
    """Return all bytes. Without content 404, but 204 for the dump of an import that had none."""
    content = _find_content(request)
    if not content:
        if "task" in request.params and "dumped" not in request.params and not _had_dump(request):
            return Response(status_code=204)
        raise HTTPError()
    return Response(b"".join(content), media_type=_media_type(request))


def list_chunks(request: Request) -> Response:
    """List the chunks to download; without content the key is missing."""
    content = _find_content(request)
    if not content and "task" in request.params:
        raise HTTPError()
    numbers = range(count_chunks(request, content))

    def serialize(number: int) -> Json:
        return {"id": str(number), "name": f"Chunk {number}"}

    return list_response(request, "chunk", "chunks", numbers, serialize)


def get_chunk(request: Request) -> Response:
    """Return the bytes of one chunk."""
    content, size = _find_content(request), request.server.download_chunk_size
    index = parse_index(request.params["chunk"], count_chunks(request, content))
    if index is None:
        raise HTTPError()
    return Response(_slice(content, index * size, (index + 1) * size), media_type=_media_type(request))


def count_chunks(request: Request, content: Pieces) -> int:
    """Count the chunks in which the content is downloaded."""
    return -(-sum(map(len, content)) // request.server.download_chunk_size)


def find_file(request: Request, *, outputs: bool = False) -> File:
    """Find the file named in the path; `outputs` includes those of exports. 404 if there is none."""
    exports = request.model.exports if outputs else ()
    return find_by_id((*request.model.files, *(export.output for export in exports)), request.params["file"])


def _find_content(request: Request) -> Pieces:
    now, user_id, model = request.server.now(), request.user.id, request.model
    if "task" not in request.params:
        return find_file(request, outputs=True).content_for(user_id, now)
    task = tasks.find_task(request)
    task_id, dump = get_unexpired(model.dumps, (user_id, _dump_object_id(request)), now, touch=True) or ("", b"")
    return (dump,) if task_id == task.id else ()


def _dump_object_id(request: Request) -> str:
    return request.params.get("dumped", request.params["object"])


def _had_dump(request: Request) -> bool:
    result = tasks.find_task(request).result
    return result is not None and bool(result.get("failureDumpAvailable"))


def _media_type(request: Request) -> str:
    return "text/plain" if "task" in request.params else "application/octet-stream"


def _slice(content: Pieces, start: int, stop: int) -> bytes:
    slices: list[bytes | memoryview] = []
    for piece in content:
        if start <= 0 and stop >= len(piece):
            slices.append(piece)
        elif start < len(piece):
            slices.append(memoryview(piece)[max(0, start) : stop])
        start, stop = start - len(piece), stop - len(piece)
        if stop <= 0:
            break
    return b"".join(slices)
