"""Files of a model: chunked and single-shot upload, download, deletion. Content belongs to the user who stored it."""

from __future__ import annotations

import asyncio
import gzip
import io
import zlib
from typing import Any

from starlette.responses import Response

from .answers import NOT_FOUND, Call, Refusal, page, read_body, sort_rows, success
from .objects import Blob, Copy, File, Upload
from .state import Model

_MAX_CHUNKS = 1000
_BINARY = "application/octet-stream"
_GZIP = "application/x-gzip"


def list_files(call: Call) -> Response:
    """The model's files, and the outputs of those exports that have been run."""
    now, user_id = call.world.now(), call.user.id
    outputs = [export.output for export in call.model.exports if export.output.blob(user_id, now)]
    rows = [_row(call, file) for file in (*call.model.files, *outputs)]
    return page(call, "file", "files", sort_rows(rows, call.query.get("sort"), None))


def start_upload(call: Call) -> Response:
    """Opens a chunked upload. An unknown id makes a new file of that name, with another id."""
    count = read_body(call, {"chunkCount": int}, missing="Missing mandatory property `chunkCount`")["chunkCount"]
    if count != -1 and not 1 <= count <= _MAX_CHUNKS:
        raise Refusal(400, f"Property `chunkCount` must be -1 or a number from 1 to {_MAX_CHUNKS}")
    file = next((file for file in call.model.files if file.id == call.params["file"]), None)
    if file is None:
        file = _created(call.model, call.params["file"])
    file.uploads[call.user.id] = Upload(count)
    return success(call, "file", {"file": _row(call, file)})


async def put_chunk(call: Call) -> Response:
    """Takes one chunk. With a known count the content changes when the last chunk is there; until then it stays."""
    with call.world.lock:
        file, upload, index = _open_upload(call)
    data = await _chunk_data(call)
    with call.world.lock:
        upload.chunks[index] = data
        if len(upload.chunks) == upload.count:
            _store(call, file, upload)
    return Response(status_code=204)


def complete(call: Call) -> Response:
    """Ends an upload: the content becomes what was sent. Repeating it changes nothing."""
    if not call.body.strip():
        raise Refusal(500, "Internal Server Error")
    file = _find(call)
    if read_body(call, {"id": str})["id"] != file.id:
        raise Refusal(400, "Property `id` is not the id of the file in the path")
    upload = file.uploads.get(call.user.id)
    if upload is None:
        raise Refusal(400, "No upload of this file was started")
    expected = upload.count if upload.count > 0 else len(upload.chunks)
    if not upload.chunks or any(index not in upload.chunks for index in range(expected)):
        raise Refusal(400, "Not all chunks of this file have been uploaded")
    if not upload.complete:
        _store(call, file, upload)
    return success(call, "file", {"file": _row(call, file)})


def put_file(call: Call) -> Response:
    """Takes the whole content at once."""
    file = _find(call)
    if call.media_type != _BINARY:
        raise Refusal(415, "Unsupported Media Type")
    file.uploads.pop(call.user.id, None)
    file.copies[call.user.id] = Copy(Blob([call.body]), call.world.now())
    return Response(status_code=204)


def get_file(call: Call) -> Response:
    """The raw bytes; 404 without content."""
    return Response(_content(call).whole(), media_type=_BINARY)


def list_chunks(call: Call) -> Response:
    """The download chunks; the key is missing without content."""
    blob = _find(call, outputs=True).blob(call.user.id, call.world.now())
    return page(call, "chunk", "chunks", chunk_rows(len(blob or ()), call.world.options.download_chunk_size))


def get_chunk(call: Call) -> Response:
    """The bytes of one download chunk."""
    blob = _content(call)
    start, stop = chunk_range(len(blob), call.world.options.download_chunk_size, call.params["chunk"])
    return Response(blob.slice(start, stop), media_type=_BINARY)


def delete_file(call: Call) -> Response:
    """Drops the user's own copy; the default content stays."""
    file = _find(call, outputs=True)
    file.copies.pop(call.user.id, None)
    file.uploads.pop(call.user.id, None)
    return Response(status_code=204)


def chunk_rows(length: int, size: int) -> list[dict[str, Any]]:
    """The list of download chunks of a content of that many bytes."""
    return [{"id": str(index), "name": f"Chunk {index}"} for index in range(-(-length // size))]


def chunk_range(length: int, size: int, index: str) -> tuple[int, int]:
    """First and last byte (exclusive) of a download chunk, or a 404."""
    if not (index.isascii() and index.isdigit()) or int(index) * size >= length:
        raise Refusal(404, NOT_FOUND)
    return int(index) * size, min(length, (int(index) + 1) * size)


def _row(call: Call, file: File) -> dict[str, Any]:
    blob = file.blob(call.user.id, call.world.now())
    return {
        "id": file.id,
        "name": file.name,
        "chunkCount": len(chunk_rows(len(blob or ()), call.world.options.download_chunk_size)),
        "delimiter": file.delimiter,
        "encoding": "UTF-8",
        "firstDataRow": 2,
        "format": "txt",
        "headerRow": 1,
        "separator": file.separator,
    }


def _find(call: Call, *, outputs: bool = False) -> File:
    found = (*call.model.files, *(export.output for export in call.model.exports if outputs))
    for file in found:
        if file.id == call.params["file"]:
            return file
    raise Refusal(404, NOT_FOUND)


def _content(call: Call) -> Blob:
    blob = _find(call, outputs=True).blob(call.user.id, call.world.now())
    if blob is None:
        raise Refusal(404, NOT_FOUND)
    return blob


def _created(model: Model, name: str) -> File:
    numbers = [int(file.id) for file in model.files if file.id.isdigit() and file.id.startswith("113")]
    file = File(id=str(max(numbers, default=112_999_999_999) + 1), name=name)
    model.files.append(file)
    return file


def _open_upload(call: Call) -> tuple[File, Upload, int]:
    file, text = _find(call), call.params["chunk"]
    upload = file.uploads.get(call.user.id)
    if upload is None or (upload.complete and upload.count == -1):
        raise Refusal(400, "No upload of this file was started")
    limit = upload.count if upload.count > 0 else _MAX_CHUNKS
    if not (text.isascii() and text.isdigit()) or int(text) >= limit:
        raise Refusal(400, f"The chunk number must be from 0 to {limit - 1}")
    if call.media_type not in (_BINARY, _GZIP):
        raise Refusal(415, "Unsupported Media Type")
    return file, upload, int(text)


async def _chunk_data(call: Call) -> bytes:
    limit = call.world.options.upload_chunk_limit
    data = call.body
    if call.media_type == _GZIP:
        data = await asyncio.to_thread(_gunzip, data, limit) if len(data) > 100_000 else _gunzip(data, limit)
    if len(data) > limit:
        raise Refusal(413, f"A chunk must not be larger than {limit} bytes before compression")
    return data


def _gunzip(data: bytes, limit: int) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            return stream.read(limit + 1)
    except (OSError, EOFError, zlib.error):
        raise Refusal(400, "The chunk is not valid gzip") from None


def _store(call: Call, file: File, upload: Upload) -> None:
    blob = Blob([upload.chunks[index] for index in sorted(upload.chunks)])
    file.copies[call.user.id] = Copy(blob, call.world.now())
    upload.complete = True
    if upload.count == -1:
        upload.chunks = dict.fromkeys(upload.chunks, b"")
