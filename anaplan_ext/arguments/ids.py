"""Check ids. An id is opaque: only what cannot be the id of the expected object is rejected."""

import re

from anaplan_client.core.codec import validation

FAMILIES = {
    "101": "a list",
    "102": "a module",
    "107": "a version",
    "109": "a subset of a list",
    "112": "an import",
    "113": "a file",
    "114": "a subset of line items",
    "115": "a dashboard",
    "116": "an export",
    "117": "an action",
    "118": "a process",
}
"""The kinds of objects by the first three of the 12 digits of their ids. Other families are unknown."""
EXPECTED: dict[str, tuple[str, ...]] = {
    "dimension_id": ("101", "109", "114"),
    "export_id": ("116",),
    "file_id": ("113", "116"),
    "import_id": ("112",),
    "line_item_id": (),
    "list_id": ("101", "109"),
    "module_id": ("102",),
    "process_id": ("118",),
    "version_id": ("107",),
    "view_id": ("102",),
}
"""The families that an argument accepts, apart from ids of unknown families. The output of an export is a file with the
same id. The ids of actions are checked by `tasks.actions.kind_of`."""
_UPPER_CASE = {"model_id", "source_model_id", "model_ids"}
_LOWER_CASE = {"workspace_id", "user_id"}
_HEXADECIMAL = re.compile(r"(?=.*[0-9])[0-9A-Fa-f]{32}")
"""An id without a digit is a placeholder."""


def id_text(name: str, value: object, index: int | None = None, *, expected: tuple[str, ...] | None = None) -> str:
    """Return an id as text.

    Args:
        name: Name of the argument, which determines the kind of the object.
        value: The id, as text or an integer.
        index: Index of the id in an argument that is a list.
        expected: The accepted families, if the method accepts fewer than other methods.

    Raises:
        TypeError: `value` is neither a string nor an integer.
        ValueError: `value` is empty, has surrounding blanks or control characters, is the id of another kind of object,
            or has 32 hexadecimal digits in the wrong case.
    """
    where = name if index is None else f"{name}[{index}]"
    text = validation.check_id(where, value)
    _check_family(name, where, text, EXPECTED.get(name) if expected is None else expected)
    _check_case(name, where, text)
    return text


def optional_id(name: str, value: object) -> str | None:
    """Return an id as text, or None for an omitted argument. Raise like `id_text`."""
    return None if value is None else id_text(name, value)


def id_or_name(name: str, value: object) -> str:
    """Return an id or a name as text. Raise `TypeError` for another type, and `ValueError` for text without content."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise TypeError(f"{name} must be a name or an id (got {type(value).__name__})")
    if not str(value).strip():
        raise ValueError(f"{name} must be a name or an id (got {value!r})")
    return str(value)


def upload_id(file_id: int | str, may_create_files: bool) -> str:
    """Return the id of a file for an upload as text. Raise `ValueError` for another id, unless files may be created."""
    text = id_text("file_id", file_id)
    if not may_create_files and not text.startswith("113"):
        raise ValueError(f"file_id must be the id of a file to upload to, 113… (got {text!r}); see allow_file_creation")
    return text


def _check_family(name: str, where: str, text: str, expected: tuple[str, ...] | None) -> None:
    if expected is None or len(text) != 12 or not (text.isascii() and text.isdigit()):
        return
    kind = FAMILIES.get(text[:3])
    if kind is None or text[:3] in expected or text == "101999999999":
        return
    kinds = " or ".join(f"{FAMILIES[family]} ({family}…)" for family in expected)
    rule = f"the id of {kinds}" if kinds else f"the id of a {name.removesuffix('_id').replace('_', ' ')}"
    raise ValueError(f"{where} must be {rule} (got {text!r}, the id of {kind})")


def _check_case(name: str, where: str, text: str) -> None:
    right = text.upper() if name in _UPPER_CASE else text.lower() if name in _LOWER_CASE else text
    if text != right and _HEXADECIMAL.fullmatch(text):
        case = "upper" if name in _UPPER_CASE else "lower"
        raise ValueError(f"{where} must be in {case} case, since ids are case-sensitive (got {text!r}); use {right!r}")
