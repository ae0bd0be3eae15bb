"""Separation of duty: whose hands may do what in one case (decisions 12 and 13)."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import chain, combinations, islice
from typing import Any

from hazard.core.errors import Refused
from hazard.core.words import N_, Sentence, Term

LEVELS = (1, 2, 3, 4, 5)
MAJOR_FROM = 4
"""From this reward level on, who approved the plan does not check its outcome."""
VERIFIERS = 2
SHOWN = 5
"""How many people a refusal names."""


class Part(Term):
    """What a person does in a case, or with a month's sheet."""

    VERIFIER = "verifier", N_("verifier")
    OWNER = "owner", N_("responsible person")
    PLAN_MAKER = "plan_maker", N_("plan maker")
    PLAN_APPROVER = "plan_approver", N_("plan approver")
    CHECKER = "checker", N_("checker")
    CONFIRMER = "confirmer", N_("confirming person")
    PROPOSER = "proposer", N_("reward proposer")
    APPROVER = "approver", N_("reward approver")
    FIXER = "fixer", N_("person who fixed it on the spot")
    SHEET_MAKER = "sheet_maker", N_("sheet maker")
    SHEET_CHECKER = "sheet_checker", N_("sheet checker")
    SHEET_APPROVER = "sheet_approver", N_("sheet approver")
    PAYER = "payer", N_("payer")


OWNER_IS_NONE_OF = (
    Part.VERIFIER,
    Part.CHECKER,
    Part.PLAN_APPROVER,
    Part.PROPOSER,
    Part.APPROVER,
)
ALWAYS_APART = frozenset(
    {frozenset({Part.OWNER, other}) for other in OWNER_IS_NONE_OF}
    | {
        frozenset({Part.VERIFIER}),  # two verifiers are two persons
        frozenset({Part.CHECKER, Part.PLAN_MAKER}),
        frozenset({Part.CHECKER, Part.FIXER}),
        frozenset({Part.PROPOSER, Part.APPROVER}),
    }
)
MAJOR_APART = ALWAYS_APART | {frozenset({Part.CHECKER, Part.PLAN_APPROVER})}


class WrongHands(Refused):
    """Somebody may not take a part; `fit` are the ids of those who may."""

    def __init__(self, sentence: Sentence, fit: tuple[int, ...] = ()) -> None:
        super().__init__(sentence)
        self.fit = fit


class SameHands(WrongHands):
    """One person would do two things that need two."""


class HandsShort(WrongHands):
    """A later step would be left without anybody, or others come first."""


@dataclass(frozen=True, slots=True)
class Hands:
    """Person ids of who did, or is to do, what in one case; None where nobody yet."""

    verifiers: tuple[int, ...] = ()
    owner: int | None = None
    plan_maker: int | None = None
    plan_approver: int | None = None
    checker: int | None = None
    proposer: int | None = None
    approver: int | None = None
    reporters: frozenset[int] = frozenset()
    """The known ones; they hold no part, but may have fixed it on the spot."""
    level: int | None = None
    """Reward level 1 to 5, None before grading."""
    fixer: int | None = None
    """Who fixed it on the spot; such a case needs no owner and no plan."""
    past_checker: int | None = None
    """Who checked it before it was opened again; does not check it again (domain 2.6.7)."""

    def holders(self, part: Part) -> frozenset[int]:
        """Return who holds `part`."""
        if part is Part.VERIFIER:
            return frozenset(self.verifiers)
        person = getattr(self, part.value, None)
        return frozenset() if person is None else frozenset({person})

    def taken(self, part: Part, person: int) -> "Hands":
        """Return the hands once `person` took `part`; a confirmer verifies, and checks a fix."""
        if part is Part.VERIFIER:
            return replace(self, verifiers=(*self.verifiers, person))
        if part is Part.CONFIRMER:
            verified = self.taken(Part.VERIFIER, person)
            return verified if self.fixer is None else replace(verified, checker=person)
        changed: dict[str, Any] = {part.value: person}
        return replace(self, **changed)


Tiers = Sequence[Collection[int]]
"""Person ids: those the part belongs to, then stand-ins for when none of them can."""


@dataclass(frozen=True)
class Crew:
    """Who could take which part in this case, and which parts it needs."""

    always: Mapping[Part, Tiers]
    """Candidates at every level."""
    at_level: Mapping[int, Mapping[Part, Tiers]] = field(default_factory=dict)
    """Candidates of one reward level, instead of `always`."""
    plan_approved_from: int = 1
    """Lowest level whose plan somebody approves."""
    award_due: bool = True

    def __post_init__(self) -> None:
        levels = {level: _looked_up(parts) for level, parts in self.at_level.items()}
        object.__setattr__(self, "always", _looked_up(self.always))
        object.__setattr__(self, "at_level", levels)

    def tiers(self, part: Part, level: int | None) -> Tiers:
        """Return the candidates for `part`, best first; nobody when none are listed."""
        special = {} if level is None else self.at_level.get(level, {})
        return special.get(part, self.always.get(part, ()))


def different_hands(names: Mapping[int, str] | None = None, /, **parts: int | None) -> None:
    """Raise `SameHands` where two of `parts` (keys: values of `Part`) are one person.

    `names` by person id, for the sentence; None among the parts is nobody.
    """
    for (one, person), (other, somebody) in combinations(parts.items(), 2):
        if person is not None and person == somebody:
            raise SameHands(_same_hands(Part(one), Part(other), (names or {}).get(person)))


def barred(part: Part, hands: Hands) -> frozenset[int]:
    """Return who may not take `part`, given what stands and who is known to have reported.

    Other holders of the same part are barred only where it needs several persons.
    """
    if part is Part.CONFIRMER:
        return barred(Part.VERIFIER, hands) | barred(Part.CHECKER, hands)
    out = frozenset() if part is Part.FIXER else hands.reporters
    if part is Part.CHECKER and hands.past_checker is not None:
        out |= {hands.past_checker}
    return out.union(*(hands.holders(other) for other in _apart_from(part, hands.level)))


def clashes(hands: Hands) -> tuple[tuple[Part, Part, int], ...]:
    """Return the pairs of standing parts one person may not join, with the person's id.

    They arise when facts change afterwards: a new grade, a reporter matched to a person
    (then both parts are the same).
    """
    standing = [(part, person) for part in Part for person in sorted(hands.holders(part))]
    pairs = (
        (one, other, person)
        for (one, person), (other, somebody) in combinations(standing, 2)
        if person == somebody and other in _apart_from(one, hands.level)
    )
    own = ((p, p, x) for p, x in standing if p is not Part.FIXER and x in hands.reporters)
    return (*pairs, *own)


def hands_left(hands: Hands, crew: Crew) -> bool:
    """Tell whether every part still open can be filled, at each level that is still possible.

    Until it is known to be fixed on the spot, and as long as a check may send it back, the
    case must be able to go the planned way too.
    """
    return not _short(hands, crew)


def lenient(hands: Hands, crew: Crew) -> Hands:
    """Return the hands without the bar on who checked before, where nobody else would be left.

    A hazard that came back has to be closed some day, also in a plant of four.
    """
    if hands.past_checker is None or hands_left(hands, crew):
        return hands
    return replace(hands, past_checker=None)


def who_can(part: Part, hands: Hands, crew: Crew) -> tuple[int, ...]:
    """Return who may take `part` now and leaves somebody for every later step.

    In the order of the candidates; stand-ins only when nobody before them can.
    """
    known: dict[object, bool] = {}
    for tier in crew.tiers(part, hands.level):
        if can := tuple(_fit(part, tier, hands, crew, known)):
            return can
    return ()


def need_hands_left(
    part: Part,
    person: int,
    hands: Hands,
    crew: Crew,
    name_of: Callable[[int], str],
    *,
    me: bool = False,
) -> None:
    """Refuse `person` as `part` unless `who_can` lists them, and name those it lists.

    `me`: they are told it themselves. Raises `SameHands` where a part they hold forbids it, else
    `HandsShort`. That somebody reported the case is never said, and nobody is left out of the
    names for it.
    """
    if _can(part, person, hands, crew):
        return
    fit = who_can(part, hands, crew)
    anyone = who_can(part, replace(hands, reporters=frozenset()), crew) if fit else ()
    named = tuple(each for each in anyone if each != person) or fit
    if me and fit and part is Part.CHECKER and person == hands.plan_maker:
        msgid = N_("You made the plan, so somebody else must check it: %(names)s")
        raise SameHands(Sentence(msgid, names=_shown(named, name_of)), fit)
    for other in _apart_from(part, hands.level):
        if person in hands.holders(other):
            why = _same_hands(other, part, name_of(person))
            raise SameHands(_with_names(why, named, name_of), fit)
    if part is Part.CHECKER and person == hands.past_checker:
        before = N_("%(name)s checked it before it was opened again; somebody else checks now")
        raise SameHands(_with_names(Sentence(before, name=name_of(person)), named, name_of), fit)
    why = _why_not(part, person, hands, crew, name_of)
    raise HandsShort(_with_names(why, named, name_of), fit)


def _same_hands(one: Part, other: Part, name: str | None) -> Sentence:
    if name is None:
        return Sentence(
            N_("The %(one)s and the %(other)s must be two different people"),
            one=one.label,
            other=other.label,
        )
    return Sentence(
        N_("%(name)s is the %(one)s here; the %(other)s must be somebody else"),
        name=name,
        one=one.label,
        other=other.label,
    )


def _why_not(
    part: Part, person: int, hands: Hands, crew: Crew, name_of: Callable[[int], str]
) -> Sentence:
    free = person not in barred(part, hands)
    short = _short(hands.taken(part, person), crew) if free else ()
    if not short:
        return Sentence(
            N_("%(name)s cannot be the %(part)s in this case"),
            name=name_of(person),
            part=part.label,
        )
    return Sentence(
        N_("With %(name)s as the %(part)s nobody would be left as the %(later)s"),
        name=name_of(person),
        part=part.label,
        later=short[0].label,
    )


def _with_names(why: Sentence, fit: tuple[int, ...], name_of: Callable[[int], str]) -> Sentence:
    if not fit:
        return Sentence(N_("%(why)s. Nobody else can either: more people are needed"), why=why)
    msgid = N_("%(why)s. These can: %(names)s")
    return Sentence(msgid, why=why, names=_shown(fit, name_of))


def _shown(fit: tuple[int, ...], name_of: Callable[[int], str]) -> tuple[str, ...]:
    return tuple(name_of(each) for each in fit[:SHOWN])


@cache
def _apart_from(part: Part, level: int | None) -> tuple[Part, ...]:
    """Return the parts that whoever takes `part` may not hold; a confirmer is bound as both."""
    if part is Part.CONFIRMER:
        return _apart_from(Part.VERIFIER, level) + _apart_from(Part.CHECKER, level)
    apart = MAJOR_APART if (level or 0) >= MAJOR_FROM else ALWAYS_APART
    return tuple(other for other in Part if frozenset({part, other}) in apart)


def _can(part: Part, person: int, hands: Hands, crew: Crew) -> bool:
    """Tell whether `who_can` lists `person`, without going through everybody."""
    known: dict[object, bool] = {}
    for tier in crew.tiers(part, hands.level):
        if person in tier and _some(_fit(part, [person], hands, crew, known)):
            return True
        if _some(_fit(part, tier, hands, crew, known)):
            return False
    return False


def _fit(
    part: Part, people: Iterable[int], hands: Hands, crew: Crew, known: dict[object, bool]
) -> Iterator[int]:
    no = barred(part, hands)
    return (p for p in people if p not in no and _leaves(part, p, hands, crew, known))


def _some(people: Iterator[int]) -> bool:
    return next(people, None) is not None


def _leaves(part: Part, person: int, hands: Hands, crew: Crew, known: dict[object, bool]) -> bool:
    """Like `hands_left`, asked once for people nothing tells apart: so 3,000 are no trouble."""
    held = tuple(person in hands.holders(other) for other in Part)
    alike = (_roles(person, crew), held, person == hands.past_checker)
    if alike not in known:
        known[alike] = hands_left(hands.taken(part, person), crew)
    return known[alike]


def _looked_up(parts: Mapping[Part, Tiers]) -> dict[Part, Tiers]:
    """Return the tiers as dicts: in order, without repeats, quickly searched."""
    return {part: tuple(dict.fromkeys(tier) for tier in tiers) for part, tiers in parts.items()}


def _roles(person: int, crew: Crew) -> tuple[bool, ...]:
    by_part = chain([crew.always], crew.at_level.values())
    return tuple(person in tier for parts in by_part for tiers in parts.values() for tier in tiers)


def _short(hands: Hands, crew: Crew) -> tuple[Part, ...]:
    """Return the parts, first one first, that stay open at some possible level."""
    for level in LEVELS if hands.level is None else (hands.level,):
        graded = replace(hands, level=level)
        seats = _open_seats(graded, crew)
        if not _fills(seats, graded, crew):
            return _culprits(seats, graded, crew)
    return ()


def _culprits(seats: tuple[Part, ...], hands: Hands, crew: Crew) -> tuple[Part, ...]:
    """Return the parts without which the others could be filled, else all that are open."""
    alone = tuple(
        part
        for part in dict.fromkeys(seats)
        if _fills(tuple(other for other in seats if other is not part), hands, crew)
    )
    return alone or seats


def _open_seats(hands: Hands, crew: Crew) -> tuple[Part, ...]:
    """Return the parts nobody holds yet, in the order of the work.

    A plan nobody made yet is made by its owner, which bars nobody else.
    """
    level = hands.level or 0
    wanted = [Part.VERIFIER] * (VERIFIERS - len(hands.verifiers))
    if hands.fixer is None or hands.checker is None:
        wanted += [Part.OWNER, *[Part.PLAN_APPROVER] * (level >= crew.plan_approved_from)]
    wanted.append(Part.CHECKER)
    if crew.award_due:
        wanted += [Part.PROPOSER, Part.APPROVER]
    return tuple(part for part in wanted if part is Part.VERIFIER or not hands.holders(part))


def _fills(seats: tuple[Part, ...], hands: Hands, crew: Crew) -> bool:
    """Tell whether `seats` can be filled together.

    A seat with more candidates than open seats that could take one from it can always be
    filled last; without those few candidates and few seats remain to be tried.
    """
    rivals = {at: _rivals(at, seats, hands.level) for at in range(len(seats))}
    free = {at: _free(part, len(rivals[at]), hands, crew) for at, part in enumerate(seats)}
    while easy := [at for at in free if len(free[at]) > len(rivals[at] & free.keys())]:
        for at in easy:
            del free[at]
    return _seated(free, rivals)


def _rivals(at: int, seats: tuple[Part, ...], level: int | None) -> frozenset[int]:
    apart = set(_apart_from(seats[at], level))
    return frozenset(i for i, part in enumerate(seats) if i != at and part in apart)


def _free(part: Part, rivals: int, hands: Hands, crew: Crew) -> frozenset[int]:
    """Return who may take `part`, but no more than are enough against its rivals."""
    no = barred(part, hands)
    people = (p for tier in crew.tiers(part, hands.level) for p in tier if p not in no)
    return frozenset(islice(_once(people), rivals + 1))


def _once(people: Iterator[int]) -> Iterator[int]:
    seen: set[int] = set()
    for person in people:
        if person not in seen:
            seen.add(person)
            yield person


def _seated(free: dict[int, frozenset[int]], rivals: Mapping[int, frozenset[int]]) -> bool:
    if not free:
        return True
    at = min(free, key=lambda seat: len(free[seat]))
    others = {seat: people for seat, people in free.items() if seat != at}
    return any(
        _seated({s: p - {person} if s in rivals[at] else p for s, p in others.items()}, rivals)
        for person in free[at]
    )
