"""First steps of an empty office; each page of the menu has a description."""

from __future__ import annotations

import html
import re
import shlex
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sambang.access.menu import MENU_ITEMS
from sambang.access.models import Council, Membership, Person, Role
from sambang.home.first_steps import first_steps
from sambang.home.guides import guide_markdown, guides
from sambang.owners.operations import make_link
from sambang.registry.models import Business, Cluster
from sambang.visits.models import Visit

type In = Callable[[Person], Client]


@pytest.fixture
def administrator(sleman: Council) -> Person:
    person = Person.objects.create_user("pertama@contoh.test", "rahasia-sekali", name="Bu Pertama")
    Membership.objects.create(person=person, council=sleman, role=Role.ADMINISTRATOR)
    return person


def done(person: Person) -> list[bool]:
    return [step.is_done for step in first_steps(Person.objects.get(pk=person.pk))]


def test_the_steps_follow_the_rows_and_disappear(
    sleman: Council, administrator: Person, cluster: Cluster, signed_in: In, make_business: Callable[..., Business]
) -> None:
    assert done(administrator) == [False] * 4
    page = signed_in(administrator).get("/").text
    assert "Langkah pertama" in page and reverse("imports:batch_create") in page
    assert reverse("accounts:invitation_create", args=[sleman.pk]) in page
    business = make_business("Jahit Asri")
    assert done(administrator) == [True, False, False, False]
    colleague = Person.objects.create_user("rekan@contoh.test", "rahasia-sekali", name="Rekan")
    Membership.objects.create(person=colleague, council=sleman, role=Role.STAFF)
    assert done(administrator) == [True, True, False, False]
    Visit.objects.create(
        region=cluster.region,
        cluster=cluster,
        planned_for=timezone.localdate(),
        purpose="Sambang",
        planned_by=administrator,
    )
    make_link(business, administrator)
    assert done(administrator) == []
    assert "Langkah pertama" not in signed_in(administrator).get("/").text


def test_another_councils_rows_count_for_nobody_else(administrator: Person, citra: Person, business: Business) -> None:
    assert done(administrator)[0] is True
    Membership.objects.filter(person=citra).update(role=Role.STAFF)
    assert done(citra)[0] is False


def test_who_may_not_invite_is_told_whom_to_ask(sleman: Council, signed_in: In) -> None:
    staff = Person.objects.create_user("staf@contoh.test", "rahasia-sekali", name="Staf")
    Membership.objects.create(person=staff, council=sleman, role=Role.STAFF)
    page = signed_in(staff).get("/").text
    assert "Mintalah pengelola" in page and "undang/" not in page
    Membership.objects.filter(person=staff).update(role=Role.LEADER)
    assert "Langkah pertama" not in signed_in(staff).get("/").text


# The front page greets; the search page is one box.
PURPOSE = [line.url for line in MENU_ITEMS if line.url not in {"home:front_page", "home:search_everything"}]


def test_each_page_of_the_menu_says_what_it_is_for(administrator: Person, signed_in: In) -> None:
    client, silent = signed_in(administrator), []
    for url in PURPOSE:
        page = client.get(reverse(url), follow=True).text
        found = re.search(r"</h1>\s*<p(?: class=\"(?:soft|help)\")?>(.*?)</p>", page, re.DOTALL)
        if not found or len(re.sub(r"<[^>]+>|\s+", " ", found[1]).strip()) < 40:
            silent.append(url)
    assert len(PURPOSE) > 15 and silent == []


def test_the_results_of_an_empty_office_claim_nothing(administrator: Person, signed_in: In) -> None:
    page = signed_in(administrator).get(reverse("insight:council_detail")).text
    assert "Semua sentra dikunjungi" not in page and "Belum ada sentra." in page


def test_the_guides_are_pages_papers_and_documentation(client: Client) -> None:
    assert (Path(__file__).parents[2] / "docs" / "guide.md").read_text(encoding="utf-8") == guide_markdown(), (
        "run `python -m tools.guide_page`"
    )
    listed = client.get(reverse("home:guide_list")).text
    assert len(guides()) == 4
    for guide in guides().values():
        assert guide.title in listed
        page = client.get(reverse("home:guide_detail", args=[guide.slug])).text
        assert guide.sections[-1].sentences[-1] in html.unescape(page)
    paper = client.get(reverse("home:guide_paper", args=["pimpinan"]))
    assert paper["Content-Type"] == "application/pdf" and paper.content.startswith(b"%PDF")
    assert client.get("/petunjuk/entah/").status_code == 404


@pytest.mark.parametrize("command", ["add_person", "new_password"])
def test_without_a_terminal_a_command_says_how_to_give_the_password(
    sari: Person, sleman: Council, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    def nobody(_prompt: str) -> str:
        raise EOFError

    monkeypatch.setattr("getpass.getpass", nobody)
    new = ["baru@contoh.test", "--name", "Baru", "--council", sleman.name, "--role", "officer"]
    with pytest.raises(CommandError, match="--password-stdin"):
        call_command(command, *(new if command == "add_person" else [sari.email]))


def test_the_lines_of_the_readme_end_with_somebody_signed_in(
    client: Client, all_regions_of_yogyakarta: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\.venv/bin/sambang (add_\w+) (.*)$", readme, re.MULTILINE)
    assert [command for command, _arguments in lines] == ["add_council", "add_person"]
    monkeypatch.setattr("getpass.getpass", lambda *_prompt: "kata-sandi-yang-panjang")
    for command, arguments in lines:
        call_command(command, *shlex.split(arguments), stdout=StringIO())
    sent = {"username": "surel@kantor.go.id", "password": "kata-sandi-yang-panjang"}
    client.post(reverse("accounts:sign_in"), sent)
    assert "Langkah pertama" in client.get("/", follow=True).text
