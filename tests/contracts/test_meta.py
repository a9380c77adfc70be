"""The general tests hold for what is not written yet: samples dropped into a copy of the tree are picked up.

Good samples of a channel, a topic, a language, an article and a country's law pass without an edit of any test; bad
ones fail, and the output names the file to mend.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from babel.messages.pofile import read_po, write_po

from handlers.catalogues import phrases_in_templates
from tests.fakes.knowledge import article

pytestmark = pytest.mark.server

ROOT = Path(__file__).parent.parent.parent
LEFT_OUT = shutil.ignore_patterns(
    ".*", "data", "build", "__pycache__", "*.egg-info", "benchmarks", "widget", "journeys", "security", "issues"
)
LANGUAGES = sorted(folder.name for folder in (ROOT / "handlers/locales").iterdir())
NEW = "de"  # the sample language
SLUG = "toaster-stuck"
ENTRY = f"knowledge_base/articles/{SLUG}"
KEPT = ("fridge-not-cooling", "tv-no-picture", "manuals", "opening-hours", "washer-leaks")
LINK, VERSION = re.compile(r"\[([^\]]+)\]\(entry:[^)]+\)"), re.compile(r"^translates:.*\n", re.MULTILINE)
PYTEST = (
    sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--tb=short", "-rA", "--continue-on-collection-errors",
)  # fmt: skip
MINE = ("--ignore", "tests/contracts/test_meta.py")
# Of the general tests those that look at the samples, so that the run is short.
SEEN = (
    f"pager or [jp or fax or marco or polo or {SLUG} or [{NEW} or -{NEW} or kb_check or somebody_answers or own_place"
)
TITLES = {
    "en": "Toaster holds the bread", "ru": "Тостер не отпускает хлеб", "kk": "Тостер нанды шығармайды",
    "cs": "Toustovač nepouští chleba", "pl": "Toster nie wypuszcza chleba", "fa": "توستر نان را رها نمی‌کند",
    "de": "Toaster gibt das Brot nicht her",
}  # fmt: skip
CHANNEL = """
import uuid
from bot.ports import Inbound, Posted, split_text, storable
from handlers.words import Message

NAME = "pager"
TEXT_LIMIT = 2000
PUSHES = True


def inbound(raw):
    if not raw.get("say"):
        raise ValueError("say: write what the customer said")
    return Inbound(NAME, raw["from"], uuid.uuid4().hex, Message(storable(raw["say"])))


def outbound(message: Posted):
    return [*split_text(message.text, TEXT_LIMIT), *(choice.label for choice in message.choices)]
"""
CHANNEL_SAMPLES = [
    {"raw": {"from": "ann", "say": "it leaks"}, "inbound": {"address": "ann", "text": "it leaks"}},
    {"raw": {"from": "ann"}, "refused": "say: write"},
]
TOPIC = '''
from handlers.words import Outcome, Reply, Turn

ORDER = 35


async def handle(turn: Turn) -> Outcome | None:
    """Answers to one word, and to nothing else."""
    if turn.message.text.strip().lower() != "marco":
        return None
    return Outcome((Reply(f"Polo, {turn.services.say('faq.yes', turn.language)}"),), state={**turn.state, "polo": 1})
'''
DIALOGUE = '[[dialogue]]\nshows = "a word for a word"\nsteps = [{ said = "marco", expect = ["Polo", "faq.yes"] }]\n'
WARRANTY = """
[[dialogue]]
shows = "a number nobody knows"
steps = [
  { said = "/warranty", expect = "warranty.ask" },
  { said = "QQ00Q0000", expect = "warranty.hidden", events = ["SerialChecked"] },
]
"""
FLOW = "washer-leaks"
STEPS = """
[[dialogue]]
shows = "a flow beside an answer"
steps = [
  { said = "Washing machine leaks", finds = "washer-leaks", offers = ["flow.start"], events = ["AnswerGiven"] },
  { pressed = "flow.start", expect = "smell burnt", events = ["FlowMoved"] },
]
"""
FAQ = """[[dialogue]]
shows = "a title for a title"
steps = [{ said = "TV has no picture or signal", expect = "tv-no-picture", events = ["AnswerGiven"] }]
"""
LAW = """country = "JP"
ask = "Consumer Affairs Agency"

[[liability]]
name = "jp-consumer"
title = "Civil Code"
goods = ["new", "used", "digital"]
months = 12
sources = ["a lawyer"]
confidence = "B"
checked_on = 2026-01-15

[[liability]]
name = "jp-business"
title = "Commercial Code"
buyer = "business"
goods = ["new", "used", "digital"]
sources = ["from memory"]
confidence = "C"
checked_on = 2026-01-15
"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the contracts read."""
    copy = tmp_path_factory.mktemp("meta") / "tree"  # of a smaller shop, so that the runs are short
    copy.mkdir()
    shutil.copy(ROOT / "pyproject.toml", copy)
    for name in ("bot", "handlers", "knowledge_base", "tests"):
        shutil.copytree(ROOT / name, copy / name, ignore=LEFT_OUT)
    shutil.copytree(ROOT / "bot/widget", copy / "bot/widget")
    for folder in (copy / "knowledge_base/articles").iterdir():
        if folder.name not in KEPT:
            shutil.rmtree(folder)
    for folder in (copy / "knowledge_base/flows").iterdir():
        if folder.name != FLOW:
            shutil.rmtree(folder)
    for file in (copy / "knowledge_base/articles").glob("*/*.md"):
        file.write_text(LINK.sub(r"\1", VERSION.sub("", file.read_text("utf-8"))), "utf-8")
    return copy


def text_of(path: Path) -> str | None:
    return path.read_text("utf-8") if path.exists() else None


def put(tree: Path, file: str, text: str | None) -> None:
    """Write a file; None takes it away."""
    path = tree / file
    if text is None:
        path.unlink()
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def add_channel(tree: Path) -> None:
    put(tree, "bot/channels/pager.py", CHANNEL)
    put(tree, "tests/data/channels/pager.json", json.dumps(CHANNEL_SAMPLES))


def add_topic(tree: Path, languages: list[str]) -> None:
    put(tree, "handlers/topics/marco.py", TOPIC)
    for language in languages:
        put(tree, f"tests/dialogues/marco/{language}.toml", DIALOGUE)


def add_entry(tree: Path, languages: list[str]) -> None:
    for language in languages:
        title = TITLES[language]
        ways = [f"{title} {number}" for number in ("?", "1", "2", "3", "4", "5", "6")]
        text = article(title, "\n  - ".join(ways), f"{title}: {{{{ company.phone }}}}.", products="[]")
        put(tree, f"knowledge_base/articles/{SLUG}/{language}.md", text)


def add_language(tree: Path) -> None:
    """A sample that borrows the English words: whether it is German is not what is tested."""
    catalogue = read_po(io.BytesIO(b""), locale=NEW)
    for _path, _line, words in phrases_in_templates():
        if isinstance(words, tuple) and len(words) > 1:
            catalogue.add(words, words)
        else:
            single = words if isinstance(words, str) else words[0]
            catalogue.add(single, single)
    file = tree / f"handlers/locales/{NEW}/LC_MESSAGES/aftercare.po"
    file.parent.mkdir(parents=True)
    with file.open("wb") as opened:
        write_po(opened, catalogue)
    for english in (
        "handlers/locales/en/words.toml", "tests/data/words/en.toml", "knowledge_base/products/en.toml",
        *(str(found.relative_to(ROOT)) for found in (ROOT / "tests/dialogues").glob("*/en.toml")),
    ):  # fmt: skip
        if "dialogues" not in english:
            put(tree, english.replace("/en", f"/{NEW}"), (ROOT / english).read_text("utf-8"))
            continue
        own = {"faq": FAQ, "warranty": WARRANTY, "troubleshooting": STEPS}.get(
            Path(english).parent.name
        )  # the tree has few articles
        text = own or (ROOT / english).read_text("utf-8")
        put(tree, english.replace("/en.toml", f"/{NEW}.toml"), text)
    words = tree / f"knowledge_base/flows/{FLOW}/en.toml"
    put(tree, f"knowledge_base/flows/{FLOW}/{NEW}.toml", words.read_text("utf-8"))
    for found in (tree / "knowledge_base/articles").glob("*/en.md"):
        put(tree, f"knowledge_base/articles/{found.parent.name}/{NEW}.md", found.read_text("utf-8"))


def run(tree: Path, *words: str) -> tuple[int, str]:
    """The contracts and dialogues of a tree, run as its own; exit status and output."""
    done = subprocess.run(
        [*PYTEST, *words],
        cwd=tree, capture_output=True, text=True, timeout=240, check=False,
        env={**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def test_good_samples_are_picked_up_and_pass(tree: Path) -> None:
    add_language(tree)
    add_channel(tree)
    add_topic(tree, [*LANGUAGES, NEW])
    add_entry(tree, [*LANGUAGES, NEW])
    put(tree, "knowledge_base/law/jp.toml", LAW)
    status, output = run(tree, "tests/contracts", "tests/dialogues", *MINE, "-k", SEEN)
    assert status == 0, output.partition("PASSES")[0][-6000:]
    for sample in ("pager", "marco", "[jp", SLUG, f"[{NEW}", f"-{NEW}-"):
        passed = re.findall(rf"^PASSED .*{re.escape(sample)}", output, re.MULTILINE)
        assert len(passed) > 2, f"no general test ran on {sample}:\n{output[-3000:]}"


# Several bad samples at once, as long as none hides another: a run costs seconds. File, content, what must be said.
BAD = {
    "no name, an order that is taken": [
        ("bot/channels/pager.py", CHANNEL.replace('NAME = "pager"', ""), 'bot/channels/pager.py: write NAME = "…"'),
        ("handlers/topics/marco.py", TOPIC.replace("35", "40"), "handlers/topics/marco.py: ORDER = 40 is taken"),
    ],
    "choices lost, a state that is not JSON, too few questions": [
        (
            "bot/channels/pager.py",
            CHANNEL.replace(", *(choice.label for choice in message.choices)", ""),
            "bot/channels/pager.py: outbound loses",
        ),
        (
            "knowledge_base/law/jp.toml",
            LAW.replace('goods = ["new", "used", "digital"]\nmonths', 'goods = ["new", "used"]\nmonths'),
            "law/jp.toml: nothing for digital goods bought by a consumer",
        ),
        (
            "handlers/topics/marco.py",
            TOPIC.replace('!= "marco"', '== "marco"').replace('"polo": 1', '"polo": (1, 2)'),
            "handlers/topics/marco.py, nothing: the state must be JSON",
        ),
        (f"{ENTRY}/cs.md", article(TITLES["cs"], "x", "y", products="[]"), f"{SLUG}/cs.md: 2 questions; write 6"),
    ],
    "text cut off, a dialogue that is not kept, a heading": [
        (
            "bot/channels/pager.py",
            CHANNEL.replace("*split_text(message.text, TEXT_LIMIT)", "message.text[:TEXT_LIMIT]"),
            "bot/channels/pager.py: outbound loses",
        ),
        ("tests/dialogues/marco/en.toml", DIALOGUE.replace('"Polo"', '"Columbus"'), "dialogues/marco/en.toml"),
        (
            "knowledge_base/law/jp.toml",
            LAW.replace("months = 12", "months = 12\nbasis = 'invoice'"),
            "law/jp.toml:9: basis: is 'invoice'; write one of delivery",
        ),
        (
            f"{ENTRY}/cs.md",
            article(TITLES["cs"], "\n  - ".join("abcdefg"), "# Big\n\ntext", products="[]"),
            f"{SLUG}/cs.md: heading can not be shown",
        ),
    ],
    "no samples, no handle, one language missing": [
        ("bot/channels/fax.py", CHANNEL.replace('"pager"', '"fax"'), "data/channels/fax.json: write a list"),
        ("handlers/topics/marco.py", "ORDER = 35\n", "handlers/topics/marco.py: write async def handle"),
        (f"{ENTRY}/cs.md", None, f"{SLUG}/cs.md:1: missing translation"),
    ],
    "an empty catalogue, a topic without dialogues, broken YAML": [
        (
            f"handlers/locales/{NEW}/LC_MESSAGES/aftercare.po",
            "",
            f"{NEW}/LC_MESSAGES/aftercare.po:1: no translation of",
        ),
        ("handlers/topics/polo.py", TOPIC.replace("35", "36"), "dialogues/polo/cs.toml: write at least one"),
        (f"{ENTRY}/cs.md", article("Toustovač: nepouští", "x", "y"), f"{SLUG}/cs.md:2: the front matter is not valid"),
    ],
    "a language without its words": [
        (f"handlers/locales/{NEW}/words.toml", 'person = ["Mensch"]\n', f"{NEW}/words.toml: write a list like"),
    ],
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_samples_fail_with_the_name_of_the_file(tree: Path, kind: str) -> None:
    """Runs after the good ones, in the same tree; each bad file is put in its place and taken out again."""
    before = {file: text_of(tree / file) for file, _, _ in BAD[kind]}
    where = (
        ["tests/contracts/test_languages.py", "--maxfail=2"]
        if "words" in kind
        else ["tests/contracts", "tests/dialogues"]
    )
    for file, text, _ in BAD[kind]:
        put(tree, file, text)
    try:
        status, output = run(tree, *where, *MINE, "-k", f"({SEEN}) and not never_raises and not somebody_answers")
    finally:
        for file, text in before.items():
            put(tree, file, text)
    assert status != 0, f"{kind}: nothing failed\n{output[-2000:]}"
    for file, _, said in BAD[kind]:
        assert said in output, f"{file}: the output does not say {said!r}\n{output[-5000:]}"


def test_the_samples_are_what_they_say() -> None:
    """A sample that rots would let the tests above pass for the wrong reason."""
    assert tomllib.loads(DIALOGUE)["dialogue"]
    assert set(TITLES) == {*LANGUAGES, NEW}
