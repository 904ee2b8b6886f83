"""`anaplan help`: topics that concern every command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..command import Argument, Command, Group, Raw, Result

if TYPE_CHECKING:
    from ..context import Context

TOPICS = ("configuration", "environment", "errors", "exit-codes", "formats")


def _show(context: Context) -> Result:
    writers = {
        "configuration": lambda: _write_configuration(context),
        "environment": _write_environment,
        "errors": _write_errors,
        "exit-codes": _write_exit_codes,
        "formats": _write_formats,
    }
    return Raw([f"{writers[context.options.topic]()}\n".encode()])


def _write_environment() -> str:
    from ..options import OPTIONS
    from ..sign_in import VARIABLES

    rows = {option.variable: f"{option.flags[-1]}: {option.help}" for option in OPTIONS}
    rows |= {
        "NO_COLOR": "Print no color.",
        "XDG_STATE_HOME": "Folder for manifests of uploads; ~/.local/state by default.",
        "HTTPS_PROXY, NO_PROXY": "Proxy, where --proxy is not given.",
        "SSL_CERT_FILE": "Certificate authorities, where --ca-bundle is not given.",
    }
    return "Sign-in, the first that is there:\n" + _columns(VARIABLES) + "\n\nOptions:\n" + _columns(rows)


def _write_configuration(context: Context) -> str:
    import textwrap

    from ...client.configuration_keys import FLAGS, NUMBERS, SECRETS, TEXTS
    from ...client.profiles import config_path

    kinds = {
        "text": [key for key in TEXTS if key not in SECRETS],
        "secret text": [key for key in TEXTS if key in SECRETS],
        "number": NUMBERS,
        "true or false": FLAGS,
    }
    keys = (
        textwrap.fill(f"  {kind}: {', '.join(names)}", 80, subsequent_indent="    ") for kind, names in kinds.items()
    )
    return (
        f"Profiles are tables of {config_path(context.environment)}, which -p or ANAPLAN_PROFILE names:\n"
        '  [profile.prod]\n  region = "eu3"\n  user = "ada@example.com"\n  model = "Planning/Planning Prod"\n\n'
        "An option counts before a variable, and a variable before the profile.\n"
        "Change it with: anaplan config set KEY VALUE -p prod. See what counts with: anaplan config list.\n"
        "Secrets belong in the keyring: anaplan auth login -p prod.\n\nKeys:\n" + "\n".join(keys)
    )


def _write_exit_codes() -> str:
    from ..exit_codes import DESCRIPTIONS

    return _columns({str(code): text for code, text in DESCRIPTIONS.items()})


def _write_errors() -> str:
    return (
        "An error goes to standard error: what happened, and on the next line what to type next.\n"
        'With -o json it is one object: {"error": {"type", "message", "model", "request_id", "hint", '
        '"exit_code"}}.\n'
        "The request id identifies the request for Anaplan's support.\n"
        "Values of rejected rows are in no error; see --rejects-dir and --show-values of `anaplan load`.\n"
        "The exit codes: anaplan help exit-codes"
    )


def _write_formats() -> str:
    return _columns(
        {
            "table": "Columns for people. A narrow terminal cuts texts and leaves out columns; --columns keeps them.",
            "json": "One array, or one object for a single thing. Missing values are null.",
            "jsonl": "One object per line, printed as it arrives.",
            "csv": "A header and a line per row. Objects are JSON.",
            "id": "One id per line, for xargs.",
        }
    )


def _columns(rows: dict[str, str]) -> str:
    width = max(map(len, rows))
    return "\n".join(f"  {name:<{width}}  {text}" for name, text in rows.items())


GROUP = Group(
    "help",
    (
        Command(
            "help",
            "Explain the configuration, the environment, errors, exit codes or formats.",
            _show,
            (Argument(("topic",), "The topic.", "TOPIC", choices=TOPICS),),
            examples=("anaplan help exit-codes", "anaplan help configuration"),
        ),
    ),
)
