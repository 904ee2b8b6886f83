"""Sort orders of lists."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

Sort: TypeAlias = Literal["id", "name"]
WorkspaceSort: TypeAlias = Literal["name", "size_allowance"]
ModelSort: TypeAlias = Literal["name", "active_state"]
UserSort: TypeAlias = Literal["first_name", "last_name", "email", "active", "last_login_date"]
TaskSort: TypeAlias = Literal["id", "creation_time", "task_state", "progress"]

FIELDS: Mapping[str, str] = {"id": "id", "name": "name"}
WORKSPACE_FIELDS: Mapping[str, str] = {"name": "name", "size_allowance": "sizeAllowance"}
MODEL_FIELDS: Mapping[str, str] = {"name": "name", "active_state": "activeState"}
USER_FIELDS: Mapping[str, str] = {
    "first_name": "firstName",
    "last_name": "lastName",
    "email": "email",
    "active": "active",
    "last_login_date": "lastLoginDate",
}
# Two of these fields have other names in the response.
TASK_FIELDS: Mapping[str, str] = {
    "id": "taskId",
    "creation_time": "creationDate",
    "task_state": "taskState",
    "progress": "progress",
}


def sort(fields: Mapping[str, str], sort_by: str | None, descending: bool, ascending: str = "+") -> str | None:
    """Return the value of a `sort` parameter, with the prefix `ascending` or `-`; None without `sort_by`.

    The Integration API rejects some lists without a sign, and accepts one for all. Raises `ValueError` for a field that
    the list cannot be sorted by, since Anaplan ignores some of them.
    """
    if sort_by is None:
        return None
    if sort_by not in fields:
        raise ValueError(f"sort_by must be one of {', '.join(fields)} (got {sort_by!r})")
    return ("-" if descending else ascending) + fields[sort_by]
