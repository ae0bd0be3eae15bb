"""`python3 manage.py bench [NAME ...] [--save]`: measure, print a table, write JSON."""

import json
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
    path.parent.mkdir(parents=True, exist_ok=True)
    written = {
        "machine": f"{platform.machine()}, {platform.python_implementation()} "
        f"{platform.python_version()}",
        "results": [{**asdict(result), "held": result.held} for result in results],
    }
    text = json.dumps(written, ensure_ascii=False, indent=1).replace("Infinity", "null")
    path.write_text(f"{text}\n", encoding="utf-8")
    table = ["| " + " | ".join(row) + " |" for row in (HEAD, ("---",) * len(HEAD))]
    table += ["| " + " | ".join(_line(result)) + " |" for result in results]
    path.with_suffix(".md").write_text("\n".join(table) + "\n", encoding="utf-8")
    print(f"written: {path.name} and its table")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
