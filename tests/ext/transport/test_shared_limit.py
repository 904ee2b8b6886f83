"""Many jobs in several processes under one limit, on a clock of the test: what the tenant's bucket sees.

`benchmarks/rate_limit.py` measures the same with real processes, sockets and time.
"""

import heapq
import random
from collections import Counter
from itertools import count
from pathlib import Path

import pytest
from attrs import define, field

from anaplan_ext.transport.rate_file import FileRateStore
from anaplan_ext.transport.rate_limit import Limiter, MemoryRateStore, RateLimit, RateStore

RATE = 10.0
PAUSE_SECONDS = 10.0


@define
class Tenant:
    """The bucket of a tenant, which knows nothing of the limit that the clients have."""

    burst: float = 10.0
    full_at: float = 0.0

    def admits(self, now: float) -> bool:
        self.full_at = max(self.full_at, now)
        if (self.full_at - now) * RATE > self.burst - 0.999:
            return False
        self.full_at += 1 / RATE
        return True


@define
class Simulation:
    """Processes whose jobs send a request, wait for its response, and send the next one."""

    stores: list[RateStore]
    jobs: int
    tenant: Tenant = field(factory=Tenant)
    foreign: float = 0.0
    poll_share: float = 0.0
    begin: float = 0.0
    choose: random.Random = field(factory=lambda: random.Random(7))
    sent: Counter[tuple[int, int]] = field(factory=Counter[tuple[int, int]])
    rejected: int = 0
    waits: dict[bool, float] = field(factory=lambda: {True: 0.0, False: 0.0})
    """The longest wait of polls and of others."""
    checks: int = 0

    def run(self, end: float) -> None:
        limit = RateLimit(per_second=RATE, burst=5)
        limiters = [Limiter(limit, store) for store in self.stores]
        order = count()
        events: list[tuple[float, int, str, int, int, int, float, bool]] = []

        def at(now: float, what: str, process: int = 0, job: int = 0, ticket: int = 0, since: float = 0.0) -> None:
            is_poll = self.choose.random() < self.poll_share if what == "begin" else polls.get((process, ticket), False)
            heapq.heappush(events, (now, next(order), what, process, job, ticket, since, is_poll))

        polls: dict[tuple[int, int], bool] = {}
        for process in range(len(limiters)):
            for job in range(self.jobs):
                at(self.choose.random() / 10, "begin", process, job)
        if self.foreign:
            at(0.0, "foreign")
        while events and events[0][0] < end:
            now, _, what, process, job, ticket, since, is_poll = heapq.heappop(events)
            limiter = limiters[process]
            if what == "foreign":
                self.tenant.admits(now)
                at(now + self.choose.expovariate(self.foreign), "foreign")
            elif what == "rejected":
                limiter.on_throttled(since, now, PAUSE_SECONDS)
                at(now + PAUSE_SECONDS, "begin", process, job)
            else:
                if what == "begin":
                    ticket, since = limiter.acquire_ticket(is_poll), now
                    polls[process, ticket] = is_poll
                self.checks += 1
                if wait := limiter.delay(ticket, now):
                    at(now + wait + self.choose.random() / 1000, "wait", process, job, ticket, since)
                    continue
                is_counted = now >= self.begin
                if is_counted:
                    self.waits[is_poll] = max(self.waits[is_poll], now - since)
                arrival, response = now + 0.002, now + 0.05 + self.choose.random() / 10
                is_admitted = self.tenant.admits(arrival)
                self.sent[process, job] += is_counted
                self.rejected += is_counted and not is_admitted
                at(response, "begin" if is_admitted else "rejected", process, job, 0, now)


def shares(sent: Counter[int] | Counter[tuple[int, int]]) -> tuple[float, float]:
    """The least and the largest number, in parts of the mean."""
    mean = sum(sent.values()) / len(sent)
    return min(sent.values()) / mean, max(sent.values()) / mean


def processes_of(sent: Counter[tuple[int, int]]) -> Counter[int]:
    totals = Counter[int]()
    for (process, _), number in sent.items():
        totals[process] += number
    return totals


def test_four_processes_use_the_rate_fairly_and_are_never_rejected(tmp_path: Path) -> None:
    simulation = Simulation([FileRateStore(tmp_path / "limit") for _ in range(4)], jobs=50, begin=10.0)
    simulation.run(end=210.0)
    assert simulation.rejected == 0
    assert sum(simulation.sent.values()) >= 0.95 * RATE * 200
    assert len(simulation.sent) == 200
    assert [round(share, 1) for share in shares(processes_of(simulation.sent))] == [1.0, 1.0]
    least, largest = shares(simulation.sent)
    assert least >= 0.8
    assert largest <= 1.2
    # Waiting is cheap: those behind look now and then only.
    assert simulation.checks <= 20 * sum(simulation.sent.values())


@pytest.mark.parametrize("seed", range(3))
def test_requests_of_others_are_left_their_part(seed: int) -> None:
    store = MemoryRateStore()
    simulation = Simulation([store] * 4, jobs=10, foreign=4.0, begin=300.0, choose=random.Random(seed))
    simulation.run(end=2100.0)
    sent = sum(simulation.sent.values())
    assert simulation.rejected <= 0.01 * sent
    # Of the six that others leave, pauses of ten seconds included.
    assert sent >= 0.6 * 6 * 1800


def test_all_back_off_after_a_429_of_one_and_recover() -> None:
    store = MemoryRateStore()
    first, second = (Limiter(RateLimit(per_second=RATE, burst=5), store) for _ in range(2))
    first.on_throttled(sent=100.0, now=100.1, pause=PAUSE_SECONDS)
    ticket = second.acquire_ticket()
    assert second.delay(ticket, 100.1) == pytest.approx(PAUSE_SECONDS)
    assert second.delay(ticket, 110.1) == 0
    ticket = second.acquire_ticket()
    # At 86 % after a sixth of the recovery.
    assert second.delay(ticket, 110.1) == pytest.approx(1 / (0.86 * RATE), rel=0.02)
    assert second.delay(ticket, 200.0) == 0
    tickets = [second.acquire_ticket() for _ in range(20)]
    waits = [second.delay(ticket, 200.0) for ticket in tickets]
    assert waits.count(0) == 4
    assert waits[-1] == pytest.approx(16 / RATE)


def test_a_turn_that_was_taken_before_a_429_is_void() -> None:
    store = MemoryRateStore()
    first, second = (Limiter(RateLimit(per_second=RATE, burst=1), store) for _ in range(2))
    assert first.delay(first.acquire_ticket(), 100.0) == 0
    ticket = second.acquire_ticket()
    assert second.delay(ticket, 100.0) == pytest.approx(0.1)
    first.on_throttled(sent=100.0, now=100.05, pause=PAUSE_SECONDS)
    assert second.delay(ticket, 100.1) > PAUSE_SECONDS - 0.1


def test_polls_wait_for_a_few_turns_and_do_not_stop_the_others() -> None:
    store = MemoryRateStore()
    simulation = Simulation([store] * 4, jobs=50, poll_share=0.2, begin=10.0)
    simulation.run(end=210.0)
    assert simulation.waits[True] < 4.0
    assert 10 < simulation.waits[False] < 60


def test_a_killed_process_costs_one_turn() -> None:
    store = MemoryRateStore()
    killed, other = (Limiter(RateLimit(per_second=RATE, burst=1), store) for _ in range(2))
    assert killed.delay(killed.acquire_ticket(), 100.0) == 0
    assert killed.delay(killed.acquire_ticket(), 100.0) == pytest.approx(0.1)
    assert other.delay(other.acquire_ticket(), 100.0) == pytest.approx(0.2)


def test_a_child_does_not_wait_for_the_tickets_of_its_parent() -> None:
    limiter = Limiter(RateLimit(per_second=RATE, burst=1), MemoryRateStore())
    for _ in range(9):
        limiter.delay(limiter.acquire_ticket(), 100.0)
    limiter.after_fork()
    assert limiter.delay(limiter.acquire_ticket(), 100.0) == pytest.approx(0.2)
