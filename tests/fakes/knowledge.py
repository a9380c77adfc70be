"""A small folder of articles to break, edit and search."""

from __future__ import annotations

from pathlib import Path

LANGUAGES = ("en", "cs", "kk")
PRODUCTS = {"en": "washing machine", "cs": "pračka", "kk": "кір жуғыш машина"}
TEXTS = {
    "leaks": {
        "en": ("Washing machine leaks", "water on the floor", "Close the tap. See [repair](entry:repair)."),
        "cs": ("Z pračky teče voda", "voda na podlaze", "Zavřete kohoutek. Viz [oprava](entry:repair)."),
        "kk": ("Кір жуғыштан су ағады", "еденде су тұр", "Шүмекті жабыңыз. [Жөндеу](entry:repair)."),
    },
    "repair": {
        "en": ("Request a repair", "my device is broken", "Call {{ company.phone }}."),
        "cs": ("Objednat opravu", "přístroj je rozbitý", "Zavolejte {{ company.phone }}."),
        "kk": ("Жөндеуге өтінім", "құрылғым бұзылды", "Қоңырау шалыңыз: {{ company.phone }}."),
    },
    "hours": {
        "en": ("Opening hours", "when are you open", "We are open {{ company.hours_weekdays }}."),
        "cs": ("Otevírací doba", "kdy máte otevřeno", "Máme otevřeno {{ company.hours_weekdays }}."),
        "kk": ("Жұмыс уақыты", "қашан ашықсыздар", "Жұмыс уақыты: {{ company.hours_weekdays }}."),
    },
}


def article(title: str, question: str, body: str, **front: str) -> str:
    """The text of an article file; `front` changes or adds lines of its front matter."""
    lines = {
        "title": title, "questions": f"\n  - {question}\n  - {title}?", "products": "[washing-machine]",
        "checked": "2026-11-16", "state": "live", **front,
    }  # fmt: skip
    return "---\n" + "".join(f"{name}: {value}\n" for name, value in lines.items() if value) + f"---\n{body}\n"


def write_folder(path: Path) -> Path:
    """Three entries in three languages below `path`; what `knowledge.path` names."""
    for slug, texts in TEXTS.items():
        for language, text in texts.items():
            file = path / "articles" / slug / f"{language}.md"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(article(*text), "utf-8")
    (path / "products").mkdir()
    for language, name in PRODUCTS.items():
        (path / "products" / f"{language}.toml").write_text(f'washing-machine = ["{name}"]\n', "utf-8")
    return path
