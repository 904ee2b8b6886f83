"""The options of every command. Each has a variable of the environment, and the option counts before it."""

from __future__ import annotations

from typing import NamedTuple


class Option(NamedTuple):
    """An option of every command."""

    name: str
    """Its name as an attribute."""
    flags: tuple[str, ...]
    help: str
    metavar: str = ""
    """Empty for a flag."""
    choices: tuple[str, ...] = ()

    @property
    def variable(self) -> str:
        """Return the variable of the environment."""
        return f"ANAPLAN_{self.name.upper()}"


FORMATS = ("table", "json", "jsonl", "csv", "id")
LOG_FORMATS = ("text", "json")
OPTIONS = (
    Option("profile", ("-p", "--profile"), "Use a profile of the configuration file.", "NAME"),
    Option("workspace", ("-w", "--workspace"), "Work in this workspace.", "NAME|ID"),
    Option("model", ("-m", "--model"), "Work in this model.", "NAME|ID|WORKSPACE/MODEL"),
    Option("region", ("--region",), "Use the hosts of a region, such as eu3.", "REGION"),
    Option("base_url", ("--base-url",), "Send everything to one URL, such as an emulator.", "URL"),
    Option("proxy", ("--proxy",), "Send everything through a proxy.", "URL"),
    Option("ca_bundle", ("--ca-bundle",), "Trust the certificate authorities in a PEM file.", "FILE"),
    Option("retries", ("--retries",), "Retry a request this often where that is safe.", "N"),
    Option("task_timeout", ("--timeout",), "Wait at most this many seconds for the end of a task.", "SECONDS"),
    Option("output", ("-o", "--output"), "Print the result in this format.", "FORMAT", FORMATS),
    Option("columns", ("--columns",), "Print only these columns, separated by commas.", "NAMES"),
    Option("sort", ("--sort",), "Sort by a column, in descending order with :desc.", "COLUMN[:desc]"),
    Option("filter", ("--filter",), "Print only rows whose column contains a text.", "COLUMN=TEXT"),
    Option("limit", ("--limit",), "Print at most this many rows.", "N"),
    Option("no_headers", ("--no-headers",), "Print tables and CSV without a header."),
    Option("token_stdin", ("--token-stdin",), "Read a token from standard input."),
    Option("dry_run", ("--dry-run",), "Say what would be changed, and change nothing."),
    Option("yes", ("-y", "--yes"), "Confirm every change."),
    Option("quiet", ("-q", "--quiet"), "Print no progress and no notes."),
    Option("verbose", ("-v", "--verbose"), "Print a line for each request, with its status and duration."),
    Option("debug", ("--debug",), "Print headers too, without secrets, and tracebacks."),
    Option("log_file", ("--log-file",), "Write the log to a file instead of standard error.", "FILE"),
    Option("log_format", ("--log-format",), "Write the log as text or JSON.", "FORMAT", LOG_FORMATS),
    Option("no_progress", ("--no-progress",), "Print no progress."),
    Option("no_color", ("--no-color",), "Print no color. NO_COLOR does the same."),
)
FALSE_WORDS = ("", "0", "false", "no", "off")
"""Values of a variable that leave a flag off."""
