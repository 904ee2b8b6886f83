"""What the function of one operation is made of, ready for its template."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from attrs import frozen
from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties.protocol import PropertyProtocol

from . import docstrings, python_types
from .specs import Node, Operation, Spec

JSON = "application/json"


@frozen(kw_only=True)
class Body:
    """The body that a function takes."""

    annotation: str
    required: bool
    content_types: list[str]
    is_json: bool

    @property
    def content(self) -> str:
        """The expression of what is sent."""
        if not self.is_json:
            return "body"
        return "json_content(body.to_dict())" + ("" if self.required else " if body is not None else None")

    @property
    def content_type(self) -> str:
        """The expression of the content type."""
        if len(self.content_types) > 1:
            return "content_type"
        return f'"{self.content_types[0]}"' + ("" if self.required else " if body is not None else None")


@frozen(kw_only=True)
class FunctionCode:
    """The pieces of a function's source."""

    name: str
    key: str
    method: str
    host: str
    path: str
    accept: str
    effect: str
    role: str
    signature: list[str]
    docstring: str
    checks: list[str]
    path_arguments: list[str]
    query: dict[str, str]
    brings_authorization: bool
    body: Body | None
    result: str
    decode: str
    models: list[str]


def function_code(spec: Spec, operation: Operation, endpoint: Endpoint) -> FunctionCode:
    """Works out the function of an operation."""
    server = spec.node["servers"][0]
    by_name = {node["name"]: node for node in map(spec.resolve, operation.node.get("parameters", []))}
    body = _body(spec, operation)
    # An operation with a security of its own is one that a token is got by; its caller brings the credentials.
    brings_authorization = "security" in operation.node
    media, schema = _answer(spec, operation)
    result, decode = _result(spec, schema)
    parameters = [*endpoint.path_parameters, *endpoint.query_parameters]
    # `path` itself refuses what is no id.
    checked = [item for item in parameters if item in endpoint.query_parameters or item.get_base_type_string() != "str"]
    checks = [
        python_types.checks(spec, by_name[item.name]["schema"], item.python_name, item.python_name) for item in checked
    ]
    models = {result, body.annotation if body else result} & set(spec.schemas)
    return FunctionCode(
        name=operation.id,
        key=f"{spec.name}.{operation.id}",
        method=operation.method.upper(),
        host=server["x-anaplan-host"],
        path=urlsplit(str(server["url"])).path + endpoint.path,
        accept=media,
        effect=operation.node["x-anaplan-effect"],
        role=operation.node["x-anaplan-role"],
        signature=_signature(by_name, endpoint, body, brings_authorization),
        docstring=docstrings.of_operation(
            spec, operation, _descriptions(spec, operation, parameters, body, brings_authorization)
        ),
        checks=[check for check in checks if check],
        path_arguments=[str(item.python_name) for item in endpoint.path_parameters],
        query={item.name: str(item.python_name) for item in endpoint.query_parameters},
        brings_authorization=brings_authorization,
        body=body,
        result=result,
        decode=decode,
        models=sorted(models),
    )


def _body(spec: Spec, operation: Operation) -> Body | None:
    if "requestBody" not in operation.node:
        return None
    node = spec.resolve(operation.node["requestBody"])
    content = node["content"]
    is_json = JSON in content
    return Body(
        annotation=python_types.annotation(content[JSON]["schema"]) if is_json else "Content",
        required=node.get("required", False),
        content_types=list(content),
        is_json=is_json,
    )


def _answer(spec: Spec, operation: Operation) -> tuple[str, Node | None]:
    """The media type and schema of the successful answer, or no schema where none has content."""
    for status, answer in operation.node["responses"].items():
        if status.startswith("2"):
            for media, node in spec.resolve(answer).get("content", {}).items():
                return media, node["schema"]
    return JSON, None


def _result(spec: Spec, schema: Node | None) -> tuple[str, str]:
    """The annotation of the answer and the expression of its decoder."""
    if schema is None:
        return "None", "decode.nothing"
    if schema.get("format") == "binary":
        return "bytes", "decode.raw"
    return python_types.annotation(schema), f"decode.body({python_types.decoder(spec, schema)})"


def _signature(
    by_name: dict[str, Node], endpoint: Endpoint, body: Body | None, brings_authorization: bool
) -> list[str]:
    def typed(item: PropertyProtocol) -> str:
        kind = python_types.annotation(by_name[item.name]["schema"])
        return f"{item.python_name}: {kind}" + ("" if item.required else " | None = None")

    named = [typed(item) for item in endpoint.query_parameters]
    if brings_authorization:
        named.append("authorization: str")
    if body is not None:
        named.append(f"body: {body.annotation}" + ("" if body.required else " | None = None"))
        if len(body.content_types) > 1:
            choices = ", ".join(f'"{name}"' for name in body.content_types)
            named.append(f'content_type: Literal[{choices}] = "{body.content_types[0]}"')
    return [typed(item) for item in endpoint.path_parameters] + (["*", *named] if named else [])


def _descriptions(
    spec: Spec,
    operation: Operation,
    parameters: Sequence[PropertyProtocol],
    body: Body | None,
    brings_authorization: bool,
) -> list[tuple[str, str]]:
    by_name = {node["name"]: node for node in map(spec.resolve, operation.node.get("parameters", []))}
    entries = [(str(item.python_name), docstrings.of_argument(spec, by_name[item.name])) for item in parameters]
    if brings_authorization:
        entries.append(("authorization", "Value of the `Authorization` header."))
    if body is not None:
        node = spec.resolve(operation.node["requestBody"])
        schema = spec.resolve(next(iter(node["content"].values()))["schema"])
        entries.append(("body", node.get("description") or schema.get("description") or "The content to send."))
        if len(body.content_types) > 1:
            entries.append(("content_type", "How the body is encoded."))
    return entries
