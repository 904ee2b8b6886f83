"""`anaplan cloudworks notifications`: who is told about the runs of an integration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..command import Argument, Column, Command, Done, Result, Rows, pick

if TYPE_CHECKING:
    from ...cloudworks._sync.resource import Recipient
    from ..context import Context

COLUMNS = (
    Column("id", "Id of the user."),
    Column("result", "Which result the user is told about."),
    Column("first_name", "First name."),
    Column("last_name", "Last name."),
    Column("channels", "How the user is told.", "array"),
)
INTEGRATION = Argument(("name",), "Name or id of the integration.", "INTEGRATION")
RESULTS: dict[str, Recipient] = {"success": "success", "partial": "partial_failure", "failure": "full_failure"}
CHANNELS = ("email", "in_app")
_RESULT_TEXTS = {"success": "success", "partial": "a load of some rows only", "failure": "a failure"}


def _get_notification(context: Context) -> Result:
    notification = context.client.cloudworks.get_notification(context.options.name)
    if notification is None or notification.notifications is None:
        return Rows(())
    channels = list(map(str, notification.channels or []))
    return Rows(
        pick(user, COLUMNS) | {"result": str(rule.type), "channels": channels}
        for rule in notification.notifications.config or []
        for user in rule.users or []
    )


def _set_notification(context: Context) -> Result:
    options = context.options
    users: dict[Recipient, list[str]] = {
        kind: getattr(options, f"on_{word}") for word, kind in RESULTS.items() if getattr(options, f"on_{word}")
    }
    if not users:
        raise ValueError("at least one of --on-success, --on-partial and --on-failure is required")
    if options.dry_run:
        return Done(f"would set the notification of {options.name}")
    context.client.cloudworks.set_notification(options.name, users, channels=options.channel or ("email",))
    return Done(f"the notification of {options.name} is set")


def _delete_notification(context: Context) -> Result:
    name = context.options.name
    if context.options.dry_run:
        return Done(f"would delete the notification of {name}")
    context.client.cloudworks.delete_notification(name)
    return Done(f"the notification of {name} is deleted")


COMMANDS = (
    Command(
        "cloudworks notifications get",
        "List who is told about the runs of an integration.",
        _get_notification,
        (INTEGRATION,),
        COLUMNS,
        ("anaplan cloudworks notifications get 'Nightly sales'",),
    ),
    Command(
        "cloudworks notifications set",
        "Set who is told about the runs of an integration.",
        _set_notification,
        (
            INTEGRATION,
            *(
                Argument((f"--on-{word}",), f"Id of a user to tell about {text}. Repeatable.", "ID", repeats=True)
                for word, text in _RESULT_TEXTS.items()
            ),
            Argument(("--channel",), "How they are told; email by default.", "CHANNEL", choices=CHANNELS, repeats=True),
        ),
        examples=(
            "anaplan cloudworks notifications set 'Nightly sales' --on-failure 8a868cd97f0d1f5a017f1c3a4b5c6d7e",
        ),
        is_write=True,
    ),
    Command(
        "cloudworks notifications delete",
        "Tell nobody about the runs of an integration any more.",
        _delete_notification,
        (INTEGRATION,),
        examples=("anaplan cloudworks notifications delete 'Nightly sales'",),
        is_write=True,
    ),
)
