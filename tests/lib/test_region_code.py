"""The region code knows its level; nothing else in the code base counts its digits."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import sambang
from sambang.access.reach_filters import in_reach
from sambang.lib.region_code import UNPLACED, Level, RegionCode, in_region
from sambang.registry.models import Region

SOURCE = Path(sambang.__file__).parent
HOME = SOURCE / "lib" / "region_code.py"
VILLAGE = RegionCode("3404072003")


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("", Level.NATION),
        ("0", Level.NATION),
        ("34", Level.PROVINCE),
        ("3404", Level.REGENCY),
        ("340407", Level.DISTRICT),
        ("3404072003", Level.VILLAGE),
    ],
)
def test_a_code_knows_its_level(code: str, level: Level) -> None:
    assert RegionCode(code).level is level
    assert RegionCode(code).is_regency is (level is Level.REGENCY)
    assert RegionCode(code).is_within_regency is (level in {Level.REGENCY, Level.DISTRICT, Level.VILLAGE})


@pytest.mark.parametrize("text", ["3", "340", "34040", "34040720031"])
def test_a_string_of_another_length_is_no_code(text: str) -> None:
    with pytest.raises(ValueError, match="Level"):
        _ = RegionCode(text).level


def test_ancestors_are_listed_from_the_region_to_the_nation() -> None:
    assert VILLAGE.ancestors == ["3404072003", "340407", "3404", "34", ""]
    assert RegionCode("3404").ancestors == ["3404", "34", ""]
    assert UNPLACED.ancestors == [""]
    assert (VILLAGE.regency, RegionCode("34").regency, UNPLACED.regency) == ("3404", "34", "0")
    assert (VILLAGE.dotted, RegionCode("34").dotted) == ("34.04.07.2003", "34")


def test_containing_is_by_level_and_never_by_chance() -> None:
    assert RegionCode("3404").contains(VILLAGE)
    assert RegionCode("").contains(UNPLACED)
    assert not RegionCode("3402").contains(VILLAGE)
    assert not VILLAGE.contains("3404")


@pytest.mark.parametrize("code", ["", "0", "34", "3402", "3404", "340407", "3404072003", "09", "99"])
def test_the_range_finds_what_the_prefix_finds(code: str, places: dict[str, Region]) -> None:
    for condition in (in_region("code", code), in_reach("code", RegionCode(code))):
        found = set(Region.objects.filter(condition).values_list("code", flat=True))
        assert found == {place for place in places if place.startswith(code)}


def _about_codes(node: ast.expr) -> bool:
    """Does an expression name a region code? `code`, `region_code`, `region_id`, `council_code` …"""
    match node:
        case ast.Call(func=ast.Name(id="RegionCode" | "str"), args=[argument]):
            return _about_codes(argument)
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    return name in {"code", "region"} or name.endswith(("region_code", "region_id", "council_code"))


def _violations(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        match node:
            case ast.Subscript(value=value, slice=ast.Slice()) if _about_codes(value):
                yield node.lineno
            case ast.Call(func=ast.Name(id="len"), args=[argument]) if _about_codes(argument):
                yield node.lineno
            case ast.Call(func=ast.Attribute(value=value, attr="startswith")) if _about_codes(value):
                yield node.lineno
            case ast.keyword(arg=str(name)) if name.endswith(("code__startswith", "region__startswith")):
                yield node.value.lineno
            case ast.Constant(value=str(text)) if re.search(r"region_(id|code) LIKE", text):
                yield node.lineno
            case ast.Call(func=ast.Name(id="Left"), args=[ast.Constant(value=str(path)), *_]) if "code" in path:
                yield node.lineno


def test_the_check_finds_what_it_looks_for() -> None:
    text = (
        "a[:4] + region_code[:4]; len(council.region_code) == 4; row.region_id.startswith(x)\n"
        "f(region__code__startswith=c)\nLeft('region__code', 4)\nRegionCode(code)[:6]; 'region_id LIKE %s'\n"
    )
    assert sorted(_violations(ast.parse(text))) == [1, 1, 1, 2, 3, 4, 4]


# Codes of other kinds that share the name.
OTHER_CODES = {
    "accounts/totp.py": "a recovery code",
    "insight/industry_names.py": "a KBLI code",
    "insight/season.py": "a KBLI code",
    "registry/industry_search.py": "a KBLI code",
}


def test_nothing_else_counts_the_digits_of_a_region_code() -> None:
    found = {
        f"{file.relative_to(SOURCE)}:{line}"
        for file in SOURCE.rglob("*.py")
        if file != HOME and "migrations" not in file.parts
        for line in _violations(ast.parse(file.read_text(encoding="utf-8")))
    }
    assert {place for place in found if place.partition(":")[0] not in OTHER_CODES} == set()
