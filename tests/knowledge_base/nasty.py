"""Texts that have hurt somebody's search before."""

TEXTS = {
    "a megabyte": "why does it not work " * 50_000,
    "one long word": "x" * 1_000_000,
    "eighteen for one": "\ufdfa" * 40,
    "many of them": "\ufdfa" * 5_000,
    "nothing": "",
    "NUL": "re\0turn\0" * 500,
    "lone surrogates": "\ud800\udfff" * 1_000,
    "a tower of marks": "e" + "\u0301" * 2_000,
    "marks alone": "\u064b" * 2_000,
    "bidi": "\u202e\u2066abc" * 500,
    "spaces": " \u00a0\u200b\u3000" * 1_000,
    "Persian prefix": "می " * 1_000,
    "two scripts": "aы" * 1_000,
    "every word another": " ".join(f"w{n}" for n in range(2_000)),
    "punctuation": "?!." * 1_000,
    "emoji": "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 500,
}
