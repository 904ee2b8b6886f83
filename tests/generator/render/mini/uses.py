"""How the generated package is used, for the type checker: what each call gives, and which calls are wrong."""

from datetime import date, datetime
from typing import assert_type

from anaplan_client.core import Request
from anaplan_client.mini import (
    append_content_part,
    change_thing,
    create_thing,
    download_content,
    download_measures,
    get_measures,
    list_things,
    models,
    open_session,
    upload_content_part,
    write_measures,
)
from anaplan_client.mini.models import (
    Kind,
    Measure,
    MeasuresResponse,
    NewThing,
    Owner,
    Session,
    Thing,
    ThingsResponse,
)

thing = NewThing(name="Bolt", kind=Kind.NEW, owner=Owner(id="u1"))
assert_type(list_things(name_hint="bo", born_after=date(2021, 4, 1)), Request[ThingsResponse])
assert_type(create_thing(body=thing), Request[Thing])
assert_type(change_thing("T1"), Request[None])
assert_type(change_thing("T1", body=models.NameRequest(name="Nut")), Request[None])
assert_type(download_content("T1"), Request[bytes])
assert_type(upload_content_part("T1", 3, body=b"", content_type="application/x-gzip"), Request[None])
assert_type(append_content_part("T1", 3, body=iter([b""])), Request[None])
assert_type(open_session(authorization="Basic abc"), Request[Session])
assert_type(get_measures("T1", places=["top", "left"], kind=Kind.NEW), Request[MeasuresResponse])
assert_type(download_measures("T1", places=("top",), separator=";", accept="text/csv;escaped=true"), Request[bytes])
assert_type(write_measures("T1", body=(Measure(value=1), Measure(place="top", value=True))), Request[None])


def read(thing: Thing) -> None:
    assert_type(thing.id, str)
    assert_type(thing.kind, Kind)
    assert_type(thing.class_, str | None)
    assert_type(thing.weight, float | None)
    assert_type(thing.born, date | None)
    assert_type(thing.changed_on, datetime | None)
    assert_type(thing.seen_at, datetime | None)
    assert_type(thing.grid, list[list[int]] | None)
    assert_type(thing.notes, list[str | None] | None)
    assert_type(thing.counts, dict[str, int | None] | None)
    assert_type(thing.groups, dict[str, list[str]] | None)
    assert_type(thing.pieces, dict[str, Thing] | None)
    assert_type(thing.parent, Thing | None)
    assert_type(thing.additional_properties, dict[str, object])


list_things()  # type: ignore[call-arg]
list_things(name_hint="bo", limit="3")  # type: ignore[arg-type]
upload_content_part("T1", 3, body=b"", content_type="text/plain")  # type: ignore[arg-type]
open_session()  # type: ignore[call-arg]
get_measures("T1", separator=";")  # type: ignore[call-arg]
get_measures("T1", kind="NEW")  # type: ignore[arg-type]
download_measures("T1", accept="application/json")  # type: ignore[arg-type]
write_measures("T1", body=Measure(value=1))  # type: ignore[arg-type]
Measure(value=None)  # type: ignore[arg-type]
create_thing()  # type: ignore[call-arg]
NewThing(name="Bolt", kind="NEW", owner=Owner(id="u1"))  # type: ignore[arg-type]
thing.name = "Nut"  # type: ignore[misc]
