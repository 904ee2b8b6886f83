"""The media types that the generated code can send and read."""

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


def is_json(media: str) -> bool:
    """Return whether content of a media type is JSON, such as `application/scim+json`."""
    name = media.partition(";")[0].strip().lower()
    return name == JSON or name.endswith("+json")
