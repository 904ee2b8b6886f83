"""Check ids. An id is opaque, so only what cannot be the id of the wanted object is rejected."""

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
"""What an id of 12 digits is the id of, by its first three; others are not known."""
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
"""The families that an argument takes, beside ids of no known family. An export's output is a file with its id. Of an
action, `tasks.kind_of` tells the family."""
_UPPER_CASE = {"model_id", "source_model_id", "model_ids"}
_LOWER_CASE = {"workspace_id", "user_id"}
_HEXADECIMAL = re.compile(r"(?=.*[0-9])[0-9A-Fa-f]{32}")
"""Without a digit, it is a placeholder."""


def id_text(name: str, value: object, index: int | None = None, *, expected: tuple[str, ...] | None = None) -> str:
    """Return an id as text.

    Args:
        name: The argument that it was given as, which says what it must be the id of.
        value: The id; a number is as good as text.
        index: Its place, where the argument is a list of ids.
        expected: The families that it may belong to, where the method takes fewer than the argument has elsewhere.

    Raises:
        TypeError: for anything but a string or an integer.
        ValueError: for an empty id, one with blanks around it or a control character, the id of another kind of object,
            and an id of 32 hexadecimal digits in the wrong case.
    """
    where = name if index is None else f"{name}[{index}]"
    text = validation.check_id(where, value)
    _check_family(name, where, text, EXPECTED.get(name) if expected is None else expected)
    _check_case(name, where, text)
    return text


def optional_id(name: str, value: object) -> str | None:
    """Return an id as text, as `id_text`; None stands for an argument that is left out."""
    return None if value is None else id_text(name, value)


def upload_id(file_id: int | str, may_make_files: bool) -> str:
    """Return the id of a file to upload to as text; raise `ValueError` if it is none, unless files may be made."""
    text = id_text("file_id", file_id)
    if not may_make_files and not text.startswith("113"):
        raise ValueError(f"file_id must be the id of a file to upload to, 113… (got {text!r}); see allow_file_creation")
    return text


def _check_family(name: str, where: str, text: str, expected: tuple[str, ...] | None) -> None:
    if expected is None or len(text) != 12 or not (text.isascii() and text.isdigit()):
        return
    kind = FAMILIES.get(text[:3])
    if kind is None or text[:3] in expected or text == "101999999999":
        return
    wanted = " or ".join(f"{FAMILIES[family]} ({family}…)" for family in expected)
    rule = f"the id of {wanted}" if wanted else f"the id of a {name.removesuffix('_id').replace('_', ' ')}"
    raise ValueError(f"{where} must be {rule} (got {text!r}, the id of {kind})")


def _check_case(name: str, where: str, text: str) -> None:
    right = text.upper() if name in _UPPER_CASE else text.lower() if name in _LOWER_CASE else text
    if text != right and _HEXADECIMAL.fullmatch(text):
        case = "upper" if name in _UPPER_CASE else "lower"
        raise ValueError(f"{where} must be in {case} case, since ids are case-sensitive (got {text!r}); use {right!r}")
