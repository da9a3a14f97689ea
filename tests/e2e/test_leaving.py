"""Leaving while something is under way: real processes, each of which could be a moment earlier or later."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor

from tests.devices import Device, Ran, until
from tests.recording import TAKEN, Leader, Request


def test_purging_while_a_report_is_being_sent(holding: Device, leader: Leader) -> None:
    go_on = threading.Event()
    on_record: list[list[str]] = []

    def slow(request: Request, connection: socket.socket) -> None:
        go_on.wait(30)
        on_record.append(holding.kinds())
        TAKEN(request, connection)

    leader.answering = slow
    with ThreadPoolExecutor(2) as pool:
        sending = pool.submit(holding.shoal, "send-now")
        until(lambda: leader.requests)
        purging = pool.submit(holding.shoal, "purge", "--yes")
        assert not purging.done()
        threading.Timer(2.0, go_on.set).start()
        sent, purged = sending.result(60), purging.result(60)
    assert (sent.code, purged.code) == (0, 0), (sent, purged)
    assert on_record == [["sealed", "sending"]]  # the file was there until the attempt was over
    assert "delivered" in sent.out
    assert not holding.state.exists()


def test_withholding_while_workers_come_and_go(holding: Device) -> None:
    holding.take_token_away()  # nothing leaves meanwhile
    with ThreadPoolExecutor(2) as pool:
        workers = [pool.submit(holding.worker) for _ in range(4)]
        withheld: Ran = holding.shoal("withhold")
        assert {worker.result(60).code for worker in workers} <= {0, 20}  # 20: another is at it
    assert withheld.code == 0, withheld
    assert holding.kinds()[:3] == ["sealed", "withheld", "sealed"]
    assert holding.json("verify")["agrees"]
