"""The request as our views know it: signed in, so `user` is a Person."""

from django.http import HttpRequest

from sambang.access.models import Person


class PersonRequest(HttpRequest):
    user: Person
