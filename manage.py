#!/usr/bin/env python3
"""Set up what a command needs, then do it; only the standard library is required.

run                      set up and serve
install-service          let systemd start the server at boot, as a user of its own (as root)
demo [--json]            serve a throw-away demo plant
test [ARGS] [--long]     everything CI runs; with ARGS pytest alone; --long adds the long tests
check                    linters, types, import contracts, templates, catalogue, locks
catalogue [--check]      collect the marked messages into the Chinese catalogue
bench [NAME] [--save]    what the product costs beside the leanest program that does the same
lock [ARGS]              for developers: resolve pyproject.toml into the two lock files (needs uv)
hazard ARGS              administration: flask --app app ARGS
"""

from __future__ import annotations  # so that an older Python reaches the sentence in main()

import ctypes.util
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "installed-locks.json"
"""Which lock files, by hash, the environment holds."""

INSTANCE = HERE / "instance"
SERVICE_USER = "hazard"
SERVICE_FILE = Path("/etc/systemd/system/hazard.service")
SERVICE = """\
[Unit]
Description=Hazard reports and rewards of the plant
Wants=network-online.target
After=network-online.target

[Service]
User={user}
Group={user}
WorkingDirectory={here}
ExecStart={here}/.venv/bin/python app.py
ExecReload=/bin/sh -c 'kill -HUP $MAINPID'
Restart=on-failure
RestartSec=3
TimeoutStopSec=60
UMask=0077
LimitNOFILE=8192
NoNewPrivileges=yes
CapabilityBoundingSet=
PrivateTmp=yes
PrivateDevices=yes
ProtectSystem=strict
ProtectHome=read-only
ProtectKernelTunables=yes
ProtectControlGroups=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
ReadWritePaths={instance}

[Install]
WantedBy=multi-user.target
"""
"""The server's own user may write nowhere but in the instance folder."""

RUNTIME_LOCK = HERE / "requirements.lock"
DEV_LOCK = HERE / "requirements-dev.lock"
CATALOGUE = HERE / "hazard" / "translations" / "zh" / "LC_MESSAGES" / "messages.po"
CATALOGUE_HEADER = """\
msgid ""
msgstr ""
"Language: zh\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
MARKS = ("N_", "Sentence", "_")
"""The calls whose first argument is a message."""

MEMORY = Path("/dev/shm")
MEMORY_NEEDED = 4 * 1024**3
PYTEST = ("-m", "pytest", "-n", "2", "--dist", "loadgroup")
"""How pytest starts: two workers, each with a PostgreSQL and a browser of its own."""

LINTERS: dict[str, tuple[str, ...]] = {
    "ruff": ("ruff", "check", "."),
    "format": ("ruff", "format", "--check", "."),
    "types": ("mypy",),
    "imports": ("lint-imports",),
    "templates": ("djlint", "--lint", "--quiet", "templates"),
}


def main(arguments: list[str]) -> int:
    """Do the named command and return its exit status."""
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever starts this may have an older one
        sys.exit("Python 3.11 or newer is needed")
    name, *rest = arguments or ["help"]
    command = COMMANDS.get(name)
    if command is None:
        print(__doc__, file=sys.stderr)
        return 0 if name in {"help", "-h", "--help"} else 2
    os.chdir(HERE)
    return command(rest)


# The commands -----------------------------------------------------------------------------------


def serve(arguments: list[str]) -> int:
    """Serve the plant kept in the instance folder."""
    if SERVICE_FILE.exists() and keeps_for_another():
        sys.exit("This plant is served by systemd; as root: systemctl start hazard")
    prepare(RUNTIME_LOCK)
    return become(PYTHON, "app.py", *arguments)


def demo(arguments: list[str]) -> int:
    """Serve a throw-away demo plant."""
    prepare(RUNTIME_LOCK)
    return become(PYTHON, "-m", "flask", "--app", "app", "demo", *arguments)


def administer(arguments: list[str]) -> int:
    """Pass an administration command on to the application."""
    prepare(RUNTIME_LOCK)
    words = ("-m", "flask", "--app", "app", *arguments)
    if not keeps_for_another():
        return become(PYTHON, *words)
    done = subprocess.run([PYTHON, *words], check=False).returncode
    hand_back(instance_folder())
    return done


def install_service(arguments: list[str]) -> int:
    """Make a systemd service of this folder; with --print only show what it would be."""
    unit = service_unit(HERE, INSTANCE)
    if "--print" in arguments:
        print(unit, end="")
        return 0
    complaint = service_complaint(HERE)
    if complaint:
        sys.exit(complaint)
    prepare(RUNTIME_LOCK)
    if subprocess.run(["id", SERVICE_USER], check=False, **QUIET).returncode:
        adding = ("useradd", "--system", "--home-dir", INSTANCE, "--shell", "/usr/sbin/nologin")
        run_or_stop("the user of the service could not be made", *adding, SERVICE_USER)
    INSTANCE.mkdir(exist_ok=True)
    owner = f"{SERVICE_USER}:{SERVICE_USER}"
    run_or_stop("the instance folder could not be handed over", "chown", "-R", owner, INSTANCE)
    SERVICE_FILE.write_text(unit, encoding="utf-8")
    run_or_stop("systemd did not take the service", "systemctl", "daemon-reload")
    run_or_stop("the service did not start", "systemctl", "enable", "--now", SERVICE_FILE.name)
    print("The server runs and starts with the machine.")
    print("The set-up link:   journalctl -u hazard | grep setup")
    print("Start it anew:     systemctl reload hazard    (nobody is refused meanwhile)")
    return 0


def bench(arguments: list[str]) -> int:
    """Measure; the names of the scenarios and --save go to the bench itself."""
    prepare(DEV_LOCK)
    return subprocess.run([PYTHON, "-m", "bench", *arguments], check=False).returncode


def test(arguments: list[str]) -> int:
    """Check and run the tests; with arguments other than --long run pytest alone."""
    prepare(DEV_LOCK)
    provide_test_tools()
    chosen = [argument for argument in arguments if argument != "--long"]
    selection = [] if "--long" in arguments else ["-m", "not long"]
    checked = 0 if chosen else check([])
    words: list[str | Path] = [PYTHON, *PYTEST, *selection, *chosen]
    tested = subprocess.run(words, check=False, env=in_memory()).returncode
    if checked:
        tell("manage.py check failed; its findings stand above the tests")
    return tested or checked


def in_memory() -> dict[str, str]:
    """Let the tests' databases live in memory where the system offers a folder for that.

    They sync as the product does; on a disk that would be most of their time.
    """
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > MEMORY_NEEDED
    if not roomy or "TMPDIR" in os.environ:
        return dict(os.environ)
    return {**os.environ, "TMPDIR": str(MEMORY)}


def check(_: list[str]) -> int:
    """Run every check, print what they found, name the failed ones last."""
    prepare(DEV_LOCK)
    checks: dict[str, Callable[[], Finding]] = {
        name: partial(run_tool, *words) for name, words in LINTERS.items()
    }
    checks["catalogue"] = lambda: run_words(PYTHON, "manage.py", "catalogue", "--check")
    checks["locks"] = lambda: finding_of(lock_complaints(HERE))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        findings = dict(zip(checks, pool.map(lambda one: one(), checks.values()), strict=True))
    failed = [name for name, finding in findings.items() if finding.status]
    for name in failed:
        print(f"== {name}\n{findings[name].text.strip()}\n")
    print(f"check failed: {', '.join(failed)}" if failed else "check passed", flush=True)
    return 1 if failed else 0


def catalogue(arguments: list[str]) -> int:
    """Bring the Chinese catalogue up to date, or with --check only say what it lacks."""
    prepare(DEV_LOCK)
    if Path(sys.prefix).resolve() != VENV.resolve():
        return become(PYTHON, "manage.py", "catalogue", *arguments)
    marked = extract_messages(HERE)
    if "--check" not in arguments:
        update_catalogue(marked)
    complaints = list(catalogue_complaints(marked, read_catalogue(CATALOGUE)))
    print(finding_of(complaints).text or "the catalogue is complete")
    return 1 if complaints else 0


def lock(arguments: list[str]) -> int:
    """Resolve pyproject.toml again; the lock files name no address (ARGS go to uv)."""
    if not shutil.which("uv"):
        sys.exit("please install uv first; it is needed only to write the lock files")
    common = ["uv", "pip", "compile", "-q", "--universal", "--generate-hashes", "--no-header"]
    common += ["--no-annotate", "--python-version", "3.11", *arguments, "pyproject.toml"]
    dev = ["-c", RUNTIME_LOCK.name, "--group", "dev"]
    subprocess.run([*common, "-o", RUNTIME_LOCK.name], check=True)
    subprocess.run([*common, *dev, "-o", DEV_LOCK.name], check=True)
    complaints = lock_complaints(HERE)
    print(finding_of(complaints).text or "the locks are in order")
    return 1 if complaints else 0


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "run": serve,
    "install-service": install_service,
    "demo": demo,
    "test": test,
    "check": check,
    "bench": bench,
    "catalogue": catalogue,
    "lock": lock,
    "hazard": administer,
}


# Setting up -------------------------------------------------------------------------------------


def prepare(lock_file: Path) -> None:
    """Make the virtual environment hold what `lock_file` names; quick when it already does."""
    wanted = hash_of(lock_file)
    if works(PYTHON) and installed_locks().get(lock_file.name) == wanted:
        return
    if not works(PYTHON):
        make_environment()
    tell(f"installing {lock_file.name}")
    pip = (PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check")
    options = ("--only-binary", ":all:", "--require-hashes", "-r", lock_file)
    run_or_stop("pip could not install the locked packages", *pip, *options)
    remember_lock(lock_file.name, wanted)


def make_environment() -> None:
    """Make `.venv` afresh with the Python that runs this script."""
    if not importlib.util.find_spec("ensurepip"):
        install_packages("python3-venv")
    tell("making .venv")
    making = (sys.executable, "-m", "venv", "--clear", VENV)
    run_or_stop("the virtual environment could not be made", *making)


def works(python: Path) -> bool:
    """Tell whether `python` starts, is new enough and has pip."""
    question = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    try:
        return subprocess.run([python, "-c", question], check=False, **QUIET).returncode == 0
    except OSError:
        return False


def installed_locks() -> dict[str, str]:
    """Return the hashes of the locks installed last, by file name."""
    if not STAMP.exists():
        return {}
    return dict(json.loads(STAMP.read_text(encoding="utf-8")))


def remember_lock(name: str, digest: str) -> None:
    """Note a lock as installed, and forget those that have changed since they were."""
    kept = {
        known: old
        for known, old in installed_locks().items()
        if (HERE / known).exists() and hash_of(HERE / known) == old
    }
    STAMP.write_text(json.dumps(kept | {name: digest}), encoding="utf-8")


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def service_unit(here: Path, instance: Path) -> str:
    """Return the systemd unit of a server that lives in `here`."""
    return SERVICE.format(user=SERVICE_USER, here=here, instance=instance)


def service_complaint(here: Path) -> str:
    """Return what stands in the way of a service, as a sentence that says what to do, or ""."""
    if sys.platform != "linux" or not Path("/run/systemd/system").is_dir():
        return "This machine is not started by systemd. Keep `python3 manage.py run` going instead"
    if os.geteuid() != 0:
        return "Please run: sudo python3 manage.py install-service"
    closed = [folder for folder in (here, *here.parents) if not folder.stat().st_mode & 0o001]
    if closed:
        return f"Other users may not enter {closed[-1]}. Move this folder to /opt and try again"
    return ""


def instance_folder() -> Path:
    """Return the folder of the plant, as the application finds it."""
    return HERE / (os.environ.get("HAZARD_INSTANCE") or INSTANCE)


def keeps_for_another() -> bool:
    """Tell whether root looks after a plant that a service of its own user serves."""
    folder = instance_folder()
    return (
        os.name == "posix" and os.geteuid() == 0 and folder.is_dir() and folder.stat().st_uid != 0
    )


def hand_back(folder: Path) -> None:
    """Give what root made in `folder` to its owner, who could not write to it otherwise."""
    owner = folder.stat()
    for path in folder.rglob("*"):
        if path.lstat().st_uid == 0:
            os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


def provide_test_tools() -> None:
    """Install the browser, its font and the database server the tests drive, where missing."""
    if sys.platform != "linux":
        return
    wanted = {
        "chromium": has_program("chromium", "chromium-browser", "google-chrome"),
        "fonts-wqy-microhei": has_chinese_font(),
        "libatomic1": bool(ctypes.util.find_library("atomic")),  # for playwright's own node
        "systemd": has_program("systemd-analyze"),  # to prove the service file
        "postgresql": has_program("initdb") or bool(debian_postgres_folders()),
    }
    missing = [package for package, present in wanted.items() if not present]
    if missing:
        install_packages(*missing)


def has_program(*names: str) -> bool:
    """Tell whether any of the programs is on the path."""
    return any(map(shutil.which, names))


def has_chinese_font() -> bool:
    """Ask fontconfig, without which the browser draws no letters either."""
    if not shutil.which("fc-list"):
        return False
    asked = subprocess.run(["fc-list", ":lang=zh"], check=False, capture_output=True)
    return bool(asked.stdout.strip())


def debian_postgres_folders() -> list[Path]:
    """Return the folders where Debian keeps the programs of PostgreSQL servers."""
    return [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]


def install_packages(*packages: str) -> None:
    """Install system packages with apt, or stop with the command a person has to give."""
    names = " ".join(packages)
    if not shutil.which("apt-get"):
        sys.exit(f"please install what Debian calls: {names}")
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    apt = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    tell(f"installing system packages: {names}")
    try:
        subprocess.run([*apt, "update", "-q"], check=False, **QUIET)
        installing = [*apt, "install", "-y", "-q", "--no-install-recommends", *packages]
        done = subprocess.run(installing, check=False, stdout=sys.stderr).returncode == 0
    except OSError:  # no sudo on this machine
        done = False
    if not done:
        sys.exit(f"please run: sudo apt-get install --no-install-recommends {names}")


QUIET: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def run_or_stop(trouble: str, *words: str | Path) -> None:
    """Run a step of the set-up, its output on stderr; stop with `trouble` when it fails."""
    if subprocess.run(words, check=False, stdout=sys.stderr).returncode:
        sys.exit(f"{trouble}; see above")


def become(program: Path, *words: str) -> int:
    """Let `program` take this process over, so that signals reach it directly."""
    command = [str(program), *words]
    sys.stdout.flush()
    if os.name != "nt":
        os.execv(command[0], command)
    return subprocess.run(command, check=False).returncode  # Windows cannot replace a process


def tell(words: str) -> None:
    """Say what goes on; on stderr, for stdout belongs to the command."""
    print(f"[manage] {words}", file=sys.stderr, flush=True)


# What check looks at ----------------------------------------------------------------------------


class Finding(NamedTuple):
    """What one check says: its exit status and its words."""

    status: int
    text: str


def run_tool(name: str, *words: str) -> Finding:
    """Run a tool of the virtual environment."""
    return run_words(BIN / name, *words)


def run_words(program: Path, *words: str) -> Finding:
    """Run a program and keep what it prints."""
    done = subprocess.run(
        [program, *words],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    return Finding(done.returncode, done.stdout)


def finding_of(complaints: list[str]) -> Finding:
    """Turn complaints, one a line, into a finding."""
    return Finding(1 if complaints else 0, "\n".join(complaints))


def lock_complaints(root: Path) -> list[str]:
    """Say what is wrong with the lock files in `root`: addresses, missing pins, missing hashes."""
    runtime_names, dev_names = direct_dependencies(root / "pyproject.toml")
    runtime, dev = root / RUNTIME_LOCK.name, root / DEV_LOCK.name
    return [
        *one_lock_complaints(runtime, runtime_names),
        *one_lock_complaints(dev, runtime_names | dev_names),
        *disagreements(pins_of(runtime), pins_of(dev)),
    ]


def one_lock_complaints(path: Path, names: set[str]) -> Iterator[str]:
    """Say what is wrong with one lock that has to pin `names`."""
    if "://" in path.read_text(encoding="utf-8"):
        yield f"{path.name} holds an address; each plant installs from its own mirror"
    pins = pins_of(path)
    for name in sorted(names - pins.keys()):
        yield f"{path.name} does not pin {name}; run: python3 manage.py lock"
    for name, (_, hashes) in pins.items():
        if not hashes:
            yield f"{path.name} has no hash for {name}"


def disagreements(
    runtime: dict[str, tuple[str, int]], dev: dict[str, tuple[str, int]]
) -> list[str]:
    """Say which packages would be tested in another version than they are served."""
    return [
        f"{name} is {version} in {RUNTIME_LOCK.name} and not in {DEV_LOCK.name}"
        for name, (version, _) in runtime.items()
        if name not in dev or dev[name][0] != version
    ]


def pins_of(path: Path) -> dict[str, tuple[str, int]]:
    """Return version and number of hashes of each package a lock pins."""
    entries = re.split(r"(?m)^(?=\S)", path.read_text(encoding="utf-8"))
    found = ((re.match(r"([\w.-]+)==(\S+)", entry), entry.count("--hash=")) for entry in entries)
    return {plain_name(pin[1]): (pin[2], hashes) for pin, hashes in found if pin}


def direct_dependencies(pyproject: Path) -> tuple[set[str], set[str]]:
    """Return the names of the packages the project names itself: to run, to develop."""
    import tomllib  # noqa: PLC0415 - an older Python shall reach the sentence in main()

    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))
    groups = project.get("dependency-groups", {})
    return names_in(project["project"]["dependencies"]), names_in(groups.get("dev", []))


def names_in(requirements: list[str]) -> set[str]:
    """Return the package names in requirements such as `psycopg[binary]>=3.3,<4`."""
    return {plain_name(re.split(r"[^\w.-]", requirement)[0]) for requirement in requirements}


def plain_name(name: str) -> str:
    """Return a package's name in the one spelling all others stand for."""
    return re.sub(r"[-_.]+", "-", name).lower()


# The catalogue; these functions need the virtual environment ------------------------------------


def extract_messages(root: Path) -> Catalog:
    """Collect the marked messages of the Python files and templates under `root`."""
    from babel.messages.catalog import Catalog  # noqa: PLC0415 - in the virtual environment
    from babel.messages.extract import extract_from_dir  # noqa: PLC0415
    from babel.messages.frontend import parse_mapping_cfg  # noqa: PLC0415

    with (HERE / "babel.cfg").open(encoding="utf-8") as source:
        methods, options = parse_mapping_cfg(source)  # type: ignore[no-untyped-call]
    marked = Catalog(fuzzy=False)
    keywords = dict.fromkeys(MARKS)
    for _, _, message, _, context in extract_from_dir(root, methods, options, keywords=keywords):
        if message:
            marked.add(message, context=context)
    return marked


def read_catalogue(path: Path) -> Catalog:
    """Read the Chinese catalogue; an empty one when there is none yet."""
    from babel.messages.catalog import Catalog  # noqa: PLC0415 - in the virtual environment
    from babel.messages.pofile import read_po  # noqa: PLC0415

    if not path.exists():
        return Catalog(locale="zh", fuzzy=False)
    with path.open("rb") as source:
        return read_po(source, locale="zh", abort_invalid=True)


def update_catalogue(marked: Catalog) -> None:
    """Write the catalogue again: new messages empty, unmarked ones gone, sorted, no dates."""
    from babel.messages.pofile import write_po  # noqa: PLC0415 - in the virtual environment

    known = read_catalogue(CATALOGUE)
    known.update(marked, no_fuzzy_matching=True)
    written = BytesIO()
    write_po(
        written,
        known,
        width=0,
        no_location=True,
        omit_header=True,
        sort_output=True,
        ignore_obsolete=True,
    )
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    CATALOGUE.write_bytes(CATALOGUE_HEADER.encode() + written.getvalue().strip() + b"\n")


def catalogue_complaints(marked: Catalog, chinese: Catalog) -> Iterator[str]:
    """Say which marked messages have no Chinese, unsure Chinese, or other placeholders."""
    for message in marked:
        if not message.id:
            continue
        trouble = translation_trouble(message, chinese.get(message.id, message.context))
        if trouble:
            yield f"{message.id!r} {trouble}"


def translation_trouble(message: Message, translation: Message | None) -> str:
    """Return what is wrong with the translation of one message, or nothing."""
    if translation is None or not translation.string:
        return "has no Chinese"
    if translation.fuzzy:
        return "is marked fuzzy"
    wanted, given = placeholders(str(message.id)), placeholders(str(translation.string))
    if "%" in wanted | given:
        return "holds a lone %; write %%"
    return "" if wanted == given else "has other placeholders in Chinese"


def placeholders(text: str) -> set[str]:
    """Return the placeholders of a message, such as `%(day)s`; a lone % stands for itself."""
    return set(re.findall(r"%\(\w+\)[a-zA-Z]|%", text.replace("%%", "")))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
