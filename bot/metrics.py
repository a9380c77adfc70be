"""What Prometheus may know: counts and times, no words and no names of customers."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

ACCEPTED = Counter("aftercare_accepted_total", "Messages stored in the inbox", ["channel"])
DUPLICATES = Counter("aftercare_duplicates_total", "Messages that had come before", ["channel"])
TURNS = Counter("aftercare_turns_total", "Turns recorded", ["channel"])
TURN_SECONDS = Histogram(
    "aftercare_turn_seconds", "From stored message to stored reply",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)  # fmt: skip
PARKED = Counter("aftercare_parked_total", "Messages given up after several tries", ["channel"])
UPDATES = Counter("aftercare_updates_total", "Updates of Telegram, new or come again", ["bot", "which"])
UPDATES_PARKED = Counter("aftercare_updates_parked_total", "Updates given up after several tries", ["bot"])
ANSWERS = Counter("aftercare_answers_total", "Questions searched for", ["decision"])
RATINGS = Counter("aftercare_ratings_total", "Answers rated", ["helped"])
TICKETS = Counter("aftercare_tickets_wanted_total", "Requests for a person", ["reason"])
SENT = Counter("aftercare_sent_total", "Messages sent by the outbox", ["channel"])
SENT_UNKNOWN = Counter("aftercare_sent_unknown_total", "Sends without an answer: each may come twice", ["channel"])
SEND_FAILED = Counter("aftercare_send_failed_total", "Sends that failed", ["channel"])
SEARCH_SECONDS = Histogram(
    "aftercare_search_seconds", "Time of one search; its count: questions each stage answered", ["stage"],
    buckets=(0.00001, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2),
)  # fmt: skip
ENCODER_UP = Gauge("aftercare_encoder_up", "1 where the sentence encoder is loaded, 0 where answers are lexical")
ENCODER_FAILED = Counter("aftercare_encoder_failed_total", "Questions the encoder could not take", ["why"])
KNOWLEDGE_ENTRIES = Gauge("aftercare_knowledge_entries", "Live entries")
KNOWLEDGE_PROBLEMS = Gauge("aftercare_knowledge_problems", "Articles that could not be read at the last load")
REFUSED = Counter("aftercare_refused_total", "Requests refused", ["why"])
SOCKETS = Gauge("aftercare_websockets", "Open WebSockets")
DESK_DOUBLED = Counter(
    "aftercare_desk_doubled_total",
    "Posts and topics that may stand twice: the answer to the first try was lost",
    ["kind"],
)
DESK_BARRED = Gauge("aftercare_desk_barred", "1 where the bot may not work in the agents' group", ["group"])
LOOK_UPS = Counter("aftercare_look_ups_total", "Serials asked for, by what was told", ["told"])
ALERTS = Counter("aftercare_alerts_total", "Alerts: somebody is guessing serials", ["kind"])
