import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sambang.settings")
application = get_wsgi_application()

from django.urls import get_resolver  # noqa: E402

from sambang.access.row_security import require_row_security  # noqa: E402
from sambang.lib.db_scope import default_to_anonymous_scope  # noqa: E402
from sambang.lib.durability import require_durable_commits  # noqa: E402  # they need configured settings

assert get_resolver().url_patterns  # imports every view and its libraries before the first request and its threads
default_to_anonymous_scope()
require_durable_commits()
require_row_security()
