"""The pages of actions, as Sari, Rina, Budi and Citra see them; one address, one verb."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from python_calamine import CalamineWorkbook

from sambang.access.models import Person
from sambang.actions.models import Action, Confirmation, Step
from sambang.actions.operations import add_step, claim_action, confirm_action, dispute_action, drop_action
from sambang.aspirations.models import Idea, Matter
from sambang.visits.models import Visit

Enter = Callable[[Person], Client]
PLAN = {"title": "Etalase", "responsible_name": "Bidang Industri", "due_on": "2022-04-30", "budget": "Rp1.500.000"}


def text(response: Any) -> str:
    return str(response.content.decode())


def rows_of(content: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


class TestBoard:
    def test_a_column_for_each_state_and_the_answers_counted(
        self, signed_in: Enter, budi: Person, promise: Any, asked: list[Confirmation]
    ) -> None:
        promise("Promosi")
        confirm_action(asked[0], asked[0].business.owner)
        page = text(signed_in(budi).get("/tindakan/"))
        for heading in ("Dijanjikan", "Diklaim selesai", "Dikonfirmasi selesai", "Disangkal, dibuka lagi"):
            assert heading in page
        assert "1 dari 3 IKM menyatakan selesai" in page
        assert "Promosi" in page
        assert '<span class="badge badge-bad">terlambat</span>' in page

    def test_other_council_sees_nothing(
        self, signed_in: Enter, citra: Person, action: Action, promise: Any, idea: Idea, visit: Visit
    ) -> None:
        promise()
        client = signed_in(citra)
        for path in ("/tindakan/", "/tindakan/daftar/", "/tindakan/terlambat/"):
            assert "rahasia" not in text(client.get(path)).lower()
            assert len(rows_of(client.get(f"{path}?format=xlsx").content)) == 1
        for path in ("", "klaim/", "hentikan/"):
            assert client.get(f"/tindakan/{action.pk}/{path}").status_code == 404
        for path in ("langkah/", "buka-lagi/", "klaim/", "hentikan/"):
            assert client.post(f"/tindakan/{action.pk}/{path}").status_code == 404
        assert client.get(f"/tindakan/dari-gagasan/{idea.pk}/").status_code == 404
        assert client.get(f"/tindakan/janji/{visit.pk}/").status_code == 404

    @pytest.mark.parametrize("many", [1, 3])
    @pytest.mark.parametrize("path", ["/tindakan/", "/tindakan/daftar/", "/tindakan/terlambat/"])
    def test_costs_the_same_at_any_length(
        self,
        signed_in: Enter,
        rina: Person,
        promise: Any,
        path: str,
        many: int,
        django_assert_num_queries: Any,
    ) -> None:
        for number in range(many):
            claim_action(promise(f"Diklaim {number}"), rina, claim="Sudah")
            promise(f"Janji {number}")
        client = signed_in(rina)
        with django_assert_num_queries(QUERIES[path]):
            assert client.get(path).status_code == 200

    def test_narrows_by_responsible_and_due(self, signed_in: Enter, rina: Person, promise: Any) -> None:
        today = timezone.localdate()
        promise("Lama", responsible_name="BPR")
        promise("Segera", due_on=today + timedelta(days=5))
        promise("Nanti", due_on=today + timedelta(days=20))
        promise("Jauh", due_on=today + timedelta(days=200))
        client = signed_in(rina)

        def titles(query: str) -> list[str]:
            return [str(row[0]) for row in rows_of(client.get(f"/tindakan/daftar/?format=xlsx&{query}").content)[1:]]

        assert titles("") == ["Lama", "Segera", "Nanti", "Jauh"]
        assert titles("penanggung=bpr") == ["Lama"]
        assert titles("tenggat=late") == ["Lama"]
        assert titles("tenggat=7") == ["Segera"]
        assert titles("tenggat=30") == ["Segera", "Nanti"]
        assert titles("keadaan=claimed") == []
        assert titles("tenggat=apa&sentra=9") == []

    def test_overdue_is_only_what_somebody_still_owes(
        self, signed_in: Enter, rina: Person, promise: Any, asked: list[Confirmation]
    ) -> None:
        promise("Terlambat")
        drop_action(promise("Dihentikan"), rina, because="x")
        page = text(signed_in(rina).get("/tindakan/terlambat/"))
        assert "Terlambat" in page
        assert "Dihentikan" not in page.split("<tbody>")[1]
        assert "Etalase rahasia" not in page  # claimed: it is the IKM's turn
        dispute_action(asked[0], asked[0].business.owner, text="Kosong")
        assert "Etalase rahasia" in text(signed_in(rina).get("/tindakan/terlambat/"))

    def test_workbook_tells_silence_apart(self, signed_in: Enter, rina: Person, asked: list[Confirmation]) -> None:
        confirm_action(asked[0], asked[0].business.owner)
        dispute_action(asked[1], asked[1].business.owner, text="Kosong")
        [headings, row] = rows_of(signed_in(rina).get("/tindakan/?format=xlsx").content)
        assert headings[-4:] == ["IKM ditanya", "Menyatakan selesai", "Menyatakan belum", "Belum menjawab"]
        assert row[-4:] == [3, 1, 1, 1]


QUERIES = {"/tindakan/": 7, "/tindakan/daftar/": 5, "/tindakan/terlambat/": 5}


class TestCommit:
    def test_choose_and_plan_on_one_page(self, signed_in: Enter, rina: Person, idea: Idea) -> None:
        client, path = signed_in(rina), f"/tindakan/dari-gagasan/{idea.pk}/"
        assert 'value="Etalase di ruang pamer"' in text(client.get(path))
        response = client.post(
            path, {**PLAN, "steps": "- Pesan rak\r\n\r\n• Kurasi barang\r\n", "responsible": rina.pk}
        )
        [action] = Action.objects.all()
        assert response["Location"] == f"/tindakan/{action.pk}/"
        assert (action.budget, action.due_on, action.responsible) == (1_500_000, date(2022, 4, 30), rina)
        assert set(action.steps.values_list("title", flat=True)) == {"Pesan rak", "Kurasi barang"}
        again = client.post(path, PLAN)
        assert (again.status_code, Action.objects.count()) == (422, 1)
        assert "sudah menjadi tindakan" in text(again)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"due_on": ""},
            {"due_on": "kemarin"},
            {"budget": "dua atau tiga juta"},
            {"title": ""},
            {"steps": "Rak\nrak"},
            {"responsible": "citra"},
        ],
    )
    def test_bad_input_changes_nothing(
        self, signed_in: Enter, rina: Person, citra: Person, idea: Idea, wrong: dict[str, str]
    ) -> None:
        sent = {**PLAN, **wrong}
        if sent.get("responsible") == "citra":
            sent["responsible"] = str(citra.pk)
        response = signed_in(rina).post(f"/tindakan/dari-gagasan/{idea.pk}/", sent)
        assert response.status_code == 422
        assert "error-message" in text(response)
        idea.refresh_from_db()
        assert (idea.chosen_at, Action.objects.count()) == (None, 0)

    @pytest.mark.parametrize("who", ["sari", "budi"])
    def test_others_may_not(self, signed_in: Enter, idea: Idea, who: str, request: pytest.FixtureRequest) -> None:
        client, path = signed_in(request.getfixturevalue(who)), f"/tindakan/dari-gagasan/{idea.pk}/"
        assert (client.get(path).status_code, client.post(path, PLAN).status_code) == (403, 403)


class TestPromise:
    def test_an_officer_writes_it_down(self, signed_in: Enter, sari: Person, visit: Visit, matter: Matter) -> None:
        client, path = signed_in(sari), f"/tindakan/janji/{visit.pk}/"
        assert "Pasar rahasia" in text(client.get(path))
        client.post(path, {**PLAN, "matter": matter.pk})
        [action] = Action.objects.all()
        assert (action.visit, action.matter, action.created_by) == (visit, matter, sari)
        again = client.post(path, PLAN)
        assert (again.status_code, Action.objects.count()) == (422, 1)

    def test_leader_may_not(self, signed_in: Enter, budi: Person, visit: Visit) -> None:
        assert signed_in(budi).post(f"/tindakan/janji/{visit.pk}/", PLAN).status_code == 403


class TestAction:
    def test_claim_asks_and_says_whom(self, signed_in: Enter, rina: Person, action: Action) -> None:
        client, path = signed_in(rina), f"/tindakan/{action.pk}/klaim/"
        assert "3 IKM akan ditanya" in text(client.get(path))
        assert client.post(path, {"claim": ""}).status_code == 422
        page = text(client.post(path, {"claim": "Etalase berdiri"}, follow=True))
        assert "Etalase berdiri" in page
        assert page.count("belum menjawab") >= 4  # three IKM, and the figure above them
        assert client.post(path, {"claim": "Lagi"}).status_code == 422

    def test_history_and_words_of_a_refusal(
        self, signed_in: Enter, budi: Person, action: Action, asked: list[Confirmation]
    ) -> None:
        confirm_action(asked[0], asked[0].business.owner)
        dispute_action(asked[1], asked[1].business.owner, text="Etalase <kosong>")
        page = text(signed_in(budi).get(f"/tindakan/{action.pk}/"))
        assert "Etalase &lt;kosong&gt;" in page
        told = ["memulai tindakan", "mengklaim", "menyatakan sudah selesai", "menyatakan belum selesai"]
        story = page.split('id="riwayat"')[1]
        assert [story.index(part) for part in told] == sorted(story.index(part) for part in told)
        assert "Sudah dikerjakan" not in page  # Budi reads

    def test_the_matter_shows_what_is_done_about_it(
        self, signed_in: Enter, budi: Person, matter: Matter, asked: list[Confirmation]
    ) -> None:
        dispute_action(asked[1], asked[1].business.owner, text="Masih kosong")
        page = text(signed_in(budi).get(f"/aspirasi/{matter.pk}/"))
        assert "disangkal, dibuka lagi" in page
        assert "Masih kosong" in page.split('id="riwayat"')[1]

    def test_steps(self, signed_in: Enter, sari: Person, action: Action) -> None:
        client = signed_in(sari)
        client.post(f"/tindakan/{action.pk}/langkah/", {"title": "Pesan rak", "due_on": "2022-04-10"})
        assert client.post(f"/tindakan/{action.pk}/langkah/", {"title": "pesan rak"}).status_code == 422
        [step] = Step.objects.all()
        for sentence in ("Langkah selesai.", "sudah ditandai selesai"):
            assert sentence in text(client.post(f"/tindakan/langkah/{step.pk}/selesai/", follow=True))
        step.refresh_from_db()
        assert step.done_by == sari

    def test_drop_and_reopen(self, signed_in: Enter, rina: Person, action: Action) -> None:
        client = signed_in(rina)
        assert client.post(f"/tindakan/{action.pk}/hentikan/", {"because": ""}).status_code == 422
        page = text(client.post(f"/tindakan/{action.pk}/hentikan/", {"because": "Dana tidak ada"}, follow=True))
        assert "Dana tidak ada" in page
        assert "Tindakan dibuka lagi." in text(client.post(f"/tindakan/{action.pk}/buka-lagi/", follow=True))
        refused = client.post(f"/tindakan/{action.pk}/buka-lagi/", follow=True)
        assert "Tidak ada yang berubah" in text(refused)

    @pytest.mark.parametrize("who", ["sari", "budi"])
    def test_who_may_not_move_it(
        self, signed_in: Enter, rina: Person, action: Action, who: str, request: pytest.FixtureRequest
    ) -> None:
        client = signed_in(request.getfixturevalue(who))
        for path, sent in (("klaim/", {"claim": "x"}), ("hentikan/", {"because": "x"}), ("buka-lagi/", {})):
            assert client.post(f"/tindakan/{action.pk}/{path}", sent).status_code == 403
        action.refresh_from_db()
        assert action.state == "promised"

    def test_only_post_moves(self, signed_in: Enter, rina: Person, action: Action) -> None:
        step = add_step(action, rina, title="Rak")
        client = signed_in(rina)
        for path in (f"{action.pk}/langkah/", f"{action.pk}/buka-lagi/", f"langkah/{step.pk}/selesai/"):
            assert client.get(f"/tindakan/{path}").status_code == 405

    def test_an_owner_reads_of_others_only_that_they_spoke(
        self, signed_in: Enter, action: Action, asked: list[Confirmation]
    ) -> None:
        dispute_action(asked[1], asked[1].business.owner, text="Etalase saya kosong")
        own = text(signed_in(asked[1].business.owner).get(f"/tindakan/{action.pk}/"))
        other = text(signed_in(asked[0].business.owner).get(f"/tindakan/{action.pk}/"))
        assert own.count("Etalase saya kosong") == 2
        assert "Etalase saya kosong" not in other
        assert "<strong>IKM lain</strong> menyatakan belum selesai" in other

    def test_a_promise_is_linked_to_what_it_answers(
        self, signed_in: Enter, sari: Person, budi: Person, promise: Any, matter: Matter
    ) -> None:
        action = promise()
        path = f"/tindakan/{action.pk}/hubungkan/"
        assert signed_in(budi).post(path, {"matter": matter.pk}).status_code == 403
        client = signed_in(sari)
        assert "Hubungkan dengan pokok bahasan" in text(client.get(f"/tindakan/{action.pk}/"))
        assert "Pilih pokok bahasan yang dijawabnya." in text(client.post(path, {"matter": ""}, follow=True))
        assert "akan ditanya" in text(client.post(path, {"matter": matter.pk}, follow=True))
        action.refresh_from_db()
        assert action.matter == matter


def test_a_matter_costs_the_same_however_many_actions_answer_it(
    signed_in: Enter, rina: Person, matter: Matter, promise: Any
) -> None:
    def disputed(title: str) -> None:
        claimed = claim_action(promise(title, matter=matter), rina, claim="Sudah")
        asked = claimed.confirmations.select_related("business__owner").first()
        dispute_action(asked, asked.business.owner, text="Belum")

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"/aspirasi/{matter.pk}/").status_code == 200
        return len(asked)

    client = signed_in(rina)
    disputed("Satu")
    one = cost()
    disputed("Dua")
    disputed("Tiga")
    assert cost() == one
