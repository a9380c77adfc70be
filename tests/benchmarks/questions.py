"""Questions of the shipped articles, and knowledge bases of any size made from their sentences."""

from __future__ import annotations

import asyncio
import random
import re
import tempfile
from collections.abc import Sequence
from datetime import UTC, date, datetime

from bot.app import SHIPPED, build_mind
from bot.services import BotServices
from bot.settings import Knowledge, Settings
from handlers.router import find_topics, route
from handlers.words import AnswerGiven, Message, Snapshot, Turn
from knowledge_base.entries import Article, Entry
from knowledge_base.folder import read_folder

_SENTENCE = re.compile(r"(?<=[.!?؟])\s+")


def shipped() -> tuple[Entry, ...]:
    """The articles that come with the bot."""
    return read_folder(SHIPPED, build_mind(Settings()).renderer).entries


def certain(entries: Sequence[Entry], count: int = 1_200) -> list[tuple[str, str]]:
    """(text, language): questions word for word as an article has them, which lead to an answer and nowhere else."""
    with tempfile.TemporaryDirectory() as folder:
        mind = build_mind(Settings(knowledge=Knowledge(encoder="none", cache=f"{folder}/cache")))
        mind.knowledge.install(mind.knowledge.load())
    found = [
        (question, language)
        for entry in entries
        for language, article in entry.articles.items()
        for question in article.questions
    ]
    random.Random(1).shuffle(found)
    return asyncio.run(_answered(mind.services, found[:count]))


async def _answered(services: BotServices, questions: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    topics, now = find_topics(), datetime(2026, 1, 1, tzinfo=UTC)
    kept = []
    for text, language in questions:
        turn = Turn(Message(text, language_hint=language), Snapshot(language), language, now, services)
        events = (await route(turn, topics)).events
        if len(events) == 1 and isinstance(events[0], AnswerGiven) and events[0].decision == "answer":
            kept.append((text, language))
    return kept


def made(entries: Sequence[Entry], count: int, seed: int = 1) -> list[Entry]:
    """`count` entries in all languages: title, six variants and body made of words and sentences that exist."""
    chance = random.Random(seed)
    languages = sorted(entries[0].articles)
    words = {one: [q for e in entries if one in e.articles for q in e.articles[one].questions] for one in languages}
    bodies = {one: [s for e in entries if one in e.articles for s in _SENTENCE.split(e.articles[one].body)]
              for one in languages}  # fmt: skip
    return [_made(chance, number, languages[number % len(languages)], words, bodies) for number in range(count)]


def _made(
    chance: random.Random, number: int, language: str, words: dict[str, list[str]], bodies: dict[str, list[str]]
) -> Entry:
    variants = tuple(_mixed(chance, words[language]) for _ in range(6))
    body = " ".join(chance.choice(bodies[language]) for _ in range(4))
    slug = f"made-{number}"
    article = Article(slug, language, variants[0][:60], variants, (), body, date(2026, 1, 1))
    return Entry(slug, {language: article})


def _mixed(chance: random.Random, sentences: Sequence[str]) -> str:
    """The head of one sentence and the tail of another."""
    first, second = chance.choice(sentences).split(), chance.choice(sentences).split()
    return " ".join([*first[: 1 + len(first) // 2], *second[len(second) // 2 :]])
