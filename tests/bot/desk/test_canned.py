"""Ready texts: the same in every language the bot speaks."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.desk.canned import CANNED, Canned, CannedWrong
from handlers.voice import spoken_languages


@pytest.mark.parametrize("language", spoken_languages())
def test_every_language_has_every_text(language: str) -> None:
    canned = Canned()
    assert (CANNED / f"{language}.toml").is_file()
    for name in canned.names:
        text = canned.text(name, language)
        assert text
        assert language == "en" or text != canned.text(name, "en"), f"{language}: {name} is not translated"
    assert set(Canned(CANNED).names) == set(canned._texts[language])


def test_the_first_language_that_has_it(tmp_path: Path) -> None:
    (tmp_path / "en.toml").write_text('hello = "Hello"\nthanks = "Thanks"\n', "utf-8")
    (tmp_path / "cs.toml").write_text('hello = "Dobrý den"\n', "utf-8")
    canned = Canned(tmp_path)
    assert canned.text("HELLO", "kk", "cs") == "Dobrý den"
    assert canned.text("thanks", "cs") == "Thanks"
    assert canned.text("nothing", None) is None


@pytest.mark.parametrize("wrong", ['hello = ""', "hello = 3", "hello ="])
def test_a_wrong_file_says_what_to_write(tmp_path: Path, wrong: str) -> None:
    (tmp_path / "en.toml").write_text(wrong, "utf-8")
    with pytest.raises(CannedWrong, match=r"en\.toml"):
        Canned(tmp_path)
