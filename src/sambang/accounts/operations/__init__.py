"""Operations on accounts and memberships. Import them from here: `from sambang.accounts.operations import invite`."""

from sambang.accounts.operations.accounts import activate, deactivate
from sambang.accounts.operations.factors import (
    add_passkey,
    allow_photo_positions,
    drop_app,
    drop_passkey,
    enrol_app,
    remove_factor,
    renew_codes,
    require_second_factor,
    set_link_days,
)
from sambang.accounts.operations.members import (
    NewInvitation,
    accept_invitation,
    confirm_membership,
    grant_role,
    grantable,
    invite,
    leave,
    refuse_membership,
    withdraw_invitation,
    withdraw_role,
)
from sambang.accounts.operations.passwords import (
    NewPasswordLink,
    change_password,
    make_password_link,
    set_password,
    use_password_link,
)
from sambang.accounts.operations.sessions import end_other_sessions, end_session, end_sessions
