"""Look up known vulnerabilities of the locked packages with pip-audit.

    .venv/bin/python tools/audit.py [--unreachable-is-fine]

Exit code 0: every package was looked up and no vulnerability is known. 1: vulnerabilities are listed. 3: no
vulnerability service could be reached (0 with --unreachable-is-fine, for machines without the internet).

pip-audit ends with 0 also if a package index answers without vulnerability data. So a package with known
vulnerabilities is looked up first: a service that reports none for it is not used.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PIP_AUDIT = ROOT / ".sambang" / "supply" / "bin" / "pip-audit"
SERVICES = ("pypi", "osv")
KNOWN_WEAK = "django==4.0\n"  # its first release: dozens of published vulnerabilities
ACCEPTED: dict[str, str] = {}  # identifier → why it does not affect us
NONE_KNOWN, SOME_KNOWN, NOT_REACHED = 0, 1, 3


def pip_audit_results(service: str, requirements: Path) -> list[dict[str, Any]]:
    """pip-audit's result for each package: its `vulns`, or a `skip_reason`. Empty if the service was not reached."""
    line = [
        str(PIP_AUDIT),
        "-s",
        service,
        "--disable-pip",
        "--no-deps",
        "--progress-spinner",
        "off",
        "-f",
        "json",
        "-r",
        str(requirements),
    ]
    done = subprocess.run(line, capture_output=True, text=True, timeout=900, check=False)
    try:
        results: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        return []
    return results


def has_vulnerabilities(results: list[dict[str, Any]]) -> bool:
    return any(one.get("vulns") for one in results)


def summarise(results: list[dict[str, Any]] | None) -> tuple[int, list[str]]:
    """Exit code and lines of the report. None: no service was reached."""
    if results is None:
        return NOT_REACHED, ["No vulnerability service was reached: no result."]
    found = [
        f"{one['name']} {one['version']}: {weakness['id']}, fixed in "
        f"{', '.join(weakness['fix_versions']) or 'no version yet'}"
        for one in results
        for weakness in one.get("vulns", [])
        if weakness["id"] not in ACCEPTED
    ]
    skipped = [f"{one['name']}: not looked up ({one['skip_reason']})" for one in results if one.get("skip_reason")]
    looked_up = len(results) - len(skipped)
    if found:
        return SOME_KNOWN, [*found, *skipped]
    if skipped or not results:
        return NOT_REACHED, [*skipped, f"Only {looked_up} of {len(results)} packages were looked up: no result."]
    return NONE_KNOWN, [f"{looked_up} packages looked up, no vulnerability known."]


def main() -> None:
    subprocess.run([str(ROOT / "tools" / "supply")], check=True)
    results = None
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as weak:
        weak.write(KNOWN_WEAK)
        weak.flush()
        service = next((one for one in SERVICES if has_vulnerabilities(pip_audit_results(one, Path(weak.name)))), None)
    if service:
        results = pip_audit_results(service, ROOT / "requirements.lock")
    code, lines = summarise(results)
    print("\n".join(lines))
    sys.exit(0 if code == NOT_REACHED and "--unreachable-is-fine" in sys.argv else code)


if __name__ == "__main__":
    main()
