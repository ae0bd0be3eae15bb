"""Administration: `flask --app app COMMAND`."""

import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from flask import Flask
from sqlalchemy.orm import Session

from hazard import backups, serving
from hazard.access.actor import SYSTEM
from hazard.access.permissions import Role
from hazard.audit.queries import get_head, verify_trail
from hazard.audit.work import writing
from hazard.core import clock
from hazard.core.errors import HazardError
from hazard.core.house import House
from hazard.core.tabular import read_table
from hazard.core.words import N_, Sentence, say
from hazard.jobs import timetable
from hazard.notices.slips import print_slip
from hazard.people import keeping
from hazard.people import roster as people_roster
from hazard.people.queries import find_by_number, root_unit
from hazard.places import roster as place_roster
from hazard.places.posters import print_poster
from hazard.places.queries import get_poster, list_poster_ids
from hazard.policy.queries import policy_on
from hazard.statistics.checkup import Lamp, Tone, examine, is_sound, verify

FOLDER = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path, exists=True, dir_okay=False)

_LAMPS = {Tone.GOOD: "OK  ", Tone.WARN: "!   ", Tone.BAD: "!!  "}
_SOUND, _DAMAGED = N_("The database answers and is sound"), N_("The database is damaged")


def register(app: Flask, house: House) -> None:
    """Give the application its commands."""
    app.cli.help = "Hazard reporting and reward: administration."
    for command in _commands(house):
        app.cli.add_command(command)


def _commands(house: House) -> list[click.Command]:
    return [_migrate(house), _create_admin(house), *_imports(house), _posters(house),
            _jobs(house), _back_up(house), _restore(house), _verify_trail(house),
            _doctor(house), _demo(house)]  # fmt: skip


def _refusing(house: House) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let a refusal end the command with its sentence and exit code 1."""

    def around(command: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(command)
        def run(*args: Any, **options: Any) -> Any:
            try:
                with house.database.opening():
                    return command(*args, **options)
            except HazardError as error:
                raise click.ClickException(say(error.sentence)) from error

        return run

    return around


def _tell(msgid: str, /, **values: object) -> None:
    click.echo(say(Sentence(msgid, **values)))


def _migrate(house: House) -> click.Command:
    @click.command("migrate", help="Bring the database to the newest tables; a copy is kept.")
    @_refusing(house)
    def migrate() -> None:
        serving.prepare(house)
        _tell(N_("The database is up to date"))

    return migrate


def _create_admin(house: House) -> click.Command:
    @click.command("create-admin", help="Give an employee the keys when all who had them left.")
    @click.argument("employee_no")
    @click.argument("name")
    @_refusing(house)
    def create_admin(employee_no: str, name: str) -> None:
        with writing(house.database, SYSTEM) as work:
            root = root_unit(work.session)
            person = find_by_number(work.session, employee_no)
            if person is None:
                person = keeping.add_person(work, employee_no, name, root)
            keeping.grant_role(work, person, _keeper_role(work.session), root)
            code, called = print_slip(work, person).code, person.name
        words = N_("%(name)s can now set a password at %(url)s with the code %(code)s")
        _tell(words, name=called, code=code, url=f"{house.settings.base_url}/activate")

    return create_admin


def _keeper_role(session: Session) -> Role:
    """Return the role that keeps roles in this plant: the head in a small one."""
    offered = policy_on(session, clock.today()).policy.roles
    return Role.ADMINISTRATOR if Role.ADMINISTRATOR in offered else Role.HEAD


def _imports(house: House) -> list[click.Command]:
    return [
        _import(house, "import-people", people_roster.COLUMNS, people_roster.read_people,
                people_roster.apply),
        _import(house, "import-places", place_roster.COLUMNS, place_roster.read_places,
                place_roster.apply),
    ]  # fmt: skip


def _import(house: House, name: str, columns: Any, read: Any, apply: Any) -> click.Command:
    @click.command(name, help="Read a .xlsx or .csv; nothing is written while a row is wrong.")
    @click.argument("file", type=FILE)
    @_refusing(house)
    def command(file: Path) -> None:
        lines = read_table(file.read_bytes(), columns)
        with writing(house.database, SYSTEM) as work:
            draft = read(work.session, lines, clock.today())
            for fault in draft.faults:
                place = Sentence(N_("Row %(row)s, %(column)s"), row=fault.row, column=fault.column)
                click.echo(f"{say(place)}：{say(fault.sentence)}", err=True)
            apply(work, draft)
        _tell(N_("%(n)s rows read"), n=len(lines))

    return command


def _posters(house: House) -> click.Command:
    @click.command("posters", help="Write every poster in use as a PDF into a folder.")
    @click.option("--out", type=FOLDER, required=True)
    @_refusing(house)
    def posters(out: Path) -> None:
        out.mkdir(parents=True, exist_ok=True)
        with house.database.reading() as session:
            numbers = list_poster_ids(session)
        for poster_id in numbers:
            with writing(house.database, SYSTEM) as work:
                poster = get_poster(work.session, poster_id)
                sheet = print_poster(work, poster, house.settings, untested=house.demo)
                target = out / f"{poster.number}.pdf"
            target.write_bytes(house.typesetter.pdf(sheet))
        _tell(N_("%(n)s posters written to %(folder)s"), n=len(numbers), folder=str(out))

    return posters


def _jobs(house: House) -> click.Group:
    group = click.Group("jobs", help="Scheduled work.")

    @group.command("once", help="Run one job now, whatever its timetable says.")
    @click.argument("name")
    @_refusing(house)
    def once(name: str) -> None:
        timetable.run_once(house, name)
        _tell(N_("Done"))

    return group


def _back_up(house: House) -> click.Command:
    @click.command("backup", help="Copy database, photos, keys and settings into a folder.")
    @click.argument("folder", type=FOLDER)
    @_refusing(house)
    def backup(folder: Path) -> None:
        made = backups.back_up(house, folder)
        _tell(N_("Backup written to %(folder)s. It holds keys: keep it safe"), folder=str(made))

    return backup


def _restore(house: House) -> click.Command:
    @click.command("restore", help="Bring a backup into an empty instance.")
    @click.argument("folder", type=FOLDER)
    @_refusing(house)
    def restore(folder: Path) -> None:
        photos = backups.restore(house, folder)
        _tell(N_("Restored, with %(n)s photos. Start the server again"), n=photos)

    return restore


def _verify_trail(house: House) -> click.Command:
    @click.command("verify-trail", help="Prove that nobody changed the trail.")
    @click.option("--anchor", help="number:hash noted earlier, on paper or elsewhere")
    @_refusing(house)
    def command(anchor: str | None) -> None:
        with house.database.reading() as session:
            faults = verify_trail(session, _anchor(anchor))
            seq, head = get_head(session)
        for fault in faults:
            click.echo(fault, err=True)
        if faults:
            sys.exit(1)
        _tell(N_("The trail is whole: %(n)s events, head %(head)s"), n=seq, head=f"{seq}:{head}")

    return command


def _anchor(text: str | None) -> tuple[int, str] | None:
    if text is None:
        return None
    number, _, digest = text.partition(":")
    if not number.isdigit() or len(digest) < 8:
        raise click.ClickException(say(Sentence(N_("An anchor is written number:hash"))))
    return int(number), digest


def _doctor(house: House) -> click.Command:
    @click.command("doctor", help="Examine this server and say what to mend.")
    @_refusing(house)
    def doctor() -> None:
        sound = is_sound(house)
        verify(house)
        with house.database.reading() as session:
            lamps = examine(house, session)
        click.echo("OK  " * sound or "!!  ", nl=False)
        _tell(_SOUND if sound else _DAMAGED)
        for lamp in lamps:
            _show(lamp)
        if not sound or any(lamp.tone is Tone.BAD for lamp in lamps):
            sys.exit(1)

    return doctor


def _show(lamp: Lamp) -> None:
    click.echo(_LAMPS[lamp.tone] + say(lamp.title))
    for sentence in (*lamp.found, *([lamp.todo] if lamp.todo else [])):
        click.echo("      " + say(sentence))


def _demo(house: House) -> click.Command:
    @click.command("demo", help="Serve a throw-away demo plant.")
    @click.option("--json", "as_json", is_flag=True, help="Print who can log in as one JSON line.")
    @_refusing(house)
    def demo(as_json: bool) -> None:  # noqa: FBT001 - click hands it over by name
        house.close()
        sys.exit(serving.serve_demo(house.settings, as_json=as_json))

    return demo
