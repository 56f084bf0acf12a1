"""A message by WhatsApp to an IKM whose number is not recorded."""

from __future__ import annotations

from django.test import Client

from sambang.registry.models import Business


def assert_message_needs_a_number(client: Client, address: str, business: Business) -> None:
    """The link of a message leads to the page where the number is added and says so. Removes the number."""
    Business.objects.filter(pk=business.pk).update(phone="")
    page = client.get(address, follow=True)
    assert page.redirect_chain == [(f"/daftar/ikm/{business.pk}/", 302)]
    assert f"{business.name} belum punya nomor WhatsApp" in page.text
