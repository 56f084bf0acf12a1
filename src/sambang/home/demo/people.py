"""The made-up people of the demo, in two regencies and their province, to show the reach of each role."""

from __future__ import annotations

from dataclasses import dataclass

from sambang.access.models import Council, Person, Role, system_person
from sambang.accounts.operations import grant_role

PASSWORD = "sambang-peragaan"  # noqa: S105 a demo listens on this machine only, and prints it


@dataclass(frozen=True)
class DemoPerson:
    key: str
    name: str
    council: str
    role: Role

    @property
    def email(self) -> str:
        return f"{self.key}@peragaan.test"


COUNCILS = {"Dekranasda Sleman": "3404", "Dekranasda Bantul": "3402", "Dekranasda DIY": "34"}
DEMO_PEOPLE = (
    DemoPerson("petugas", "Sari Peragawati", "Dekranasda Sleman", Role.OFFICER),
    DemoPerson("pengurus", "Rina Peragawan", "Dekranasda Sleman", Role.STAFF),
    DemoPerson("pimpinan", "Budi Peraga", "Dekranasda Sleman", Role.LEADER),
    DemoPerson("pengelola", "Agus Peraga", "Dekranasda Sleman", Role.ADMINISTRATOR),
    DemoPerson("petugas.bantul", "Citra Peraga", "Dekranasda Bantul", Role.OFFICER),
    DemoPerson("pengurus.bantul", "Dewi Peraga", "Dekranasda Bantul", Role.STAFF),
    DemoPerson("pimpinan.diy", "Endah Peraga", "Dekranasda DIY", Role.LEADER),
)


@dataclass(frozen=True)
class DemoPeople:
    councils: dict[str, Council]
    people: dict[str, Person]

    def __getitem__(self, key: str) -> Person:
        return self.people[key]


def create_people() -> DemoPeople:
    """The councils and their people, each with a role and the demo's password."""
    system = system_person()
    councils = {
        name: Council.objects.create(name=name, region_code=code, is_simulated=True) for name, code in COUNCILS.items()
    }
    people = {}
    for person in DEMO_PEOPLE:
        people[person.key] = Person.objects.create_user(person.email, PASSWORD, name=person.name)
        grant_role(councils[person.council], system, person=people[person.key], role=person.role)
    return DemoPeople(councils, people)
