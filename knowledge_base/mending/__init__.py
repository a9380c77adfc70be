"""Mending: what people typed, as they meant it."""

from knowledge_base.mending.mender import Mended, Mender
from knowledge_base.mending.questions import parts_in, questions_in

__all__ = ["Mended", "Mender", "parts_in", "questions_in"]
