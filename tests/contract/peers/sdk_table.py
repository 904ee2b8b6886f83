"""Evaluate expressions of anaplan-sdk on the emulator, in an environment with it, and walk its public methods.

    python sdk_table.py URL WORKSPACE MODEL USER PASSWORD < names-and-expressions.json

Reads `{"names": …, "expressions": […]}`. Prints, as JSON, the public methods, the names of its classes of sign-in and
errors, and an error or null for each expression. It stands alone: the project is not installed where it runs.
"""

import inspect
import json
import os
import sys
from typing import Any
from urllib.parse import urlsplit

import anaplan_sdk
import httpx2

URL, WORKSPACE, MODEL, USER, PASSWORD = sys.argv[1:6]


def redirect() -> None:
    far, send = urlsplit(URL), httpx2.HTTPTransport.handle_request

    def moved(self: object, request: Any) -> Any:
        request.url = request.url.copy_with(scheme="http", host=far.hostname, port=far.port)
        return send(self, request)

    httpx2.HTTPTransport.handle_request = moved


def list_methods(kind: type, name: str) -> list[str]:
    """The public methods of a client, and of the clients that its properties return."""
    found: list[str] = []
    for key, value in vars(kind).items():
        if key.startswith("_"):
            continue
        if isinstance(value, property):
            found += list_methods(inspect.get_annotations(value.fget, eval_str=True)["return"], f"{name}.{key}")
        elif callable(value):
            found.append(f"{name}.{key}")
    return found


def main() -> None:
    redirect()
    given = json.load(sys.stdin)
    client = anaplan_sdk.Client(WORKSPACE, MODEL, USER, PASSWORD, status_poll_delay=0)
    target = client.with_model(given["names"]["target_model_id"])
    names = {**given["names"], "client": client, "target": target, "sdk_field": anaplan_sdk.field}
    results: dict[str, str | None] = {}
    for expression in given["expressions"]:
        try:
            value = eval(expression, names)
            results[expression] = None
        except Exception as error:
            results[expression] = f"{type(error).__name__}: {error}"
            continue
        ids = [names[key] for key in ("source_revision_id", "model_id", "target_revision_id")]
        if "create_comparison_report" in expression:
            names["report_task"] = value
        if "create_comparison_summary" in expression:
            task = target.alm.create_comparison_summary(*ids, wait_for_completion=False)
            names["summary_task"] = target.alm.get_comparison_summary_task(task.id)
    classes = [name for name in dir(anaplan_sdk) if inspect.isclass(getattr(anaplan_sdk, name))]
    errors = [name for name, kind in vars(anaplan_sdk.exceptions).items() if inspect.isclass(kind)]
    errors = [name for name in errors if getattr(anaplan_sdk.exceptions, name).__module__.startswith("anaplan_sdk")]
    print(
        json.dumps(
            {"methods": list_methods(anaplan_sdk.Client, "client"), "classes": classes + errors, "results": results}
        )
    )
    sys.stdout.flush()
    os._exit(0)  # timers of its token would keep the process alive


if __name__ == "__main__":
    main()
