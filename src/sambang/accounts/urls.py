from django.urls import path

from sambang.accounts.one_time_page import one_time_page
from sambang.accounts.views import invitations, members, passwords, security

app_name = "accounts"
urlpatterns = [
    path("", members.sign_in, name="sign_in"),
    path("keluar/", members.sign_out, name="sign_out"),
    path("kode/", members.second_factor, name="second_factor"),
    path("kode/kunci/", members.second_factor_by_passkey, name="second_factor_by_passkey"),
    path("lupa/", passwords.password_forgotten, name="password_forgotten"),
    path("lupa/<str:token>/", passwords.password_link_open, name="password_link_open"),
    path("keamanan/", security.security_detail, name="security_detail"),
    path("keamanan/aplikasi/", security.app_enrol, name="app_enrol"),
    path("keamanan/aplikasi/lepas/", security.app_drop, name="app_drop"),
    path("keamanan/kunci/", security.passkey_enrol, name="passkey_enrol"),
    path("keamanan/kunci/<uuid:passkey_id>/lepas/", security.passkey_drop, name="passkey_drop"),
    path("keamanan/kode-cadangan/", security.codes_renew, name="codes_renew"),
    path("sandi/", passwords.password_change, name="password_change"),
    path("sekali/", one_time_page, name="one_time_page"),
    path("perangkat/", security.session_list, name="session_list"),
    path("perangkat/lainnya/akhiri/", security.session_end_others, name="session_end_others"),
    path("perangkat/<uuid:active_session_id>/akhiri/", security.session_end, name="session_end"),
    path("tim/", members.council_list, name="council_list"),
    path("tim/<uuid:council_id>/", members.member_list, name="member_list"),
    path("tim/<uuid:council_id>/undang/", invitations.invitation_create, name="invitation_create"),
    path("tim/<uuid:council_id>/<uuid:person_id>/beri/", members.role_grant, name="role_grant"),
    path("tim/<uuid:council_id>/<uuid:person_id>/tarik/<str:role>/", members.role_withdraw, name="role_withdraw"),
    path("tim/<uuid:council_id>/<uuid:person_id>/keluarkan/", members.member_remove, name="member_remove"),
    path("tim/<uuid:council_id>/<uuid:person_id>/sandi/", passwords.password_link_create, name="password_link_create"),
    path("tim/<uuid:council_id>/<uuid:person_id>/perangkat/", members.member_end_sessions, name="member_end_sessions"),
    path(
        "tim/<uuid:council_id>/<uuid:person_id>/dua-langkah/", members.member_remove_factor, name="member_remove_factor"
    ),
    path("tim/<uuid:council_id>/<uuid:person_id>/nonaktifkan/", members.member_deactivate, name="member_deactivate"),
    path("tim/<uuid:council_id>/<uuid:person_id>/aktifkan/", members.member_activate, name="member_activate"),
    path("tim/<uuid:council_id>/dua-langkah/wajib/", members.factor_require, name="factor_require"),
    path("tim/<uuid:council_id>/dua-langkah/bebas/", members.factor_waive, name="factor_waive"),
    path("tim/<uuid:council_id>/lokasi-foto/izinkan/", members.positions_allow, name="positions_allow"),
    path("tim/<uuid:council_id>/lokasi-foto/larang/", members.positions_forbid, name="positions_forbid"),
    path("tim/<uuid:council_id>/masa-tautan/", members.link_days_change, name="link_days_change"),
    path("tim/menunggu/<uuid:pending_id>/benarkan/", members.membership_confirm, name="membership_confirm"),
    path("tim/menunggu/<uuid:pending_id>/tolak/", members.membership_refuse, name="membership_refuse"),
    path("tim/undangan/<uuid:invitation_id>/tarik/", invitations.invitation_withdraw, name="invitation_withdraw"),
    path("undangan/", invitations.invitation_accept, name="invitation_accept"),
    path("undangan/<str:token>/", invitations.invitation_open, name="invitation_open"),
]
