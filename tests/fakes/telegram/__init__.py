"""A fake Telegram: the Bot API over HTTP on 127.0.0.1, with its own world and its own temper.

The frameworks stay real and only get another address. It refuses what Telegram refuses, in Telegram's words, and goes
wrong on demand:

    async with Telegram() as fake:
        bot, anna = fake.bot("100:customers"), fake.user(7, "Anna", "kk")
        asked = anna.says("Салем")
        answer = await fake.answer_to(asked)
        anna.presses(answer, answer.labels[0])
        fake.faults.next("sendMessage", Fault.DROPPED_AFTER)
"""

from tests.fakes.telegram.call import Call
from tests.fakes.telegram.faults import Fault
from tests.fakes.telegram.groups import Group
from tests.fakes.telegram.people import PICTURE, Person
from tests.fakes.telegram.server import Telegram
from tests.fakes.telegram.things import Bot, Chat, Message, Query, Topic

__all__ = ["PICTURE", "Bot", "Call", "Chat", "Fault", "Group", "Message", "Person", "Query", "Telegram", "Topic"]
