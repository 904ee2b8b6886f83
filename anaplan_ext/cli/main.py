"""The entry point: parse, run, print, and return the exit code."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from typing import TextIO, cast

from .command import Done, One, Raw, Result, Rows
from .context import Context, terminal_width
from .parser import UsageError, parse


def main(words: Sequence[str] | None = None, environment: Mapping[str, str] | None = None) -> int:
    """Run a command line, and return its exit code."""
    words = sys.argv[1:] if words is None else words
    environment = os.environ if environment is None else environment
    if "--version" in words[:1]:
        from anaplan_client.core.version import __version__

        print(__version__)
        return 0
    options: Namespace | None = None
    try:
        options = parse(words, environment)
        return _run(options, environment)
    except SystemExit as stop:  # help was printed
        return int(stop.code or 0)
    except UsageError as error:
        _complain(error, wants_json(words, environment), None)
        return 2
    except BrokenPipeError:
        return _end_of_pipe()
    except (Exception, KeyboardInterrupt) as error:
        return _fail(error, options)


def _run(options: Namespace, environment: Mapping[str, str]) -> int:
    context = Context(options, environment)
    if any((options.columns, options.filter, options.sort, options.limit)):
        _check_output(options)  # before the command changes anything
    try:
        return _print(options.command.run(context), context)
    except KeyboardInterrupt:
        return _interrupt(context)
    finally:
        context.close()


def wants_json(words: Sequence[str], environment: Mapping[str, str]) -> bool:
    """Return whether errors are JSON, for a command line that cannot be parsed."""
    formats = [environment.get("ANAPLAN_OUTPUT", "")]
    for flag, value in zip(words, [*words[1:], ""], strict=False):
        name, _, given = flag.partition("=")
        if name in ("-o", "--output"):
            formats.append(given or value)
        elif flag.startswith("-o"):
            formats.append(flag[2:])
    return formats[-1] in ("json", "jsonl")


def _print(result: Result, context: Context) -> int:
    to, options = sys.stdout, context.options
    if isinstance(result, Done):
        if not options.quiet and result.message:
            print(result.message, file=sys.stderr)
        return result.exit_code
    if isinstance(result, Raw):
        for piece in result.pieces:
            to.buffer.write(piece)
        to.flush()
        return result.exit_code
    return _print_data(result, context, to)


def _check_output(options: Namespace) -> None:
    from . import output

    columns = options.command.columns
    if not columns:
        raise ValueError("--columns, --filter, --sort and --limit are for commands that print rows")
    output.select_columns(columns, options.columns)
    output.arrange([], columns, options)


def _print_data(result: One | Rows, context: Context, to: TextIO) -> int:
    from . import output, painting

    options = context.options
    columns = output.select_columns(options.command.columns, options.columns)
    if isinstance(result, One):
        output.print_one(result.row, columns, options, to, painting.choose_paint(context, to))
        to.flush()
        return result.exit_code
    rows = output.arrange(result.rows, options.command.columns, options)
    total = None if options.filter or options.limit else result.total
    output.print_rows(rows, columns, options, to, terminal_width(to), total, painting.choose_paint(context, to))
    to.flush()
    return result.exit_code if result.failure is None else _fail(result.failure, options)


def _fail(error: BaseException, options: Namespace | None) -> int:
    from .exit_codes import INTERRUPTED, exit_code_of

    code = exit_code_of(error)
    if code == INTERRUPTED:
        return code
    _complain(error, options is not None and options.output in ("json", "jsonl"), getattr(options, "model", None))
    if options is not None and options.debug:
        import traceback

        traceback.print_exception(error, file=sys.stderr)
    return code


def _interrupt(context: Context) -> int:
    from .exit_codes import INTERRUPTED

    print("interrupted", file=sys.stderr)
    if context.next_steps:
        print("what was started continues in Anaplan", file=sys.stderr)
        for word, command in context.next_steps.items():
            print(f"  {word}: anaplan {command}", file=sys.stderr)
    return INTERRUPTED


def _complain(error: BaseException, as_json: bool, model: str | None) -> None:
    from .messages import write_error

    print(write_error(error, as_json=as_json, model=model), file=sys.stderr)


def _end_of_pipe() -> int:
    """Say nothing more: the reader of the output is gone. Python would complain when it closes its output."""
    from .exit_codes import BROKEN_PIPE

    os.dup2(os.open(os.devnull, os.O_WRONLY), cast("TextIO", sys.stdout).fileno())
    return BROKEN_PIPE
