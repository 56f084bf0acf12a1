from django.urls import path

from sambang.assignments.views import outside

app_name = "assignments_outside"
urlpatterns = [
    path("", outside.action, name="action"),
    path("nyatakan/", outside.statement_create, name="statement_create"),
    path("ditolak/<str:why>/", outside.link_refused, name="link_refused"),
    # Last, because it matches any token.
    path("<str:token>/", outside.link_open, name="link_open"),
]
