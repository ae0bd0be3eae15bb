"""What is measured, and the goal each figure has (decisions 45)."""

import http.client
import json
import multiprocessing
import secrets
import signal
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from urllib.parse import quote

import typst
from PIL import Image

from bench import recording
from bench.harness import (
    Answer,
    Ratio,
    Served,
    at_once,
    compare,
    form,
    multipart,
    percentile,
    serving,
)
from bench.plant import archive_older, cookie_of, hang_posters, multiply, plant, walk_cases
from hazard.cases.queries import hold_case
from hazard.core import clock
from hazard.core.house import House
from hazard.core.money import yuan
from hazard.core.typeset import TEMPLATES, Paper, plain
from hazard.core.words import CHINESE
from hazard.places.composing import composer
from hazard.places.queries import list_printable
from hazard.places.sheets import PosterBook
from hazard.rewards import awards, budgets, settlement
from hazard.rewards.printing import view_sheet
from hazard.rewards.terms import Version
from hazard.tables import metadata
from tests import walks
from tests.company import Company
from tests.pictures import jpeg, noise, scene

WORDS = "三号冲床的防护罩没有了，切屑往外飞，站在旁边的人躲不开"
SEARCHED = "防护"
OPENINGS, LISTS, NAMED, UNNAMED, PHOTOS = 200, 100, 100, 10, 4
"""Requests a turn: so many that the least program, too, uses some tenths of a second of
processor time, which the system counts in hundredths."""
WRITERS, WRITES = 32, 4
BATCH = 100
PHONES, DRIP_S, BIG = 20, 5.0, 4_000_000


@dataclass(frozen=True)
class Figure:
    """One measured value that is not a ratio of two servers."""

    scenario: str
    value: float
    unit: str
    goal: float
    more: str = ""

    @property
    def held(self) -> bool:
        """Say whether the goal is reached."""
        return self.value <= self.goal


Result = Ratio | Figure


@dataclass(frozen=True)
class Pair:
    """Product and prototype, running, over the same plant."""

    product: Served
    limit: Served
    poster: str
    place: str


def pages(folder: Path) -> Iterator[Result]:
    """Open the form; send a report by name, without a name, with a small and a large photo."""
    with _pair(folder) as pair:
        opening = f"/p/{pair.poster}"
        scan = partial(_scan, opening)
        _need_equal(pair, scan)
        yield compare("open the form", pair.product, pair.limit, scan, OPENINGS, 2.0)
        tokens = {server.name: _token(server, opening) for server in (pair.product, pair.limit)}
        named = partial(_report, tokens, pair.poster, "named")
        unnamed = partial(_report, tokens, pair.poster, "anonymous")
        for title, ask, times in (
            ("report by name", named, NAMED), ("report without a name", unnamed, UNNAMED)
        ):  # fmt: skip
            _need_equal(pair, ask)
            yield compare(title, pair.product, pair.limit, ask, times, 2.0)
        for title, photo in (("300 KB photo", _small_photo()), ("4 MB photo", _large_photo())):
            ask = partial(_report_with_photo, tokens, pair.poster, photo)
            _need_equal(pair, ask)
            yield compare(f"report with a {title}", pair.product, pair.limit, ask, PHOTOS, 1.5)


def lists(folder: Path) -> Iterator[Result]:
    """List, search and case page at 10,000 and at 100,000 cases."""
    costs: dict[str, float] = {}
    for cases in (10_000, 100_000):
        with _pair(folder / str(cases), cases) as pair:
            number = recording.rows_of(recording.text_of(pair.product.ask("GET", "/cases")))[0]
            for title, path in (
                ("list", "/cases"),
                ("search", f"/cases?text={SEARCHED}"),
                ("case page", f"/cases/{number['number']}"),
            ):
                ask = partial(_get, _quoted(path))
                _need_equal(pair, ask)
                ratio = compare(
                    f"{title}, {cases:,} cases", pair.product, pair.limit, ask, LISTS, 2.0
                )
                yield ratio
                if title in costs:
                    grown = ratio.product_cpu_ms / costs[title]
                    yield Figure(f"{title}: 100,000 beside 10,000", grown, "×", 1.3)
                costs.setdefault(title, ratio.product_cpu_ms)


def papers(folder: Path) -> Iterator[Result]:
    """Settle and print 2,000 rewards; print 100 posters; beside the bare library."""
    with plant(folder) as (house, company):
        hang_posters(company, 99)
        _earn(house, company, 2_000)
        begun = time.process_time()
        run = walks.settle(company)
        yield Figure("settle 2,000 rewards", time.process_time() - begun, "s CPU", float("inf"))
        read = partial(_read_sheet, company, run)
        yield _beside_bare("print 2,000 rewards", house, read)
        yield _beside_bare("print 100 posters", house, partial(_read_posters, house, company))


def writers(folder: Path) -> Iterator[Result]:
    """32 people send a report at the same moment, several times."""
    with _pair(folder) as pair:
        opening = f"/p/{pair.poster}"
        tokens = {pair.product.name: _token(pair.product, opening)}
        answers: list[Answer] = []
        for _ in range(WRITES):
            send = partial(_report, tokens, pair.poster, "named", pair.product)
            answers += at_once(WRITERS, lambda _, send=send: send())  # type: ignore[misc]
        failed = sum(answer.status >= 500 for answer in answers)
        times = [answer.seconds for answer in answers]
        middle, p99, longest = percentile(times, 0.5), percentile(times, 0.99), max(times)
        more = f"p50 {middle * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms, max {longest * 1000:.0f} ms"
        yield Figure("32 writers at once: answers of 5xx", failed, "", 0)
        yield Figure("32 writers at once: p99 beside p50", p99 / middle, "×", 4.0, more)


def slow_phones(folder: Path) -> Iterator[Result]:
    """20 phones drip a 4 MB photo over 5 s while others open the form."""
    with _pair(folder) as pair:
        opening = f"/p/{pair.poster}"
        alone = [pair.product.ask("GET", opening).seconds for _ in range(200)]
        token = _token(pair.product, opening)
        photo = _large_photo()
        stored: list[int] = []
        phones = [
            threading.Thread(target=_drip, args=(pair.product, token, photo, stored))
            for _ in range(PHONES)
        ]
        for phone in phones:
            phone.start()
        beside = []
        while any(phone.is_alive() for phone in phones):
            beside.append(pair.product.ask("GET", opening).seconds)
            time.sleep(0.02)
        ratio = percentile(beside, 0.99) / percentile(alone, 0.99)
        more = (
            f"p99 {percentile(alone, 0.99) * 1000:.0f} ms alone, "
            f"{percentile(beside, 0.99) * 1000:.0f} ms beside, {len(beside)} forms"
        )
        yield Figure("slow phones: photos not stored", PHONES - stored.count(201), "", 0)
        yield Figure("slow phones: form p99 beside unloaded", ratio, "×", 3.0, more)


def restart(folder: Path) -> Iterator[Result]:
    """Restart the server while 8 people open the form and send reports."""
    with _pair(folder) as pair:
        opening = f"/p/{pair.poster}"
        failures: list[str] = []
        done: list[float] = []
        enough = threading.Event()
        with ThreadPoolExecutor(8) as pool:
            for _ in range(8):
                pool.submit(_knock, pair.product, opening, enough, failures, done)
            for _ in range(3):
                time.sleep(2)
                pair.product.process.send_signal(signal.SIGHUP)
            time.sleep(8)
            enough.set()
        more = f"{len(done)} requests, longest wait {max(done):.1f} s"
        yield Figure("three restarts under load: failed requests", len(failures), "", 0, more)


SCENARIOS: dict[str, Callable[[Path], Iterator[Result]]] = {
    "pages": pages,
    "lists": lists,
    "papers": papers,
    "writers": writers,
    "phones": slow_phones,
    "restart": restart,
}


@contextmanager
def _pair(folder: Path, cases: int = 0) -> Iterator[Pair]:
    with plant(folder / "product") as (house, company):
        cookie = cookie_of(house, company.safety)
        if cases:
            walk_cases(company)
    if cases:
        multiply(folder / "product" / "hazard.db", cases)
        archive_older(folder / "product" / "hazard.db")
    with serving("product", folder / "product", "app.py") as own:
        product = own.logged_in(cookie)
        place = "机加工车间·3号车床"
        _fill_limit(folder / "limit", product, company.poster, place, cookie, cases)
        words = ("-m", "bench.limit.app", str(folder / "limit"))
        with serving("limit", folder / "limit", *words) as least:
            yield Pair(product, least.logged_in(cookie), company.poster, place)


def _fill_limit(
    folder: Path, product: Served, poster: str, place: str, cookie: str, cases: int
) -> None:
    shown = recording.text_of(product.logged_in("").ask("GET", f"/p/{poster}"))
    pages: dict[str, object] = {"form": recording.record_form(shown, place)}
    rows: list[dict[str, str]] = []
    if cases:
        listed = recording.text_of(product.ask("GET", "/cases"))
        searched = recording.text_of(product.ask("GET", _quoted(f"/cases?text={SEARCHED}")))
        rows = recording.rows_of(listed)
        number = rows[0]["number"]
        case = recording.text_of(product.ask("GET", f"/cases/{number}"))
        pages |= {
            "list": recording.record_list(listed),
            "search": recording.record_list(searched),
            "row": recording.row_with_marks(listed),
            "page_rows": len(rows),
            "case": recording.marked(case, {"number": number}),
        }
    logins = {recording.hash_of(cookie): "王建华"}
    with recording.make_limit(folder, pages, (poster, place), logins) as connection:
        _fill_hazards(connection, rows, cases)
    connection.close()


def _fill_hazards(connection: sqlite3.Connection, rows: list[dict[str, str]], cases: int) -> None:
    """Put in what the first pages show, and below it as many other hazards as the product has."""
    pairs = {SEARCHED[at : at + 2] for at in range(len(SEARCHED) - 1)}
    for place in range(cases - len(rows)):
        facts = {**rows[place % len(rows)], "number": f"X{place}"}
        connection.execute(
            "INSERT INTO hazard VALUES (?, ?, ?)",
            (place + 1, facts["number"], json.dumps(facts, ensure_ascii=False)),
        )
    for place, facts in enumerate(reversed(rows), start=cases):
        connection.execute(
            "INSERT INTO hazard VALUES (?, ?, ?)",
            (place + 1, facts["number"], json.dumps(facts, ensure_ascii=False)),
        )
    for pair in pairs:
        connection.execute(
            "INSERT OR IGNORE INTO word SELECT ?, id FROM hazard WHERE id <= ?", (pair, cases * 2)
        )


def _scan(path: str, server: Served) -> Answer:
    return server.logged_in("").ask("GET", path)


def _get(path: str, server: Served) -> Answer:
    return server.ask("GET", path)


def _report(tokens: dict[str, str], poster: str, identity: str, server: Served) -> Answer:
    asking = server if identity == "named" else server.logged_in("")
    fields = _fields(tokens[server.name], poster, identity, secrets.token_urlsafe(16))
    return asking.ask("POST", "/report", form(fields))


def _report_with_photo(tokens: dict[str, str], poster: str, photo: bytes, server: Served) -> Answer:
    key = secrets.token_urlsafe(16)
    body, kind = multipart({"csrf_token": tokens[server.name], "submission_key": key}, photo)
    sent = server.logged_in("").ask("POST", "/report/photos", body, kind)
    if sent.status != 201:
        return sent
    fields = _fields(tokens[server.name], poster, "named", key)
    return server.ask("POST", "/report", form({**fields, "photo": json.loads(sent.body)["id"]}))


def _fields(token: str, poster: str, identity: str, key: str) -> dict[str, str]:
    return {
        "csrf_token": token, "submission_key": key, "poster": poster, "category": "equipment",
        "description": WORDS, "suggestion": "装回防护罩", "spot": "东门边", "urgency": "urgent",
        "identity": identity,
    }  # fmt: skip


def _token(server: Served, opening: str) -> str:
    return recording.field(recording.text_of(server.ask("GET", opening)), "csrf_token")


def _need_equal(pair: Pair, ask: Callable[[Served], Answer]) -> None:
    ours, least = ask(pair.product), ask(pair.limit)
    same = (ours.status, ours.headers.get("location")) == (
        least.status, least.headers.get("location"),
    )  # fmt: skip
    left, right = (recording.without_chance(recording.text_of(each)) for each in (ours, least))
    if not same or left != right:
        at = next((n for n, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), 0)
        raise AssertionError(
            f"{ours.status} {least.status}\n{left[at - 200 : at + 200]}\n---\n"
            f"{right[at - 200 : at + 200]}"
        )


def _quoted(path: str) -> str:
    return quote(path, safe="/?=&")


def _small_photo() -> bytes:
    return jpeg(scene(1600, 1200), quality=97)


def _large_photo() -> bytes:
    """Return about 4 MB of 12 megapixels: a soft picture under the grain of a phone's sensor."""
    grain = noise(1000, 750).convert("RGB").resize((4000, 3000))
    picture = Image.blend(scene(4000, 3000), grain, 0.25)
    qualities = (95, 92, 88, 84, 80, 70)
    return next(
        made for quality in qualities if len(made := jpeg(picture, quality=quality)) < BIG * 1.2
    )


def _drip(server: Served, token: str, photo: bytes, stored: list[int]) -> None:
    fields = {"csrf_token": token, "submission_key": secrets.token_urlsafe(16)}
    body, kind = multipart(fields, photo)
    head = (
        f"POST /report/photos HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
        f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port), timeout=120) as line:
        line.sendall(head.encode())
        pieces = 50
        size = -(-len(body) // pieces)
        for at in range(0, len(body), size):
            line.sendall(body[at : at + size])
            time.sleep(DRIP_S / pieces)
        answer = http.client.HTTPResponse(line)
        answer.begin()
        stored.append(answer.status)


def _knock(
    server: Served,
    opening: str,
    enough: threading.Event,
    failures: list[str],
    done: list[float],
) -> None:
    token = _token(server, opening)
    while not enough.is_set():
        for ask in (
            partial(_get, opening, server),
            partial(_report, {server.name: token}, "", "named", server),
        ):
            try:
                answer = ask()
            except OSError as error:
                failures.append(repr(error))
            else:
                done.append(answer.seconds)
                if answer.status >= 400:
                    failures.append(str(answer.status))


def _earn(house: House, company: Company, count: int) -> None:
    """Give so many graded hazards an approved, funded reward."""
    with company.work_as(company.finance) as work:
        budget = budgets.enter(work, work.now.year, yuan(1_000_000)).id
    with company.work_as(company.head) as work:
        budgets.approve(work, budget)
    walks.walk_to_graded(company, level=1)
    multiply(Path(house.database.engine.url.database or ""), count)
    proposed: list[int] = []
    numbers = _case_numbers(house)
    for at in range(0, len(numbers), BATCH):
        with company.work_as(company.safety) as work:
            for number in numbers[at : at + BATCH]:
                case = hold_case(work, number)
                made = awards.propose(work, case, out_of_post=False, declared=True)
                proposed += [award.id for award in made]
    for at in range(0, len(proposed), BATCH):
        with company.work_as(company.head) as work:
            decision = awards.Decision(approve=True, note="")
            awards.decide(work, proposed[at : at + BATCH], decision, declared=True)


def _case_numbers(house: House) -> list[str]:
    cases = metadata.tables["hazard_case"]
    with house.database.reading() as session:
        return list(session.scalars(cases.select().with_only_columns(cases.c.number)))


def _read_sheet(company: Company, run: int) -> Paper:
    with company.work_as(company.finance) as work:
        held = settlement.hold_run(work, walks.this_month(company), run)
        return view_sheet(work.session, work.actor, held, Version.FINANCE, clock.now())


def _read_posters(house: House, company: Company) -> Paper:
    settings = replace(house.settings, base_url="http://192.168.8.10:8000")
    with company.work_as(company.safety) as work:
        compose = composer(work.session, settings, clock.now())
        sheets = tuple(compose.sheet(poster) for poster in list_printable(work.session, work.actor))
    return PosterBook(printed_at=clock.now(), sheets=sheets)


def _beside_bare(title: str, house: House, read: Callable[[], Paper]) -> Figure:
    """Set the product's way from tables to PDF beside the library alone, fed with ready data.

    Each time in a process of its own: the library remembers what it laid out and would be
    measured remembering.
    """
    paper = read()
    inputs = {"sheet": json.dumps(plain({"locale": CHINESE, **paper.shown()}, CHINESE))}
    fonts = house.typesetter._fonts()  # the same fonts, unpacked once

    def own() -> None:
        house.typesetter.pdf(read())

    def bare() -> None:
        typst.compile(
            TEMPLATES / f"{paper.template}.typ", root=TEMPLATES, format="pdf", font_paths=fonts,
            ignore_system_fonts=True, sys_inputs=inputs, pdf_tags=False,
        )  # fmt: skip

    house.database.engine.dispose()
    pairs = [(_alone(own), _alone(bare)) for _ in range(5)]
    ratios = sorted(ours / theirs for ours, theirs in pairs)
    ours, theirs = (sum(times) / len(pairs) for times in zip(*pairs, strict=True))
    more = f"{ours:.2f} s CPU, of it the library {theirs:.2f} s"
    return Figure(title, ratios[len(ratios) // 2], "×", 1.5, more)


def _alone(job: Callable[[], None]) -> float:
    """Return the CPU seconds a job takes in a fresh copy of this process."""
    context = multiprocessing.get_context("fork")
    told = context.SimpleQueue()

    def run() -> None:
        begun = time.process_time()
        job()
        told.put(time.process_time() - begun)

    child = context.Process(target=run)
    child.start()
    child.join()
    if child.exitcode:
        raise RuntimeError(f"the job ended with {child.exitcode}")
    return float(told.get())
