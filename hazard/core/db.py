"""Engine, declarative base, and the two kinds of session: reading and writing."""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from enum import StrEnum
from functools import update_wrapper
from typing import Annotated, Any, Concatenate, Generic, ParamSpec, TypeVar

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Enum,
    Integer,
    MetaData,
    and_,
    create_engine,
    event,
    false,
    or_,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import (
    DeclarativeBase,
    InstrumentedAttribute,
    Session,
    mapped_column,
    sessionmaker,
)
from sqlalchemy.types import TypeDecorator

from hazard.core.errors import Busy
from hazard.core.money import Money
from hazard.core.words import N_, Sentence

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
DAMAGED = N_(
    "The database %(where)s cannot be used (%(why)s). See whether the disk is full and whose file "
    "it is; if it is damaged, bring the newest backup into an empty instance"
)
SILENT = N_("The database %(where)s does not answer (%(why)s). Start it, or mend its address")
LOCK_WAIT_S = 20.0
"""How long a writer waits for its turn before it is told to try again."""


class NoDatabase(Busy):
    """The database does not answer, or is none."""


Collision = IntegrityError
"""Two works wanted the same unique thing at once; the second may look again."""


Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC moment; refuses naive datetimes at the door."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime given to the database")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class MoneyColumn(TypeDecorator[Money]):
    """Money stored as whole fen."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Money | None, dialect: Dialect) -> int | None:
        return None if value is None else value.fen

    def process_result_value(self, value: int | None, dialect: Dialect) -> Money | None:
        return None if value is None else Money(value)


def _values(members: Any) -> list[str]:
    return [member.value for member in members]


class Base(DeclarativeBase):
    """Parent of every table."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {
        datetime: UtcDateTime,
        Money: MoneyColumn,
        StrEnum: Enum(StrEnum, native_enum=False, length=40, values_callable=_values),
    }


Id = Annotated[int, mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)]


def one_of(
    kind: InstrumentedAttribute[str],
    id_: InstrumentedAttribute[int],
    wanted: Iterable[tuple[str, int]],
) -> ColumnElement[bool]:
    """Return the condition that (kind, id) is among `wanted`.

    Kind by kind, since SQLite seeks no index for pairs and would read the whole table.
    """
    by_kind: dict[str, list[int]] = {}
    for each, number in wanted:
        by_kind.setdefault(each, []).append(number)
    return or_(false(), *(and_(kind == each, id_.in_(ids)) for each, ids in by_kind.items()))


class FairLock:
    """A lock that serves its waiters in the order they came."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._held = False

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold the lock; raises `Busy` after `LOCK_WAIT_S` seconds of waiting."""
        self._take()
        try:
            yield
        finally:
            self._pass_on()

    def _take(self) -> None:
        with self._guard:
            if not self._held:
                self._held = True
                return
            mine = threading.Event()
            self._waiting.append(mine)
        if mine.wait(LOCK_WAIT_S):
            return
        with self._guard:
            if not mine.is_set():
                self._waiting.remove(mine)
                raise Busy(Sentence(N_("Many people are sending at once. Please try again")))

    def _pass_on(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._held = False


class ReadingSession(Session):
    """A session that refuses to write."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.answers: dict[object, Any] = {}
        """What `once` was told; gone with the transaction."""


@event.listens_for(ReadingSession, "before_flush")
def insert_missing(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert those of the rows that are not there yet, by any unique key; lock them afterwards.

    It waits for a work that is inserting the same, so that the second finds what the first made.
    """
    sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite_insert if sqlite else postgresql_insert
    session.execute(insert(model).values(list(rows)).on_conflict_do_nothing())


def _refuse_writes(session: Session, *_: object) -> None:
    raise RuntimeError("a reading session was asked to write; open a work instead")


@event.listens_for(ReadingSession, "after_transaction_end")
def _forget_answers(session: ReadingSession, *_: object) -> None:
    session.answers.clear()


class once(Generic[Asked, Answer]):  # noqa: N801 - stands above a query, as a decorator does
    """Let a query give the answer it gave before when the same is asked in one reading session.

    Within a request nothing it reads changes. A writing session asks anew each time, for its own
    work may change the answer. What is asked with must be hashable; nobody changes the answer.
    """

    def __init__(self, query: Callable[Concatenate[Session, Asked], Answer]) -> None:
        self._query = query
        update_wrapper(self, query)

    def __call__(self, session: Session, /, *asked: Asked.args, **named: Asked.kwargs) -> Answer:
        """Return the answer, from memory where it is known."""
        if not isinstance(session, ReadingSession):
            return self._query(session, *asked, **named)
        key = (self, asked, *named.items())
        if key not in session.answers:
            session.answers[key] = self._query(session, *asked, **named)
        known: Answer = session.answers[key]
        return known

    def foretell(
        self, session: Session, answer: Answer, /, *asked: Asked.args, **named: Asked.kwargs
    ) -> None:
        """Note an answer before it is asked for: one statement read the answers of many."""
        if isinstance(session, ReadingSession):
            session.answers[(self, asked, *named.items())] = answer


class Database:
    """One engine and its two doors: `reading` never flushes, `writing` locks first."""

    def __init__(self, url: str, **options: Any) -> None:
        """Open the database at `url`; `options` are those of SQLAlchemy's `create_engine`."""
        self.engine = create_engine(url, pool_size=40, max_overflow=20, **options)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._turn = FairLock() if self.is_sqlite else None
        if self.is_sqlite:
            teach_sqlite_transactions(self.engine)
        self.reading = sessionmaker(self.engine, class_=ReadingSession)
        self._sessions = sessionmaker(self.engine.execution_options(hazard_writes=True))

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open one writing transaction: commits at the end, rolls back on any exception."""
        with self._turn.turn() if self._turn else nullcontext(), self._sessions.begin() as session:
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """Open a reading session whose statements all see the same moment."""
        level = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        with ReadingSession(self.engine.execution_options(**level)) as session:
            yield session

    def answers(self) -> bool:
        """Say whether the database can be reached."""
        try:
            with self.engine.connect():
                return True
        except SQLAlchemyError:
            return False

    @contextmanager
    def opening(self) -> Iterator[None]:
        """Tell whoever starts the server or gives it a command why the database cannot be used.

        Raises `NoDatabase`.
        """
        try:
            yield
        except DatabaseError as error:
            if type(error) not in {DatabaseError, OperationalError}:
                raise
            words = DAMAGED if self.is_sqlite else SILENT
            url = self.engine.url
            where = str(url.database) if self.is_sqlite else url.render_as_string()
            raise NoDatabase(Sentence(words, where=where, why=str(error.orig).strip())) from error

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def teach_sqlite_transactions(engine: Any) -> None:
    """Make SQLite durable (WAL, FULL) and let writers lock before they read."""

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=10000",
            "secure_delete=ON",
            "trusted_schema=OFF",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("hazard_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
