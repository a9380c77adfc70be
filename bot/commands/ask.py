"""`ask`: one question, one answer, without database or channel."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import click

from bot.settings import Settings

if TYPE_CHECKING:
    from bot.app import Mind
    from handlers.services import Page
    from knowledge_base.decision import Answer


@click.command()
@click.argument("text")
@click.option("--lang", help="Language of the question; without it the words tell.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def ask(settings: Settings, text: str, lang: str | None, as_json: bool) -> None:
    """Answer one question from the knowledge base."""
    from bot.app import build_mind

    mind = build_mind(settings)
    found = asyncio.run(answer(mind, settings, text, lang))
    click.echo(json.dumps(found, ensure_ascii=False) if as_json else found["text"])


async def answer(mind: Mind, settings: Settings, text: str, lang: str | None) -> dict[str, Any]:
    """The object of the public contract."""
    from handlers.language import settle

    knowledge, services = mind.knowledge, mind.services
    knowledge.install(knowledge.load())
    settled = settle(
        text, stored=None, hint=lang, detector=knowledge.live.detector, services=services,
        default=settings.company.default_language, pending=None,
    )  # fmt: skip
    language = lang if lang in services.languages else settled.language
    if knowledge.live.index.lexical_answer(text, language) is None:
        await knowledge.start_encoder(progress)
    try:
        found = await knowledge.ask(text, language)
    finally:
        await knowledge.close()
    page = services.page(found.entry, language) if found.entry else None
    return {
        "decision": found.decision,
        "entry": found.entry,
        "language": language,
        "entry_language": page.language if page else None,
        "confidence": round(found.confidence, 4),
        "text": _text(mind, found, page, language),
        "suggestions": list(found.suggestions),
    }


def _text(mind: Mind, found: Answer, page: Page | None, language: str) -> str:
    """What the customer would read."""
    from handlers.presenting import body

    services = mind.services
    if found.decision == "answer" and page is not None:
        return body(services, page, language)
    if found.decision == "suggest":
        pages = [services.page(entry, language) for entry in found.suggestions]
        titles = [f"- {page.title}" for page in pages if page is not None]
        return "\n".join([services.say("faq.did_you_mean", language), *titles])
    return services.say("feedback.rephrase", language)


def progress(done: int, total: int) -> None:
    """One line on standard error while the knowledge base is read for the first time."""
    end = done >= total
    click.echo(f"\rreading the knowledge base: {done} of {total} texts", err=True, nl=end)
