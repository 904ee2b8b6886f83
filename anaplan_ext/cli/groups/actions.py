"""`anaplan actions`, `run`, `load` and `export`: what a model can run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..command import Argument, Column, Command, Done, Group, One, Result, Row, Rows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ... import Client
    from ...listing.names import Named
    from ..context import Context

KINDS = ("import", "export", "process", "action")
COLUMNS = (
    Column("id", "Id."),
    Column("kind", "import, export, process or action."),
    Column("name", "Name."),
)
REPORT_COLUMNS = (
    Column("id", "Id of the import or other action."),
    Column("name", "Name."),
    Column("successful", "Whether Anaplan reports success.", "boolean"),
    Column("rows", "Rows of the source.", "integer"),
    Column("loaded", "Rows that were loaded.", "integer"),
    Column("ignored", "Rows that Anaplan ignored.", "integer"),
    Column("rejected", "Rows that were rejected.", "integer"),
)
LOAD_COLUMNS = (
    *REPORT_COLUMNS,
    Column("rejects_file", "File with the rejected rows, if --rejects-dir is given."),
)
FAIL_ON = ("rejected", "ignored", "never")
EXPORT_FORMATS = ("csv", "jsonl", "parquet")
ACTION = Argument(("name",), "Name or id of the action.", "ACTION")
MAPPING = Argument(
    ("--map",),
    "Value for a dimension that is prompted for; may be given several times.",
    "DIMENSION=ITEM",
    repeats=True,
)


def _list(context: Context) -> Result:
    kinds = KINDS if context.options.kind is None else (context.options.kind,)
    return Rows(row for kind in kinds for row in _rows(context.model, kind))


def _get(context: Context) -> Result:
    return One(_find(context.model, context.options.name))


def _list_kind(context: Context) -> Result:
    return Rows(_rows(context.model, _named_kind(context)))


def _get_kind(context: Context) -> Result:
    from ...listing.names import find

    kind = _named_kind(context)
    entry = find(kind, context.options.name, _entries(context.model, kind))
    return One({"id": entry.id, "kind": kind, "name": entry.name})


def _named_kind(context: Context) -> str:
    """Return the kind that the command is about, such as `import` for `imports list`."""
    return _KINDS_BY_GROUP[context.options.command.path.split()[0]]


def _run(context: Context) -> Result:
    from .. import loads

    action = _find(context.model, context.options.name)
    if context.options.dry_run:
        return Done(f"would run {action['kind']} {action['name']} ({action['id']})")
    mapping, locale = loads.read_mapping(context.options.map), context.options.locale or "en_US"
    return loads.report_of(
        lambda: context.model.run_action(
            str(action["id"]),
            mapping_parameters=mapping,
            locale=locale,
            timeout=context.timeout,
            progress=loads.task_progress(context, str(action["name"])),
        )
    )


def _load(context: Context) -> Result:
    from .. import loads

    return loads.load(context)


def _export(context: Context) -> Result:
    from .. import exports

    return exports.export(context)


def _rows(client: Client, kind: str) -> list[Row]:
    return [{"id": entry.id, "kind": kind, "name": entry.name} for entry in _entries(client, kind)]


def _entries(client: Client, kind: str) -> Sequence[Named]:
    lists: dict[str, Callable[[], Sequence[Named]]] = {
        "import": client.list_imports,
        "export": client.list_exports,
        "process": client.list_processes,
        "action": client.list_actions,
    }
    return lists[kind]()


def find_action_id(client: Client, name: str) -> str:
    """Return the id of an action by its id or name. A name costs the lists of actions."""
    return name if _kind_of(name) else str(_find(client, name)["id"])


def find_export_id(client: Client, name: str) -> str:
    """Return the id of an export by its id or name. A name costs the list of exports."""
    from ...listing.names import find

    return name if _kind_of(name) == "export" else find("export", name, client.list_exports()).id


def _find(client: Client, name: str) -> Row:
    from ...listing.names import find

    given = _kind_of(name)
    kinds = (given,) if given else KINDS
    found = {entry.id: (kind, entry) for kind in kinds for entry in _entries(client, kind)}
    action = find("action", name, [entry for _, entry in found.values()])
    return {"id": action.id, "kind": found[action.id][0], "name": action.name}


def _kind_of(name: str) -> str | None:
    from ...tasks.handle import ACTION_KINDS

    return ACTION_KINDS.get(name[:3]) if len(name) == 12 and name.isdecimal() else None


GROUP = Group(
    "actions",
    (
        Command(
            "actions list",
            "List what the model can run.",
            _list,
            (Argument(("--kind",), "List only this kind.", "KIND", choices=KINDS),),
            COLUMNS,
            ("anaplan actions list -m 'Planning Dev'", "anaplan actions list --kind process -o id"),
        ),
        Command(
            "actions get",
            "Show an action.",
            _get,
            (ACTION,),
            COLUMNS,
            ("anaplan actions get 'Load flights'",),
            is_one=True,
        ),
    ),
)
_KINDS_BY_GROUP = {"imports": "import", "exports": "export", "processes": "process"}


def _group_of_kind(name: str, kind: str) -> Group:
    argument = Argument(("name",), f"Name or id of the {kind}.", kind.upper())
    listing = Command(f"{name} list", f"List the {name}.", _list_kind, (), COLUMNS, (f"anaplan {name} list -o id",))
    getting = Command(
        f"{name} get",
        f"Show an {kind}." if kind != "process" else "Show a process.",
        _get_kind,
        (argument,),
        COLUMNS,
        (f"anaplan {name} get {_EXAMPLES[kind]!r}",),
        is_one=True,
    )
    return Group(name, (listing, getting))


_EXAMPLES = {"import": "Load flights", "export": "Export flights", "process": "Reload flights"}
IMPORTS = _group_of_kind("imports", "import")
EXPORTS = _group_of_kind("exports", "export")
PROCESSES = _group_of_kind("processes", "process")
RUN = Group(
    "run",
    (
        Command(
            "run",
            "Run an action, wait for its end, and count its rows.",
            _run,
            (ACTION, MAPPING, Argument(("--locale",), "Language of messages, such as en_US.", "LOCALE")),
            REPORT_COLUMNS,
            (
                "anaplan run 'Reload flights' -m 'Planning Dev' --timeout 600",
                "anaplan run 'Load flights' --map Version=Actual",
            ),
            is_write=True,
        ),
    ),
)
LOAD = Group(
    "load",
    (
        Command(
            "load",
            "Upload files, run the process or import that reads them, and count every row.",
            _load,
            (
                Argument(("sources",), "Files to upload; FILE is the name in the model.", "[FILE=]PATH", nargs="+"),
                Argument(("--process",), "Process to run.", "PROCESS"),
                Argument(("--import",), "Import to run.", "IMPORT"),
                MAPPING,
                Argument(("--encoding",), "Encoding of the files, which are sent as UTF-8.", "ENCODING"),
                Argument(("--allow-empty",), "Accept empty files.", is_flag=True),
                Argument(("--check",), "Check names, contents and columns, and send nothing.", is_flag=True),
                Argument(("--no-wait",), "Start the task, print its handle for `tasks wait`, and end.", is_flag=True),
                Argument(
                    ("--fail-on",), "Which rows make the command fail.", "KIND", choices=FAIL_ON, default="rejected"
                ),
                Argument(("--max-rejected",), "Accept this many rejected rows, or this part of all rows.", "N|P%"),
                Argument(("--rejects-dir",), "Write rejected rows to this folder.", "DIR"),
                Argument(("--show-values",), "Print the values of rejected rows.", is_flag=True),
                Argument(
                    ("--summary",),
                    "Write a summary; FORMAT is json, markdown or junit. May be given several times.",
                    "FORMAT:FILE",
                    repeats=True,
                ),
            ),
            LOAD_COLUMNS,
            (
                "anaplan load flights.csv --process 'Reload flights' -m 'Planning Dev'",
                "anaplan load flights.csv=/data/today.csv --import 'Load flights' --rejects-dir rejects",
                "anaplan load flights.csv --process 'Reload flights' --check",
            ),
            is_write=True,
            details="An upload that failed continues when the command is run again.",
        ),
    ),
)
EXPORT = Group(
    "export",
    (
        Command(
            "export",
            "Run an export, and download what it wrote.",
            _export,
            (
                Argument(("name",), "Name or id of the export.", "EXPORT"),
                Argument(("-O", "--to"), "Path to write to; `-`, the default, is standard output.", "PATH"),
                Argument(
                    ("--format",),
                    "Format to write; by default that of the name of PATH, or what the export wrote.",
                    "FORMAT",
                    choices=EXPORT_FORMATS,
                ),
                MAPPING,
            ),
            examples=(
                "anaplan export 'Export flights' -O flights.csv",
                "anaplan export 'Export flights' --format jsonl | head",
            ),
            details="JSON lines have numbers and booleans as such, and null for what is empty.",
            is_write=True,
        ),
    ),
)
