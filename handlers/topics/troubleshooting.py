"""Step by step to what is wrong: one question or deed a turn, remembered for days, stopped by danger."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from handlers.presenting import show
from handlers.requests import TOPIC as REQUEST
from handlers.requests import promised
from handlers.rules.acts import consent
from handlers.rules.answering import number_in
from handlers.rules.walking import Walk, again, back, choose, is_over, measure, resumed, skip, start
from handlers.stepping import (
    AGAIN,
    AT_STEP,
    BACK,
    GO_ON,
    PREFIX,
    SKIP,
    START,
    TOPIC,
    facts_of,
    is_danger,
    meant,
    moved,
    open_walk,
    pressed,
    results,
    step_reply,
    way_on,
)  # fmt: skip
from handlers.when import local_date
from handlers.words import Choice, Outcome, Reason, Reply, TicketWanted, Turn
from knowledge_base.flows import Flow, Step

ORDER = 34
WORDS_OF_A_COMMAND = 6  # a longer text that holds "back" tells a story
WORDS_OF_AN_ASIDE = 3  # a shorter text at a step is an answer to it, not a question of its own
PAUSE = timedelta(hours=1)  # after which it is worth saying where we were
DEEDS = {BACK: "flow_back", SKIP: "flow_skip", AGAIN: "flow_again"}  # choice -> words for it


async def handle(turn: Turn) -> Outcome | None:
    """The next step; None for what is no answer to one."""
    choice = turn.message.choice
    if choice is not None and choice.startswith(START):
        return _start(turn, choice.removeprefix(START))
    here = open_walk(turn)
    if here is None or not (choice is None or choice.startswith(PREFIX)):
        return _gone(turn) if choice is not None and choice.startswith(PREFIX) else None
    walk = here[0]
    flow = turn.services.flow(walk.slug)
    if flow is None:
        return _gone(turn) if choice is not None or turn.state.get("topic") == TOPIC else None
    if choice == GO_ON or (choice is None and _asks(turn, "flow_go")):
        return _resume(turn, flow, walk)
    if choice is None and _asks(turn, "flow_tried"):
        return Outcome((Reply(results(turn, flow, walk), (way_on(turn, flow),)),), state=turn.state)
    if choice is None and turn.state.get("topic") != TOPIC:
        return None
    return await _answered(turn, flow, resumed(flow, walk, facts_of(flow)))


async def _answered(turn: Turn, flow: Flow, walk: Walk) -> Outcome | None:
    """What the customer did or said at the present step."""
    facts, step = facts_of(flow), flow.steps[walk.step]
    deed = turn.message.choice if turn.message.choice in DEEDS else _deed(turn)
    if deed == SKIP and step.kind == "safety":
        return _shown(turn, flow, walk, turn.services.say("flow.warning", turn.language))
    if deed is not None:
        done = {BACK: back(flow, walk), SKIP: skip(flow, walk, facts), AGAIN: again(flow, walk, facts)}[deed]
        return _shown(turn, flow, done)
    choice = pressed(turn, flow, walk) if turn.message.choice is not None else meant(turn, flow, walk)
    if choice is not None:
        return _shown(turn, flow, choose(flow, walk, choice, facts))
    number = number_in(turn.message.text) if step.ranges else None
    if number is not None:
        return _shown(turn, flow, measure(flow, walk, number, facts))
    if step.kind == "media" and turn.message.attachments:
        return _shown(turn, flow, choose(flow, walk, "done", facts))
    return await _aside(turn, flow, walk)


async def _aside(turn: Turn, flow: Flow, walk: Walk) -> Outcome | None:
    """A question of its own is left to the other topics; else we ask which choice is meant."""
    text = turn.message.text
    if turn.message.choice is not None:  # a button of an earlier step
        return _shown(turn, flow, walk, turn.services.say("flow.resumed_today", turn.language))
    if text.startswith("/") or not text.strip() or (turn.acts and consent(turn.acts) is None):
        return None
    if len(text.split()) > WORDS_OF_AN_ASIDE:
        found = await turn.services.search(text, turn.language)
        if found.decision == "answer" and found.entry != flow.slug:
            return None
    say, language = turn.services.say, turn.language
    reply = step_reply(turn, flow, walk)
    person = Choice("person", say("start.person", language))
    return Outcome((Reply(say("flow.unclear", language), (*reply.choices, person)),), state=AT_STEP)


def _asks(turn: Turn, list_of: str) -> bool:
    vocabulary = turn.services.vocabulary(list_of)
    return any(len(text.split()) <= WORDS_OF_A_COMMAND and vocabulary.heard(text) for text in turn.readings)


def _deed(turn: Turn) -> str | None:
    if turn.message.choice is not None:
        return None
    return next((deed for deed, list_of in DEEDS.items() if _asks(turn, list_of)), None)


def _start(turn: Turn, slug: str) -> Outcome:
    """From the first step; where the customer stopped, if they had begun."""
    flow = turn.services.flow(slug)
    if flow is None:
        return _gone(turn)
    here = open_walk(turn, slug)
    if here is not None:
        return _resume(turn, flow, here[0])
    intro = turn.services.flow_words(flow, turn.language).intro
    return _shown(turn, flow, start(flow, facts_of(flow)), intro)


def _resume(turn: Turn, flow: Flow, walk: Walk) -> Outcome:
    """At the step that was reached, with the day it was, and what has changed since."""
    here = open_walk(turn, flow.slug)
    now = resumed(flow, walk, facts_of(flow))
    say, language = turn.services.say, turn.language
    if now.step != walk.step:
        lead = say("flow.changed", language)
    elif here is not None and turn.now - here[1].at > PAUSE:
        day = here[1].at.astimezone(ZoneInfo(str(turn.services.company()["timezone"]))).date()
        lead = say("flow.resumed", language, date=local_date(day, language))
    else:
        lead = say("flow.resumed_today", language)
    outcome = _shown(turn, flow, now, lead)
    *before, last = outcome.replies
    fresh = Choice(AGAIN, say("flow.again", language))
    return Outcome((*before, Reply(last.text, (*last.choices, fresh))), outcome.events, outcome.state)


def _shown(turn: Turn, flow: Flow, walk: Walk, lead: str = "") -> Outcome:
    """The step a walk stands at, or how it ended."""
    if not is_over(flow, walk):
        return Outcome((step_reply(turn, flow, walk, lead),), (moved(turn, flow, walk),), AT_STEP)
    step = flow.steps[walk.step]
    match step.exit:
        case "flow":
            following = _start(turn, step.to)
            return Outcome(following.replies, (moved(turn, flow, walk), *following.events), following.state)
        case "article":
            page = turn.services.page(step.to, turn.language)
            replies = (show(turn, page),) if page is not None else (Reply(_said(turn, flow, step, "flow.solved")),)
            return Outcome(replies, (moved(turn, flow, walk),))
        case "solved":
            return Outcome((Reply(_said(turn, flow, step, "flow.solved")),), (moved(turn, flow, walk),))
        case _:
            return _handed_over(turn, flow, walk, step)


def _handed_over(turn: Turn, flow: Flow, walk: Walk, step: Step) -> Outcome:
    """A person takes over, who reads what was found and tried."""
    say, language = turn.services.say, turn.language
    title = turn.services.flow_words(flow, turn.services.languages[0]).title
    if is_danger(walk):
        wanted = TicketWanted("safety", title, priority="urgent")
        replies: tuple[Reply, ...] = (Reply(say("safety.stop", language)),)
        asked = say("safety.passed_on", language)
    else:
        reason: Reason = "claim_or_law" if step.exit == "claim" else "ladder_end"
        wanted = TicketWanted(reason, f"{title}: {step.reason}".removesuffix(": "), priority=step.priority)
        replies = (Reply(_said(turn, flow, step, "flow.handed_over")),)
        asked = say("escalation.ask_contact", language)
    contact = Choice("contact:none", say("escalation.without_contact", language))
    told = Reply(f"{promised(turn)}\n\n{asked}", (contact,))
    state = {"topic": REQUEST, "step": "contact", "described": True}
    return Outcome((*replies, told), (moved(turn, flow, walk), wanted), state)


def _said(turn: Turn, flow: Flow, step: Step, phrase: str) -> str:
    """An end's own words, else the bot's."""
    return turn.services.step(flow, step.name, turn.language).text or turn.services.say(phrase, turn.language)


def _gone(turn: Turn) -> Outcome:
    return Outcome((Reply(turn.services.say("flow.gone", turn.language)),))
