"""The order in which the requests of one client go."""

import importlib

from hypothesis import given
from hypothesis import strategies as st

from anaplan_ext.transport.turn_queue import MAX_POLLS_IN_A_ROW, POLLS, TurnQueue

from ...core.support import bounded

# What happens one after the other: a poll comes, another request comes, the first goes, the last leaves.
EVENTS = st.lists(st.sampled_from(["poll", "other", "go", "go", "leave"]), max_size=80)


def first_of(queue: TurnQueue, tickets: dict[int, bool]) -> int:
    (first,) = [ticket for ticket in tickets if queue.position(ticket) == 0]
    return first


def drain(queue: TurnQueue, tickets: dict[int, bool]) -> list[int]:
    """The tickets in the order in which they go."""
    left, order = dict(tickets), list[int]()
    while left:
        order.append(first_of(queue, left))
        queue.take(order[-1])
        del left[order[-1]]
    return order


def play(events: list[str]) -> tuple[TurnQueue, dict[int, bool], list[bool]]:
    """The queue after the events, its tickets, and whether each that went was a poll."""
    queue, tickets, gone = TurnQueue(), dict[int, bool](), list[bool]()
    for event in events:
        if event in ("poll", "other"):
            tickets[queue.add(event == "poll")] = event == "poll"
        elif tickets and event == "go":
            ticket = first_of(queue, tickets)
            queue.take(ticket)
            gone.append(tickets.pop(ticket))
        elif tickets:
            ticket, _ = tickets.popitem()
            queue.remove(ticket)
    return queue, tickets, gone


@bounded()
@given(EVENTS)
def test_a_position_is_the_number_of_those_that_go_before(events: list[str]) -> None:
    queue, tickets, _ = play(events)
    positions = {ticket: queue.position(ticket) for ticket in tickets}
    order = drain(queue, tickets)
    assert [positions[ticket] for ticket in order] == list(range(len(order)))
    assert not queue


@bounded()
@given(EVENTS)
def test_each_class_is_first_in_first_out(events: list[str]) -> None:
    queue, tickets, _ = play(events)
    order = drain(queue, tickets)
    for kind in (True, False):
        assert [ticket for ticket in order if tickets[ticket] is kind] == [
            ticket for ticket in tickets if tickets[ticket] is kind
        ]


def test_polls_go_first_and_leave_a_turn_to_others() -> None:
    queue = TurnQueue()
    tickets = {queue.add(is_poll): is_poll for is_poll in [False] * 3 + [True] * 8}
    polls = [tickets[ticket] for ticket in drain(queue, tickets)]
    assert polls == [True] * 3 + [False] + [True] * 3 + [False] + [True] * 2 + [False]
    assert MAX_POLLS_IN_A_ROW == 3


def test_who_does_not_come_loses_the_place() -> None:
    queue = TurnQueue()
    late, poll, ticket, behind = queue.add(False), queue.add(True), queue.add(False), queue.add(False)
    queue.skip_to(ticket)
    assert [queue.position(each) for each in (late, poll, ticket, behind)] == [0, 0, 0, 1]
    queue.take(late)
    assert queue.position(ticket) == 0
    queue.remove(late)
    assert queue.position(behind) == 1


def test_every_poll_is_an_operation() -> None:
    for name in POLLS:
        api, operation = name.split(".")
        assert hasattr(importlib.import_module(f"anaplan_client.{api}"), operation), name
