"""The product's own pages, kept with marks where a value goes: what the prototype fills in."""

import gzip
import hashlib
import json
import re
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from bench.harness import Answer
from bench.limit.tables import TABLES
from hazard.people.passwords import FULL

ROW = re.compile(r"<tr data-case-number=.*?</tr>\s*", re.DOTALL)
LEFT_OUT = re.compile(r'(name="(?:csrf_token|submission_key)" value=")[^"]*')


def text_of(answer: Answer) -> str:
    """Return the body as words, unpacked where it came packed."""
    packed = answer.headers.get("content-encoding") == "gzip"
    return (gzip.decompress(answer.body) if packed else answer.body).decode()


def field(page: str, name: str) -> str:
    """Return the value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def without_chance(page: str) -> str:
    """Return a page without what differs each time: its token and its submission key."""
    return LEFT_OUT.sub(r"\1", page)


def marked(page: str, values: Mapping[str, str]) -> str:
    """Return a page with a mark in the place of each value, longest first."""
    for name, value in sorted(values.items(), key=lambda item: -len(item[1])):
        page = page.replace(value, f"\x00{name}\x00")
    return page


def record_form(page: str, place: str) -> str:
    """Return the report form with marks for place, token and key."""
    values = {"token": field(page, "csrf_token"), "key": field(page, "submission_key")}
    return marked(page, {**values, "place": place})


def record_list(page: str) -> str:
    """Return a list page with one mark where its rows stand."""
    rows = ROW.findall(page)
    assert rows, "the list shows no hazard"
    return page.replace("".join(rows).rstrip(), "\x00rows\x00")


def rows_of(page: str) -> list[dict[str, str]]:
    """Return each row of a list page as the values between its cells' tags."""
    return [_cells(row) for row in ROW.findall(page)]


def row_with_marks(page: str) -> str:
    """Return the page's first row with a mark in each cell and for the number."""
    row: str = ROW.findall(page)[0]
    cells = _cells(row)
    at = 0
    for name, value in cells.items():
        if name == "number":
            continue
        at = row.index(">", row.index("<td", at)) + 1
        row = f"{row[:at]}\x00{name}\x00{row[at + len(value) :]}"
    return row.replace(cells["number"], "\x00number\x00")


def _cells(row: str) -> dict[str, str]:
    number = re.search(r'data-case-number="([^"]*)"', row)
    assert number
    cells = re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)
    return {"number": number[1], **{f"cell{at}": cell for at, cell in enumerate(cells)}}


def make_limit(
    folder: Path, pages: Mapping[str, object], place: tuple[str, str], logins: Mapping[str, str]
) -> sqlite3.Connection:
    """Make the prototype's folder: its tables, one place, who is logged in, the pages."""
    folder.mkdir(parents=True, exist_ok=True)
    cost = {"time": FULL.time_cost, "memory": FULL.memory_cost, "lanes": FULL.parallelism}
    written = json.dumps({**pages, "argon2": cost}, ensure_ascii=False)
    (folder / "pages.json").write_text(written, encoding="utf-8")
    connection = sqlite3.connect(folder / "limit.db")
    connection.executescript(TABLES)
    connection.execute("INSERT INTO place VALUES (1, ?, ?, '')", place)
    connection.executemany("INSERT INTO login VALUES (?, 1, ?)", logins.items())
    connection.commit()
    return connection


def hash_of(cookie: str) -> str:
    """Return what the prototype stores of a login cookie."""
    return hashlib.sha256(cookie.partition("=")[2].encode()).hexdigest()
