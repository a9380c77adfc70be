"""The section of the settings for mail: where one-time codes are sent through."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr, field_validator

from bot.section import Section

SENDER = '"Alma Home <help@almahome.example>"'
HERE = ("localhost", "127.0.0.1", "::1")


class Mail(Section):
    """A mail server. `host` empty: none."""

    host: str = Field("", pattern=r"^[A-Za-z0-9.:-]*$", examples=['"smtp.example.com"'])
    port: int = Field(587, ge=1, le=65535, examples=["587"])
    user: str = Field("", examples=['"aftercare"'])
    password: SecretStr = Field(SecretStr(""), examples=['"the password of that user"'])
    security: Literal["starttls", "tls", "none"] = Field("starttls", examples=['"starttls"'])
    sender: str = Field("", examples=[SENDER])

    @field_validator("sender")
    @classmethod
    def _one_address(cls, value: str) -> str:
        if value:
            mailbox(value)
        return value

    def check(self, company_address: str) -> None:
        """Raises ValueError for settings that each are well and together are not."""
        if self.security == "none" and self.password.get_secret_value() and self.host not in HERE:
            raise ValueError('mail.security: "none" shows the password to the network; write security = "starttls"')
        if self.host and not self.sender:
            try:
                mailbox(company_address)
            except ValueError as wrong:
                raise ValueError(f"company.email: {wrong}; write one, or for example mail.sender = {SENDER}") from None


def mailbox(text: str) -> tuple[str, str]:
    """The name and the address in `Name <address>`, its domain in the form every server takes. Raises ValueError."""
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(
            text, allow_display_name=True, check_deliverability=False, allow_smtputf8=False, test_environment=True
        )
    except EmailNotValidError as wrong:
        raise ValueError(f"is no address: {wrong}") from None
    return found.display_name or "", found.ascii_email or ""
