"""Settings, all from the environment; docs/reference/settings.md lists them."""

import os
import secrets
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import conninfo_to_dict

from whoknows.embedded import home_folder
from whoknows.engine.match.spread import COMPARABLE

HOME = home_folder(os.environ)
INDEX_FOLDER = Path(os.environ.get("INDEX_FOLDER", HOME / "index"))
# The sound of interviews; where several machines serve pages, a folder that all of them share.
RECORDINGS_FOLDER = Path(os.environ.get("RECORDINGS_FOLDER", HOME / "recordings"))
RECORDING_DAYS = int(os.environ.get("RECORDING_DAYS", "30"))
# A folder with a sentence model, or "none"; without it the one that comes along.
_MODEL = os.environ.get("MODEL", "")
_OWN_MODEL = HOME / "models" / "minilm-l6-int8-by-column"
MODEL_FOLDER = None if _MODEL == "none" else Path(_MODEL or _OWN_MODEL)
SITE_URL = os.environ.get("SITE_URL", f"http://localhost:{os.environ.get('PORT', '8000')}")
# How many times likelier than whoever is shown first in their place somebody may be.
SPREAD = max(1.0, float(os.environ.get("SPREAD", str(COMPARABLE)).replace("any", "inf")))
DEBUG = os.environ.get("WHOKNOWS_DEBUG") == "1"


def _secret_key() -> str:
    """Return the installation's own key, made on first use and kept where only its owner reads."""
    if given := os.environ.get("SECRET_KEY"):
        return given
    path = HOME / "secret_key"
    if not path.exists():
        HOME.mkdir(parents=True, exist_ok=True, mode=0o700)
        pending = path.with_suffix(f".{os.getpid()}")
        pending.touch(mode=0o600)
        pending.write_text(secrets.token_urlsafe(50), encoding="ascii")
        # Two first starts at once: the one who links first wins, both read the same.
        try:
            os.link(pending, path)
        except FileExistsError:
            pass
        finally:
            pending.unlink()
    return path.read_text(encoding="ascii")


SECRET_KEY = _secret_key()


def _database() -> dict[str, Any]:
    told = conninfo_to_dict(os.environ.get("DATABASE_URL", ""))
    extra = {
        k: v for k, v in told.items() if k not in {"dbname", "user", "password", "host", "port"}
    }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": told.get("dbname", "whoknows"),
        "USER": told.get("user", ""),
        "PASSWORD": told.get("password", ""),
        "HOST": told.get("host", ""),
        "PORT": str(told.get("port", "")),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        # A suggestion asks some fifteen queries, always the same ones: PostgreSQL plans each once.
        "OPTIONS": {"server_side_binding": True, "prepare_threshold": 3, **extra},
    }


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "whoknows.config",
    "whoknows.interop",
    "whoknows.needs",
    "whoknows.interviews",
    "whoknows.aids",
    "whoknows.communities",
    "whoknows.expertise",
    "whoknows.network",
    "whoknows.people",
    "whoknows.search",
    "whoknows.base",
    "whoknows.config.admin_site.WhoknowsAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "django_htmx",
    "template_partials",
    "csp",
    "procrastinate.contrib.django",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "whoknows.config.reader.ReachMiddleware",
    "whoknows.base.pages.NoSensors",
    "whoknows.base.pages.ErrorsAsAnswers",
]
ROOT_URLCONF = "whoknows.config.urls"
WSGI_APPLICATION = "whoknows.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "whoknows.config.context.installation",
            ],
            "builtins": ["whoknows.base.templatetags.whoknows", "django.templatetags.i18n"],
        },
    }
]

# The editor of a procedure sends seven fields for each of up to 2,000 steps.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
ALLOWED_HOSTS = [h for h in os.environ.get("ALLOWED_HOSTS", "").split(",") if h] or [
    "localhost",
    "127.0.0.1",
    "[::1]",
]
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL.startswith("https://") else []
if SITE_URL.startswith("https://"):
    # There is a web server in front that says so; without one anybody could.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE_URL.startswith("https://")
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ("email", "name")}},
]  # fmt: skip
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "whoknows.config.accounts.InvitationOnly"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = str
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/"

EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("EMAIL_USE_TLS") == "1"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("EMAIL_FROM", "whoknows@localhost")
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if EMAIL_HOST
    else "django.core.mail.backends.dummy.EmailBackend"
)

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [Path(__file__).resolve().parents[1] / "locale"]
TIME_ZONE = os.environ.get("TIME_ZONE", "UTC")
USE_I18N = USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

PROCRASTINATE_ON_APP_READY = "whoknows.config.jobs.on_app_ready"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"without_words": {"()": "whoknows.config.logs.WithoutWords"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["without_words"],
        }
    },
    # Says each attempt again while the database is away; whoever waits for it says so once.
    "loggers": {"psycopg.pool": {"level": "ERROR"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "WARNING")},
}
