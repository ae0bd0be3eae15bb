"""The limit prototype: routing, raw SQL, the same answers, the same photo work and fsyncs.

No mapped objects, no forms library, no translations, no permissions but the login: what an honest
program cannot leave out if it wants to keep what the product keeps. Pages are the product's own,
recorded once with marks where a value goes (`bench.recording`). Tables are its own and small.
"""

import gzip
import hashlib
import hmac
import json
import os
import secrets
import signal
import sqlite3
import sys
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from argon2 import PasswordHasher
from cryptography.fernet import Fernet
from flask import Flask, Response, redirect, request
from itsdangerous import URLSafeTimedSerializer
from waitress import create_server
from werkzeug import Response as BaseResponse

from hazard.core.files import LocalStore
from hazard.core.images import Darkroom

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
FORMS = ("category", "description", "suggestion", "spot", "urgency", "identity")

folder = Path(sys.argv[1])
port = int(os.environ["HAZARD_PORT"])
pages = json.loads((folder / "pages.json").read_text(encoding="utf-8"))
local = threading.local()
writers = threading.Lock()
key = secrets.token_bytes(32)
signer = URLSafeTimedSerializer(key, salt="form")
cookies = Fernet(Fernet.generate_key())
hasher = PasswordHasher(
    time_cost=pages["argon2"]["time"], memory_cost=pages["argon2"]["memory"],
    parallelism=pages["argon2"]["lanes"],
)  # fmt: skip
darkroom = Darkroom()
files = LocalStore(folder / "photos")
app = Flask("limit")


def database() -> sqlite3.Connection:
    if not hasattr(local, "connection"):
        local.connection = sqlite3.connect(folder / "limit.db", isolation_level=None)
        local.connection.execute("PRAGMA journal_mode=WAL")
        local.connection.execute("PRAGMA synchronous=FULL")
    opened: sqlite3.Connection = local.connection
    return opened


@contextmanager
def writing() -> Iterator[sqlite3.Connection]:
    with writers:
        connection = database()
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise


def who() -> tuple[int, str] | None:
    token = request.cookies.get("sid")
    if not token:
        return None
    hashed = hashlib.sha256(token.encode()).hexdigest()
    query = "SELECT person, name FROM login WHERE token_hash = ?"
    found: tuple[int, str] | None = database().execute(query, (hashed,)).fetchone()
    return found


def sent(text: str) -> Response:
    response = Response(text, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"]:
        response.set_data(gzip.compress(response.get_data(), 4, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response


@app.get("/p/<code>")
def scan(code: str) -> Response:
    place = database().execute("SELECT id, name FROM place WHERE code = ?", (code,)).fetchone()
    text = pages["form"].replace("\x00place\x00", place[1] if place else "")
    text = text.replace("\x00token\x00", signer.dumps(secrets.token_hex(16)))
    return sent(text.replace("\x00key\x00", secrets.token_urlsafe(16)))


@app.post("/report")
def report() -> BaseResponse:
    told = {name: request.form.get(name, "").strip() for name in FORMS}
    signer.loads(request.form["csrf_token"], max_age=86400)
    own = request.form["submission_key"]
    submission = hashlib.sha256(own.encode()).hexdigest()
    person = who() if told["identity"] == "named" else None
    if not told["description"] and not request.form.getlist("photo"):
        return Response("say or show something", 422)
    known = database().execute("SELECT 1 FROM report WHERE submission = ?", (submission,))
    if known.fetchone() is None:
        store(told, submission, person, own)
    answer = redirect("/receipt", 303)
    value = cookies.encrypt(own.encode()).decode()
    answer.set_cookie("receipt", value, 900, path="/receipt", httponly=True, samesite="Lax")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def store(told: dict[str, str], submission: str, person: tuple[int, str] | None, own: str) -> None:
    code = None if person else crockford(own)
    secret = hasher.hash(code[5:]) if code else None
    fields = hashlib.sha256(json.dumps(told).encode()).hexdigest()
    at = datetime.now(UTC).isoformat()
    with writing() as connection:
        place = connection.execute(
            "SELECT id FROM place WHERE code = ?", (request.form.get("poster", ""),)
        ).fetchone()
        made = connection.execute(
            "INSERT INTO report VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (number(connection), place and place[0], told["category"], told["description"],
             told["suggestion"], told["spot"], told["urgency"], told["identity"], at,
             submission, fields, code and code[:5], secret),
        ).lastrowid  # fmt: skip
        if person:
            connection.execute("INSERT INTO reporter VALUES (?, ?, '', '')", (made, person[0]))
        for photo in request.form.getlist("photo"):
            connection.execute(
                "UPDATE photo SET report = ? WHERE public = ? AND submission = ?",
                (made, photo, submission),
            )
        due = (date.today() + timedelta(days=1)).isoformat()
        connection.execute("INSERT INTO deadline VALUES (NULL, ?, 'accept', ?)", (made, due))
        connection.execute("INSERT INTO notice VALUES (NULL, 2, 'a report waits', ?)", (at,))
        hang(connection, at, {"report": made, "category": told["category"]})


def number(connection: sqlite3.Connection) -> str:
    while True:
        drawn = f"R{date.today():%y%m}-{secrets.randbelow(10000):04d}"
        taken = connection.execute("SELECT 1 FROM report WHERE number = ?", (drawn,)).fetchone()
        if taken is None:
            return drawn


def hang(connection: sqlite3.Connection, at: str, facts: dict[str, object]) -> None:
    seq, prev = connection.execute("SELECT seq, hash FROM head").fetchone()
    body = json.dumps(facts, sort_keys=True)
    linked = hashlib.sha256(f"{prev}{seq + 1}{at}{body}".encode()).hexdigest()
    connection.execute(
        "INSERT INTO event VALUES (?, ?, ?, ?, ?)", (seq + 1, at, body, prev, linked)
    )
    connection.execute("UPDATE head SET seq = ?, hash = ?", (seq + 1, linked))


def crockford(own: str) -> str:
    drawn = int.from_bytes(hmac.digest(key, own.encode(), "sha256"), "big")
    return "".join(CROCKFORD[drawn >> 5 * at & 31] for at in range(18))


@app.post("/report/photos")
def photo() -> tuple[dict[str, str], int]:
    signer.loads(request.form["csrf_token"], max_age=86400)
    submission = hashlib.sha256(request.form["submission_key"].encode()).hexdigest()
    picture = darkroom.develop(request.files["photo"].read())
    files.put(f"photos/{picture.sha256}.jpg", picture.jpeg, datetime.now(UTC))
    public = secrets.token_urlsafe(16)
    with writing() as connection:
        connection.execute(
            "INSERT INTO photo VALUES (?, ?, ?, ?, NULL)",
            (public, picture.sha256, picture.dhash, submission),
        )
    thumbnail = f"data:image/jpeg;base64,{b64encode(picture.thumbnail).decode()}"
    return {"id": public, "thumbnail": thumbnail}, 201


def facts_of(row: tuple[str]) -> dict[str, str]:
    facts: dict[str, str] = json.loads(row[0])
    return facts


def row_of(facts: dict[str, str]) -> str:
    text: str = pages["row"]
    for name, value in facts.items():
        text = text.replace(f"\x00{name}\x00", value)
    return text


@app.get("/cases")
def listing() -> BaseResponse:
    person = who()
    if person is None:
        return redirect("/login")
    words = request.args.get("text", "")
    found = found_by(words) if words else newest()
    rows = "".join(row_of(facts_of(row)) for row in found[: pages["page_rows"]]).rstrip()
    page = pages["search" if words else "list"]
    return sent(page.replace("\x00rows\x00", rows).replace("\x00name\x00", person[1]))


def newest() -> list[tuple[str]]:
    return database().execute(
        "SELECT facts FROM hazard ORDER BY id DESC LIMIT ?", (pages["page_rows"] + 1,)
    ).fetchall()  # fmt: skip


def found_by(words: str) -> list[tuple[str]]:
    pairs = sorted({words[at : at + 2] for at in range(len(words) - 1)})
    marks = " INTERSECT ".join("SELECT hazard FROM word WHERE pair = ?" for _ in pairs)
    return database().execute(
        f"SELECT facts FROM hazard WHERE id IN ({marks}) ORDER BY id DESC LIMIT ?",
        (*pairs, pages["page_rows"] + 1),
    ).fetchall()  # fmt: skip


@app.get("/cases/<wanted>")
def show(wanted: str) -> Response:
    person = who()
    row = database().execute("SELECT facts FROM hazard WHERE number = ?", (wanted,)).fetchone()
    text = pages["case"].replace("\x00name\x00", person[1] if person else "")
    for name, value in facts_of(row).items():
        text = text.replace(f"\x00{name}\x00", value)
    return sent(text)


@app.get("/healthz")
def alive() -> dict[str, bool]:
    return {"alive": True}


def main() -> None:
    stop: Callable[..., None] = lambda *_: sys.exit(0)  # noqa: E731
    server = create_server(app, host="127.0.0.1", port=port, threads=16, ident=None)
    signal.signal(signal.SIGTERM, stop)
    server.run()
    darkroom.close()


if __name__ == "__main__":
    main()
