"""Many targets are synchronized concurrently, and no file of a promotion has a secret."""

import threading
from pathlib import Path

import pytest

from anaplan_ext import Client, PromotionError, TargetResult
from anaplan_ext.emulator import Emulator, Fault

from ..support._async.fixtures import NO_DELAYS
from .promotion_tenant import SOURCE, model_id, names, promotion_tenant, syncs

COUNT = 30


@pytest.mark.parametrize("parallel", [3, COUNT])
def test_as_many_targets_as_allowed_are_synchronized_at_once(parallel: int) -> None:
    with Emulator(tenant=promotion_tenant(COUNT)) as emulator:
        arguments = emulator.client_arguments | {"model_id": SOURCE}
        with Client(**arguments, status_poll_delay=0, retry_policy=NO_DELAYS, timeout=100) as client:
            plan = client.alm.plan("R3", names(COUNT))
            emulator.inject(Fault(path="syncTasks/", kind="stall", times=None))
            results: list[TargetResult] = []
            thread = threading.Thread(target=lambda: results.extend(plan.apply(parallel=parallel)))
            thread.start()
            while len(emulator.stalled) < parallel:
                assert thread.is_alive()
            # The others wait for a slot.
            assert emulator.effects["syncTasks"] == parallel
            emulator.clear_faults()
            emulator.release()
            thread.join()
            assert len(results) == COUNT
            assert syncs(emulator) == dict.fromkeys(names(COUNT), 1)


def test_no_file_of_a_promotion_has_a_secret(tmp_path: Path) -> None:
    tenant = promotion_tenant(3)
    tenant.users[0].password = "canary-of-a-password"
    with Emulator(tenant=tenant) as emulator:
        arguments = emulator.client_arguments | {"model_id": SOURCE}
        with Client(**arguments, status_poll_delay=0, retry_policy=NO_DELAYS) as client:
            plan = client.alm.plan("R3", names(3))
            plan.save(tmp_path / "release.plan")
            plan.approve("ada@example.com", "fine")
            emulator.fail_next_task(model_id(1))
            emulator.inject(Fault(path=f"{model_id(2)}/alm/syncTasks", status=500, times=None))
            with pytest.raises(PromotionError) as caught:
                list(plan.apply(offline=True, require_approvals=1))
            tokens = [token.encode() for token in emulator.tokens]
        texts = [path.read_bytes() for path in tmp_path.iterdir()]
        assert len(texts) == 3
        texts += [text.encode() for text in (str(caught.value), repr(caught.value), repr(plan))]
        for secret in (b"canary-of-a-password", *tokens):
            assert len(secret) > 10
            assert not [text for text in texts if secret in text]
