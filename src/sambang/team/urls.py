from django.urls import path

from sambang.team import invitation_views, views

app_name = "team"
urlpatterns = [
    path("", views.sign_in, name="sign_in"),
    path("keluar/", views.sign_out, name="sign_out"),
    path("sandi/", views.change_password, name="change_password"),
    path("tim/", views.members, name="members"),
    path("tim/<uuid:council_id>/", views.council, name="council"),
    path("tim/<uuid:council_id>/undang/", invitation_views.invite_member, name="invite"),
    path("tim/<uuid:council_id>/<uuid:person_id>/beri/", views.role_give, name="give_role"),
    path("tim/<uuid:council_id>/<uuid:person_id>/tarik/<str:role>/", views.role_withdraw, name="withdraw_role"),
    path("tim/<uuid:council_id>/<uuid:person_id>/keluarkan/", views.member_leave, name="leave"),
    path("tim/undangan/<uuid:invitation_id>/tarik/", invitation_views.withdraw, name="withdraw_invitation"),
    path("undangan/", invitation_views.accept, name="accept"),
    path("undangan/<str:token>/", invitation_views.open_invitation, name="open_invitation"),
]
