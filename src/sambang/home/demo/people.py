"""The people of the demo: made up, of two regencies and their province, so that it shows who sees what."""

from __future__ import annotations

from dataclasses import dataclass

from sambang.access.models import Council, Person, Role, system_person
from sambang.accounts.operations import grant_role

PASSWORD = "sambang-peragaan"  # noqa: S105 a demo listens on this machine only, and prints it


@dataclass(frozen=True)
class Part:
    key: str
    name: str
    council: str
    role: Role

    @property
    def email(self) -> str:
        return f"{self.key}@peragaan.test"


COUNCILS = {"Dekranasda Sleman": "3404", "Dekranasda Bantul": "3402", "Dekranasda DIY": "34"}
PARTS = (
    Part("petugas", "Sari Peragawati", "Dekranasda Sleman", Role.OFFICER),
    Part("pengurus", "Rina Peragawan", "Dekranasda Sleman", Role.STAFF),
    Part("pimpinan", "Budi Peraga", "Dekranasda Sleman", Role.LEADER),
    Part("pengelola", "Agus Peraga", "Dekranasda Sleman", Role.ADMINISTRATOR),
    Part("petugas.bantul", "Citra Peraga", "Dekranasda Bantul", Role.OFFICER),
    Part("pengurus.bantul", "Dewi Peraga", "Dekranasda Bantul", Role.STAFF),
    Part("pimpinan.diy", "Endah Peraga", "Dekranasda DIY", Role.LEADER),
)


@dataclass(frozen=True)
class Cast:
    councils: dict[str, Council]
    people: dict[str, Person]

    def __getitem__(self, key: str) -> Person:
        return self.people[key]


def engage() -> Cast:
    """The councils and their people, each with a role and the demo's password."""
    system = system_person()
    councils = {
        name: Council.objects.create(name=name, region_code=code, is_simulated=True) for name, code in COUNCILS.items()
    }
    people = {}
    for part in PARTS:
        people[part.key] = Person.objects.create_user(part.email, PASSWORD, name=part.name)
        grant_role(councils[part.council], system, person=people[part.key], role=part.role)
    return Cast(councils, people)
