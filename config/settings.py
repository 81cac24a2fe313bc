"""Every setting of Simpul. Values come from the environment; the defaults are those of production.

The names that an operator may set are listed in README -> Settings.
"""

from email.utils import parseaddr
from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from config import database, logs, signing_in

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()  # NAME_FILE names a file that holds the value: for secrets

# Who we are
DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])  # earlier ones, while sessions and links live
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
SITE_NAME = env.str("SITE_NAME", "Simpul")
BEHIND_PROXY = env.bool("BEHIND_PROXY", False)  # exactly one, whose X-Forwarded-Proto and -For are trusted

INSTALLED_APPS = [
    # The house, from the roof down: an app may import those below it (pyproject.toml, import-linter).
    "workshop",
    "dashboards",
    "sides",
    "followups",
    "agreements",
    "visits",
    "documents",
    "notices",
    "ledger",
    "accounts",
    "regions",
    "pages",
    "records",
    # What it stands on.
    "config.apps.SimpulAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_filters",
    "django_htmx",
    "django_structlog",
    "pghistory",
    "pgtrigger",
]

MIDDLEWARE = [
    "config.addresses.ClientAddressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.headers.HeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "records.rows.RowsMiddleware",
    "config.logs.RequestMiddleware",
    "accounts.middleware.PreferencesMiddleware",
    "records.middleware.HistoryMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SessionMiddleware",
    "accounts.middleware.ComeBackMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "pages.refusing.MethodMiddleware",
    "pages.refusing.NotFoundMiddleware",
    "pages.limits.LimitsMiddleware",
    "pages.collisions.CollisionMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "dashboards.middleware.DefaultViewMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "pages.context.shell",
            ],
            "builtins": ["pages.templatetags.pages"],
        },
    }
]
FORM_RENDERER = "pages.forms.Renderer"

# Where things are kept
DATABASES = {"default": database.configured(env)}
WEB_STATEMENT_SECONDS = env.int("WEB_STATEMENT_SECONDS", 60)  # of the web process alone: database.hurry
WEB_IDLE_SECONDS = env.int("WEB_IDLE_SECONDS", 120)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.str("REDIS_URL")
CACHES = {"default": {"BACKEND": "config.cache.SteadyCache", "LOCATION": REDIS_URL}}
VAR_DIR = Path(env.str("VAR_DIR", str(BASE_DIR / "var")))
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", str(VAR_DIR / "media")))
MAX_UPLOAD_MB = env.int("MAX_UPLOAD_MB", 25)
FILE_UPLOAD_HANDLERS = [
    "documents.receiving.DoorkeepingUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "documents.receiving.NamelessFileUploadHandler",
]
X_ACCEL_PREFIX = env.str("X_ACCEL_PREFIX", "")  # of an internal nginx location on MEDIA_ROOT that then sends the files
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # a long visit form with many delegates
STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Language and time
LANGUAGE_CODE = "id"
LANGUAGES = [("id", _("Indonesian")), ("en", _("English"))]
LOCALE_PATHS = [VAR_DIR / "locale", BASE_DIR / "locale"]  # the first where the second cannot be written
TIME_ZONE = env.str("TIME_ZONE", "Asia/Jakarta")
USE_TZ = True
FORMAT_MODULE_PATH = "config.formats"

# Who may come in
AUTH_USER_MODEL = "accounts.User"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # the e-mail is unique, in any case of its letters: user_email_is_unique
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
vars().update(signing_in.configured(env, site_name=SITE_NAME, debug=DEBUG))
MFA_DEMANDED = env.bool("MFA_DEMANDED", False)  # a second factor of whoever decides for a region or lets others in
INVITATION_DAYS = 7
LIMITED = env.bool("LIMITED", True)  # costly pages, how often a person may ask for them: pages/limits.py

# What the browser is told
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", not DEBUG)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^health/(notices|history)$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 0 if DEBUG else 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG
SESSION_COOKIE_AGE = 8 * 3600  # without a sign of life; each sign begins it anew (accounts/middleware.py)
SESSION_LONGEST = 7 * 24 * 3600
HOST_ONLY = "" if DEBUG else "__Host-"  # the browser takes it from this host only, over TLS, for all of it
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{HOST_ONLY}session", f"{HOST_ONLY}csrftoken"
CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE, LANGUAGE_COOKIE_SAMESITE = not DEBUG, "Lax"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF, *signing_in.provider_origin(env)],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

# History: triggers write it, nothing changes it afterwards
PGHISTORY_APPEND_ONLY = True
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")

# Every night it is sealed (ledger/seals.py); the head leaves the machine by mail
SEAL_KEYS = env.list("SEAL_KEYS", default=[]) or [f"seal:{key}" for key in (SECRET_KEY, *SECRET_KEY_FALLBACKS)]
SEAL_FILE = env.str("SEAL_FILE", str(VAR_DIR / "seals"))
SEAL_MAIL_TO = env.list("SEAL_MAIL_TO", default=[])

# Letters
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="smtp://localhost:25")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Simpul <simpul@localhost>")
SECURITY_CONTACT = env.str("SECURITY_CONTACT", f"mailto:{parseaddr(DEFAULT_FROM_EMAIL)[1]}")  # for who finds a weakness
SITE_URL = env.str("SITE_URL", f"https://{ALLOWED_HOSTS[0]}" if ALLOWED_HOSTS else "http://localhost:8000").rstrip("/")
MESSAGE_ID_HOST = parseaddr(DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"  # it must not change: see notices
NOTICE_HOLD = env.bool("NOTICE_HOLD", False)  # a restored copy sends nothing until somebody releases it
NOTICE_WRITERS = {
    "DIGEST": "followups.letters.digest",
    "AT_ONCE": "followups.letters.at_once",
    "FILE": "dashboards.files.letter",
    "SIDES": "sides.letters.letter",
}
TRASH_TELLER = "sides.trashing.tell_other_sides"  # hears of each record that is thrown away or put back
NOTICE_LEASE_SECONDS, NOTICE_BATCH = 120, 20  # how long a sender holds the letters that it took, and how many it takes
DRILL_STAGE = "config.stage.Stage"  # where `manage.py drill` plays: servers that may be killed

# Work in the background: PostgreSQL is the queue, Celery only the alarm clock
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", "") or REDIS_URL
CELERY_TIMEZONE = "UTC"  # plain intervals in UTC: schedules in local time repeat, skip or stall around summer time
CELERY_BEAT_SCHEDULE = {
    task: {"task": task, "schedule": seconds, "options": {"expires": seconds}}
    for task, seconds in {
        "accounts.tasks.clear_expired_sessions": 3600,
        "accounts.tasks.send_invitations": 30,
        "agreements.tasks.read_papers": 60,
        "dashboards.tasks.make_files": 5,
        "dashboards.tasks.tidy_notes": 3600,
        "documents.tasks.clear_orphan_files": 86_400,
        "followups.tasks.plan": 30,
        "ledger.tasks.empty_trash": 3600,
        "ledger.tasks.keep_seals": 3600,
        "followups.tasks.read_papers": 60,
        "notices.tasks.deliver": 15,
        "notices.tasks.keep_calendar": 86_400,
        "visits.tasks.read_papers": 60,
    }.items()
}
FILES_AT_ONCE = env.int("FILES_AT_ONCE", 1)  # fewer than the worker has processes, else reminders wait for a long list
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SOFT_TIME_LIMIT, CELERY_TASK_TIME_LIMIT = 100, 110  # seconds
CELERY_TASK_ACKS_LATE = CELERY_TASK_REJECT_ON_WORKER_LOST = False  # a lost message loses nothing: the next tick works
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False  # a blip of Redis must not kill a sender
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 10,
    "socket_connect_timeout": 5,
    "socket_keepalive": True,
    "health_check_interval": 10,
}

# Logs
LOGGING = logs.configure(level=env.str("LOG_LEVEL", "INFO"), readable=DEBUG)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logs.START_LEVEL
