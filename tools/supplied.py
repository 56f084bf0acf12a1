"""Compares a CycloneDX bill of materials with pyproject.toml and the lock: it lists every dependency, in the locked
versions."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(text: str) -> dict[str, str]:
    """Name and version of each package of a lock file."""
    return {plain(name): version for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", text, re.M)}


def asked_for() -> set[str]:
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {plain(re.split(r"[\[<>=!~; ]", wanted)[0]) for wanted in project["dependencies"]}


def violations(bom: dict[str, Any], lock: dict[str, str]) -> list[str]:
    listed = {plain(one["name"]): one["version"] for one in bom.get("components", [])}
    missing = [f"{name} is a dependency and not listed" for name in sorted(asked_for() - set(listed))]
    other = [
        f"{name} {version} differs from the lock"
        for name, version in sorted(listed.items())
        if lock.get(name) != version
    ]
    return missing + other


def main() -> None:
    bom = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    found = violations(bom, locked((ROOT / "requirements.lock").read_text(encoding="utf-8")))
    silent = [one["name"] for one in bom["components"] if not one.get("licenses")]
    print(
        "\n".join(found)
        or f"{len(bom['components'])} packages listed, each as locked; without a licence: {', '.join(silent) or 'none'}"
    )
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
