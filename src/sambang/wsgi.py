import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sambang.settings")
application = get_wsgi_application()

from sambang.base.durability import require_durable_commits  # noqa: E402  # Django is ready only now
from sambang.base.scopes import nobody_unless_told  # noqa: E402
from sambang.people.wall import require_wall  # noqa: E402

nobody_unless_told()
require_durable_commits()
require_wall()
