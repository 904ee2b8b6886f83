"""Files of a model: their list, upload in chunks or at once, deletion. Content belongs to the user who stored it."""

from __future__ import annotations

import asyncio
import gzip
import io
import zlib
from functools import partial

from starlette.responses import Response

from ..http.errors import Refusal
from ..http.paging import listing
from ..http.request import Call
from ..http.responses import success
from ..http.validation import read_body
from ..state.objects import File, Json, Kept, Upload
from .downloads import chunk_count, find_file

BINARY = "application/octet-stream"
_GZIP = "application/x-gzip"
_MAX_CHUNKS = 1000


def list_files(call: Call) -> Response:
    """The model's files, and the outputs of those exports that have been run."""
    now, user_id = call.world.now(), call.user.id
    outputs = [export.output for export in call.model.exports if export.output.seen_by(user_id, now)]
    return listing(call, "file", "files", (*call.model.files, *outputs), partial(_row, call))


def start_upload(call: Call) -> Response:
    """Opens a chunked upload. An unknown id makes a new file of that name, with another id."""
    count = read_body(call, {"chunkCount": int, "id": str}, optional=("id",))["chunkCount"]
    if count != -1 and not 1 <= count <= _MAX_CHUNKS:
        raise Refusal(400, f"Property `chunkCount` must be -1 or a number from 1 to {_MAX_CHUNKS}")
    file = next((file for file in call.model.files if file.id == call.params["file"]), None)
    if file is None:
        taken = [int(file.id) for file in call.model.files if file.id.isdigit() and file.id.startswith("113")]
        file = File(id=str(max(taken, default=112_999_999_999) + 1), name=call.params["file"], uploaded=True)
        call.model.files.append(file)
    file.uploads[call.user.id] = Upload(count)
    return success(call, "file", {"file": _row(call, file)})


async def put_chunk(call: Call) -> Response:
    """Takes one chunk. With a known count the content changes when the last chunk is there; until then it stays."""
    file, upload, index = _open_upload(call)
    data, limit = call.body, call.world.upload_chunk_limit
    if call.media_type == _GZIP:
        data = await asyncio.to_thread(_gunzip, data, limit)
    if len(data) > limit:
        raise Refusal(400, f"A chunk must not be larger than {limit} bytes before compression")
    with call.world.lock:
        upload.chunks[index] = data
        if len(upload.chunks) == upload.count:
            _store(call, file, upload)
    return Response(status_code=204)


def complete(call: Call) -> Response:
    """Ends an upload: the content becomes what was sent. Repeating it changes nothing."""
    if not call.body.strip():
        raise Refusal(500, "Internal Server Error")
    file = find_file(call)
    if read_body(call, {"id": str, "chunkCount": int}, optional=("chunkCount",))["id"] != file.id:
        raise Refusal(400, "Property `id` is not the id of the file in the path")
    upload = file.uploads.get(call.user.id)
    if upload is None:
        raise Refusal(400, "No upload of this file was started")
    expected = upload.count if upload.count > 0 else max(1, len(upload.chunks))
    if any(index not in upload.chunks for index in range(expected)):
        raise Refusal(400, "Not all chunks of this file have been uploaded")
    if not upload.complete:
        _store(call, file, upload)
    return success(call, "file", {"file": _row(call, file)})


def put_file(call: Call) -> Response:
    """Takes the whole content at once."""
    file = find_file(call)
    if call.media_type != BINARY:
        raise Refusal(415, "Unsupported Media Type")
    file.uploads.pop(call.user.id, None)
    file.copies[call.user.id] = Kept((call.body,), call.world.now())
    return Response(status_code=204)


def delete_file(call: Call) -> Response:
    """Drops the user's own copy; the default content stays. What an upload has made goes when nobody has content."""
    file = find_file(call, outputs=True)
    file.copies.pop(call.user.id, None)
    file.uploads.pop(call.user.id, None)
    if file.uploaded and not file.copies and not file.uploads:
        call.model.files.remove(file)
    return Response(status_code=204)


def _row(call: Call, file: File) -> Json:
    return {
        "id": file.id,
        "name": file.name,
        "chunkCount": chunk_count(call, file.seen_by(call.user.id, call.world.now())),
        "delimiter": file.delimiter,
        "encoding": "UTF-8",
        "firstDataRow": 2,
        "format": "txt",
        "headerRow": 1,
        "separator": file.separator,
    }


def _open_upload(call: Call) -> tuple[File, Upload, int]:
    file, text = find_file(call), call.params["chunk"]
    upload = file.uploads.get(call.user.id)
    if upload is None or (upload.complete and upload.count == -1):
        raise Refusal(400, "No upload of this file was started")
    limit = upload.count if upload.count > 0 else _MAX_CHUNKS
    if not (text.isascii() and text.isdigit()) or int(text) >= limit:
        raise Refusal(400, f"The chunk number must be from 0 to {limit - 1}")
    if call.media_type not in (BINARY, _GZIP):
        raise Refusal(415, "Unsupported Media Type")
    return file, upload, int(text)


def _gunzip(data: bytes, limit: int) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            return stream.read(limit + 1)
    except (OSError, EOFError, zlib.error):
        raise Refusal(400, "The chunk is not valid gzip") from None


def _store(call: Call, file: File, upload: Upload) -> None:
    pieces = tuple(upload.chunks[index] for index in sorted(upload.chunks))
    file.copies[call.user.id] = Kept(pieces, call.world.now())
    upload.complete = True
    if upload.count == -1:
        upload.chunks = dict.fromkeys(upload.chunks, b"")
