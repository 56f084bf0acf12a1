"""The aspiration pages for Sari, Rina, Budi, Citra, the owner and the head."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from sambang.access.models import Person
from sambang.aspirations.models import Aspiration, Comment, Idea, Matter, Vote
from sambang.aspirations.operations import add_comment, group_aspirations, propose_idea, set_aside, vote
from sambang.registry.models import Cluster
from tests.markup import compact

Enter = Callable[[Person], Client]
Heard = Callable[..., Aspiration]


def rows_of(content: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def text(response: Any) -> str:
    return str(response.content.decode())


class TestBoard:
    def test_shows_what_waits_what_is_alike_and_the_matters(
        self, signed_in: Enter, rina: Person, matter: Matter, heard: Heard
    ) -> None:
        heard("Bunga bank tinggi sekali", difficulty="capital")
        heard("Bunga pinjaman bank tinggi", difficulty="capital", also_touches="semua penjahit")
        page = text(signed_in(rina).get("/aspirasi/"))
        assert "Pasar online rahasia" in page
        assert "2 IKM berkata mirip" in page
        assert "Sama-sama soal modal" in page
        assert "semua penjahit" in page

    def test_a_leader_reads_but_gets_no_button(self, signed_in: Enter, budi: Person, heard: Heard) -> None:
        heard("Bunga bank tinggi")
        page = text(signed_in(budi).get("/aspirasi/"))
        assert "Bunga bank tinggi" in page
        assert "satukan/" not in page

    def test_other_council_sees_nothing(self, signed_in: Enter, citra: Person, matter: Matter, heard: Heard) -> None:
        heard("Bunga bank rahasia")
        client = signed_in(citra)
        for path in ("/aspirasi/", "/aspirasi/pokok/"):
            assert "rahasia" not in text(client.get(path)).lower()
        assert client.get(f"/aspirasi/{matter.pk}/").status_code == 404
        assert client.get(f"/aspirasi/sentra/{matter.cluster_id}/satukan/").status_code == 404
        assert len(rows_of(client.get("/aspirasi/?format=xlsx").content)) == 1

    def test_narrows(self, signed_in: Enter, rina: Person, heard: Heard) -> None:
        heard("Bunga bank tinggi", difficulty="capital")
        heard("Obras rusak", difficulty="equipment")
        client = signed_in(rina)
        assert "Obras" not in text(client.get("/aspirasi/?kesulitan=capital"))
        assert "Obras" not in text(client.get("/aspirasi/?cari=bunga+tinggi"))
        assert "Obras" not in text(client.get("/aspirasi/?sentra=bukan-sentra&kesulitan=apa"))

    def test_workbooks(self, signed_in: Enter, rina: Person, matter: Matter, heard: Heard) -> None:
        heard("=HYPERLINK(1)")
        client = signed_in(rina)
        [headings, row] = rows_of(client.get("/aspirasi/?format=xlsx").content)
        assert (headings[6], row[6]) == ("Kata-katanya", "=HYPERLINK(1)")
        [headings, row] = rows_of(client.get("/aspirasi/pokok/?format=xlsx").content)
        assert (row[2], row[headings.index("Jumlah IKM")]) == ("Pasar online rahasia", 2)

    @pytest.mark.parametrize("many", [1, 3])
    def test_costs_the_same_at_any_length(
        self, signed_in: Enter, rina: Person, cluster: Cluster, heard: Heard, many: int, django_assert_num_queries: Any
    ) -> None:
        for number in range(many):
            heard("Bunga bank tinggi")
            voice = heard(f"Lain sekali {number}")
            group_aspirations(cluster, rina, aspirations=[voice], title=f"Pokok {number}", difficulty="marketing")
        client = signed_in(rina)
        with django_assert_num_queries(BOARD_QUERIES):
            assert client.get("/aspirasi/").status_code == 200


BOARD_QUERIES = 10


class TestTogether:
    def test_staff_brings_together_what_was_suggested(
        self, signed_in: Enter, rina: Person, cluster: Cluster, heard: Heard
    ) -> None:
        one, two, three = heard(), heard(), heard("Obras rusak")
        client, path = signed_in(rina), f"/aspirasi/sentra/{cluster.pk}/satukan/"
        page = text(client.get(f"{path}?aspirasi={one.pk}&aspirasi={two.pk}&kesulitan=marketing"))
        assert (page.count(" checked"), page.count('name="aspirasi"')) == (2, 3)
        sent = {"aspirasi": [one.pk, two.pk], "title": "Pasar online", "difficulty": "marketing"}
        response = client.post(path, sent)
        [matter] = Matter.objects.all()
        assert response["Location"] == f"/aspirasi/{matter.pk}/"
        three.refresh_from_db()
        assert (set(matter.aspirations.all()), three.matter) == ({one, two}, None)
        again = client.post(path, sent)
        assert (again.status_code, Matter.objects.count()) == (422, 1)

    def test_into_a_matter_that_is_there(self, signed_in: Enter, rina: Person, matter: Matter, heard: Heard) -> None:
        voice = heard("Belum ada toko online", difficulty="price")
        sent = {"aspirasi": [voice.pk], "matter": matter.pk, "title": "", "difficulty": "price"}
        signed_in(rina).post(f"/aspirasi/sentra/{matter.cluster_id}/satukan/", sent)
        voice.refresh_from_db()
        matter.refresh_from_db()
        assert (voice.matter, matter.title, matter.difficulty) == (matter, "Pasar online rahasia", "marketing")

    @pytest.mark.parametrize(
        ("sent", "sentence"),
        [
            ({"title": "Pasar", "difficulty": "marketing"}, "Pilih paling sedikit satu aspirasi."),
            ({"aspirasi": ["x"], "title": "Pasar", "difficulty": "marketing"}, "Pilihan itu tidak ada"),
            ({"title": "", "difficulty": "marketing"}, "Beri nama pokok bahasannya"),
            ({"title": "x" * 201, "difficulty": "apa saja"}, "Terlalu panjang: paling banyak 200 huruf"),
        ],
    )
    def test_bad_input_changes_nothing(
        self, signed_in: Enter, rina: Person, cluster: Cluster, heard: Heard, sent: dict[str, Any], sentence: str
    ) -> None:
        heard()
        response = signed_in(rina).post(f"/aspirasi/sentra/{cluster.pk}/satukan/", sent)
        assert response.status_code == 422
        assert sentence in text(response)
        assert not Matter.objects.exists()

    @pytest.mark.parametrize("who", ["sari", "budi"])
    def test_others_may_not(self, signed_in: Enter, cluster: Cluster, who: str, request: pytest.FixtureRequest) -> None:
        client, path = signed_in(request.getfixturevalue(who)), f"/aspirasi/sentra/{cluster.pk}/satukan/"
        assert (client.get(path).status_code, client.post(path).status_code) == (403, 403)


class TestMatter:
    @pytest.fixture
    def idea(self, matter: Matter, sari: Person) -> Idea:
        return propose_idea(matter, sari, proposal="Etalase di ruang pamer", cost=2_500_000)

    def test_every_voice_in_its_own_words(self, signed_in: Enter, budi: Person, matter: Matter) -> None:
        page = text(signed_in(budi).get(f"/aspirasi/{matter.pk}/"))
        assert "Disampaikan 2 IKM" in page
        for voice in matter.aspirations.all():
            assert voice.text in page
            assert str(voice.business.owner) in page
        assert "gagasan/" not in page.split("<main")[1].replace("aria-labelledby", "")

    def test_an_owner_reads_the_matter_but_only_its_own_words(self, signed_in: Enter, matter: Matter) -> None:
        own, other = matter.aspirations.order_by("raised_at")
        page = text(signed_in(own.business.owner).get(f"/aspirasi/{matter.pk}/"))
        assert own.text in page.split("Tindakan")[0]
        assert other.text not in page

    def test_comment(self, signed_in: Enter, budi: Person, matter: Matter) -> None:
        client, path = signed_in(budi), f"/aspirasi/{matter.pk}/pendapat/"
        assert client.post(path, {"text": "Coba kurasi <b>dulu</b>"}).status_code == 302
        assert "Coba kurasi &lt;b&gt;dulu" in text(client.get(f"/aspirasi/{matter.pk}/"))
        wrong = client.post(path, {"text": " "})
        assert (wrong.status_code, Comment.objects.count()) == (422, 1)
        assert client.get(path).status_code == 405

    def test_idea_with_its_cost(self, signed_in: Enter, sari: Person, matter: Matter) -> None:
        client, path = signed_in(sari), f"/aspirasi/{matter.pk}/gagasan/"
        client.post(path, {"proposal": "Etalase", "cost": "Rp 2.500.000,-"})
        assert Idea.objects.get().cost == 2_500_000
        for cost in ("dua atau tiga juta", "2,5", "-1", "9" * 16, "2.50"):
            wrong = client.post(path, {"proposal": f"Lain {cost}", "cost": cost})
            assert (wrong.status_code, Idea.objects.count()) == (422, 1)
            assert "Tulis rupiah penuh" in text(wrong)

    def test_leader_may_not_propose(self, signed_in: Enter, budi: Person, matter: Matter) -> None:
        client, path = signed_in(budi), f"/aspirasi/{matter.pk}/gagasan/"
        assert client.post(path, {"proposal": "x"}).status_code == 403
        assert client.post(path, {"proposal": ""}).status_code == 403
        assert not Idea.objects.exists()

    def test_vote_and_change_it(self, signed_in: Enter, budi: Person, sari: Person, idea: Idea) -> None:
        vote(idea, sari, weight=1)
        client, path = signed_in(budi), f"/aspirasi/gagasan/{idea.pk}/suara/"
        client.post(path, {"suara": "setuju"})
        client.post(path, {"suara": "ragu"})
        page = text(client.get(f"/aspirasi/{idea.matter_id}/"))
        assert "<strong>1</strong>setuju ·<strong>1</strong>ragu ·<strong>0</strong>tidak setuju" in compact(page)
        assert 'value="ragu" class="main" aria-pressed="true"' in " ".join(page.split())
        refused = client.post(path, {"suara": "entah"}, follow=True)
        assert "Pilih setuju, ragu, atau tidak setuju." in text(refused)
        assert sorted(Vote.objects.values_list("weight", flat=True)) == [0, 1]

    def test_set_aside(self, signed_in: Enter, rina: Person, budi: Person, matter: Matter) -> None:
        path = f"/aspirasi/{matter.pk}/kesampingkan/"
        assert signed_in(budi).get(path).status_code == 403
        client = signed_in(rina)
        assert client.post(path, {"because": ""}).status_code == 422
        page = text(client.post(path, {"because": "Wewenang provinsi"}, follow=True))
        assert "Dikesampingkan karena:" in page
        assert "mengesampingkan pokok bahasan ini" in page

    def test_other_council_reaches_no_verb(self, signed_in: Enter, citra: Person, matter: Matter, idea: Idea) -> None:
        client = signed_in(citra)
        for path in ("pendapat", "gagasan", "kesampingkan"):
            assert client.post(f"/aspirasi/{matter.pk}/{path}/", {"text": "x"}).status_code == 404
        assert client.post(f"/aspirasi/gagasan/{idea.pk}/suara/", {"suara": "setuju"}).status_code == 404

    def test_history_tells_it_in_order(
        self, signed_in: Enter, rina: Person, budi: Person, matter: Matter, idea: Idea
    ) -> None:
        add_comment(matter, budi, text="Kurasi dulu")
        set_aside(matter, rina, because="Wewenang provinsi")
        page = text(signed_in(budi).get(f"/aspirasi/{matter.pk}/")).split('id="riwayat"')[1]
        told = [
            "menyampaikan kendala",
            "menyatukan aspirasi",
            "mengusulkan gagasan",
            "berpendapat",
            "mengesampingkan",
        ]
        places = [page.index(part) for part in told]
        assert places == sorted(places)
        assert "Wewenang provinsi" in page
