"""What the log keeps and what it can never hold."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from hazard.core import logs
from hazard.core.logs import log


@pytest.fixture(autouse=True)
def _configured() -> Iterator[None]:
    root = logging.getLogger()
    before = list(root.handlers)
    logs.end_request()
    logs.configure(logging.INFO)
    yield
    root.handlers = before
    structlog.contextvars.clear_contextvars()
    structlog.reset_defaults()


def last_line(printed: str) -> dict[str, Any]:
    return dict(json.loads(printed.splitlines()[-1]))


def test_a_description_and_a_name_never_reach_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    log.info("report.received", description="三号冲床护栏坏了", name="张三", code="7K2M", ms=12)

    printed = capsys.readouterr()
    assert printed.out == ""
    assert set(last_line(printed.err)) == {"at", "event", "level", "ms"}
    assert "护栏" not in printed.err
    assert "张三" not in printed.err
    assert "7K2M" not in printed.err


def test_what_a_request_binds_is_withheld_as_well(capsys: pytest.CaptureFixture[str]) -> None:
    request_id = logs.begin_request()
    structlog.contextvars.bind_contextvars(phone="13800000000")

    log.info("request.answered", route="/p/<code>", method="GET", status=200)

    printed = capsys.readouterr().err
    assert "13800000000" not in printed
    assert last_line(printed)["request_id"] == request_id
    assert last_line(printed)["route"] == "/p/<code>"


def test_after_a_request_its_id_is_forgotten(capsys: pytest.CaptureFixture[str]) -> None:
    logs.begin_request()
    logs.end_request()

    log.info("job.started", job="ladder")

    assert "request_id" not in last_line(capsys.readouterr().err)


def test_two_requests_have_different_ids() -> None:
    assert logs.begin_request() != logs.begin_request()


@pytest.mark.parametrize("event", ["张三 sent a report", "report %s received", "Report 7K2M"])
def test_a_sentence_is_not_taken_for_an_event(
    event: str, capsys: pytest.CaptureFixture[str]
) -> None:
    log.info(event)

    assert last_line(capsys.readouterr().err)["event"] == logs.WITHHELD


def test_of_an_exception_only_types_and_positions_are_kept(
    capsys: pytest.CaptureFixture[str],
) -> None:
    try:
        read_shift("夜班 张三")
    except RuntimeError:
        log.exception("job.failed", job="ladder", error="张三")

    printed = capsys.readouterr().err
    line = last_line(printed)
    assert "张三" not in printed
    assert line["error"] == "builtins.RuntimeError < builtins.ValueError"
    assert line["job"] == "ladder"
    assert line["frames"][-1].endswith(" read_shift")


def read_shift(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise RuntimeError(f"no shift: {text}") from error


def test_a_library_that_quotes_an_address_is_named_without_its_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logging.getLogger("flask.app").error("Exception on /p/7K2M [%s]", "GET")

    printed = capsys.readouterr().err
    assert "7K2M" not in printed
    assert last_line(printed)["library"] == "flask.app"
    assert last_line(printed)["where"].startswith("test_logs:")


def test_a_long_value_and_an_object_are_dropped(capsys: pytest.CaptureFixture[str]) -> None:
    log.info("job.finished", route="x" * 201, where={"name": "张三"}, status=1)

    assert set(last_line(capsys.readouterr().err)) == {"at", "event", "level", "status"}


def test_below_the_level_nothing_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    log.debug("job.started")

    assert capsys.readouterr().err == ""


def test_configuring_twice_does_not_write_twice(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(logging.INFO)
    logging.getLogger("waitress").warning("queue")

    assert len(capsys.readouterr().err.splitlines()) == 1
