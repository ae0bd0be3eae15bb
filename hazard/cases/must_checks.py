"""A team's own list of what is looked at each shift (words 4.2, block two)."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazard.access.permissions import Permission
from hazard.audit.work import Work
from hazard.cases.models import MustCheck
from hazard.core.errors import NotFound, Unclear
from hazard.core.words import N_, Sentence
from hazard.people.models import Unit
from hazard.places.trades import Trade

MOST = 8
LONGEST = 26
"""Characters that fit a cell of the paper."""


PRESETS: Mapping[Trade, tuple[str, ...]] = {
    Trade.MACHINERY: (
        N_("Guards and interlocks in place"),
        N_("Emergency stops work"),
        N_("Aisles and exits clear"),
        N_("Extinguishers in place, pressure good"),
        N_("No bare wires, cabinets shut"),
        N_("Helmets, goggles, gloves worn right"),
        N_("Hot work, heights, confined spaces: permit on site"),
        N_("Crane hooks, slings and limit switches sound"),
    ),
    Trade.CHEMICALS: (
        N_("Valves, flanges, hoses without leaks"),
        N_("Gas alarms on and in date"),
        N_("Ventilation and dust removal running"),
        N_("Grounding and static clamps in place"),
        N_("Eye-wash and shower clear and flowing"),
        N_("Containers labelled, incompatible goods apart"),
        N_("Hot work, heights, confined spaces: permit on site"),
        N_("Extinguishers in place, pressure good"),
    ),
    Trade.CONSTRUCTION: (
        N_("Edges and openings fenced or covered"),
        N_("Scaffold boards, ties and tags sound"),
        N_("Harness worn and hooked above"),
        N_("Distribution boxes locked, leakage switch tested"),
        N_("Crane hooks, slings and limit switches sound"),
        N_("Pit walls without cracks, nothing stacked at the edge"),
        N_("Hot work: cleared, watched, extinguisher beside"),
        N_("Helmets, goggles, gloves worn right"),
    ),
    Trade.WAREHOUSE: (
        N_("Racks straight, load signs kept to"),
        N_("Stacks not too high, distances kept"),
        N_("Aisles and exits clear"),
        N_("Forklift brakes, horn, lights work"),
        N_("Forklift charging place ventilated, no sparks"),
        N_("Extinguishers and hydrants not blocked"),
        N_("No bare wires, cabinets shut"),
        N_("Dock leveller and wheel chocks used"),
    ),
    Trade.FOOD: (
        N_("Mixers and slicers: guard and interlock in place"),
        N_("Stop and lock before cleaning"),
        N_("Floors dry, drains covered"),
        N_("Ammonia alarm on, no smell"),
        N_("Steam pipes lagged, safety valve in date"),
        N_("Flour and sugar dust swept, extraction running"),
        N_("Cold store opens from inside, alarm works"),
        N_("Aisles and exits clear"),
    ),
}


def list_of_unit(session: Session, unit: Unit) -> tuple[Sentence | str, ...]:
    """Return the list that counts for a unit: its own, that of what it belongs to, or a preset."""
    above = [int(each) for each in unit.path.strip("/").split("/") if each]
    kept = select(MustCheck).where(MustCheck.unit_id.in_(above)).order_by(MustCheck.id)
    newest = {row.unit_id: row for row in session.scalars(kept)}
    for unit_id in reversed(above):
        if unit_id in newest:
            return tuple(newest[unit_id].lines.splitlines())
    return tuple(Sentence(words) for words in PRESETS[Trade.MACHINERY])


def keep_list(work: Work, unit_id: int, lines: Sequence[str]) -> None:
    """Write a team's list anew; at most eight lines that fit the paper. The old one is kept."""
    unit = work.session.get(Unit, unit_id)
    if unit is None or not work.actor.may(Permission.CHECKLIST_USE, unit.path):
        raise NotFound
    written = [" ".join(line.split()) for line in lines if line.strip()]
    if not written or len(written) > MOST:
        raise Unclear(Sentence(N_("One to %(n)s lines, please"), n=MOST), field="lines")
    long = next((line for line in written if len(line) > LONGEST), None)
    if long is not None:
        raise Unclear(
            Sentence(N_("Too long for the paper (max %(n)s): %(line)s"), n=LONGEST, line=long),
            field="lines",
        )
    made = MustCheck(
        unit_id=unit.id, lines="\n".join(written), by_id=work.actor.person_id or 0, at=work.now
    )
    work.session.add(made)
    work.session.flush()
    work.record("written", made, unit=unit.id)
