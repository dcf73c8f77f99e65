"""The lessons that this server has."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from ..engine.errors import BackscopeError, brief
from ..lessons import Library
from .encoding import answer
from .routes import JsonRoute
from .schemas.learning import LessonAnswer, LessonsAnswer

router = APIRouter(route_class=JsonRoute, tags=["learning"])


class LessonNotFound(BackscopeError):
    code = "not_found"
    title = "There is no such lesson"


@router.get("/lessons", response_model=None, responses={200: {"model": LessonsAnswer}})
async def list_lessons(request: Request) -> Response:
    """What there is to learn, in order; and what is wrong with files that cannot be read."""
    library: Library = request.app.state.library
    return answer({"lessons": library.list()})


@router.get("/lessons/{name}", response_model=None, responses={200: {"model": LessonAnswer}})
async def get_lesson(request: Request, name: str) -> Response:
    """One lesson with its steps."""
    library: Library = request.app.state.library
    if name not in library.lessons:
        raise LessonNotFound(f"There is no lesson {brief(name)}; there are {', '.join(library.lessons)}")
    return answer({"lesson": library.lessons[name].json()})
