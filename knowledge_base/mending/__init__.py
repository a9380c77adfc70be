"""Mending: what people typed, as they meant it."""

from knowledge_base.mending.mender import Mended, Mender
from knowledge_base.mending.questions import questions_in

__all__ = ["Mended", "Mender", "questions_in"]
