# Converted by `python -m generator` from tests/ext/client/_async/test_regressions.py. Edit that file, not this one.
"""Faults that clients of this kind have had; each has a test of its name, in both faces."""

import pytest

from anaplan_client import integration
from anaplan_ext import (
    BadRequestError,
    Client,
    OutcomeUnknown,
    RateLimitError,
    RequestTimeoutError,
    RetryPolicy,
    ServerError,
    TaskCancelled,
    UploadError,
)
from anaplan_ext.concurrency import _sync as concurrency
from anaplan_ext.emulator import Emulator, Fault
from anaplan_ext.transfers.chunking import MAX_CONCURRENCY

FILE, IMPORT = 113000000000, 112000000000
CSV = "id,amount\n1,10\n"


def test_a_chunk_that_fails_in_a_worker_is_not_reported_as_success(emulator: Emulator, client: Client) -> None:
    emulator.inject(Fault(method="PUT", path="/chunks/2$", status=500, times=None))
    with pytest.raises(UploadError, match="chunk 2"):
        client.upload_file(FILE, b"x" * 3_500_000)


def test_requests_run_side_by_side_while_they_share_a_token(emulator: Emulator, client: Client) -> None:
    client.list_files()
    emulator.inject(Fault(path="/users/me", kind="stall", times=None))

    def ask(index: int) -> None:
        if index == 7:
            # Only when all are under way at once does the last one come to let them go.
            while len(emulator.stalled) < 7:
                concurrency.sleep(0.001)
            emulator.clear_faults()
            emulator.release()
        client.send(integration.get_current_user())

    with concurrency.closing(concurrency.map_concurrently(ask, range(8), 8)) as done:
        assert len([one for one in done]) == 8
    assert emulator.peak_in_flight >= 7


def test_a_refusal_is_not_sent_again_and_an_unanswered_start_is_not_either(emulator: Emulator, client: Client) -> None:
    with pytest.raises(BadRequestError):
        client.send(integration.list_models(sort="size"))
    assert emulator.count("GET", "/models$") == 1
    client.upload_file(FILE, CSV)
    emulator.inject(Fault(method="POST", path="/tasks$", kind="reset", after_effect=True))
    with pytest.raises(OutcomeUnknown):
        client.invoke_action(IMPORT)
    assert emulator.count("POST", "/tasks$") == 1


def test_a_cancelled_task_does_not_wait_for_ever(emulator: Emulator, client: Client) -> None:
    client.upload_file(FILE, CSV)
    emulator.fail_next_task(str(IMPORT), "cancel", cancelling_polls=1)
    with pytest.raises(TaskCancelled):
        client.run_action(IMPORT)


def test_retry_after_is_honoured_and_the_error_says_what_was_asked(
    emulator: Emulator, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    client.list_files()

    def note(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr(concurrency, "sleep", note)
    emulator.inject(Fault(path="/users/me", status=429, headers=(("Retry-After", "7"),), times=None))
    with pytest.raises(RateLimitError) as raised:
        client.send(integration.get_current_user())
    assert pauses == [7.0, 7.0]
    assert raised.value.status == 429
    assert raised.value.context.operation == "integration.get_current_user"
    assert raised.value.context.attempts == 3


def test_the_pauses_before_repetitions_grow_up_to_a_cap(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []

    def note(seconds: float) -> None:
        pauses.append(seconds)

    emulator.inject(Fault(path="/users/me", status=503, times=None))
    policy = RetryPolicy(count=5, first_delay=1, base_delay=1, max_delay=6)
    with Client(
        user_email=emulator.user_email, password=emulator.password, base_url=emulator.url, retry_policy=policy
    ) as client:
        client.list_models()
        monkeypatch.setattr(concurrency, "sleep", note)
        monkeypatch.setattr("random.uniform", lambda low, high: high)
        with pytest.raises(ServerError):
            client.send(integration.get_current_user())
    assert pauses == [1, 2, 4, 6, 6]


def test_an_upload_has_a_few_chunks_under_way_not_all(emulator: Emulator, client: Client) -> None:
    emulator.inject(Fault(method="PUT", path="/chunks/", kind="stall", times=None))
    most: list[int] = []

    def work(index: int) -> None:
        if index == 0:
            client.upload_file(FILE, b"x" * 12_000_000)
            return
        while emulator.count("PUT", "/chunks/") < 12:
            # Each lets the others wait until as many have come as ever do.
            if len(emulator.stalled) >= min(4, 12 - emulator.count("PUT", "/chunks/")):
                most.append(len(emulator.stalled))
                emulator.release()
            concurrency.sleep(0.001)

    with concurrency.closing(concurrency.map_concurrently(work, range(2), 2)) as done:
        assert len([one for one in done]) == 2
    assert max(most) <= MAX_CONCURRENCY < 12


def test_a_download_holds_a_few_chunks_not_the_whole_file() -> None:
    with Emulator(download_chunk_size=1_000) as emulator:
        with Client(
            model_id=emulator.development_model_id,
            user_email=emulator.user_email,
            password=emulator.password,
            base_url=emulator.url,
        ) as client:
            client.upload_file(FILE, b"x" * 50_000)
            with concurrency.closing(client.get_file_stream(FILE)) as pieces:
                for _ in pieces:
                    break
            # Of fifty chunks, only those that may be held ahead of the reader were asked for.
            assert emulator.count("GET", r"/chunks/\d+$") <= MAX_CONCURRENCY


def test_making_a_client_sends_nothing(emulator: Emulator) -> None:
    with Client(user_email=emulator.user_email, password=emulator.password, base_url=emulator.url):
        pass
    assert emulator.count() == 0


def test_a_stalled_answer_is_a_timeout(emulator: Emulator) -> None:
    emulator.inject(Fault(path="/users/me", kind="stall", times=None))
    with Client(
        user_email=emulator.user_email, password=emulator.password, base_url=emulator.url, retry_count=0
    ) as client:
        with pytest.raises(RequestTimeoutError):
            client.send(integration.get_current_user(), timeout=0.05)
