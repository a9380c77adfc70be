"""Settings: TOML and environment become one frozen value. An error names the key and an example value."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeGuard, get_args, get_origin
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    BaseModel,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)

from bot.mail_settings import Mail
from bot.promises import Hours, Sla, Tickets
from bot.section import Section
from bot.warranty_settings import Warranty
from handlers.rules.hours import Calendar, HoursWrong, holidays_of

PREFIX = "AFTERCARE_"
SHIPPED = Path(__file__).parent.parent / "knowledge_base"
DEMO_VALUES: dict[str, int] = {
    "warranty_months": 24, "battery_warranty_months": 12, "repair_warranty_months": 6,
    "extended_warranty_years": 3, "registration_days": 30, "return_days": 14, "exchange_days": 30,
    "refund_days": 14, "complaint_days": 30, "diagnosis_workdays": 3, "repair_workdays": 10, "parts_years": 10,
    "delivery_claim_days": 2, "storage_days": 30, "loan_days": 21, "points_months": 24, "coupon_months": 6,
    "home_visit_workdays": 2, "invoice_years": 5, "erase_days": 30, "basic_workdays_from": 3,
    "basic_workdays_to": 5, "extended_hours_from": 24, "extended_hours_to": 48, "premium_hours": 4,
    "estimate_days": 7,
}  # fmt: skip


class SettingsWrong(Exception):
    """The configuration can not be used; the message says which key and what to write."""


class Company(Section):
    """Who the bot speaks for. Everything here can be used in articles as `{{ company.… }}`."""

    name: str = Field("Alma Home", examples=['"Alma Home"'])
    country: str = Field("CZ", pattern="^[A-Z]{2}$", examples=['"CZ"'])
    timezone: str = Field("Europe/Prague", examples=['"Europe/Prague"'])
    default_language: str = Field("en", examples=['"en"'])
    languages: tuple[str, ...] = Field((), examples=['["en", "cs"]'])  # empty: every language with phrases
    phone: str = "+420 800 555 010"
    email: str = "help@almahome.example"
    website: str = "https://almahome.example"
    address: str = "Dlouhá 12, 110 00 Praha 1"
    hours_weekdays: str = "9:00–19:00"
    hours_saturday: str = "10:00–15:00"
    values: dict[str, int] = Field(DEMO_VALUES, examples=["{ warranty_months = 24 }"])

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"{value!r} is no time zone name")
        return value

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def template_values(self) -> dict[str, str | int]:
        """What `company` holds in an article's template."""
        names = ("name", "phone", "email", "website", "address", "hours_weekdays", "hours_saturday")
        return {**{name: getattr(self, name) for name in names}, **self.values}


class Storage(Section):
    # Not in the repr: it may hold a password.
    url: str = Field("sqlite:///data/aftercare.db", examples=['"sqlite:///data/aftercare.db"'], repr=False)

    @field_validator("url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        scheme, _, rest = value.partition("://")
        if scheme not in ("sqlite", "postgresql") or rest in ("", "/", "/:memory:"):
            raise ValueError("must be sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE")
        return value


class Web(Section):
    host: str = Field("127.0.0.1", examples=['"127.0.0.1"'])
    port: int = Field(8080, ge=0, le=65535, examples=["8080"])
    public_url: str = Field("", examples=['"https://support.example.com"'])
    allowed_origins: tuple[str, ...] = Field((), examples=['["https://www.example.com"]'])
    trusted_proxies: tuple[str, ...] = Field((), examples=['["127.0.0.1"]'])

    @field_validator("allowed_origins")
    @classmethod
    def _bare_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            scheme, _, rest = origin.partition("://")
            if scheme not in ("http", "https") or not rest or "/" in rest or "*" in rest:
                raise ValueError(f"{origin!r} is no origin: scheme and host, no path, no star")
        return value


class TelegramBot(Section):
    token: SecretStr = Field(SecretStr(""), examples=['"123456:ABC…" from @BotFather'])
    api_base: str = Field("https://api.telegram.org", examples=['"https://api.telegram.org"'])
    mode: Literal["polling", "webhook"] = Field("polling", examples=['"polling"'])
    webhook_secret: SecretStr = Field(SecretStr(""), examples=['"a long random word"'])


class TelegramDesk(TelegramBot):
    group_id: int | None = Field(None, examples=["-1001234567890"])
    groups: dict[str, int] = Field({}, examples=["{ kk = -1001234567891 }"])  # by the customer's language
    admins_are_agents: bool = Field(True, examples=["true"])
    default: Literal["reply", "note"] = Field("reply", examples=['"reply"'])  # what an agent's plain text is


class Telegram(Section):
    customers: TelegramBot = TelegramBot()
    desk: TelegramDesk = TelegramDesk()


class Knowledge(Section):
    path: str = Field("", examples=['"knowledge_base"'])  # empty: the articles that come with the bot
    encoder: Literal["e5+muse", "e5", "none"] = Field("e5+muse", examples=['"e5+muse"'])
    cache: str = Field("data/cache", examples=['"data/cache"'])

    @property
    def folder(self) -> Path:
        """Where the knowledge base lies."""
        return Path(self.path) if self.path else SHIPPED


class Limits(Section):
    visitor_per_minute: int = Field(20, ge=0, examples=["20"])
    address_per_minute: int = Field(120, ge=0, examples=["120"])
    text: int = Field(4000, ge=100, le=20_000, examples=["4000"])
    attachment_mb: int = Field(10, ge=1, le=20, examples=["10"])


class Settings(Section):
    """Everything an operator may set. Frozen: a change is a restart."""

    company: Company = Company()
    storage: Storage = Storage()
    web: Web = Web()
    telegram: Telegram = Telegram()
    knowledge: Knowledge = Knowledge()
    limits: Limits = Limits()
    hours: Hours = Hours()
    sla: Sla = Sla()
    tickets: Tickets = Tickets()
    warranty: Warranty = Warranty()
    mail: Mail = Mail()

    @model_validator(mode="after")
    def _default_language_is_spoken(self) -> Settings:
        company = self.company
        if company.languages and company.default_language not in company.languages:
            wanted = f'["{company.default_language}", …]'
            raise ValueError(f"company.languages: lacks the default language; write for example languages = {wanted}")
        return self

    @model_validator(mode="after")
    def _somebody_works(self) -> Settings:
        if not self.hours.somebody_works:
            raise ValueError('hours: no day has opening hours; write for example monday = ["9:00-17:00"]')
        return self

    @model_validator(mode="after")
    def _holidays_are_known(self) -> Settings:
        """The default's are: to look them up costs 20 MB, which only a process pays that has to reckon with them."""
        country, region = self.company.country, self.hours.region
        if self.hours.holidays and (country, region) != (Company().country, ""):
            try:
                holidays_of(country, region or None, 2026)
            except HoursWrong as wrong:
                raise ValueError(f"hours.holidays: {wrong}; write for example holidays = false") from None
        return self

    @model_validator(mode="after")
    def _mail_can_be_sent(self) -> Settings:
        self.mail.check(self.company.email)
        return self

    def calendar(self) -> Calendar:
        """The company's opening hours as a calendar that can be reckoned with."""
        return self.hours.calendar(self.company.zone, self.company.country)


def load_settings(path: Path | None, environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings from a TOML file (None: no file) with `AFTERCARE_<SECTION>_<KEY>` laid over it.

    Raises `SettingsWrong` with one line per mistake.
    """
    table = _read(path) if path is not None else {}
    for keys, kind in _leaves(Settings).items():
        value = environ.get(PREFIX + "_".join(keys).upper())
        if value is not None:
            _put(table, keys, _listed(value) if get_origin(kind) is tuple else value)
    try:
        return Settings.model_validate(table)
    except ValidationError as error:
        raise SettingsWrong("\n".join(_sentence(problem) for problem in error.errors())) from None


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise SettingsWrong(f"{path}: no such file; copy config.example.toml to it") from None
    except OSError as error:
        raise SettingsWrong(f"{path}: can not be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsWrong(f"{path}: not readable as TOML: {error}") from None


def _leaves(section: type[BaseModel], above: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    """Every setting by its path, and its type."""
    found: dict[tuple[str, ...], Any] = {}
    for name, field in section.model_fields.items():
        if _is_section(field.annotation):
            found |= _leaves(field.annotation, (*above, name))
        else:
            found[(*above, name)] = field.annotation
    return found


def _listed(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]


def _put(table: dict[str, Any], keys: tuple[str, ...], value: str | list[str]) -> None:
    for key in keys[:-1]:
        table = table.setdefault(key, {})
        if not isinstance(table, dict):
            return  # a value where a section belongs: the file's own mistake is told
    table[keys[-1]] = value


def _sentence(problem: Any) -> str:
    keys = [str(part) for part in problem["loc"]]
    said = str(problem["msg"]).removeprefix("Value error, ")
    if not keys:
        return said  # of the whole: it names the key itself
    where = ".".join(keys)
    if problem["type"] == "extra_forbidden":
        return f"{where}: no such setting; config.example.toml lists all"
    example = _example(keys)
    return f"{where}: {said}" + (f"; write for example {example}" if example else "")


def _example(keys: list[str]) -> str:
    """A line as it may stand in the file; "" where the setting is free text."""
    kind: Any = Settings
    for key in keys:
        if named := _sections_by_name(kind):
            kind = named
            continue
        field = kind.model_fields[key]
        kind = field.annotation
        if not _is_section(kind) and (not _sections_by_name(kind) or key == keys[-1]):
            return f"{key} = {field.examples[0]}" if field.examples else f'{key} = "{field.default}"'
    return f"[{'.'.join(keys)}] on a line of its own, and its settings below it"


def _is_section(kind: Any) -> TypeGuard[type[Section]]:
    return isinstance(kind, type) and issubclass(kind, Section)


def _sections_by_name(kind: Any) -> type[Section] | None:
    """What a table holds whose sections the operator names; None for any other setting."""
    value = get_args(kind)[-1] if get_origin(kind) is dict else None
    return value if _is_section(value) else None
