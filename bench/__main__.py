"""`python3 manage.py bench [NAME ...] [--save]`: measure, print a table, write JSON."""

import json
import os
import platform
import sys
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.harness import ROOT, Ratio
from bench.scenarios import SCENARIOS, Result

SAVED = Path(__file__).parent / "results.json"
LAST = ROOT / "build" / "bench" / "results.json"
HEAD = ("scenario", "product", "limit", "ratio or value", "goal", "held", "more")


def main(words: list[str]) -> int:
    """Run the named scenarios, or all; exit 1 where a goal is missed."""
    names = [word for word in words if not word.startswith("--")] or list(SCENARIOS)
    unknown = set(names) - set(SCENARIOS)
    if unknown:
        print(f"no such scenario: {', '.join(sorted(unknown))}; there are {', '.join(SCENARIOS)}")
        return 2
    results: list[Result] = []
    for name in names:
        with TemporaryDirectory(prefix="hazard-bench-") as folder:
            for result in SCENARIOS[name](Path(folder)):
                print(" | ".join(_line(result)), flush=True)
                results.append(result)
    _keep(results, SAVED if "--save" in words else LAST)
    return 0 if all(result.held for result in results) else 1


def _line(result: Result) -> tuple[str, ...]:
    held = "yes" if result.held else "NO"
    if isinstance(result, Ratio):
        return (
            result.scenario, f"{result.product_cpu_ms:.2f} ms", f"{result.limit_cpu_ms:.2f} ms",
            f"{result.ratio:.2f} ×", f"{result.goal} ×", held,
            f"wall {result.product_wall_ms:.1f} / {result.limit_wall_ms:.1f} ms",
        )  # fmt: skip
    goal = "-" if result.goal == float("inf") else f"{result.goal:g} {result.unit}".strip()
    value = f"{result.value:.2f} {result.unit}".strip()
    return (result.scenario, "", "", value, goal, held, result.more)


def _keep(results: list[Result], path: Path) -> None:
    """Write the results; what was measured earlier and not now stays as it was."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [
        {**asdict(result), "held": result.held, "line": list(_line(result))} for result in results
    ]
    known = json.loads(path.read_text(encoding="utf-8"))["results"] if path.exists() else []
    now = {row["scenario"] for row in rows}
    rows = [row for row in known if row["scenario"] not in now] + rows
    machine = f"{platform.machine()}, Python {platform.python_version()}, {os.cpu_count()} cores"
    text = json.dumps({"machine": machine, "results": rows}, ensure_ascii=False, indent=1)
    path.write_text(f"{text.replace('Infinity', 'null')}\n", encoding="utf-8")
    lines = [HEAD, ("---",) * len(HEAD), *(row["line"] for row in rows)]
    table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    path.with_suffix(".md").write_text(f"{machine}\n\n{table}\n", encoding="utf-8")
    print(f"written: {path.name} and its table")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
