"""The agents' desk in a Telegram group with topics, one topic per ticket: a view of the database, never its source."""

import os

# python-telegram-bot would warn at every 429 that lengths of time will be of another type one day.
os.environ.setdefault("PTB_TIMEDELTA", "1")
