"""Django settings. What differs between installations comes from environment variables, which docs/operate.md
describes; a test compares the two."""

import os
from datetime import timedelta
from pathlib import Path

import django_stubs_ext
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from sambang import environment

django_stubs_ext.monkeypatch()  # makes ModelForm[Item] and the like valid at run time

SAMBANG_DATA = environment.folder()
SAMBANG_BACKUPS = environment.backups(SAMBANG_DATA / "backups")
DEBUG = environment.switch("SAMBANG_DEBUG")
SECRET_KEY = environment.secret("SAMBANG_SECRET_KEY", SAMBANG_DATA / "keys" / "secret")
# Encrypts NIK at rest and keys its searchable digest. Without it no NIK can be read; a new one needs
# `sambang rotate_keys`.
SAMBANG_IDENTITY_KEY = environment.secret("SAMBANG_IDENTITY_KEY", SAMBANG_DATA / "keys" / "identity")

# Encrypts the backups. Without it no backup opens: keep a copy of the keys apart from the data and the backups.
SAMBANG_BACKUP_KEY = environment.age_identity("SAMBANG_BACKUP_KEY", SAMBANG_DATA / "keys" / "backup-identity")
# Lets another machine read /metrics; unset, only this machine can.
SAMBANG_METRICS_TOKEN = environment.token("SAMBANG_METRICS_TOKEN")
# WhatsApp's Cloud API, only where the office has an account there: without a token everything is sent by hand.
WHATSAPP_TOKEN = environment.token("SAMBANG_WHATSAPP_TOKEN")
WHATSAPP_API = environment.api_address("SAMBANG_WHATSAPP_API", unset="https://graph.facebook.com/v23.0")
WHATSAPP_SENDER = environment.required_with("SAMBANG_WHATSAPP_SENDER", WHATSAPP_TOKEN)
WHATSAPP_TEMPLATE = environment.required_with("SAMBANG_WHATSAPP_TEMPLATE", WHATSAPP_TOKEN)
# Mail server of the weekly letter; without it nothing is sent.
SAMBANG_EMAIL_HOST = os.environ.get("SAMBANG_EMAIL_HOST", "").strip()
DEFAULT_FROM_EMAIL = environment.required_with("SAMBANG_EMAIL_FROM", SAMBANG_EMAIL_HOST)
if SAMBANG_EMAIL_HOST:
    MAILERS = {"default": {"OPTIONS": environment.mail_options(SAMBANG_EMAIL_HOST)}}
SAMBANG_SCANNER = environment.command("SAMBANG_SCANNER")
SAMBANG_RELEASE_DAY = environment.day_of_month("SAMBANG_RELEASE_DAY", unset=15)  # figures are released on it

HTTPS = environment.switch("SAMBANG_HTTPS")
ALLOWED_HOSTS = [*environment.LOOPBACK, *environment.hosts("SAMBANG_HOSTS", https=HTTPS, debug=DEBUG)]
environment.require_distinct_secrets(SECRET_KEY, SAMBANG_IDENTITY_KEY, SAMBANG_BACKUP_KEY, SAMBANG_METRICS_TOKEN)
SILENCED_SYSTEM_CHECKS = [
    "security.W005",
    "security.W021",
]  # SAMBANG_HSTS_SUBDOMAINS is a choice; the preload list is not used
if HTTPS:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^(alive|ready|metrics)$"]  # monitoring on this machine does not use the proxy
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = environment.switch("SAMBANG_HSTS_SUBDOMAINS", unset=True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in environment.comma_separated("SAMBANG_HOSTS")]
COOKIE_PREFIX = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid", f"{COOKIE_PREFIX}csrftoken"
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}bahasa"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_ENGINE = "sambang.accounts.sessions"
MESSAGE_STORAGE = "sambang.lib.headers.MessageStorage"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "worker-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    # No page may turn text into markup or script; the phone's app has a policy for its worker (field/app_shell.py).
    "require-trusted-types-for": ["'script'"],
    "trusted-types": [CSP.NONE],
}

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "sambang.lib",
    "sambang.access",
    "sambang.audit",
    "sambang.ops",
    "sambang.accounts",
    "sambang.registry",
    "sambang.imports",
    "sambang.papers",
    "sambang.visits",
    "sambang.aspirations",
    "sambang.actions",
    "sambang.production",
    "sambang.market",
    "sambang.training",
    "sambang.facilitation",
    "sambang.siinas",
    "sambang.indicators",
    "sambang.insight",
    "sambang.maps",
    "sambang.owners",
    "sambang.costing",
    "sambang.selling",
    "sambang.intake",
    "sambang.field",
    "sambang.odk",
    "sambang.privacy",
    "sambang.assignments",
    "sambang.notices",
    "sambang.home",
]

MIDDLEWARE = [
    "sambang.lib.requests.log_requests",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "sambang.lib.headers.set_security_headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "sambang.lib.bidi.remove_controls_from_pages",
    "sambang.lib.addresses.strip_nul",
    "sambang.ops.unavailable.monitoring_middleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "sambang.access.row_security.row_security_middleware",
    "sambang.lib.language.set_language",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "sambang.accounts.sign_in_required.SignInRequiredMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",  # after it: who lost all cookies is led to sign in
    "django.contrib.messages.middleware.MessageMiddleware",
    "sambang.accounts.authentication.authentication_middleware",
    "sambang.lib.method_not_allowed.render_method_not_allowed",
    "sambang.audit.change_cache.change_cache_middleware",
    "sambang.audit.idempotency.idempotency_middleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

FORM_RENDERER = "sambang.lib.form_renderer.FormRenderer"
ROOT_URLCONF = "sambang.urls"
WSGI_APPLICATION = "sambang.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sambang.access.menu.menu",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "sambang.lib.templatetags.formatting",
                "sambang.lib.templatetags.fast_tags",
                "sambang.lib.templatetags.tables",
                "sambang.lib.templatetags.buttons",
            ],
        },
    }
]

DATABASES = {"default": environment.database(os.environ.get("DATABASE_URL", ""), SAMBANG_DATA / "sambang.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "access.Person"
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "home:front_page"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "sambang.accounts.backends.PersonBackend"]
# Five wrong passwords lock the pair of user name and client address for a quarter of an hour. Only the pair: nobody can
# lock out a colleague, and an office behind one address does not lock itself out. accounts.axes_handler limits many
# names from one address.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "username"
AXES_HANDLER = "sambang.accounts.axes_handler.FailureCounter"
AXES_USERNAME_CALLABLE = "sambang.accounts.axes_handler.submitted_username"
AXES_CLIENT_IP_CALLABLE = "sambang.lib.addresses.rate_limit_address"
AXES_LOCKOUT_CALLABLE = "sambang.accounts.axes_handler.lockout_response"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "sambang.accounts.password_validators.CommonIndonesianPasswordValidator"},
]

LANGUAGE_CODE = "id"
LANGUAGES = [("id", _("Bahasa Indonesia")), ("en", _("Inggris"))]
LOCALE_PATHS = [Path(__file__).parent / "locale"]
TIME_ZONE = os.environ.get("SAMBANG_TIME_ZONE", "Asia/Jakarta")
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "/static/"
STATIC_ROOT = SAMBANG_DATA / "static"
MEDIA_ROOT = SAMBANG_DATA / "uploads"
STORAGES = {
    "default": {"BACKEND": "sambang.lib.durability.DurableFiles"},
    "staticfiles": {"BACKEND": "sambang.lib.static_files.HashedFiles"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_KEEP_ONLY_HASHED_FILES = False
WHITENOISE_ALLOW_ALL_ORIGINS = False
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
DATA_UPLOAD_MAX_NUMBER_FILES = 1000  # in one request of ODK Collect

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"without_tokens": {"()": "sambang.lib.tokens.TokenFilter"}},
    "formatters": {"lines": {"()": "sambang.lib.logs.JsonLines"}},
    "handlers": {
        "plain": {"class": "logging.StreamHandler"},
        "lines": {"class": "logging.StreamHandler", "formatter": "lines"},
    },
    "root": {"handlers": ["plain" if DEBUG else "lines"], "level": "WARNING"},
    # Every logger that writes paths: the token of a personal link must reach no handler.
    "loggers": {
        "django.request": {"filters": ["without_tokens"]},
        "django.security.csrf": {"filters": ["without_tokens"]},
        "axes": {"level": "ERROR"},  # its warnings contain client addresses and user names
        # One line for each request; `sambang serve` enables it.
        "sambang.requests": {"level": "INFO" if environment.switch("SAMBANG_REQUEST_LOG") else "WARNING"},
        "django.server": {"filters": ["without_tokens"], "handlers": ["plain"], "level": "INFO", "propagate": False},
    },
}
