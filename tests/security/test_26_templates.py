"""Attack 26: template code in messages, contacts, file names and articles.

Notices: a customer's text that reaches a template, an article that may loop, multiply or look into Python.
"""

from __future__ import annotations

import time
from datetime import date

import pytest

from bot.settings import Company
from knowledge_base.entries import Article
from knowledge_base.rendering import Renderer, TemplateWrong
from tests.fakes.site import PNG, Visitor

INJECTIONS = (
    "{{ 7*7 }}", "{{7*'7'}}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "{{ config }}", "{{ self.__init__.__globals__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}", "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{% for x in range(999999999) %}x{% endfor %}", "{% include '/etc/passwd' %}", "{% import 'os' as os %}",
    "{{ lipsum(n=100000) }}", "{% set a = 'a'*10**9 %}{{ a }}", "%(company)s {company.__class__} %s %n",
    "{{ company.name.__class__ }}", "{{ company | attr('__class__') }}", "{{ company['__class__'] }}",
    "{% raw %}{{ 7*7 }}{% endraw %}", "{# comment #}49", "{{", "{%", "{{ company.phone", "{% if company.name %}",
)  # fmt: skip
REFUSED = (
    "{% for x in [1, 2] %}x{% endfor %}",
    "{% for x in range(99999) %}{% for y in range(99999) %}x{% endfor %}{% endfor %}",
    "{{ 'a' * 10**9 }}", "{{ 2 ** 99999999 }}", "{{ 'a'.ljust(10**9) }}", "{{ 'a'.__class__ }}", "{{ lipsum() }}",
    "{{ company.name.__class__ }}", "{{ company | attr('__class__') }}", "{{ company['name'] }}",
    "{{ company.nothing }}",
    "{{ self }}", "{{ namespace() }}", "{{ dict(a=1) }}", "{% set x = 1 %}", "{% macro m() %}{% endmacro %}",
    "{% include 'x' %}", "{% import 'x' as x %}", "{% extends 'x' %}", "{% block x %}{% endblock %}", "{{ [1] * 9 }}",
    "{% filter upper %}x{% endfilter %}", "{% call company.name() %}{% endcall %}", "{{ company.name() }}", "{{",
    "{{ company.name ~ company.name }}", "{{ 1 if company.name else 2 }}", "{{ (1, 2) }}", "{{ {'a': 1} }}",
    "{{ company.name | format(1) }}", "{{ company.name | tojson }}", "{% if company.x %}{% endif %}", "{% while 1 %}",
)  # fmt: skip


def article(body: str) -> Article:
    return Article(**{
        **dict.fromkeys(Article.__dataclass_fields__, ""), "body": body, "language": "en", "title": "x",
        "checked": date(2026, 1, 1), "questions": (), "products": (),
    })  # fmt: skip


@pytest.mark.parametrize("body", REFUSED)
def test_an_article_can_not_compute(body: str) -> None:
    renderer = Renderer(Company().template_values(), {})
    started = time.process_time()
    with pytest.raises(TemplateWrong) as refused:
        renderer.render(article(f"first line\n{body}"))
    assert str(refused.value)
    assert refused.value.line == 2
    assert time.process_time() - started < 0.5


def test_an_article_can_name_the_company() -> None:
    renderer = Renderer(Company().template_values(), {})
    assert renderer.render(article("{{ company.name }}{% if company.phone %}!{% endif %}")) == "Alma Home!"


async def test_what_a_customer_writes_is_no_template(visitor: Visitor) -> None:
    await visitor.hear((await visitor.post(choice="person"))[1]["seq"])
    for text in INJECTIONS:
        started = time.monotonic()
        seq = await visitor.say(text)
        for answer in await visitor.hear(seq):
            assert "49" not in answer["text"]
            assert "7777777" not in answer["text"]
            assert "__" not in answer["text"]
            assert "root:" not in answer["text"]
        assert time.monotonic() - started < 3
    said = [message["text"] for message in await visitor.read() if message["author"] == "customer"]
    assert said[1:] == list(INJECTIONS[: len(said) - 1])


@pytest.mark.parametrize("text", INJECTIONS[::4])
async def test_nor_is_a_file_name_a_choice_or_a_language(visitor: Visitor, text: str) -> None:
    status, file, _ = await visitor.upload(PNG, text)
    assert status == 201
    assert "49" not in file["name"].replace("49", "", text.count("49"))
    status, found, _ = await visitor.post(choice=text[:60], language=text, attachments=[file["id"]])
    assert status == 202
    for answer in await visitor.hear(found["seq"]):
        assert "49" not in answer["text"]
