"""Settings from the environment (docs/settings.md lists all of them)."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
INSTANCE = ROOT / "instance"

MOST_REPEAT_SECONDS = 10
"""Older than this no answer to the public may be."""

SETTINGS = (
    "DATABASE_URL",
    "SECRET_KEY",
    "PUBLIC_URL",
    "NEXT_PAGE_TOKEN_SECONDS",
    "DATE_TOLERANCE_HOURS",
    "WEBHOOKS_ALLOW_HTTP",
    "WEBHOOKS_ALLOW_PRIVATE",
    "SMTP_URL",
    "MAIL_FROM",
    "SMS_GATEWAY_URL",
    "SMS_GATEWAY_TOKEN",
    "ANSWER_LINK_DAYS",
    "REPORT_URL",
    "PDF_FONT",
    "LINK_HOSTS",
    "TRUSTED_PROXIES",
    "REPEAT_SECONDS",
    "OIDC_ISSUER",
    "OIDC_CLIENT_ID",
    "OIDC_CLIENT_SECRET",
    "TEST_DATABASE_URL",
)
"""Every environment variable that the program reads; a test compares docs/settings.md with it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What differs from one installation to the next."""

    database_url: str
    secret_key: str
    public_url: str = "http://localhost:8000"
    next_page_token_seconds: int = 86_400
    date_tolerance_hours: int = 24
    webhooks_allow_http: bool = False
    webhooks_allow_private: bool = False
    smtp_url: str | None = None
    mail_from: str = "suyuan@localhost"
    sms_gateway_url: str | None = None
    sms_gateway_token: str | None = None
    answer_link_days: int = 30
    report_url: str | None = None
    pdf_font: str | None = None
    link_hosts: tuple[str, ...] = ()
    trusted_proxies: int = 0
    repeat_seconds: int = 5
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: str | None = None
    budgets: Path | None = None
    """Not of the environment: a file by which workers share what addresses spent."""
    test_database_url: str | None = None

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None, instance: Path = INSTANCE) -> "Settings":
        """Read the settings; an empty variable counts as not set.

        Without SECRET_KEY one is made once and kept in `instance/secret_key`, readable by the owner alone.
        Raises ValueError if PUBLIC_URL is not an http(s) URL, or a number or yes-no is none.
        """
        env = os.environ if env is None else env
        public_url = (env.get("PUBLIC_URL") or "http://localhost:8000").rstrip("/")
        if not public_url.startswith(("http://", "https://")):
            raise ValueError(f"Cannot use PUBLIC_URL {public_url!r}: expected http://… or https://….")
        return cls(
            database_url=env.get("DATABASE_URL") or f"sqlite:///{instance / 'suyuan.sqlite3'}",
            secret_key=env.get("SECRET_KEY") or _kept_secret(instance / "secret_key"),
            public_url=public_url,
            next_page_token_seconds=_whole_number(env, "NEXT_PAGE_TOKEN_SECONDS", 86_400),
            date_tolerance_hours=date_tolerance_hours(env),
            webhooks_allow_http=_yes_or_no(env, "WEBHOOKS_ALLOW_HTTP"),
            webhooks_allow_private=_yes_or_no(env, "WEBHOOKS_ALLOW_PRIVATE"),
            smtp_url=_smtp_url(env),
            mail_from=_mail_from(env),
            sms_gateway_url=env.get("SMS_GATEWAY_URL") or None,
            sms_gateway_token=env.get("SMS_GATEWAY_TOKEN") or None,
            answer_link_days=_whole_number(env, "ANSWER_LINK_DAYS", 30),
            report_url=_report_url(env),
            pdf_font=env.get("PDF_FONT") or None,
            link_hosts=_hosts(env, "LINK_HOSTS"),
            trusted_proxies=_whole_number(env, "TRUSTED_PROXIES", 0, least=0),
            repeat_seconds=_whole_number(env, "REPEAT_SECONDS", 5, least=0, most=MOST_REPEAT_SECONDS),
            oidc_issuer=_issuer(env),
            oidc_client_id=env.get("OIDC_CLIENT_ID") or None,
            oidc_client_secret=env.get("OIDC_CLIENT_SECRET") or None,
            budgets=instance / "budgets",
            test_database_url=env.get("TEST_DATABASE_URL") or None,
        )


def date_tolerance_hours(env: Mapping[str, str] | None = None) -> int:
    """How many hours earlier than recorded an arrival of goods without a lot counts. Raises ValueError."""
    return _whole_number(os.environ if env is None else env, "DATE_TOLERANCE_HOURS", 24, least=0)


def _whole_number(env: Mapping[str, str], name: str, default: int, least: int = 1, most: int | None = None) -> int:
    text = env.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and least <= int(text) <= (most or 10**9)):
        upper = "up" if most is None else f"to {most}"
        raise ValueError(f"Cannot use {name} {text!r}: expected a whole number from {least} {upper}.")
    return int(text)


def _smtp_url(env: Mapping[str, str]) -> str | None:
    url = env.get("SMTP_URL") or None
    expected = "Cannot use SMTP_URL: expected smtp://[user:password@]host[:port] or smtps://…."
    if url is not None and not url.startswith(("smtp://", "smtps://")):
        raise ValueError(expected)
    try:
        _port = urlsplit(url or "").port
    except ValueError:
        raise ValueError(expected) from None  # the cause may quote the password
    return url


def _report_url(env: Mapping[str, str]) -> str | None:
    url = env.get("REPORT_URL") or None
    if url is not None and re.fullmatch(r"(?:https://|mailto:|tel:)[!-~]+", url) is None:
        raise ValueError(f"Cannot use REPORT_URL {url!r}: expected https://…, mailto:… or tel:….")
    return url


def _issuer(env: Mapping[str, str]) -> str | None:
    url = env.get("OIDC_ISSUER") or None
    if url is not None and not url.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
        raise ValueError(f"Cannot use OIDC_ISSUER {url!r}: expected https://….")
    if url is not None and not (env.get("OIDC_CLIENT_ID") and env.get("OIDC_CLIENT_SECRET")):
        raise ValueError("Cannot use OIDC_ISSUER: expected OIDC_CLIENT_ID and OIDC_CLIENT_SECRET beside it.")
    return url


def _mail_from(env: Mapping[str, str]) -> str:
    address = env.get("MAIL_FROM") or "suyuan@localhost"
    if re.fullmatch(r"[^\s@<>,;]+@[^\s@<>,;]+", address) is None:
        raise ValueError(f"Cannot use MAIL_FROM {address!r}: expected an address alone, such as recalls@example.com.")
    return address


def _hosts(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Host names in small letters; one with a dot before it stands for the names below it."""
    hosts = tuple(host for part in (env.get(name) or "").split(",") if (host := part.strip().lower()))
    for host in hosts:
        if re.fullmatch(r"\.?[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+", host) is None:
            raise ValueError(f"Cannot use {name} {host!r}: expected host names such as example.com,.example.org.")
    return hosts


def _yes_or_no(env: Mapping[str, str], name: str) -> bool:
    text = env.get(name) or "0"
    if text not in ("0", "1"):
        raise ValueError(f"Cannot use {name} {text!r}: expected 0 or 1.")
    return text == "1"


def _kept_secret(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        # Written aside and linked into place: of two workers that start at once both end up with one key.
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
