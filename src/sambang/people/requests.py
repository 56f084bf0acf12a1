"""The request as our views know it: signed in, so `user` is a Person; htmx has marked it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from sambang.people.models import Person


class PersonRequest(HttpRequest):
    user: Person
    htmx: HtmxDetails
