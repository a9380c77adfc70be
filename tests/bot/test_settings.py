"""Settings: a mistake is one line that names the key and shows what to write."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from bot.settings import PREFIX, Section, Settings, SettingsWrong, load_settings
from handlers.rules.serials import Line


def write(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, "utf-8")
    return path


def refused(folder: Path, text: str, **environ: str) -> str:
    with pytest.raises(SettingsWrong) as caught:
        load_settings(write(folder, text), environ)
    return str(caught.value)


def test_nothing_needs_to_be_set() -> None:
    settings = load_settings(None, {})
    assert settings == Settings()
    assert (settings.web.host, settings.web.port) == ("127.0.0.1", 8080)


@pytest.mark.parametrize(
    ("text", "key", "example"),
    [
        ('[web]\nport = "many"', "web.port", "port = 8080"),
        ("[web]\nport = 70000", "web.port", "port = 8080"),
        ('[web]\nallowed_origins = ["https://shop.example/path"]', "web.allowed_origins", "allowed_origins = ["),
        ('[web]\nallowed_origins = ["*"]', "web.allowed_origins", "allowed_origins = ["),
        ("[web]\nallowed_origins = [5]", "web.allowed_origins", "allowed_origins = ["),
        ("web = 5", "web", "[web] on a line of its own"),
        ("[telegram]\ndesk = 5", "telegram.desk", "[telegram.desk] on a line of its own"),
        ('[company]\ncountry = "Czechia"', "company.country", 'country = "CZ"'),
        ('[company]\ntimezone = "Prague"', "company.timezone", 'timezone = "Europe/Prague"'),
        ("[company]\nname = 5", "company.name", 'name = "Alma Home"'),
        ("[company]\nphone = 5", "company.phone", 'phone = "'),
        ('[company]\nlanguages = "en"', "company.languages", 'languages = ["en"'),
        ('[company]\nlanguages = ["cs"]', "company.languages", 'languages = ["en"'),
        ("[company]\nlanguages = [1]", "company.languages", 'languages = ["en"'),
        ('[company.values]\nwarranty_months = "two years"', "company.values", "values = {"),
        ('[storage]\nurl = "mysql://h/d"', "storage.url", 'url = "sqlite:///'),
        ('[storage]\nurl = "sqlite://"', "storage.url", 'url = "sqlite:///'),
        ('[storage]\nurl = "aftercare.db"', "storage.url", 'url = "sqlite:///'),
        ('[knowledge]\nencoder = "gpt"', "knowledge.encoder", 'encoder = "e5+muse"'),
        ("[limits]\nvisitor_per_minute = -1", "limits.visitor_per_minute", "visitor_per_minute = 20"),
        ('[telegram.customers]\nmode = "push"', "telegram.customers.mode", 'mode = "polling"'),
        ('[hours]\nmonday = ["nine to five"]', "hours.monday", 'monday = ["9:00-12:00"'),
        ('[hours]\nmonday = ["22:00-6:00"]', "hours.monday", 'monday = ["9:00-12:00"'),
        ('[hours]\nfriday = ["9:00-12:00", "11:00-13:00"]', "hours.friday", 'friday = ["9:00-12:00"'),
        ("[hours]\nsunday = 5", "hours.sunday", 'sunday = ["9:00-12:00"'),
        ('[warranty]\nstrict = "maybe"', "warranty.strict", "strict = true"),
        ("[warranty]\nlines = 5", "warranty.lines", "lines = { washer = { pattern = "),
        ("[warranty.lines]\nwasher = 5", "warranty.lines.washer", "[warranty.lines.washer] on a line of its own"),
        ("[warranty.lines.washer]", "warranty.lines.washer.pattern", "pattern = '[A-Z]{2}[0-9]{8}'"),
        ("[warranty.lines.Washer]\npattern = 'A'", "warranty.lines", "lines = { washer = "),
        ("[warranty.lines.washer]\npattern = '[A-'", "warranty.lines.washer.pattern", "pattern = '["),
        ("[warranty.lines.washer]\npattern = 'AB-[0-9]+'", "warranty.lines.washer.pattern", "pattern = '["),
        ("[warranty.lines.washer]\npattern = 'ab[0-9]+'", "warranty.lines.washer.pattern", "pattern = '["),
        ("[warranty.lines.w]\npattern = 'A'\ncheck = \"crc\"", "warranty.lines.w.check", 'check = "mod37_36"'),
        ("[warranty.lines.w]\npattern = 'A'\nfold = [\"8\"]", "warranty.lines.w.fold", 'fold = ["B8"'),
        ("[warranty.lines.w]\npattern = 'A'\nfold = [\"QO\"]", "warranty.lines.w.fold", 'fold = ["B8"'),
        ('[hours]\nholidays = "Easter"', "hours.holidays", "holidays = true"),
        ('[hours]\nregion = "Bavaria, Germany"', "hours.region", 'region = ""'),
        ('[hours.exceptions]\n"24.12.2026" = []', "hours.exceptions", "exceptions = {"),
        ('[hours.exceptions]\n"2026-12-24" = ["all day"]', "hours.exceptions", "exceptions = {"),
        (
            '[hours.exceptions]\n"2026-12-24" = []\n"2026-12-01/2026-12-31" = []',
            "hours.exceptions: 2026-12-24 stands there twice",
            "exceptions = {",
        ),
        ('[company]\ncountry = "XX"', "hours.holidays: public holidays of XX are not known", "holidays = false"),
        ('[hours]\nregion = "QQ"', "hours.holidays: public holidays of CZ, region QQ", "holidays = false"),
        ('[sla.basic]\nfirst_reply = "soon"', "sla.basic.first_reply", 'first_reply = "8 working hours"'),
        ('[sla.premium]\nresolution = "3 working days"', "sla.premium.resolution", 'resolution = "8 working hours"'),
        ('[sla.extended]\nwarn_before = "100%"', "sla.extended.warn_before", 'warn_before = "25%"'),
        ('[sla.premium]\nwarn_before = "1 hour"', "sla.premium.warn_before", 'warn_before = "25%"'),
        ("[tickets]\nclose_after_days = 0", "tickets.close_after_days", "close_after_days = 7"),
        ('[telegram.desk]\ngroup_id = "ours"', "telegram.desk.group_id", "group_id = -100"),
    ],
)
def test_a_mistake_is_one_line_with_the_key_and_an_example(tmp_path: Path, text: str, key: str, example: str) -> None:
    said = refused(tmp_path, text)
    assert len(said.splitlines()) == 1
    assert said.startswith(key)
    assert f"write for example {example}" in said


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[web]\nprot = 8080", "web.prot"),
        ("[webb]\nport = 1", "webb"),
        ("[telegram.custom]\ntoken = ''", "telegram.cu"),
    ],
)
def test_an_unknown_key_is_named(tmp_path: Path, text: str, key: str) -> None:
    said = refused(tmp_path, text)
    assert said.startswith(key)
    assert "no such setting; config.example.toml lists all" in said


def test_every_mistake_has_its_line(tmp_path: Path) -> None:
    said = refused(tmp_path, '[web]\nport = -1\nprot = 1\n[company]\ncountry = "x"')
    assert sorted(line.split(":")[0] for line in said.splitlines()) == ["company.country", "web.port", "web.prot"]


def test_what_is_no_toml_says_where(tmp_path: Path) -> None:
    said = refused(tmp_path, "[web\nport = 1")
    assert str(tmp_path / "config.toml") in said
    assert "line 1" in said


def test_a_file_that_can_not_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "folder.toml").mkdir()
    for name, words in (("none.toml", "config.example.toml"), ("folder.toml", "can not be read")):
        with pytest.raises(SettingsWrong, match=re.escape(str(tmp_path / name))) as caught:
            load_settings(tmp_path / name, {})
        assert words in str(caught.value)
    (tmp_path / "latin.toml").write_bytes("[company]\nname = 'Domácí'".encode("iso8859-2"))
    with pytest.raises(SettingsWrong, match="not readable as TOML"):
        load_settings(tmp_path / "latin.toml", {})


def test_a_file_from_a_windows_editor_is_read(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xef\xbb\xbf[web]\r\nport = 9000\r\n")
    assert load_settings(path, {}).web.port == 9000


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, "[web]\nport = 9000\nhost = '192.0.2.1'")
    environ = {
        "AFTERCARE_WEB_PORT": "9001",
        "AFTERCARE_WEB_ALLOWED_ORIGINS": "https://a.example, https://b.example",
        "AFTERCARE_TELEGRAM_DESK_GROUP_ID": "-1001",
        "AFTERCARE_TELEGRAM_CUSTOMERS_TOKEN": "123:abc",
        "AFTERCARE_KNOWLEDGE_ENCODER": "none",
        "AFTERCARE_HOURS_MONDAY": "8:00-12:00, 13:00-17:00",
        "AFTERCARE_HOURS_TUESDAY": "",
        "AFTERCARE_SLA_BASIC_FIRST_REPLY": "2 hours",
        "UNRELATED": "x",
    }
    settings = load_settings(path, environ)
    assert (settings.web.port, settings.web.host) == (9001, "192.0.2.1")
    assert settings.web.allowed_origins == ("https://a.example", "https://b.example")
    assert settings.telegram.desk.group_id == -1001
    assert (settings.hours.monday, settings.hours.tuesday) == (("8:00-12:00", "13:00-17:00"), ())
    assert settings.sla.basic.first_reply == "2 hours"
    assert settings.telegram.customers.token.get_secret_value() == "123:abc"


def test_a_mistake_in_the_environment_is_told_like_one_in_the_file(tmp_path: Path) -> None:
    assert refused(tmp_path, "", AFTERCARE_WEB_PORT="many").startswith("web.port: ")
    assert "[web] on a line of its own" in refused(tmp_path, "web = 5", AFTERCARE_WEB_PORT="1")


def leaves(section: type[BaseModel], above: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for name, field in section.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, Section):
            found += leaves(kind, (*above, name))
        else:
            found.append((*above, name))
    return found


NAMES = ("token", "webhook_secret", "password")
SECRETS = [keys for keys in leaves(Settings) if keys[-1] in NAMES or keys == ("storage", "url")]


@pytest.mark.parametrize("keys", SECRETS, ids=".".join)
def test_a_secret_is_in_no_repr_and_no_error(keys: tuple[str, ...]) -> None:
    canary = "postgresql://bot:canary-6b1f@db/aftercare"
    name = PREFIX + "_".join(keys).upper()
    settings = load_settings(None, {name: canary})
    assert "canary-6b1f" not in repr(settings) + str(settings)
    with pytest.raises(SettingsWrong) as caught:
        load_settings(None, {name: canary, "AFTERCARE_WEB_PORT": "x"})
    assert "canary-6b1f" not in str(caught.value)


def test_a_refused_url_is_not_repeated() -> None:
    with pytest.raises(SettingsWrong) as caught:
        load_settings(None, {"AFTERCARE_STORAGE_URL": "postgres://bot:canary-6b1f@db/aftercare"})
    assert "canary-6b1f" not in str(caught.value)


def test_settings_do_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().web.port = 1  # type: ignore[misc]


def test_every_setting_of_a_fixed_form_has_an_example_that_is_accepted(tmp_path: Path) -> None:
    """What an error tells people to write must itself be right."""
    for *above, key in leaves(Settings):
        section: type[BaseModel] = Settings
        for name in above:
            section = section.model_fields[name].annotation  # type: ignore[assignment]
        for example in section.model_fields[key].examples or ():
            if "…" in example:
                continue  # a token is nobody's example
            load_settings(write(tmp_path, f"[{'.'.join(above)}]\n{key} = {example}\n"), {})


def test_product_lines_are_read_in_their_order(tmp_path: Path) -> None:
    text = """
    [warranty.lines.washer]
    pattern = '(?:WM|WD)[0-9]{8}(?=[^-a-z])[A-Z]\\d'
    check = "mod37_36"
    fold = ["B8"]
    product = "washer"
    [warranty.lines.dryer]
    pattern = '[0-9]{12}'
    """
    assert load_settings(write(tmp_path, text), {}).warranty.product_lines() == (
        Line("washer", r"(?:WM|WD)[0-9]{8}(?=[^-a-z])[A-Z]\d", "mod37_36", ("B8",), "washer"),
        Line("dryer", "[0-9]{12}"),
    )
