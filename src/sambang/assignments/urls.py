from django.urls import path

from sambang.assignments.views import office

app_name = "assignments"
urlpatterns = [
    path("<uuid:action_id>/penanggung-jawab/", office.link_detail, name="link_detail"),
    path("<uuid:action_id>/penanggung-jawab/buat/", office.link_create, name="link_create"),
    path("penanggung-jawab/<uuid:assignment_link_id>/cabut/", office.link_revoke, name="link_revoke"),
]
