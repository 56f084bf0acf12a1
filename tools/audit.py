"""Are weaknesses known of the packages in the lock? Asks by pip-audit, and says what it could not ask.

    .venv/bin/python tools/audit.py [--unreachable-is-fine]

Exit code 0: every package was looked up, and nothing is known. 1: something is known, and listed. 3: no service that
knows weaknesses could be reached, so nothing is claimed (0 with --unreachable-is-fine, for machines without the
internet).

pip-audit itself ends with 0 where an index answers but knows nothing of weaknesses. So a package with known ones is
asked about first: a service that names none of them is no service.
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
KNOWN_WEAK = "django==4.0\n"  # its first release: dozens of published weaknesses
ACCEPTED: dict[str, str] = {}  # an identifier, and why it does not touch us
NONE_KNOWN, SOME_KNOWN, NOT_REACHED = 0, 1, 3


def asked(service: str, requirements: Path) -> list[dict[str, Any]]:
    """What pip-audit says of each package: its `vulns`, or a `skip_reason`. Empty where the service was not reached."""
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
        said: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        return []
    return said


def knows(said: list[dict[str, Any]]) -> bool:
    return any(one.get("vulns") for one in said)


def verdict(said: list[dict[str, Any]] | None) -> tuple[int, list[str]]:
    """Exit code and lines. None: no service was reached."""
    if said is None:
        return NOT_REACHED, ["No service that knows weaknesses was reached: nothing was looked up, nothing is claimed."]
    found = [
        f"{one['name']} {one['version']}: {weakness['id']}, mended in "
        f"{', '.join(weakness['fix_versions']) or 'no version yet'}"
        for one in said
        for weakness in one.get("vulns", [])
        if weakness["id"] not in ACCEPTED
    ]
    skipped = [f"{one['name']}: not looked up ({one['skip_reason']})" for one in said if one.get("skip_reason")]
    looked_up = len(said) - len(skipped)
    if found:
        return SOME_KNOWN, [*found, *skipped]
    if skipped or not said:
        return NOT_REACHED, [*skipped, f"Only {looked_up} of {len(said)} packages were looked up: nothing is claimed."]
    return NONE_KNOWN, [f"{looked_up} packages looked up, no weakness known."]


def main() -> None:
    subprocess.run([str(ROOT / "tools" / "supply")], check=True)
    said = None
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as weak:
        weak.write(KNOWN_WEAK)
        weak.flush()
        service = next((one for one in SERVICES if knows(asked(one, Path(weak.name)))), None)
    if service:
        said = asked(service, ROOT / "requirements.lock")
    code, lines = verdict(said)
    print("\n".join(lines))
    sys.exit(0 if code == NOT_REACHED and "--unreachable-is-fine" in sys.argv else code)


if __name__ == "__main__":
    main()
