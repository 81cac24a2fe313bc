"""How people come in: the settings of allauth (accounts, second factors, sessions, an identity provider)."""

from typing import Any
from urllib.parse import urlsplit

import environ

PROVIDER = "government"  # in the address of the callback that is registered there


def configured(env: environ.Env, *, site_name: str, debug: bool) -> dict[str, Any]:
    """Accounts are made by invitation; the e-mail address is the login; whoever has a second factor is asked for it."""
    return {
        "PASSWORD_HASHERS": [
            "django.contrib.auth.hashers.Argon2PasswordHasher",
            "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        ],
        "AUTH_PASSWORD_VALIDATORS": [
            {
                "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
                "OPTIONS": {"user_attributes": ["email", "name"]},
            },
            {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
            {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
            {"NAME": "accounts.passwords.LocalWordsValidator"},
        ],
        "ACCOUNT_ADAPTER": "accounts.adapter.AccountAdapter",
        "ACCOUNT_FORMS": {"reset_password": "accounts.forms.ForgottenForm"},
        "ACCOUNT_USER_MODEL_USERNAME_FIELD": None,
        "ACCOUNT_LOGIN_METHODS": {"email"},
        "ACCOUNT_SIGNUP_FIELDS": ["email*", "password1*", "password2*"],
        "ACCOUNT_EMAIL_VERIFICATION": "none",  # of those who come in; another address counts once it is confirmed
        "ACCOUNT_CHANGE_EMAIL": True,
        "ACCOUNT_EMAIL_SUBJECT_PREFIX": f"{site_name}: ",
        "ACCOUNT_EMAIL_NOTIFICATIONS": True,  # a letter when a password, an address or a second factor was changed
        "ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS": True,  # the same work for an address that nobody has
        "ACCOUNT_DEFAULT_HTTP_PROTOCOL": "http" if debug else "https",
        "ACCOUNT_LOGOUT_REDIRECT_URL": "account_login",
        "ACCOUNT_SESSION_REMEMBER": True,  # how long is said by SESSION_COOKIE_AGE
        "ACCOUNT_REAUTHENTICATION_REQUIRED": True,  # before addresses, passwords and second factors are changed
        "ACCOUNT_REAUTHENTICATION_TIMEOUT": 900,
        "ACCOUNT_RATE_LIMITS": {
            "login_failed": "10/m/ip,5/300s/key",  # the key is the login and the address: accounts/adapter.py
            "login": "30/m/ip",
            "reset_password": "20/m/ip,3/h/key",
            "reset_password_from_key": "20/m/ip",
            "change_password": "5/m/user",
            "reauthenticate": "5/m/user",
            "manage_email": "10/h/user",
            "confirm_email": "1/180s/key",
        },
        "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
        "MFA_PASSKEY_LOGIN_ENABLED": True,
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": debug,
        "MFA_TOTP_ISSUER": site_name,
        "USERSESSIONS_ADAPTER": "accounts.adapter.SessionsAdapter",
        "SOCIALACCOUNT_ADAPTER": "accounts.adapter.ProviderAdapter",
        "SOCIALACCOUNT_EMAIL_AUTHENTICATION": True,  # a known address that the provider has verified is that user
        "SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT": True,
        "SOCIALACCOUNT_PROVIDERS": _provider(env),
    }


def _provider(env: environ.Env) -> dict[str, Any]:
    issuer = env.str("OIDC_ISSUER", "")
    if not issuer:
        return {}
    app = {
        "provider_id": PROVIDER,
        "name": env.str("OIDC_NAME", "SSO"),
        "client_id": env.str("OIDC_CLIENT_ID"),
        "secret": env.str("OIDC_CLIENT_SECRET"),
        "settings": {"server_url": issuer.rstrip("/"), "oauth_pkce_enabled": True},
    }
    return {"openid_connect": {"APPS": [app]}}


def provider_origin(env: environ.Env) -> list[str]:
    """Where the button of the provider leads: forms may go there (CSP), nothing else may."""
    parts = urlsplit(env.str("OIDC_ISSUER", ""))
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []
