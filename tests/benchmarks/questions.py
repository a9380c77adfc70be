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
from handlers.voice import spoken_languages
from handlers.words import AnswerGiven, Message, Snapshot, Turn
from knowledge_base.entries import Article, Entry
from knowledge_base.folder import read_folder
from knowledge_base.jsonl import Question
from tests.golden.figures import questions

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


def golden(each: int) -> list[Question]:
    """Golden questions, so many in each language, spread over all articles."""
    found = []
    for language in spoken_languages():
        asked = questions(language)
        found += [asked[place * len(asked) // each] for place in range(min(each, len(asked)))]
    return found


def made(entries: Sequence[Entry], count: int, *, everywhere: bool = False, seed: int = 1) -> list[Entry]:
    """`count` entries of a title, six variants and a body made of words and sentences that exist; each in one of the
    languages, or `everywhere`: in all of them.
    """
    chance = random.Random(seed)
    languages = sorted(entries[0].articles)
    spoken = {one: [entry.articles[one] for entry in entries if one in entry.articles] for one in languages}
    words = {one: [question for article in found for question in article.questions] for one, found in spoken.items()}
    bodies = {one: [s for article in found for s in _SENTENCE.split(article.body)] for one, found in spoken.items()}
    found = []
    for number in range(count):
        slug, within = f"made-{number}", languages if everywhere else [languages[number % len(languages)]]
        found.append(Entry(slug, {one: _made(chance, slug, one, words[one], bodies[one]) for one in within}))
    return found


def _made(chance: random.Random, slug: str, language: str, words: Sequence[str], sentences: Sequence[str]) -> Article:
    variants = tuple(_mixed(chance, words) for _ in range(6))
    body = " ".join(chance.choice(sentences) for _ in range(4))
    return Article(slug, language, variants[0][:60], variants, (), body, date(2026, 1, 1))


def _mixed(chance: random.Random, sentences: Sequence[str]) -> str:
    """The head of one sentence and the tail of another."""
    first, second = chance.choice(sentences).split(), chance.choice(sentences).split()
    return " ".join([*first[: 1 + len(first) // 2], *second[len(second) // 2 :]])
