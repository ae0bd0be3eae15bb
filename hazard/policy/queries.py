"""Reading the policy of a day and the facts of the plant."""

import json
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazard.core.db import once
from hazard.core.words import speak_with
from hazard.policy.models import Plant, PolicyVersion
from hazard.policy.terms import Policy, policy_of


@dataclass(frozen=True, slots=True)
class Versioned:
    """A policy and the number papers quote."""

    number: int
    valid_from: date
    policy: Policy


def policy_on(session: Session, day: date) -> Versioned:
    """Return the policy in force on `day`; before the first version, the first.

    A session looks each day up once; `forget_policies` says that a version was added.
    """
    known: dict[date, Versioned] = session.info.setdefault("policies", {})
    if day not in known:
        known[day] = _in_force(session, day)
    return known[day]


def forget_policies(session: Session) -> None:
    """Look policies up anew: a version was added in this session."""
    session.info.pop("policies", None)


@once
def policy_numbered(session: Session, number: int) -> Versioned:
    """Return the version with this number."""
    return _versioned(session.get_one(PolicyVersion, number))


def list_policies(session: Session) -> list[Versioned]:
    """Return all versions, newest first."""
    newest = select(PolicyVersion).order_by(PolicyVersion.id.desc())
    return [_versioned(version) for version in session.scalars(newest)]


def policy_values(session: Session, number: int) -> dict[str, Any]:
    """Return the raw values of a version, as a starting point for the next."""
    values: dict[str, Any] = json.loads(session.get_one(PolicyVersion, number).body)
    return values


@once
def find_plant(session: Session) -> Plant | None:
    """Return the plant, or None before set-up.

    Whoever reads it speaks with its own words from then on. Every page that is set anew and every
    tick of the jobs reads it, so each process hears what another one was told.
    """
    plant = session.get(Plant, 1)
    if plant is not None:
        speak_with(own_words(plant))
    return plant


def get_plant(session: Session) -> Plant:
    """Return the plant, as `find_plant`; set-up has made it."""
    return find_plant(session) or session.get_one(Plant, 1)


def own_words(plant: Plant) -> dict[str, str]:
    """Return what the plant calls things, by key of `core.words.USUAL`."""
    words: dict[str, str] = json.loads(plant.own_words)
    return words


def _in_force(session: Session, day: date) -> Versioned:
    in_force = (
        select(PolicyVersion)
        .where(PolicyVersion.valid_from <= day)
        .order_by(PolicyVersion.valid_from.desc(), PolicyVersion.id.desc())
    )
    first = select(PolicyVersion).order_by(PolicyVersion.valid_from, PolicyVersion.id)
    version = session.scalars(in_force).first() or session.scalars(first).first()
    if version is None:
        raise RuntimeError("the plant has not been set up: no policy is stored")
    return _versioned(version)


def _versioned(version: PolicyVersion) -> Versioned:
    return Versioned(version.id, version.valid_from, _parsed(version.body))


@lru_cache(maxsize=64)
def _parsed(body: str) -> Policy:
    return policy_of(json.loads(body))
