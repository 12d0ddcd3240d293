"""Run the benchmarks, each in a process and a home of its own. See ``benchmarks/__init__.py``."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

from .measuring import HEADING, machine

HERE = Path(__file__).resolve().parent
NAMES = (
    "posting",
    "importing",
    "beside",
    "summarising",
    "pages",
    "searching",
    "balancing",
    "issuing",
    "movements",
    "cards",
    "stocktaking",
)
BEGIN, END = "<!-- measured -->", "<!-- /measured -->"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *NAMES], help="which; all where none is named")
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--small", action="store_true", help="a quick smoke instead of a measurement")
    parser.add_argument("--strict", action="store_true", help="exit 1 where a promised ratio is missed")
    parser.add_argument("--record", action="store_true", help="write the table of RESULTS.md anew")
    asked = parser.parse_args()
    databases = ("sqlite", "postgresql") if asked.database == "both" else (asked.database,)
    print(machine(), flush=True)
    print(HEADING, flush=True)
    found = []
    for name in asked.names or NAMES:
        for database in databases:
            measured, problem = _run(name, database, small=asked.small)
            found += measured
            for one in measured:
                print(one["row"], flush=True)
            if problem:
                print(f"{name} on {database} did not run:\n{problem}", file=sys.stderr)
                return 1
    if asked.record:
        _record([one["row"] for one in found])
    return 1 if asked.strict and any(not one["is_kept"] for one in found) else 0


def _run(name: str, database: str, *, small: bool) -> tuple[list[dict[str, object]], str]:
    with tempfile.TemporaryDirectory(prefix="houqin-benchmark-") as folder:
        report = Path(folder) / "report.json"
        command = [sys.executable, "-W", "ignore", "-m", f"benchmarks.{name}", "--database", database]
        command += ["--json", str(report), *(["--small"] if small else [])]
        ran = subprocess.run(command, cwd=HERE.parent, env={**os.environ}, capture_output=True, text=True, check=False)
        if ran.returncode or not report.exists():
            return [], ran.stderr or ran.stdout
        return json.loads(report.read_text()), ""


def _record(rows: list[str]) -> None:
    path = HERE / "RESULTS.md"
    before, _begin, rest = path.read_text().partition(BEGIN)
    _old, _end, after = rest.partition(END)
    table = "\n".join([f"{date.today():%Y-%m-%d}, {machine()}.", "", HEADING, *rows])  # noqa: DTZ011
    path.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}")


if __name__ == "__main__":
    sys.exit(main())
