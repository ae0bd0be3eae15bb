"""LEC, and what stands in for what nobody wrote down."""

import pytest

from hazard.policy.classing import (
    ARTICLES,
    FACTORS,
    Accident,
    Classing,
    Consequence,
    Exposure,
    Factor,
    Lec,
    Likelihood,
    clause_of,
    completed,
)
from hazard.policy.words import Category, SubCode


@pytest.mark.parametrize(
    ("likelihood", "exposure", "consequence", "danger", "band"),
    [
        ("10", "10", "100", 10_000, 1),
        ("6", "10", "7", 420, 1),
        ("3", "3", "15", 135, 3),
        ("1", "1", "15", 15, 5),
        ("10", "2", "1", 20, 4),
    ],
)
def test_danger_is_the_product_and_a_boundary_belongs_to_the_upper_band(
    likelihood: str, exposure: str, consequence: str, danger: int, band: int
) -> None:
    lec = Lec(Likelihood(likelihood), Exposure(exposure), Consequence(consequence))
    assert (int(lec.danger), lec.band) == (danger, band)
    assert Lec.from_stored(lec.stored()) == lec


def test_small_figures_multiply_without_rounding() -> None:
    lec = Lec(Likelihood.NEVER, Exposure.RARELY, Consequence.MAIMED)
    assert dict(lec.said().values)["d"] == "0.15"


def test_every_kind_has_a_clause_and_a_factor() -> None:
    assert set(ARTICLES) == set(FACTORS) == set(SubCode)
    assert clause_of(SubCode.M1) == "《安全生产法》第二十一条"
    assert clause_of(SubCode.P4) == "《安全生产法》第三十条"
    assert clause_of(None) == "《安全生产法》第四十一条"


def test_what_was_said_stays_and_only_what_was_left_open_is_filled_in() -> None:
    said = Classing(clause="本厂规程第5条", accident=Accident.FALL, factor=Factor.RULES)
    settled = completed(said, Category.PERSON, SubCode.P1)
    assert (settled.clause, settled.accident, settled.factor) == (
        "本厂规程第5条", Accident.FALL, Factor.RULES,
    )  # fmt: skip
    assert completed(Classing(), Category.PERSON, SubCode.P1).factor is Factor.CONDUCT
