"""What is heard and promised in the world of `world.py`: visits, aspirations, matters, ideas, and actions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from sambang.access.models import Role
from sambang.actions import operations as actions
from sambang.actions.attachments import add_attachment
from sambang.aspirations import operations as aspirations
from sambang.assignments import operations as assignments
from sambang.assignments import queries as assignment_queries
from sambang.registry.models import Business
from sambang.visits import operations as visits
from sambang.visits.models import Photo
from tests.reach.places import DAY, Place, photo_file


def visit_it(place: Place) -> None:
    """A visit that is held and one that is planned, with all that is noted on one."""
    own, other = place.families
    planned = visits.plan_visit(place.cluster, place.officer, planned_for=timezone.localdate(), purpose="Sambang lagi")
    held = visits.plan_visit(place.cluster, place.officer, planned_for=DAY, purpose="Sambang", team=[place.officer])
    visits.conduct_visit(held, place.officer, held_on=DAY, summary="Pemasaran")
    for one in place.families:
        wakil = f"Wakil{one.name.removeprefix('Usaha')}"
        visits.record_attendance(
            held, place.officer, business=one.business, present=True, represented_by=wakil, pulse=one.pulse
        )
    begun = visits.plan_visit(place.cluster, place.officer, planned_for=DAY, purpose="Keliru mulai")
    visits.conduct_visit(begun, place.officer, held_on=DAY)
    signed = visits.plan_visit(place.cluster, place.officer, planned_for=DAY, purpose="Sudah disahkan")
    visits.conduct_visit(signed, place.officer, held_on=DAY)
    visits.record_attendance(signed, place.officer, business=own.business, present=True)
    visits.sign_off(signed, place.people[Role.STAFF])
    guest = visits.add_guest(held, place.officer, name="Tamu Dinas", office="Dinas")
    shot = visits.add_photo(held, place.officer, image=photo_file(), business=own.business)
    Photo.objects.filter(pk=shot.pk).update(latitude=own.latitude, longitude=own.longitude, accuracy=own.accuracy)
    visits.sign_by_head(held, place.officer, image=photo_file("black"), name=place.head.name, office="Ketua")
    said = [
        aspirations.note_aspiration(
            one.business, place.officer, visit=held, kind="constraint", text=word, difficulty="marketing"
        )
        for one in (own, other)
        for word in sorted(one.words)
        if word.startswith("Harapan")
    ]
    loose = aspirations.note_aspiration(
        own.business, place.officer, visit=held, kind="aspiration", text="Butuh modal", difficulty="capital"
    )
    outside = Business.objects.get(pk=place.rows["outside"])
    loose_outside = aspirations.note_aspiration(
        outside, place.officer, kind="constraint", text="Kemasan mahal", difficulty="material"
    )
    place.rows |= {
        "visit_id": held.pk,
        "loose_outside": loose_outside.pk,
        "planned": planned.pk,
        "begun": begun.pk,
        "signed": signed.pk,
        "guest_id": guest.pk,
        "photo_id": shot.pk,
        "paper": "notulen",
        "aspiration_id": said[0].pk,
        "loose": loose.pk,
    }
    act(place, held, said)


def act(place: Place, held: Any, said: list[Any]) -> None:
    """Matters, ideas, and actions in the states that the addresses ask for."""
    staff, due = place.staff, timezone.localdate() + timedelta(days=30)
    matter = aspirations.group_aspirations(
        place.cluster, staff, aspirations=said, title="Pasar sepi", difficulty="marketing"
    )
    wish = aspirations.note_aspiration(
        place.business, place.officer, visit=held, kind="aspiration", text="Butuh mesin", difficulty="equipment"
    )
    empty = aspirations.group_aspirations(
        place.cluster, staff, aspirations=[wish], title="Mesin", difficulty="equipment"
    )
    gone = aspirations.note_aspiration(
        place.business, place.officer, visit=held, kind="aspiration", text="Butuh gudang", difficulty="other"
    )
    aside = aspirations.group_aspirations(place.cluster, staff, aspirations=[gone], title="Gudang", difficulty="other")
    aspirations.set_aside(aside, staff, because="Sudah ada")
    aspirations.add_comment(matter, staff, text="Setuju")
    free = aspirations.propose_idea(matter, place.officer, proposal="Pameran")
    idea = aspirations.propose_idea(matter, place.officer, proposal="Etalase")
    claimed = actions.commit_action(idea, staff, title="Etalase", responsible_name="Dinas", due_on=due)
    promised = actions.promise_action(held, place.officer, title="Pelatihan", responsible_name="Dinas", due_on=due)
    step = actions.add_step(promised, place.officer, title="Undang pelatih")
    receipt = add_attachment(promised, staff, file=photo_file("red"), title="Kuitansi")
    dropped = actions.promise_action(held, place.officer, title="Studi", responsible_name="Dinas", due_on=due)
    actions.drop_action(dropped, staff, because="Tidak ada biaya")
    actions.claim_action(claimed, staff, claim="Sudah berdiri")
    answers = [claimed.confirmations.get(business=one.business) for one in place.families]
    word = f"Jawaban{place.families[1].name.removeprefix('Usaha')}"
    actions.dispute_action(answers[1], place.neighbour.owner, text=word)
    link = assignments.make_assignment_link(promised, staff)
    place.rows |= {
        "assignment_link_id": link.pk,
        "guide": "pengurus",
        "assignment_token": assignment_queries.link_token(link),
        "matter_id": matter.pk,
        "other_matter": empty.pk,
        "aside": aside.pk,
        "idea_id": free.pk,
        "action_id": promised.pk,
        "step_id": step.pk,
        "attachment_id": receipt.pk,
        "wish": wish.pk,
        "dropped": dropped.pk,
        "claimed": claimed.pk,
        "confirmation_id": answers[0].pk,
    }
