"""Letters over a real mail server."""

from __future__ import annotations

import ssl
from email.headerregistry import Address
from pathlib import Path

import pytest
import trustme
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.mail_settings import Mail
from bot.ports import SendFailed
from bot.senders import Letter, open_sender
from bot.senders.log import Log
from bot.senders.smtp import Smtp, message_of
from bot.settings import SettingsWrong
from tests.fakes.post import Post, a_post, body
from tests.fakes.services import settings_for

SENDER = "Alma Home <help@almahome.example>"
LETTER = Letter("anna@example.com", "Alma Home: your code", "Your code: 123456\n", "en")


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's certificate that this machine trusts."""
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return context(authority)


def context(authority: trustme.CA) -> ssl.SSLContext:
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(made)
    return made


def smtp(post: Post, security: str = "none", password: str = "") -> Smtp:
    server = {"host": "localhost", "port": post.port, "security": security}
    return Smtp(Mail.model_validate(server | {"user": "me" * bool(password), "password": password}), SENDER)


async def refused(sender: Smtp, letter: Letter = LETTER) -> SendFailed:
    with pytest.raises(SendFailed) as raised:
        await sender.send(letter)
    return raised.value


async def test_a_letter_arrives() -> None:
    async with a_post() as post:
        await smtp(post).send(LETTER)
        (letter,) = post.letters
        assert letter["From"] == SENDER
        assert letter["To"] == "anna@example.com"
        assert letter["Subject"] == "Alma Home: your code"
        assert letter["Auto-Submitted"] == "auto-generated"
        assert letter["Message-ID"].endswith("@almahome.example>")
        assert letter.get_content_type() == "text/plain"
        assert body(letter) == "Your code: 123456\n"
        assert post.envelopes[0].rcpt_tos == ["anna@example.com"]
        assert post.envelopes[0].mail_from == "help@almahome.example"


async def test_other_letters_arrive_as_they_were_written() -> None:
    text = "کد شما: \u2066123456\u2069\n\nКод действует 10 минут.\n.\n\nŽluťoučký kůň\n"
    async with a_post() as post:
        await smtp(post).send(Letter("a@häkkyrykkä.fi", "کد شما از آلما", text, "fa"))
        (letter,) = post.letters
        assert letter["Subject"] == "کد شما از آلما"
        assert body(letter) == text
        assert post.envelopes[0].rcpt_tos == ["a@xn--hkkyrykk-0zah.fi"]


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_the_line_is_encrypted_and_the_password_goes_over_it(security: str, trusted: ssl.SSLContext) -> None:
    async with a_post(**{security: trusted}) as post:
        await smtp(post, security, "open sesame").send(LETTER)
        assert post.encrypted == [True]
        assert post.logins == [("me", "open sesame")]


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_a_server_that_can_not_show_who_it_is_gets_nothing(security: str, authority: trustme.CA) -> None:
    async with a_post(**{security: context(authority)}) as post:
        await refused(smtp(post, security, "open sesame"))
        assert post.letters == []
        assert post.logins == []


async def test_a_server_without_encryption_gets_nothing_where_it_is_asked_for() -> None:
    """Who sits in between can leave STARTTLS out of what the server offers."""
    async with a_post() as post:
        assert (await refused(smtp(post, "starttls", "open sesame"))).retry_after is None
        assert post.letters == []
        assert post.logins == []


@pytest.mark.parametrize(("answer", "again"), [("451 try later", True), ("550 no", False), ("552 full", False)])
async def test_what_may_pass_is_told_from_what_will_not(answer: str, again: bool) -> None:
    async with a_post(answer) as post:
        assert ((await refused(smtp(post))).retry_after is not None) is again


async def test_a_recipient_that_is_refused_will_be_again() -> None:
    async with a_post(refuses=("anna@example.com",)) as post:
        failed = await refused(smtp(post))
        assert failed.retry_after is None
        assert "anna" not in str(failed), "the server's answer quotes the address"
        assert failed.__cause__ is None


async def test_a_wrong_password_is_no_passing_trouble(trusted: ssl.SSLContext) -> None:
    async with a_post(starttls=trusted) as post:
        failed = await refused(smtp(post, "starttls", "wrong"))
        assert failed.retry_after is None
        assert "535" in str(failed)
        assert "wrong" not in str(failed)


async def test_nobody_at_home_may_pass() -> None:
    async with a_post() as post:
        pass
    assert (await refused(smtp(post))).retry_after is not None


EVE = "eve@example.com"
BREAKS = [
    f"anna@example.com\r\nBcc: {EVE}", f"anna@example.com\nBcc: {EVE}", f"anna@example.com, {EVE}",
    f"anna@example.com;{EVE}", f"Anna <anna@example.com> {EVE}", "anna@example.com\r\n.\r\nMAIL FROM:<x>",
    f"anna@example.com\u2028Bcc: {EVE}", f'"{EVE}\r\nBcc: {EVE}" <anna@example.com>', "anna@example.com\x00", "",
    "anna", "<anna@example.com", "a" * 400 + "@b.cz",
]  # fmt: skip


@pytest.mark.parametrize("to", BREAKS)
async def test_an_address_can_not_smuggle_in_a_header_or_a_recipient(to: str) -> None:
    async with a_post() as post:
        assert (await refused(smtp(post), Letter(to, "Code", "Code", "en"))).retry_after is None
        assert post.letters == []


@pytest.mark.parametrize("mark", ["\r\n", "\n", "\r", "\u2028", "\x0b", "\x85"])
async def test_a_subject_can_not_smuggle_in_a_header_or_a_body(mark: str) -> None:
    subject = f"Alma{mark}Bcc: eve@example.com{mark}{mark}<b>Hello</b>"
    async with a_post() as post:
        await smtp(post).send(Letter("anna@example.com", subject, "Code\n", "en"))
        (letter,) = post.letters
        assert letter["Bcc"] is None
        assert letter["Subject"] == "Alma Bcc: eve@example.com <b>Hello</b>"
        assert body(letter) == "Code\n"
        assert post.envelopes[0].rcpt_tos == ["anna@example.com"]


async def test_a_text_can_not_end_the_letter_early() -> None:
    text = "Code\n.\nMAIL FROM:<eve@example.com>\n..\nQUIT\n"
    async with a_post() as post:
        await smtp(post).send(Letter("anna@example.com", "Code", text, "en"))
        (letter,) = post.letters
        assert body(letter) == text


def test_a_letter_is_never_html() -> None:
    letter = Letter("anna@example.com", "Code", "<script>alert(1)</script>", "en")
    message = message_of(letter, Address("Alma Home", "help", "almahome.example"))
    assert message.get_content_type() == "text/plain"
    assert not message.is_multipart()


async def test_the_log_sender_says_the_code_and_not_the_address() -> None:
    with capture_logs() as logs:
        await Log().send(LETTER)
    assert "Your code: 123456" in logs[0]["why"]
    assert "anna" not in str(logs)


@pytest.mark.parametrize(
    ("environ", "kind"),
    [
        ({"mail_host": "smtp.example.com", "web_host": "0.0.0.0"}, Smtp),  # noqa: S104
        ({"mail_host": "smtp.example.com"}, Smtp),
        ({}, Log),
        ({"web_host": "0.0.0.0"}, type(None)),  # noqa: S104
        ({"web_public_url": "https://support.example.com"}, type(None)),
    ],
)
def test_codes_stand_in_the_log_only_where_nobody_else_reaches(environ: dict[str, str], kind: type) -> None:
    assert type(open_sender(settings_for(Path("nowhere"), **environ))) is kind


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"mail_host": "smtp.example.com", "company_email": "at the counter"}, "company.email: is no address"),
        ({"mail_sender": "Alma Home"}, "mail.sender: is no address"),
        ({"mail_sender": f"help@almahome.example\r\nBcc: {EVE}"}, "mail.sender: is no address"),
        ({"mail_host": "smtp.example.com\r\nRSET"}, "mail.host: "),
        ({"mail_host": "smtp.example.com", "mail_security": "none", "mail_password": "x"}, "mail.security: "),
        ({"mail_security": "ssl"}, "mail.security: "),
    ],
)
def test_a_mail_section_that_can_not_work_is_refused(wrong: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsWrong, match="write") as raised:
        settings_for(Path("nowhere"), **wrong)
    assert str(raised.value).startswith(said)
    assert "\n" not in str(raised.value)


def test_the_settings_do_not_show_the_password() -> None:
    assert "sesame" not in repr(Mail(password=SecretStr("open sesame")))
