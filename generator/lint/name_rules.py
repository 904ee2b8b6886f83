"""The rules for names, which become identifiers, files and URLs, and for texts, which become literals."""

import keyword
import re
import unicodedata
from collections.abc import Iterator

from ..render.engine import pascal_case, snake_case, to_argument_name
from ..spec.document import Problem, Spec, iter_values
from ..spec.split_operations import iter_functions

# Names that the generated code gives to something else.
RESERVED_FUNCTIONS = {
    *("encode_form", "encode_headers", "encode_json", "encode_multipart", "encode_query", "fill_path"),
    *("lazy_exports", "type_checking"),
}
RESERVED_CLASSES = {
    *("ClassVar", "Content", "False", "Literal", "Mapping", "None", "OpenStrEnum", "Request", "Self", "Sequence"),
    *("True", "TypeAlias", "UnknownVariant"),
}
CLASS_NAME = r"[A-Z][A-Za-z0-9]+"
# Files are called like these.
LONGEST = 100
IDENTIFIER = r"[a-z][a-z0-9]*(_[a-z0-9]+)*"
# What a path may have without quoting, besides the names in braces.
PATH = r"(/([A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-F]{2}|\{[A-Za-z0-9_-]+\})+)+"


def check_texts(spec: Spec) -> Iterator[Problem]:
    """Yield each text and key that has what no source code should have."""
    for at, value in iter_values(spec.node):
        for text in (at[-1], value):
            if isinstance(text, str) and not is_plain(text):
                yield spec.problem("text", at, f"a text has a control character or half a character: {text[:80]!a}")


def is_plain(text: str) -> bool:
    """Return whether a text has only what source code may have."""
    # Line ends and tabs are fine. The others, and characters that turn the direction of text, hide what stands there.
    return not any(
        (unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t")
        or unicodedata.bidirectional(character) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
        for character in text
    )


def check(spec: Spec) -> Iterator[Problem]:
    """Yield each name that Python or a URL cannot have."""
    if not is_identifier(spec.name) or spec.name == "core":
        message = f"the file must be called anaplan_ and the name of a package in lower case (got {spec.name!r})"
        yield spec.problem("api-name", (), message)
    yield from _tags(spec)
    yield from _classes(spec)
    yield from _arguments(spec)
    for function in iter_functions(spec):
        if "operationId" in function.node and (function.id in RESERVED_FUNCTIONS or len(function.id) > LONGEST):
            at = (*function.pointer, "operationId")
            message = f"operationId is a name of the generated code itself, or too long (got {function.id})"
            yield spec.problem("operation-id", at, message)


def is_identifier(name: object) -> bool:
    """Return whether a name can be that of a module, function, argument or attribute."""
    fits = isinstance(name, str) and len(name) <= LONGEST and re.fullmatch(IDENTIFIER, name) is not None
    return fits and not keyword.iskeyword(str(name))


def is_name(name: str) -> bool:
    """Return whether a name can be that of an argument or attribute: an identifier, or a keyword with `_` behind it."""
    plain = name.removesuffix("_")
    return is_identifier(plain) or (keyword.iskeyword(plain) and plain != name)


def check_paths(spec: Spec) -> Iterator[Problem]:
    """Yield each path that would have to be quoted."""
    for path in spec.node["paths"]:
        if not re.fullmatch(PATH, path):
            message = f"a path must have only what a URL needs not quote, and names in braces (got {path!r})"
            yield spec.problem("path", ("paths", path), message)
        names = re.findall(r"\{(.*?)\}", path)
        if len(set(names)) < len(names):
            yield spec.problem("path", ("paths", path), f"a path must have each name once (got {path!r})")
    for index, server in enumerate(spec.node.get("servers", [])):
        if not _is_server(server["url"]):
            message = f"a server must have a plain path, and no query (got {server['url']!r})"
            yield spec.problem("server", ("servers", index), message)


def _is_server(url: str) -> bool:
    found = re.fullmatch(r"https?://[A-Za-z0-9.{}_-]+(:[0-9]+)?(?P<path>/[^\s?#{]*)?", url)
    # A slash at the end is told by another rule.
    return found is not None and re.fullmatch(f"({PATH})?/?", found["path"] or "") is not None


def _tags(spec: Spec) -> Iterator[Problem]:
    modules: dict[str, str] = {}
    for index, tag in enumerate(spec.node.get("tags", [])):
        module = snake_case(tag["name"])
        if not is_identifier(module) or module in modules:
            message = f"tag {tag['name']!r} must be the name of a package, and differ from others in more than case"
            yield spec.problem("tag", ("tags", index), message)
        modules[module] = tag["name"]


def _classes(spec: Spec) -> Iterator[Problem]:
    modules: set[str] = set()
    for name in spec.schemas:
        at = ("components", "schemas", name)
        module = snake_case(name)
        if not re.fullmatch(CLASS_NAME, name):
            message = f"schema name must be PascalCase, because it names the class (got {name})"
            yield spec.problem("schema-name", at, message)
        elif not is_class_name(name) or module in modules:
            message = f"schema {name} cannot be a class: its name is reserved, too long, or like another's"
            yield spec.problem("schema-name", at, message)
        modules.add(module)


def is_class_name(name: str) -> bool:
    """Return whether a class can have a name: the engine writes it alike, and the generated code has no other use."""
    fits = re.fullmatch(CLASS_NAME, name) is not None and len(name) <= LONGEST
    return fits and name not in RESERVED_CLASSES and pascal_case(name) == name


def _arguments(spec: Spec) -> Iterator[Problem]:
    for operation in spec.operations():
        names: dict[str, str] = {}
        for index, reference in enumerate(operation.node.get("parameters", [])):
            node = spec.resolve(reference)
            name = node.get("x-python-name") or to_argument_name(node["name"])
            at = (*operation.pointer, "parameters", index)
            if not is_name(name):
                remedy = "rename it" if node["in"] == "path" else "give an x-python-name"
                message = f"parameter {node['name']!r}: {name!r} cannot be an argument; {remedy}"
                yield spec.problem("parameter-name", at, message)
            # Of two parameters of one name another rule tells.
            elif str(names.get(name, node["name"])).lower() != node["name"].lower():
                message = f"parameter {node['name']!r}: {name} is the name of another"
                yield spec.problem("parameter-name", at, message)
            names[name] = node["name"]
