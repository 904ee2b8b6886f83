"""Tell the statuses of successes from those of errors."""


def is_success(status: str) -> bool:
    """Return whether a documented status is a success. A redirect, which leads a user's browser on, is one."""
    return status.startswith("2") or status == "302"
