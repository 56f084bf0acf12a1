from django.urls import path

from sambang.team import invitation_views, password_views, security_views, views

app_name = "team"
urlpatterns = [
    path("", views.sign_in, name="sign_in"),
    path("keluar/", views.sign_out, name="sign_out"),
    path("kode/", views.second_factor, name="second_factor"),
    path("kode/kunci/", views.second_factor_by_passkey, name="second_factor_by_passkey"),
    path("lupa/", password_views.forgotten, name="forgotten"),
    path("lupa/<str:token>/", password_views.open_password_link, name="open_password_link"),
    path("keamanan/", security_views.security, name="security"),
    path("keamanan/aplikasi/", security_views.app_enrol, name="app_enrol"),
    path("keamanan/aplikasi/lepas/", security_views.app_drop, name="app_drop"),
    path("keamanan/kunci/", security_views.passkey_enrol, name="passkey_enrol"),
    path("keamanan/kunci/<uuid:passkey_id>/lepas/", security_views.passkey_drop, name="passkey_drop"),
    path("keamanan/kode-cadangan/", security_views.codes_renew, name="codes_renew"),
    path("sandi/", password_views.own_password, name="change_password"),
    path("perangkat/", security_views.devices, name="devices"),
    path("perangkat/lainnya/akhiri/", security_views.devices_end_others, name="devices_end_others"),
    path("perangkat/<uuid:signed_in_id>/akhiri/", security_views.device_end, name="device_end"),
    path("tim/", views.members, name="members"),
    path("tim/<uuid:council_id>/", views.council, name="council"),
    path("tim/<uuid:council_id>/undang/", invitation_views.invite_member, name="invite"),
    path("tim/<uuid:council_id>/<uuid:person_id>/beri/", views.role_give, name="give_role"),
    path("tim/<uuid:council_id>/<uuid:person_id>/tarik/<str:role>/", views.role_withdraw, name="withdraw_role"),
    path("tim/<uuid:council_id>/<uuid:person_id>/keluarkan/", views.member_leave, name="leave"),
    path("tim/<uuid:council_id>/<uuid:person_id>/sandi/", password_views.member_password_link, name="password_link"),
    path("tim/<uuid:council_id>/<uuid:person_id>/perangkat/", views.member_end_sessions, name="end_sessions"),
    path("tim/<uuid:council_id>/<uuid:person_id>/dua-langkah/", views.member_take_factor, name="take_factor"),
    path("tim/<uuid:council_id>/dua-langkah/wajib/", views.factor_require, name="factor_require"),
    path("tim/<uuid:council_id>/dua-langkah/bebas/", views.factor_waive, name="factor_waive"),
    path("tim/<uuid:council_id>/lokasi-foto/izinkan/", views.positions_allow, name="positions_allow"),
    path("tim/<uuid:council_id>/lokasi-foto/larang/", views.positions_forbid, name="positions_forbid"),
    path("tim/undangan/<uuid:invitation_id>/tarik/", invitation_views.withdraw, name="withdraw_invitation"),
    path("undangan/", invitation_views.accept, name="accept"),
    path("undangan/<str:token>/", invitation_views.open_invitation, name="open_invitation"),
]
