"""All commands, in the order of the help. Only the group that is named is imported."""

from __future__ import annotations

from importlib import import_module

from .command import Group

MODULES = {
    "auth": "auth.GROUP",
    "config": "config.GROUP",
    "workspaces": "workspaces.GROUP",
    "models": "models.GROUP",
    "files": "files.GROUP",
    "cp": "files.COPY",
    "actions": "actions.GROUP",
    "imports": "actions.IMPORTS",
    "exports": "actions.EXPORTS",
    "processes": "actions.PROCESSES",
    "load": "actions.LOAD",
    "run": "actions.RUN",
    "export": "actions.EXPORT",
    "tasks": "tasks.GROUP",
    "lists": "lists.GROUP",
    "modules": "modules.GROUP",
    "views": "modules.VIEWS",
    "cells": "modules.CELLS",
    "alm": "alm.GROUP",
    "audit": "audit.GROUP",
    "users": "users.GROUP",
    "access": "access.GROUP",
    "exceptions": "exceptions.GROUP",
    "cloudworks": "cloudworks.GROUP",
    "api": "api.GROUP",
    "conformance": "conformance.GROUP",
    "emulator": "tools.EMULATOR",
    "drift": "drift.GROUP",
    "completion": "tools.COMPLETION",
    "help": "topics.GROUP",
}
"""Where each group is, by its name."""
HELPS = {
    "auth": "Sign in and out, and show who signs in.",
    "config": "Show and change settings and profiles.",
    "workspaces": "List workspaces, their administrators and visitors.",
    "models": "List, open, close and delete models.",
    "files": "List the files of a model.",
    "cp": "Copy files from and to Anaplan.",
    "actions": "List imports, exports, processes and other actions.",
    "imports": "List the imports of a model.",
    "exports": "List the exports of a model.",
    "processes": "List the processes of a model.",
    "load": "Upload files, and run the process or import that reads them.",
    "run": "Run an import, export, process or other action.",
    "export": "Run an export, and download what it wrote.",
    "tasks": "List, wait for and cancel the tasks of an action.",
    "lists": "Read and change lists.",
    "modules": "List modules, their views and line items.",
    "views": "List and read views.",
    "cells": "Write cells.",
    "alm": "Promote revisions: status, plan, approve and apply.",
    "audit": "Print audit events.",
    "users": "Find, create and change users.",
    "access": "Report who can enter which model.",
    "exceptions": "List and change exception users.",
    "cloudworks": "Run integrations and flows, and show their runs.",
    "api": "Send any request.",
    "conformance": "Check what is believed of Anaplan on your tenant.",
    "emulator": "Serve a local Anaplan.",
    "drift": "Find the differences between Anaplan and its specifications.",
    "completion": "Print the completion script of a shell.",
    "help": "Explain the configuration, the environment, errors, exit codes or formats.",
}
"""What each group is for, so that the help imports none."""


def get_group(name: str) -> Group:
    """Return the group of a name."""
    module, _, attribute = MODULES[name].partition(".")
    group: Group = getattr(import_module(f".groups.{module}", __package__), attribute)
    return group
