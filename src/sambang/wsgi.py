import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sambang.settings")
application = get_wsgi_application()

from sambang.access.row_security import require_wall  # noqa: E402
from sambang.lib.db_scope import nobody_unless_told  # noqa: E402
from sambang.lib.durability import require_durable_commits  # noqa: E402  # Django is ready only now

nobody_unless_told()
require_durable_commits()
require_wall()
