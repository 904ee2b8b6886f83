"""Users and filters of them, for the tests of both faces."""

from typing import Any

from anaplan_ext.users import UserFilter, field

PEOPLE: list[dict[str, Any]] = [
    {"email": "ann@people.example", "first_name": "Ann", "last_name": "Doe"},
    {"email": "bob@people.example", "first_name": "Bob", "last_name": 'O"Neil\\', "active": False},
    {"email": "cy@people.example", "first_name": "Cy", "last_name": "Doe", "external_id": "E-1"},
    {"email": "Dan@people.example", "first_name": "ann", "last_name": "Émile", "external_id": "e-2", "active": False},
]
ANN, BOB, CY, DAN = (str(fields["email"]) for fields in PEOPLE)
ALL = [ANN, BOB, CY, DAN]
user_name, active, external = field("userName"), field("active"), field("externalId")
given, family = field("name.givenName"), field("name.familyName")

FILTERS: list[tuple[UserFilter, list[str]]] = [
    (active == True, [ANN, CY]),  # noqa: E712
    (active == False, [BOB, DAN]),  # noqa: E712
    (~(active == False), [ANN, CY]),  # noqa: E712
    (active != True, [BOB, DAN]),  # noqa: E712
    (user_name == "DAN@people.example", [DAN]),
    (given == "ann", [ANN, DAN]),
    (given != "ann", [BOB, CY]),
    (family == 'O"Neil\\', [BOB]),
    (family == "émile", [DAN]),
    (given > "ann", [BOB, CY]),
    (given >= "Bob", [BOB, CY]),
    (given < "bob", [ANN, DAN]),
    (given <= "bob", [ANN, BOB, DAN]),
    (external.present(), [CY, DAN]),
    (~external.present(), [ANN, BOB]),
    (external == "E-2", [DAN]),
    (external != "E-2", [ANN, BOB, CY]),
    (external > "e-1", [DAN]),
    (~(external > "e-1"), [ANN, BOB, CY]),
    (external <= "e-1", [CY]),
    (user_name.starts_with("D"), [DAN]),
    (user_name.contains("N@"), [ANN, DAN]),
    (user_name.ends_with("b@people.example"), [BOB]),
    (~user_name.contains("n@"), [BOB, CY]),
    ((active == False) & (given == "Ann"), [DAN]),  # noqa: E712
    ((active == False) | (given == "Ann"), [ANN, BOB, DAN]),  # noqa: E712
    (((given == "Cy") | (given == "Bob")) & (active == True), [CY]),  # noqa: E712
    ((given == "Cy") | ((given == "Bob") & (active == True)), [CY]),  # noqa: E712
    (~((given == "Cy") | (given == "Bob")), [ANN, DAN]),
    (~((given == "Ann") & external.present()), [ANN, BOB, CY]),
    ((active == True) & user_name.contains("y") & (family == "Doe"), [CY]),  # noqa: E712
    (user_name.contains("y") | (active == False), [BOB, CY, DAN]),  # noqa: E712
    (field("user_name") == ANN, [ANN]),
    (field("name.given_name") == "BOB", [BOB]),
]
