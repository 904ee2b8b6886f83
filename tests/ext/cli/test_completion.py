"""The completion scripts: what they know, and what real shells complete with them."""

import os
import pty
import re
import select
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import anaplan_ext.cli
from anaplan_ext.cli.groups.tools import SHELLS
from anaplan_ext.cli.tree import HELPS, get_group

SCRIPTS = Path(anaplan_ext.cli.__file__).parent / "completions"
FILES = ("flights.csv", "flights two.csv", "other.txt")
BASH = """
source {script}
COMP_WORDS=({words})
COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
COMP_LINE="${{COMP_WORDS[*]}}" COMP_POINT=${{#COMP_LINE}}
_shtab_anaplan anaplan "${{COMP_WORDS[COMP_CWORD]}}" "${{COMP_WORDS[COMP_CWORD - 1]}}"
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
# The completion of zsh runs only in its line editor, which needs a terminal. What it adds is kept in a file.
ZSH = """
unsetopt zle_bracketed_paste
fpath=({folder}/functions $fpath)
autoload -Uz compinit && compinit -u -D
compadd() {{
    local -a found
    if [[ " ${{@[1,(i)(-|--)]}} " != *" -"[OAD]" "* ]]; then
        builtin compadd -A found "$@"
        print -rl -- $found >> {folder}/found
    fi
    builtin compadd "$@"
}}
tell() {{ print told }}
zle -N tell
bindkey '^X^X' tell
print ready
"""
CASES: list[tuple[str, set[str]]] = [
    ("anaplan fil", {"files"}),
    ("anaplan files ", {"get", "list", "rm"}),
    ("anaplan alm revisions ", {"create", "get", "list", "where"}),
    ("anaplan -m Planning files ", {"get", "list", "rm"}),
    ("anaplan load --fail-on ", {"rejected", "ignored", "never"}),
    ("anaplan load --show", {"--show-values"}),
    ("anaplan files list -o ", {"table", "json", "jsonl", "csv", "id"}),
    ("anaplan completion ", set(SHELLS)),
    ("anaplan load oth", {"other.txt"}),
    ("anaplan lists add Airports --file oth", {"other.txt"}),
]
Complete = Callable[[str, Path], set[str]]


def run(program: str, script: str, folder: Path) -> str:
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "TERM": "xterm", "LC_ALL": "C.UTF-8"}
    words = [program, "--no-config", "-c"] if program == "fish" else [program, "-c"]
    done = subprocess.run(
        [*words, script], cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stderr == ""
    return done.stdout


def complete_in_bash(line: str, folder: Path) -> set[str]:
    words = [*shlex.split(line), *([""] if line.endswith(" ") else [])]
    script = BASH.format(script=SCRIPTS / "anaplan.bash", words=" ".join(map(shlex.quote, words)))
    return {text.strip() for text in run("bash", script, folder).splitlines()} - {""}


def complete_in_fish(line: str, folder: Path) -> set[str]:
    script = f"source {SCRIPTS / 'anaplan.fish'}; complete -C {shlex.quote(line)}"
    return {text.partition("\t")[0] for text in run("fish", script, folder).splitlines()}


def complete_in_zsh(line: str, folder: Path) -> set[str]:
    functions = folder / "functions"
    functions.mkdir()
    shutil.copy(SCRIPTS / "anaplan.zsh", functions / "_anaplan")
    (folder / "setup").write_text(ZSH.format(folder=folder))
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "TERM": "dumb", "LC_ALL": "C.UTF-8"}
    child, descriptor = pty.fork()
    if child == 0:
        os.chdir(folder)
        os.execvpe("zsh", ["zsh", "-f", "-i"], environment)
    try:
        _type(descriptor, f"source {folder}/setup\n", "ready\r\n")
        _type(descriptor, f"{line}\t\x18\x18", "told\r\n")
    finally:
        os.close(descriptor)
        os.waitpid(child, 0)
    return set((folder / "found").read_text().splitlines()) - {""}


def _type(descriptor: int, keys: str, mark: str) -> str:
    """Send keys to a terminal, and return what it shows until a mark."""
    os.write(descriptor, keys.encode())
    shown = ""
    while mark not in shown:
        assert select.select([descriptor], [], [], 60)[0], shown
        shown += os.read(descriptor, 65536).decode()
    return shown


SHELLS_HERE: dict[str, Complete] = {"bash": complete_in_bash, "fish": complete_in_fish, "zsh": complete_in_zsh}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        (tmp_path / name).write_text("")
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("shell", SHELLS_HERE)
@pytest.mark.parametrize(("line", "expected"), CASES, ids=[case[0] for case in CASES])
def test_a_shell_completes(shell: str, line: str, expected: set[str], folder: Path) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell} here: apt-get install {shell}")
    assert SHELLS_HERE[shell](line, folder) == expected


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_knows_every_command_and_option(shell: str) -> None:
    text = (SCRIPTS / f"anaplan.{shell}").read_text(encoding="utf-8")
    words = set(re.findall(r"[\w-]+", text))
    for command in (command for name in HELPS for command in get_group(name).commands):
        assert set(command.path.split()) <= words, command.path
        # tcsh completes names of commands and the options of every command.
        flags = {flag for argument in command.arguments for flag in argument.flags if flag.startswith("--")}
        assert shell == "tcsh" or flags <= words | {f"--{word}" for word in words}, command.path
