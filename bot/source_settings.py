"""The section of the settings for the company's own system."""

from __future__ import annotations

from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from bot.section import Section


class CompanySystem(Section):
    """Where devices are looked up that the registry does not know. `url` empty: nowhere."""

    # Not in the repr: nobody has to know where it lives.
    url: str = Field("", examples=['"https://erp.example.com/aftercare/devices"'], repr=False)
    token: SecretStr = Field(SecretStr(""), examples=['"a long random word"'])
    timeout_s: float = Field(3.0, ge=0.1, le=30, examples=["3.0"])  # for one look-up, all its tries together

    @field_validator("url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise ValueError("must begin with https:// (or http://) and name a host")
        if parts.username or parts.password:
            raise ValueError("holds a password; write it as token")
        return value
