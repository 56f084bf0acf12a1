"""The WSGI application of a server's worker."""

import logging
import os

from django.core.wsgi import get_wsgi_application

from sambang.without_pandas import keep_pandas_out

keep_pandas_out()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sambang.settings")
application = get_wsgi_application()

from django.urls import get_resolver  # noqa: E402

from sambang.lib.database_limits import limit_database_waits  # noqa: E402  # they need configured settings
from sambang.lib.db_scope import default_to_anonymous_scope  # noqa: E402
from sambang.ops.start_checks import require_safe_database  # noqa: E402

assert get_resolver().url_patterns  # imports every view and its libraries before the first request and its threads
logging.getLogger("psycopg").setLevel(logging.ERROR)
default_to_anonymous_scope()
limit_database_waits()
require_safe_database()
