"""A step of a flow as the customer reads it, and what they mean by their answer."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from handlers.rules.acts import consent
from handlers.rules.answering import like_label
from handlers.rules.walking import Facts, Walk, as_json, from_json, is_over, tried
from handlers.words import LABEL_LIMIT, Choice, FlowMoved, Outcome, Reply, State, TicketWanted, Turn, WalkView
from knowledge_base.flows import CANNOT, COMMON, HELPED, PERSON, RESULTS, SAME, Flow, Step

TOPIC = "flow"
PREFIX = "flow:"
START, GO_ON = f"{PREFIX}start:", f"{PREFIX}go"
BACK, SKIP, AGAIN = f"{PREFIX}back", f"{PREFIX}skip", f"{PREFIX}again"
AT_STEP: State = {"topic": TOPIC}
MIDDLE = timedelta(days=1)


def step_reply(turn: Turn, flow: Flow, walk: Walk, lead: str = "") -> Reply:
    """The present step: its words, and its choices as buttons."""
    step, language = flow.steps[walk.step], turn.language
    words = turn.services.step(flow, step.name, language)
    parts = [lead, words.text, turn.services.say("flow.number", language) if step.ranges else ""]
    buttons = [Choice(choice_id(flow, step, choice), label) for choice, label in labels(turn, flow, step).items()]
    if walk.trail:
        buttons.append(Choice(BACK, turn.services.say("flow.back", language)))
    return Reply("\n\n".join(filter(None, parts)), tuple(buttons))


def labels(turn: Turn, flow: Flow, step: Step) -> dict[str, str]:
    """The choices of a step as the customer reads them: the flow's own words, else the bot's."""
    own = turn.services.step(flow, step.name, turn.language).choices
    return {
        choice: own.get(choice) or (turn.services.say(f"flow.{choice}", turn.language) if choice in COMMON else choice)
        for choice in step.ways
    }


def choice_id(flow: Flow, step: Step, choice: str) -> str:
    """A button of this step and no other, in at most 64 bytes: one pressed late must not answer another question."""
    return f"{PREFIX}{zlib.crc32(flow.slug.encode()) & 0xFFFF:04x}:{step.name}:{choice}"


def pressed(turn: Turn, flow: Flow, walk: Walk) -> str | None:
    """The choice of the present step whose button was pressed."""
    step = flow.steps[walk.step]
    return next((choice for choice in step.ways if choice_id(flow, step, choice) == turn.message.choice), None)


def meant(turn: Turn, flow: Flow, walk: Walk) -> str | None:
    """The choice of the present step that is meant by the customer's own words; None where that is not sure."""
    step = flow.steps[walk.step]
    heard = {choice for choice in _heard(turn) if choice in step.ways}
    if len(heard) == 1:
        return heard.pop()
    said = {like_label(text, labels(turn, flow, step)) for text in turn.readings} - {None}
    return said.pop() if len(said) == 1 else None


def _heard(turn: Turn) -> set[str]:
    """What the words say by themselves, whatever the step's labels: yes, no, it works, still the same, I can not."""
    if _any(turn, "flow_cannot"):
        return {CANNOT}
    found = {True: {"yes"}, False: {"no", SAME}, None: set()}[consent(turn.acts)]
    if _any(turn, "still_broken"):
        return found | {SAME}  # "no, it still does not work" holds "works"
    works = turn.services.vocabulary("works_again")
    # A bare "yes" or "thank you" confirms a solved request; here it may mean "done".
    is_only_polite = bool(turn.acts) and "solved" not in turn.acts
    return found | {HELPED} if not is_only_polite and any(map(works.only, turn.readings)) else found


def _any(turn: Turn, list_of: str) -> bool:
    return any(map(turn.services.vocabulary(list_of).heard, turn.readings))


def open_walk(turn: Turn, slug: str | None = None) -> tuple[Walk, WalkView] | None:
    """The walk the customer is in, or the one through this flow; None where they are in none."""
    walks = ((from_json(view.walk), view) for view in turn.conversation.walks)
    return next(((walk, view) for walk, view in walks if slug in (None, walk.slug)), None)


def way_on(turn: Turn, flow: Flow) -> Choice:
    """The button that leads back into a flow."""
    title = turn.services.flow_words(flow, turn.language).title
    return Choice(GO_ON, turn.services.say("flow.go_on", turn.language, title=title)[:LABEL_LIMIT])


def with_way_on(turn: Turn, outcome: Outcome) -> Outcome:
    """Whatever was asked in the middle of a flow: a button leads back to its step, for a day."""
    here = open_walk(turn)
    flow = turn.services.flow(here[0].slug) if here is not None else None
    if here is None or flow is None or turn.now - here[1].at > MIDDLE or not outcome.replies:
        return outcome
    *before, last = outcome.replies
    leads = any(choice.id.startswith(PREFIX) for choice in last.choices)
    if leads or any(isinstance(event, FlowMoved | TicketWanted) for event in outcome.events):
        return outcome
    return replace(outcome, replies=(*before, replace(last, choices=(*last.choices, way_on(turn, flow)))))


def facts_of(flow: Flow) -> Facts:
    """What the flow itself says of the device."""
    return Facts(flow.products[0] if len(flow.products) == 1 else "")


def moved(turn: Turn, flow: Flow, walk: Walk, exit: str | None = None) -> FlowMoved:
    """The event of a step taken. What was tried is told in the company's own language: its people read it."""
    home = turn.services.languages[0]
    lines = tuple((turn.services.step(flow, name, home).short or name, result) for name, result in tried(flow, walk))
    last = walk.log[-1] if walk.log else ("", "")
    ends = exit or (flow.steps[walk.step].exit if is_over(flow, walk) else None)
    helped = last[0] if ends == "solved" and RESULTS.get(last[1]) == "helped" else None
    return FlowMoved(flow.slug, as_json(walk), walk.step, lines, helped, ends, facts_of(flow).product)


def is_danger(walk: Walk) -> bool:
    """Whether the walk ended at a warning the customer said yes to."""
    return walk.step == PERSON and bool(walk.log) and walk.log[-1][1] == "danger"


def results(turn: Turn, flow: Flow, walk: Walk) -> str:
    """What was tried, a line each."""
    say, language = turn.services.say, turn.language
    lines: Mapping[str, str] = {
        turn.services.step(flow, name, language).short or name: say(f"flow.result_{result}", language)
        for name, result in tried(flow, walk)
    }
    if not lines:
        return say("flow.tried_nothing", language)
    return "\n".join([say("flow.tried", language), "", *(f"- {what}: {result}" for what, result in lines.items())])
