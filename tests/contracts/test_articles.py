"""What every article must be: the files of `knowledge_base/articles`, in every language of the bot."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from bot.app import SHIPPED
from bot.commands.knowledge import DECORATION, mistakes
from bot.doors import text_limit
from bot.telegram_text import html, split
from handlers.presenting import body
from handlers.voice import spoken_languages
from knowledge_base.entries import Article
from knowledge_base.folder import article_files
from tests.fakes.services import settings_for, shared_mind

FEWEST = 6  # ways of asking
FOUND = 0.97  # share of an article's own questions that must lead to it
ALLOWED = frozenset((
    "paragraph", "bullet_list", "ordered_list", "list_item", "inline", "text", "strong", "softbreak", "link",
))  # fmt: skip
MOST_MESSAGES = 2  # that an article may take in Telegram
LEFT_OVER = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|\(entry:|%\(|None\b|Undefined")

every_language = pytest.mark.parametrize("language", spoken_languages())
every_entry = pytest.mark.parametrize("slug", sorted({file.parent.name for file in article_files(SHIPPED)}))


def articles(slug: str) -> list[Article]:
    return list(shared_mind().knowledge.live.entries[slug].articles.values())


@cache
def all_mistakes() -> list[str]:
    return [str(problem) for problem in mistakes(settings_for(Path("nowhere")))]


def test_kb_check_finds_nothing() -> None:
    assert not all_mistakes(), "\n".join(all_mistakes())


@every_entry
def test_it_exists_in_every_language(slug: str) -> None:
    missing = set(spoken_languages()) - {article.language for article in articles(slug)}
    assert not missing, f"{SHIPPED / 'articles' / slug}: nothing live in {', '.join(sorted(missing))}"


@every_entry
def test_people_ask_for_it_in_many_ways(slug: str) -> None:
    for article in articles(slug):
        own = {question.casefold() for question in article.questions}
        assert len(own) >= FEWEST, f"{article.path}: {len(own)} questions; write {FEWEST}"


@every_entry
def test_it_fits_and_holds_nothing_of_its_template(slug: str) -> None:
    for article in articles(slug):
        page = shared_mind().knowledge.page(slug, article.language)
        assert page is not None
        assert page.language == article.language
        assert 0 < len(page.text) <= text_limit() - DECORATION, f"{article.path}: {len(page.text)} characters"
        left = LEFT_OVER.search(page.text)
        assert left is None, f"{article.path}: {left.group()!r} is left over in the text" if left else ""


@every_entry
def test_it_fits_into_two_telegram_messages(slug: str) -> None:
    services = shared_mind().services
    for article in articles(slug):
        page = services.page(slug, article.language)
        assert page is not None
        text = f"{body(services, page, article.language)}\n\n{services.say('faq.did_it_help', article.language)}"
        messages = split(html(text, article.language))
        assert 0 < len(messages) <= MOST_MESSAGES, f"{article.path}: takes {len(messages)} messages in Telegram"


@every_entry
def test_its_markdown_is_of_the_kind_every_channel_can_show(slug: str) -> None:
    for article in articles(slug):
        for token in MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(article.body):
            for part in (token, *(token.children or ())):
                kind = part.type.removesuffix("_open").removesuffix("_close")
                assert kind in ALLOWED, f"{article.path}: {kind} can not be shown: {part.content!r}"
                target = str(part.attrGet("href") or "entry:")
                assert target.startswith("entry:"), f"{article.path}: link to {target}; only entry:slug"


@every_language
def test_its_own_questions_lead_to_it(language: str) -> None:
    index = shared_mind().knowledge.live.index
    lost, asked = [], 0
    for entry in index.entries:
        article = entry.articles.get(language)
        for question in article.questions if article else ():
            asked += 1
            found = index.answer(question, language, None)
            if not found.ranking or found.ranking[0] != entry.slug:
                lost.append(f"{entry.slug}/{language}.md: “{question}” leads to {found.ranking[:1]}")
    assert len(lost) <= (1 - FOUND) * asked, "\n".join(lost)
