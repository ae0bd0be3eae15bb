"""Separation of duty in one case (decisions 12, 13): nobody does two things that need two, and
no choice that is accepted leaves a later step without a permitted person.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hazard.access.duties import (
    LEVELS,
    Crew,
    Hands,
    HandsShort,
    Part,
    SameHands,
    barred,
    clashes,
    different_hands,
    hands_left,
    lenient,
    need_hands_left,
    who_can,
)
from hazard.core.words import say

HEAD, SAFETY, FINANCE, WORKER = PLANT = (1, 2, 3, 4)
NAMES = {HEAD: "周厂长", SAFETY: "李安全", FINANCE: "钱会计", WORKER: "王师傅"}
APPROVED_FROM = 3


def plant_of_four(*, award_due: bool = True) -> Crew:
    """Return who may do what where three office people and one worker run everything."""
    heads_plan = ((HEAD,), (SAFETY, FINANCE))
    quiet = {Part.CHECKER: ((SAFETY, HEAD),)}
    major = {
        Part.PLAN_APPROVER: heads_plan,
        Part.CHECKER: ((SAFETY,), (FINANCE, WORKER, HEAD)),
    }
    return Crew(
        always={
            Part.VERIFIER: (PLANT,),
            Part.CONFIRMER: (PLANT,),
            Part.OWNER: (PLANT,),
            Part.PLAN_MAKER: (PLANT,),
            Part.FIXER: (PLANT,),
            Part.PROPOSER: ((SAFETY,),),
            Part.APPROVER: ((HEAD,),),
        },
        at_level={
            1: quiet,
            2: quiet,
            3: {Part.PLAN_APPROVER: heads_plan, Part.CHECKER: ((HEAD,), (SAFETY, FINANCE, WORKER))},
            4: major,
            5: major,
        },
        plan_approved_from=APPROVED_FROM,
        award_due=award_due,
    )


def assert_lawful(hands: Hands) -> None:
    """Say the rules of decisions 12 once more, in plain comparisons."""
    assert len(set(hands.verifiers)) == len(hands.verifiers) <= 2
    if hands.owner is not None:
        assert hands.owner not in hands.verifiers
        assert hands.owner not in {hands.checker, hands.plan_approver}
        assert hands.owner not in {hands.proposer, hands.approver}
    if hands.checker is not None:
        assert hands.checker not in {hands.plan_maker, hands.fixer}
        assert (hands.level or 0) < 4 or hands.checker != hands.plan_approver
    assert hands.proposer is None or hands.proposer != hands.approver
    busy = {hands.owner, hands.plan_maker, hands.plan_approver, hands.checker}
    busy |= {hands.proposer, hands.approver, *hands.verifiers}
    assert not busy & hands.reporters


# ---- one rule at a time ----


@pytest.mark.parametrize(
    ("part", "stands", "who"),
    [
        (Part.OWNER, Hands(verifiers=(1, 2)), {1, 2}),
        (Part.OWNER, Hands(checker=1, plan_approver=2, proposer=3, approver=4), {1, 2, 3, 4}),
        (Part.OWNER, Hands(fixer=1, plan_maker=2), set()),
        (Part.VERIFIER, Hands(owner=1, verifiers=(2,)), {1, 2}),
        (Part.VERIFIER, Hands(checker=1, plan_approver=2, fixer=3, approver=4), set()),
        (Part.CHECKER, Hands(owner=1, plan_maker=2, fixer=3, verifiers=(4,)), {1, 2, 3}),
        (Part.CHECKER, Hands(plan_approver=1, level=3), set()),
        (Part.CHECKER, Hands(owner=1, past_checker=4, level=3), {1, 4}),
        (Part.OWNER, Hands(verifiers=(1, 2), past_checker=4), {1, 2}),
        (Part.CHECKER, Hands(plan_approver=1, level=4), {1}),
        (Part.PLAN_APPROVER, Hands(owner=1, plan_maker=2, checker=3, level=3), {1}),
        (Part.PLAN_APPROVER, Hands(owner=1, checker=3, level=5), {1, 3}),
        (Part.PLAN_MAKER, Hands(owner=1, checker=2, plan_approver=3), {2}),
        (Part.PROPOSER, Hands(owner=1, approver=2, verifiers=(3, 4)), {1, 2}),
        (Part.APPROVER, Hands(owner=1, proposer=2, checker=3, plan_approver=4), {1, 2}),
        (Part.FIXER, Hands(verifiers=(1, 2), checker=3, reporters=frozenset({4})), {3}),
        (Part.CONFIRMER, Hands(verifiers=(1,), fixer=2, proposer=3), {1, 2}),
    ],
)
def test_who_may_not_take_a_part_given_what_stands(
    part: Part, stands: Hands, who: set[int]
) -> None:
    assert barred(part, stands) == who


CASE_PARTS = [
    *(Part.VERIFIER, Part.OWNER, Part.PLAN_MAKER, Part.PLAN_APPROVER, Part.CHECKER),
    *(Part.CONFIRMER, Part.PROPOSER, Part.APPROVER),
]


@pytest.mark.parametrize("part", CASE_PARTS)
def test_a_known_reporter_holds_no_part(part: Part) -> None:
    assert barred(part, Hands(reporters=frozenset({WORKER, SAFETY}))) == {WORKER, SAFETY}


def test_a_reporter_who_fixed_it_on_the_spot_keeps_the_case_lawful() -> None:
    hands = Hands(verifiers=(SAFETY, HEAD), fixer=WORKER, reporters=frozenset({WORKER}), level=1)
    assert WORKER not in barred(Part.FIXER, hands)
    assert clashes(hands) == ()
    assert hands_left(hands, plant_of_four())


@given(st.data())
def test_what_came_back_is_checked_by_somebody_else_if_that_is_possible(
    data: st.DataObject,
) -> None:
    """Of four, once the owner stands: the bar on the last checker falls only if nobody is left."""
    level = data.draw(st.sampled_from(LEVELS))
    owner, past = data.draw(st.sampled_from(PLANT)), data.draw(st.sampled_from(PLANT))
    approver = HEAD if level >= APPROVED_FROM else None
    others = [person for person in PLANT if person != owner]
    hands = Hands(
        verifiers=(others[0], others[1]), owner=owner, plan_maker=owner, plan_approver=approver,
        past_checker=past, proposer=SAFETY, approver=HEAD, level=level,
    )  # fmt: skip
    assume(not clashes(hands) and past != owner)
    crew = plant_of_four()
    free = who_can(Part.CHECKER, replace(hands, past_checker=None), crew)
    assume(free)
    can = who_can(Part.CHECKER, lenient(hands, crew), crew)
    assert can
    assert past not in can or set(can) == {past}


def test_one_person_may_not_make_and_approve_a_months_sheet() -> None:
    with pytest.raises(SameHands) as refused:
        different_hands(NAMES, sheet_maker=SAFETY, sheet_checker=FINANCE, sheet_approver=SAFETY)
    assert refused.value.status == 409
    words = say(refused.value.sentence, "en")
    assert words == "李安全 is the sheet maker here; the sheet approver must be somebody else"


def test_the_payer_may_be_the_checker_but_not_the_maker() -> None:
    different_hands(sheet_maker=SAFETY, sheet_approver=HEAD, payer=FINANCE)
    with pytest.raises(SameHands) as refused:
        different_hands(payer=SAFETY, sheet_maker=SAFETY, sheet_approver=HEAD)
    words = say(refused.value.sentence, "en")
    assert words == "The payer and the sheet maker must be two different people"


def test_parts_nobody_holds_are_not_the_same_hands() -> None:
    different_hands(owner=None, checker=None, approver=None)


def test_a_part_that_does_not_exist_is_a_mistake_of_the_programmer() -> None:
    with pytest.raises(ValueError, match="cheker"):
        different_hands(owner=1, cheker=1)


# ---- what a refusal says ----


def test_making_the_last_possible_owner_a_verifier_is_refused_with_names_that_work() -> None:
    stands = Hands(verifiers=(FINANCE,))
    with pytest.raises(HandsShort) as refused:
        need_hands_left(Part.VERIFIER, WORKER, stands, plant_of_four(), NAMES.__getitem__)
    assert refused.value.status == 409
    assert refused.value.fit == (HEAD, SAFETY)
    assert say(refused.value.sentence, "en") == (
        "With 王师傅 as the verifier nobody would be left as the responsible person. "
        "These can: 周厂长, 李安全"
    )
    need_hands_left(Part.VERIFIER, HEAD, stands, plant_of_four(), NAMES.__getitem__)


def test_the_owner_may_not_check_and_is_told_why() -> None:
    stands = Hands(verifiers=(SAFETY, HEAD), owner=WORKER, level=1)
    with pytest.raises(SameHands) as refused:
        need_hands_left(Part.CHECKER, WORKER, stands, plant_of_four(), NAMES.__getitem__)
    words = say(refused.value.sentence, "en")
    assert words.startswith("王师傅 is the responsible person here; the checker must be")
    assert words.endswith("These can: 李安全, 周厂长")


def test_who_made_the_plan_is_told_so_and_who_checks_instead() -> None:
    stands = Hands(verifiers=(SAFETY, HEAD), owner=WORKER, plan_maker=SAFETY, level=1)
    with pytest.raises(SameHands) as refused:
        need_hands_left(Part.CHECKER, SAFETY, stands, plant_of_four(), NAMES.__getitem__, me=True)
    assert say(refused.value.sentence) == "方案是你订的，得换人验收：周厂长"
    with pytest.raises(SameHands) as refused:
        need_hands_left(Part.CHECKER, SAFETY, stands, plant_of_four(), NAMES.__getitem__)
    assert say(refused.value.sentence, "en") == (
        "李安全 is the plan maker here; the checker must be somebody else. These can: 周厂长"
    )


def test_where_the_only_checker_reported_it_the_stand_in_is_named() -> None:
    crew = Crew(always={Part.CHECKER: ((HEAD,), (SAFETY,))}, plan_approved_from=5, award_due=False)
    stands = Hands((SAFETY, FINANCE), owner=WORKER, level=1, reporters=frozenset({HEAD}))
    with pytest.raises(HandsShort) as refused:
        need_hands_left(Part.CHECKER, HEAD, stands, crew, NAMES.__getitem__)
    assert say(refused.value.sentence, "en").endswith("These can: 李安全")


def test_for_a_part_somebody_holds_nobody_else_is_needed() -> None:
    """Also where that person stands on no list any more."""
    crew = Crew(always={Part.CHECKER: ((HEAD,),)}, award_due=False)
    stands = Hands((SAFETY, FINANCE), owner=WORKER, plan_approver=HEAD, level=3)
    assert hands_left(stands, crew)


def test_a_refusal_does_not_say_that_somebody_reported() -> None:
    crew = plant_of_four()
    reporter = Hands(verifiers=(SAFETY, HEAD), level=1, reporters=frozenset({WORKER}))
    outsider = replace(reporter, reporters=frozenset())
    said = []
    for hands in (reporter, outsider):
        with pytest.raises(HandsShort) as refused:
            need_hands_left(Part.CHECKER, WORKER, hands, crew, NAMES.__getitem__)
        said.append(say(refused.value.sentence, "en"))
    assert (
        said[0]
        == said[1]
        == ("王师傅 cannot be the checker in this case. These can: 李安全, 周厂长")
    )


def test_when_nobody_works_the_refusal_asks_for_more_people() -> None:
    two = Crew(always={Part.VERIFIER: ((1, 2),), Part.OWNER: ((1, 2),)}, award_due=False)
    with pytest.raises(HandsShort) as refused:
        need_hands_left(Part.VERIFIER, HEAD, Hands(), two, NAMES.__getitem__)
    assert refused.value.fit == ()
    assert "more people are needed" in say(refused.value.sentence, "en")


def test_stand_ins_come_only_when_the_head_cannot() -> None:
    crew = plant_of_four(award_due=False)
    named = Hands(verifiers=(SAFETY, FINANCE), owner=WORKER, level=3)
    assert who_can(Part.PLAN_APPROVER, named, crew) == (HEAD,)
    with pytest.raises(HandsShort) as refused:
        need_hands_left(Part.PLAN_APPROVER, SAFETY, named, crew, NAMES.__getitem__)
    assert refused.value.fit == (HEAD,)
    by_head = replace(named, reporters=frozenset({HEAD}))
    assert who_can(Part.PLAN_APPROVER, by_head, crew) == (SAFETY, FINANCE)


def test_facts_that_come_later_show_up_as_clashes() -> None:
    hands = Hands(verifiers=(SAFETY, FINANCE), plan_approver=HEAD, checker=HEAD, level=3)
    assert clashes(hands) == ()
    regraded = replace(hands, level=4)
    assert clashes(regraded) == ((Part.PLAN_APPROVER, Part.CHECKER, HEAD),)
    matched = replace(hands, reporters=frozenset({FINANCE}))
    assert clashes(matched) == ((Part.VERIFIER, Part.VERIFIER, FINANCE),)


def test_a_known_fix_still_needs_an_owner_until_its_check_is_in_hand() -> None:
    """A failed check sends the case to rectification, which somebody must then own."""
    crew = plant_of_four()
    fixed = Hands(verifiers=(FINANCE, WORKER), fixer=WORKER, level=1)
    assert not hands_left(fixed, crew)
    assert hands_left(replace(fixed, checker=SAFETY), crew)


def test_the_quick_lane_refuses_a_confirmer_who_must_own_what_is_not_yet_fixed() -> None:
    first = Hands(verifiers=(SAFETY,), level=1, reporters=frozenset({WORKER}))
    crew = plant_of_four()
    assert who_can(Part.CONFIRMER, first, crew) == (HEAD,)
    fixed = replace(first, fixer=WORKER)
    assert who_can(Part.CONFIRMER, fixed, crew) == (HEAD, FINANCE)
    confirmed = fixed.taken(Part.CONFIRMER, FINANCE)
    assert (confirmed.verifiers, confirmed.checker) == ((SAFETY, FINANCE), FINANCE)
    assert first.taken(Part.CONFIRMER, HEAD).checker is None


def test_before_grading_every_level_must_still_be_possible() -> None:
    crew = plant_of_four()
    only_safety = {Part.PLAN_APPROVER: ((SAFETY,),), Part.CHECKER: ((SAFETY,),)}
    stuck = replace(crew, at_level={**crew.at_level, 5: only_safety})
    assert hands_left(Hands(), crew)
    assert all(hands_left(Hands(level=level), stuck) for level in (1, 2, 3, 4))
    assert not hands_left(Hands(), stuck)


def test_a_plan_needs_an_approver_from_the_level_the_company_set() -> None:
    always = dict.fromkeys((Part.VERIFIER, Part.OWNER, Part.CHECKER), (PLANT,))
    crew = Crew(always, plan_approved_from=3, award_due=False)
    assert hands_left(Hands(level=2), crew)
    assert not hands_left(Hands(level=3), crew)


def test_in_a_plant_of_three_thousand_everybody_can_still_be_asked() -> None:
    everyone = range(1, 3001)
    crew = Crew(
        always={
            Part.VERIFIER: (everyone,),
            Part.OWNER: (everyone,),
            Part.PLAN_APPROVER: ((1,), (2, 3)),
            Part.CHECKER: ((2,), everyone),
            Part.PROPOSER: ((2,),),
            Part.APPROVER: ((1,),),
        },
        plan_approved_from=3,
    )
    assert who_can(Part.VERIFIER, Hands(), crew) == tuple(everyone)
    stands = Hands(verifiers=(7, 8), reporters=frozenset({9}), level=4)
    assert who_can(Part.OWNER, stands, crew) == (3, 4, 5, 6, *range(10, 3001))
    assert who_can(Part.CHECKER, replace(stands, owner=4), crew) == (2,)


# ---- the whole rule against a slow and simple one ----

OPEN = (Part.OWNER, Part.PLAN_APPROVER, Part.CHECKER, Part.PROPOSER, Part.APPROVER)
pools = st.lists(st.integers(1, 6), max_size=6, unique=True)
anybody = st.none() | st.integers(1, 6)


def finishes(hands: Hands, crew: Crew) -> bool:
    """Try every assignment of every open part, by the plain rules alone."""
    return any(_lawful(filled) for filled in _fillings(hands, crew))


def _lawful(hands: Hands) -> bool:
    try:
        assert_lawful(hands)
    except AssertionError:
        return False
    return True


def _fillings(hands: Hands, crew: Crew) -> Iterator[Hands]:
    level = hands.level or 0
    planned = hands.fixer is None or hands.checker is None
    needed = {
        Part.OWNER: planned,
        Part.PLAN_APPROVER: planned and level >= crew.plan_approved_from,
        Part.CHECKER: True,
        Part.PROPOSER: crew.award_due,
        Part.APPROVER: crew.award_due,
    }
    seats = [p for p in OPEN if needed[p] and getattr(hands, p.value) is None]
    seats += [Part.VERIFIER] * (2 - len(hands.verifiers))
    choices = [[p for tier in crew.tiers(seat, level) for p in tier] for seat in seats]
    for people in product(*choices):
        filled = hands
        for seat, person in zip(seats, people, strict=True):
            filled = filled.taken(seat, person)
        yield filled


@st.composite
def standing(draw: st.DrawFn) -> Hands:
    hands = Hands(
        verifiers=tuple(draw(st.lists(st.integers(1, 6), max_size=2, unique=True))),
        level=draw(st.sampled_from(LEVELS)),
        reporters=frozenset(draw(st.lists(st.integers(1, 6), max_size=1))),
        fixer=draw(anybody),
        plan_maker=draw(anybody),
        **{part.value: draw(anybody) for part in OPEN},
    )
    assume(_lawful(hands))
    return hands


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_hands_are_left_exactly_when_some_full_assignment_exists(data: st.DataObject) -> None:
    hands = data.draw(standing())
    sizes = st.lists(st.integers(1, 6), min_size=1, max_size=4, unique=True)
    crew = Crew(
        always={part: (data.draw(sizes), data.draw(st.just([]) | sizes)) for part in OPEN}
        | {Part.VERIFIER: (data.draw(sizes),)},
        plan_approved_from=data.draw(st.integers(1, 6)),
        award_due=data.draw(st.sampled_from([True, False])),
    )
    assert hands_left(hands, crew) == finishes(hands, crew)


# ---- the plant of four, played to the end ----

REPORTERS = [None, *PLANT]


def case_of(reporter: int | None) -> tuple[Hands, Crew]:
    """Return a fresh case; the head and the safety officer earn nothing in their own duty."""
    known = frozenset() if reporter is None else frozenset({reporter})
    return Hands(reporters=known), plant_of_four(award_due=reporter not in {HEAD, SAFETY})


@pytest.mark.parametrize("reporter", REPORTERS)
def test_whoever_reported_a_first_verifier_can_be_named(reporter: int | None) -> None:
    hands, crew = case_of(reporter)
    assert hands_left(hands, crew)
    assert who_can(Part.VERIFIER, hands, crew)


def choose(data: st.DataObject, part: Part, hands: Hands, crew: Crew) -> Hands:
    """Let anybody at all be proposed; refused ones are refused by name, one is accepted."""
    fit = who_can(part, hands, crew)
    assert fit, f"nobody can be {part} after {hands}"
    person = data.draw(st.sampled_from(PLANT), label=part.value)
    if person not in fit:
        with pytest.raises((SameHands, HandsShort)) as refused:
            need_hands_left(part, person, hands, crew, NAMES.__getitem__)
        assert refused.value.fit == fit
        person = data.draw(st.sampled_from(fit), label=f"{part.value} instead")
    need_hands_left(part, person, hands, crew, NAMES.__getitem__)
    after = hands.taken(part, person)
    assert_lawful(after)
    assert hands_left(after, crew)
    return after


def play(data: st.DataObject, parts: Mapping[Part, int], hands: Hands, crew: Crew) -> Hands:
    """Fill `parts` (how many of each) in any order."""
    todo = data.draw(st.permutations([part for part, count in parts.items() for _ in range(count)]))
    for part in todo:
        hands = choose(data, part, hands, crew)
    return hands


def awards(crew: Crew) -> dict[Part, int]:
    return {Part.PROPOSER: 1, Part.APPROVER: 1} if crew.award_due else {}


def fixed_by(data: st.DataObject, hands: Hands, crew: Crew) -> Hands:
    """Let somebody have fixed it on the spot; where that cannot be, it goes the planned way."""
    able = who_can(Part.FIXER, hands, crew)
    assume(able)
    return hands.taken(Part.FIXER, data.draw(st.sampled_from(able), label="fixer"))


plays = settings(max_examples=15, deadline=None)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("reporter", REPORTERS)
@plays
@given(data=st.data())
def test_every_planned_case_in_a_plant_of_four_can_be_finished(
    data: st.DataObject, level: int, reporter: int | None
) -> None:
    hands, crew = case_of(reporter)
    hands = play(data, {Part.VERIFIER: 2}, hands, crew)
    hands = replace(hands, level=level)
    assert hands_left(hands, crew)
    plan = {Part.PLAN_APPROVER: 1} if level >= APPROVED_FROM else {}
    rest = {Part.OWNER: 1, Part.PLAN_MAKER: 1, Part.CHECKER: 1}
    hands = play(data, rest | plan | awards(crew), hands, crew)
    assert None not in {hands.owner, hands.checker, hands.plan_maker}
    assert (hands.approver is not None) == crew.award_due


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("reporter", REPORTERS)
@plays
@given(data=st.data())
def test_every_case_fixed_on_the_spot_in_a_plant_of_four_can_be_finished(
    data: st.DataObject, level: int, reporter: int | None
) -> None:
    hands, crew = case_of(reporter)
    hands = play(data, {Part.VERIFIER: 2}, hands, crew)
    hands = fixed_by(data, replace(hands, level=level), crew)
    hands = play(data, {Part.CHECKER: 1} | awards(crew), hands, crew)
    assert hands.checker not in {None, hands.fixer}


@pytest.mark.parametrize("level", [1, 2])
@pytest.mark.parametrize("reporter", [None, HEAD, FINANCE, WORKER])
@plays
@given(data=st.data())
def test_every_quick_case_in_a_plant_of_four_can_be_confirmed_and_paid(
    data: st.DataObject, level: int, reporter: int | None
) -> None:
    hands, crew = case_of(reporter)
    hands = replace(hands.taken(Part.VERIFIER, SAFETY), level=level)
    assert hands_left(hands, crew)
    if data.draw(st.sampled_from([True, False]), label="fixed"):
        hands = fixed_by(data, hands, crew)
        hands = choose(data, Part.CONFIRMER, hands, crew)
        hands = play(data, awards(crew), hands, crew)
    else:
        hands = choose(data, Part.CONFIRMER, hands, crew)
        hands = play(data, {Part.OWNER: 1, Part.CHECKER: 1} | awards(crew), hands, crew)
    assert hands.checker is not None


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("reporter", REPORTERS)
def test_somebody_can_always_have_fixed_it_on_the_spot(level: int, reporter: int | None) -> None:
    hands, crew = case_of(reporter)
    able: set[int] = set()
    for first in who_can(Part.VERIFIER, hands, crew):
        one = hands.taken(Part.VERIFIER, first)
        for second in who_can(Part.VERIFIER, one, crew):
            both = replace(one.taken(Part.VERIFIER, second), level=level)
            fixers = who_can(Part.FIXER, both, crew)
            assert fixers, f"after {both}"
            able.update(fixers)
    assert WORKER in able
