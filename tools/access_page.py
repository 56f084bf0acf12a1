"""Writes docs/access.md from access/reach.py, roles.py and exemptions.py. Run by `make docs`; a test compares."""

import os
from itertools import groupby
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "access.md"


def page() -> str:
    """The page's text. Requires `django.setup()`."""
    from sambang.access.roles import READ_VERBS, REGENCY_ONLY, ROLE_VERBS

    roles = list(ROLE_VERBS)
    verbs = sorted(set().union(*ROLE_VERBS.values()))
    lines = [
        "# Who may do what",
        "",
        (
            "Written by `make docs` from `reach.py`, `roles.py` and `exemptions.py` in `src/sambang/access/`: "
            "change them there."
        ),
        "",
        "## Verbs",
        "A verb is used on a row within reach; without the verb the answer is 403, outside reach it is 404.",
    ]
    for app, of_app in groupby(verbs, key=lambda verb: verb.split(".")[0]):
        lines += ["", f"### {app}", "| verb | " + " | ".join(role.name.lower() for role in roles) + " |"]
        lines.append("|---|" + ":-:|" * len(roles))
        lines += [
            f"| {verb} | " + " | ".join("●" if verb in ROLE_VERBS[role] else "" for role in roles) + " |"
            for verb in of_app
        ]
    lines += ["", "Verbs that only read:", ""]
    lines += [
        f"- `{verb}`: {meaning}{'; only by a membership in the regency itself' if verb in REGENCY_ONLY else ''}"
        for verb, meaning in sorted(READ_VERBS.items())
    ]
    lines += [*_reach(), *_exemptions()]
    return "\n".join(lines) + "\n"


def _reach() -> list[str]:
    from sambang.access.reach import REACH, UNSCOPED

    lines = [
        "",
        "## Reach",
        (
            "Which paths lead from a row to the region that councils reach by, to its owner, and to the head of "
            "its sentra."
        ),
    ]
    lines += ["", "| rows | region | owner | head |", "|---|---|---|---|"]
    lines += [
        f"| {label} | `{reach.region}` | {_path(reach.owner, reach.other_owner)} | {_path(reach.head)} |"
        for label, reach in sorted(REACH.items())
    ]
    lines += ["", "For every reader, and why:", ""]
    lines += [f"- {label}: {reason}" for label, reason in sorted(UNSCOPED.items())]
    return lines


def _exemptions() -> list[str]:
    from sambang.access.exemptions import (
        CLOSED_TO_READERS,
        ROW_SECURITY_BYPASSES,
        WIDER_POLICIES,
        WRITES_OUTSIDE_OPERATIONS,
    )

    lines = ["", "For the office itself only:", ""]
    lines += [f"- {label}: {reason}" for label, reason in sorted(CLOSED_TO_READERS.items())]
    lines += ["", "## Writes that are no operation", "Modules that write rows beside every operation, and why.", ""]
    lines += _functions(WRITES_OUTSIDE_OPERATIONS)
    lines += [
        "",
        "## Without row security",
        "PostgreSQL keeps the reach above by itself. Where it lets more pass, for whom is signed in:",
        "",
    ]
    lines += [f"- {label}, {verb}: {reason}" for (label, verb), reason in sorted(WIDER_POLICIES.items())]
    lines += ["", "Functions that work past anybody's reach, and why:", ""]
    lines += _functions(ROW_SECURITY_BYPASSES)
    return lines


def _functions(table: dict[str, tuple[str, ...]]) -> list[str]:
    return [f"- {module} ({', '.join(functions)}): {reason}" for module, (reason, *functions) in sorted(table.items())]


def _path(*paths: str) -> str:
    return ", ".join(f"`{path}`" for path in paths if path) or "–"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sambang.settings")
    import django

    django.setup()
    PAGE.write_text(page(), encoding="utf-8")
    print(f"docs/{PAGE.name} written")


if __name__ == "__main__":
    main()
