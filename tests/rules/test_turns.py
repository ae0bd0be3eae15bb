"""Whose request is answered next."""

import time
from threading import Thread
from types import SimpleNamespace
from typing import Any

from hazard.core.turns import Gate, Turns
from hazard.serving import MOST_UNREAD, make_room


def asking(address: str, name: str, told: str = "") -> Any:
    asked = SimpleNamespace(headers={"X_FORWARDED_FOR": told} if told else {})
    return SimpleNamespace(addr=(address, 1), name=name, requests=[asked], request=None)


def sending(address: str, sent: int) -> Any:
    coming = SimpleNamespace(headers={}, body_bytes_received=sent)
    return SimpleNamespace(
        addr=(address, 1), requests=[], request=coming, total_outbufs_len=0, will_close=False
    )


def hung_up_on(*channels: Any) -> list[str]:
    make_room(SimpleNamespace(active_channels=dict(enumerate(channels))))
    return [channel.addr[0] for channel in channels if channel.will_close]


def order(*channels: Any) -> list[str]:
    turns = Turns()
    for channel in channels:
        turns.append(channel)
    return [turns.popleft().name for _ in range(len(turns))]


def test_a_phone_is_answered_before_the_second_request_of_a_flood() -> None:
    flood = [asking("10.0.0.9", f"flood {n}") for n in range(3)]
    assert order(*flood, asking("10.0.0.5", "phone")) == ["flood 0", "phone", "flood 1", "flood 2"]


def test_behind_the_proxy_each_phone_has_its_own_turn() -> None:
    flood = [asking("127.0.0.1", f"flood {n}", "10.0.0.9") for n in range(2)]
    phone = asking("127.0.0.1", "phone", "1.2.3.4, 10.0.0.5")
    assert order(*flood, phone) == ["flood 0", "phone", "flood 1"]


def test_nobody_takes_many_turns_by_claiming_many_addresses() -> None:
    flood = [asking("10.0.0.9", f"flood {n}", f"10.0.1.{n}") for n in range(3)]
    assert order(*flood, asking("10.0.0.5", "phone"))[1] == "phone"


def test_who_came_first_from_an_address_is_answered_first() -> None:
    turns = Turns()
    turns.append(asking("10.0.0.5", "first"))
    turns.append(asking("10.0.0.5", "second"))
    assert turns.popleft().name == "first"
    turns.append(asking("10.0.0.5", "third"))
    assert [turns.popleft().name, turns.popleft().name, bool(turns)] == ["second", "third", False]


def test_who_sends_more_than_the_disk_is_for_is_hung_up_on_and_nobody_else() -> None:
    phone = sending("10.0.0.5", 40_000_000)
    assert hung_up_on(phone, *(sending("10.0.0.9", MOST_UNREAD // 4) for _ in range(3))) == []
    flood = [sending("10.0.0.9", MOST_UNREAD // 4) for _ in range(4)]
    assert hung_up_on(phone, *flood) == ["10.0.0.9"] * 4


def test_an_idle_connection_of_whoever_sends_too_much_stays() -> None:
    assert hung_up_on(sending("10.0.0.9", 0), sending("10.0.0.9", MOST_UNREAD + 1)) == ["10.0.0.9"]


def test_who_waits_is_let_through_in_the_order_of_coming() -> None:
    gate, order = Gate(1), list[int]()
    waiting = [Thread(target=_pass, args=(gate, order, n)) for n in range(5)]
    with gate:
        for at, thread in enumerate(waiting, start=1):
            thread.start()
            while len(gate) < at:
                time.sleep(0.001)
    for thread in waiting:
        thread.join()
    assert order == [0, 1, 2, 3, 4]


def _pass(gate: Gate, order: list[int], name: int) -> None:
    with gate:
        order.append(name)
