"""The posters of the demo plant: printed, hung with a photo, scanned; some outdated since."""

from collections.abc import Sequence

from hazard.access.actor import SYSTEM
from hazard.audit.work import writing
from hazard.core import clock
from hazard.demo import scenes
from hazard.demo.diary import Life
from hazard.demo.grounds import GATES
from hazard.demo.plant import HEAD, OFFICER, Plant
from hazard.places import hanging, posters
from hazard.places.composing import composer
from hazard.places.posters import Design
from hazard.places.queries import get_place, get_poster
from hazard.places.terms import Camera, PosterType
from hazard.places.trades import Trade
from hazard.policy.keeping import set_facts

TYPES = (PosterType.WORKSHOP, PosterType.LABEL, PosterType.LABEL, PosterType.LISTS)
"""In turn; the first place of a workshop gets a workshop poster."""
AT_ONCE = 20
UNHUNG = 6
"""Each so many-th lies printed in a drawer; no workshop lacks its own for that."""
NEW_PHONE = {"report_phone": "8880"}
OUTDATED = 9
"""So many still say the old telephone number."""


def put_up(plant: Plant) -> Life:
    """Make, print, hang and test a poster for every place; print most anew after a change."""
    made = _make(plant)
    yield 2
    for some in _some(made[:-1]):  # the last is made and not printed yet
        _print(plant, some)
        yield 1
    yield 20
    hung = [poster for at, poster in enumerate(made[:-1]) if at % UNHUNG != UNHUNG - 1]
    for some in _some(hung):
        _hang(plant, some)
        yield 3
        _scan(plant, some[: len(some) * 4 // 5])
        yield 3
    yield 24 * 20
    with plant.by(HEAD) as work:
        set_facts(work, NEW_PHONE)
    yield 4
    for some in _some(made[:-OUTDATED]):
        _print(plant, some)
        yield 2


def _make(plant: Plant) -> list[int]:
    made = [
        (name, Design(PosterType.GATE, Trade.GENERAL, bilingual=name == GATES[1])) for name in GATES
    ]
    with plant.by(OFFICER) as work:
        for trade, names in plant.grounds.items():
            made += [
                (name, Design(TYPES[at % len(TYPES)], Trade(trade), bilingual=at % 5 == 4))
                for at, name in enumerate(names)
            ]
        ids = []
        for name, design in made:
            place = get_place(work.session, plant.places[name])
            poster = posters.make_poster(work, place, design)
            plant.posters.append((poster.code, name))
            ids.append(poster.id)
    return ids


def _print(plant: Plant, ids: Sequence[int]) -> None:
    house = plant.house
    with plant.by(OFFICER) as work:
        compose = composer(work.session, house.settings, work.now)
        posters.need_printable(work.session, house.settings, untested=True)
        for poster_id in ids:
            poster = get_poster(work.session, poster_id)
            posters.mark_printed(work, poster, compose.sheet(poster))


def _hang(plant: Plant, ids: Sequence[int]) -> None:
    proof = scenes.on_the_wall(plant.house.darkroom, ids[0])
    hanging.store_proof(plant.house.files, proof, clock.now())
    with plant.by(OFFICER) as work:
        for at, poster_id in enumerate(ids):
            camera = Camera.YES if at == len(ids) - 1 else Camera.NO
            hanging.hang(work, get_poster(work.session, poster_id), camera, None, proof.sha256)


def _scan(plant: Plant, ids: Sequence[int]) -> None:
    with plant.by(OFFICER) as work:
        codes = [get_poster(work.session, poster_id).code for poster_id in ids]
        for poster_id in ids:
            hanging.ask_for_test(work, get_poster(work.session, poster_id))
    with writing(plant.house.database, SYSTEM) as work:
        for code in codes:
            hanging.note_test(work, code)


def _some(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE)]
