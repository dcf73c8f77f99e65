"""Predict before it is revealed: questions about numbers to come, and whether an answer is right. Both only look."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from ..engine.questions import LEVELS, Link, Question
from . import answers
from .reading import T
from .requests import Bench
from .routes import JsonRoute
from .schemas.learning import FactorName, GradeAnswer, QuestionAnswer
from .schemas.requests import Answered
from .sessions import about

router = APIRouter(route_class=JsonRoute, tags=["learning"])


@router.get("/sessions/{session_id}/questions", response_model=None, responses={200: {"model": QuestionAnswer}})
async def get_question(
    bench: Bench,
    session_id: str,
    level: Annotated[int, Query(ge=LEVELS[0], le=LEVELS[-1], description="a sign; a size; a number; an update")] = 1,
    seed: Annotated[int, Query(ge=0, le=2**53, description="the same seed asks the same")] = 0,
    t: T = None,
) -> Response:
    """A question about the step that is under way at `t`, or comes next."""
    async with bench.using(session_id) as session:
        at = session.t if t is None else t

        def ask() -> Response:
            asked = session.question(level, seed, at)
            return about(session, question={**asdict(asked), "chain": [_named(link) for link in session.chain(asked)]})

        return await bench.run(session.question_cost(at), ask)


@router.post("/sessions/{session_id}/grades", response_model=None, responses={200: {"model": GradeAnswer}})
async def grade(bench: Bench, session_id: str, body: Answered) -> Response:
    """Whether an answer is right, and how the number comes to be; of a number that is yet to come, too."""
    among = tuple(tuple(index) for index in body.among)
    index = among[0] if among else tuple(body.index)
    asked = Question(body.kind, body.tensor, index, body.t, among, body.tolerance)
    async with bench.using(session_id) as session:

        def held_against() -> Response:
            found = session.grade(asked, body.answer, body.factors)
            return about(
                session,
                right=found.right,
                value=found.value,
                best=found.best,
                parts=[
                    {**_named(one.link), "value": one.link.value, "given": one.given, "agrees": one.agrees}
                    for one in found.parts
                ],
                parted=found.parted,
                reason=found.reason,
                explanation=answers.explanation(found.explanation),
            )

        return await bench.run(session.question_cost(max(0, body.t - 1), body.tensor), held_against)


def _named(link: Link) -> dict[str, Any]:
    """A link of a chain without its value, with where its factors stand or how they are had."""
    named = [{key: getattr(factor, key) for key in FactorName.model_fields} for factor in link.factors]
    return {"symbol": link.symbol, "text": link.text, "factors": named}
