"""The shapes of requests and answers. Requests are checked by these models; answers are built by hand, and the
tests hold them to the models, from which the page's TypeScript types are made.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Number = float | Literal["NaN", "Infinity", "-Infinity"]
Phase = Literal["forward", "loss", "backward", "update"]
Granularity = Literal["op", "layer", "phase", "batch", "epoch"]


class Request(BaseModel):
    """What a client sends: an unknown field is an error, and a text is not a number."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Answer(BaseModel):
    """What the server answers."""

    model_config = ConfigDict(extra="forbid")


class Advance(Request):
    granularity: Granularity = "op"
    count: Annotated[int, Field(ge=1, le=2**53)] = 1
    return_: Annotated[Literal["ticks", "frame", "none"] | None, Field(alias="return")] = None


class Rewind(Request):
    """Exactly one of the two."""

    to: Annotated[int | None, Field(ge=0)] = None
    to_rev: Annotated[int | None, Field(ge=0)] = None


class Edit(Request):
    tensor: Annotated[str, Field(max_length=100)]
    index: Annotated[list[Annotated[int, Field(ge=0, le=10**9)]], Field(max_length=8)]
    value: float


Edits = Annotated[list[Edit], Field(max_length=10_000)]


class EditParameters(Request):
    edits: Edits
    at: Annotated[int | None, Field(ge=0)] = None


class Sample(Request):
    """`y` has one number an output, or the class."""

    x: list[float]
    y: list[float]


class PutSample(Sample):
    at: Annotated[int | None, Field(ge=0)] = None


class Preview(Request):
    """At least one of `edits` and `sample`."""

    edits: Edits | None = None
    sample: Sample | None = None
    t: Annotated[int | None, Field(ge=0)] = None


class Settle(Request):
    """At least one of `name` and `optimizer`."""

    name: str | None = None
    optimizer: dict[str, Any] | None = None
    at: Annotated[int | None, Field(ge=0)] = None


class Fork(Request):
    at: Annotated[int | None, Field(ge=0)] = None
    at_rev: Annotated[int | None, Field(ge=0)] = None
    spec: dict[str, Any] | None = None


class Predict(Request):
    x: list[Any]


class Answered(Request):
    """An answer to a question: what was asked, and what the learner says, maybe with the factors of the chain."""

    kind: Literal["sign", "size", "number", "largest"]
    tensor: str
    index: list[int] = Field(default=[], max_length=8)
    t: int = Field(ge=1)
    among: list[list[int]] = Field(default=[], max_length=1_000)
    tolerance: float | None = Field(default=None, gt=0, le=10)
    answer: str | float | list[int]
    factors: list[float] | None = Field(default=None, max_length=10_000)


class TableUpload(Request):
    """A table: named columns, and rows of numbers and texts."""

    columns: list[str]
    rows: list[list[float | str]]
    target: str | None = None
    standardize: bool = False
    task: Literal["auto", "classification", "regression"] = "auto"


class CheckGradients(Request):
    method: Literal["complex_step", "central_difference"] = "complex_step"
    tensors: list[str] | None = None
    t: Annotated[int | None, Field(ge=0)] = None


class Until(Request):
    loss_below: float


class StartRun(Request):
    """Exactly one of `steps` and `epochs`."""

    steps: Annotated[int | None, Field(ge=1, le=2**53)] = None
    epochs: Annotated[int | None, Field(ge=1, le=2**53)] = None
    until: Until | None = None


class Next(Answer):
    index: int
    phase: Phase
    layer: str
    op: str
    writes: list[str]


class Head(Answer):
    """Where a session stands. Who asks for it by its `view_id` is not told the `id`; it is left out then."""

    id: Annotated[str, Field(default_factory=str)]
    view_id: str
    name: str
    status: Literal["ready", "running", "diverged"]
    rev: int
    t: int
    step: int
    tick: int
    epoch: int
    phase: Phase | None
    next: Next
    ticks_per_step: int
    steps_per_epoch: int
    loss: Number | None
    parameters: int
    state_sha256: str


class Summary(Answer):
    min: float | None
    max: float | None
    mean: float | None
    norm: float
    nonfinite: int


class Tensor(Answer):
    """A tensor in full, or a large one's summary and where to read it."""

    shape: list[int]
    values: Any = None
    summary: Summary | None = None
    href: str | None = None


class TickRecord(Answer):
    t: int
    index: int
    step: int
    tick: int
    phase: Phase
    layer: str
    op: str
    writes: dict[str, Tensor]


class Frame(Answer):
    t: int
    step: int
    tick: int
    phase: Phase | None
    tensors: dict[str, Tensor | None]


class SessionAnswer(Answer):
    session: Head


class SpecAnswer(SessionAnswer):
    spec: dict[str, Any]


class Example(Answer):
    """One example, with the targets as the loss wants them."""

    x: list[float]
    y: list[float]


class PresentAnswer(SpecAnswer):
    sample: Example | None


class Before(Answer):
    before: Any
    after: Any


class EditedNumber(Before):
    tensor: str
    index: list[int]


class Changed(Answer):
    """What a command changed beside the moment: the members that it has."""

    name: Before | None = None
    optimizer: dict[str, Before] | None = None
    edits: list[EditedNumber] | None = None
    sample: Example | None = None
    to_rev: int | None = None


class LogRow(Answer):
    """A command, or `commands` advances on end; `rev` is the revision that the last of them made."""

    rev: int
    kind: Literal["advance", "rewind", "edit", "settings", "sample"]
    before: int
    after: int
    commands: int
    changed: Changed | None


class LogAnswer(SessionAnswer):
    commands: list[LogRow]
    next_page_token: str | None


class StepsAnswer(SessionAnswer):
    ticks: list[TickRecord] | None = None
    frame: Frame | None = None


class RunUntil(Answer):
    loss_below: float


class Run(Answer):
    """A run in the background. `reached` says that `until` ended it; `detail` why it failed."""

    id: str
    status: Literal["running", "done", "cancelled", "diverged", "failed"]
    done: int
    total: int
    steps_per_second: float | None
    seconds_left: float | None
    until: RunUntil | None
    reached: bool
    detail: str | None = None


class RunAnswer(SessionAnswer):
    run: Run


class FrameAnswer(SessionAnswer, Frame):
    pass


class TensorAnswer(SessionAnswer):
    t: int
    name: str
    shape: list[int]
    values: Any
    rows: list[int] | None = None
    cols: list[int] | None = None


class DataAnswer(SessionAnswer):
    """How many rows there are, and those that are shown; those held out are null where there are none."""

    rows: int
    test_rows: int
    x: Tensor
    y: Tensor
    test_x: Tensor | None
    test_y: Tensor | None
    classes: int | None
    input_names: list[str] | None
    class_names: list[str] | None


class PredictionAnswer(SessionAnswer):
    t: int
    tensors: dict[str, Tensor]


class Sides(Answer):
    """The part of a plane: lowest and highest, along either axis."""

    x: Annotated[list[float], Field(min_length=2, max_length=2)]
    y: Annotated[list[float], Field(min_length=2, max_length=2)]


class MapsAnswer(SessionAnswer):
    """What units answer at `x` and `y`, by tensor: (y, x, unit)."""

    t: int
    bounds: Sides
    resolution: int
    x: list[float]
    y: list[float]
    tensors: dict[str, Tensor]


class Pair(Answer):
    index: list[int]
    backward: Number
    numeric: Number


class Point(Answer):
    h: float
    absolute: Number
    relative: Number


class TensorCheck(Answer):
    """One gradient checked at `checked` of its `entries` numbers; `skipped` ones move a sum over a kink."""

    tensor: str
    parameter: str
    verdict: Literal["equal", "close", "different", "skipped"]
    absolute: Number | None
    relative: Number | None
    worst: list[int] | None
    h: float
    entries: int
    checked: int
    skipped: int
    pairs: list[Pair]
    curve: list[Point]


class GradientCheckAnswer(SessionAnswer):
    t: int
    step: int
    method: Literal["complex_step", "central_difference"]
    verdict: Literal["equal", "close", "different", "skipped", "not_applicable"]
    reason: str | None
    tolerance: float
    near_kinks: int
    tensors: list[TensorCheck]


class LayerDiagnosis(Answer):
    layer: str
    units: int
    gradient_norm: Number | None
    weight_gradient_norm: Number | None
    weight_norm: Number | None
    update_ratio: Number | None
    mean_slope: Number | None
    slope_gain: Number | None
    weight_gain: Number | None
    factor: Number | None
    dead_units: list[int]
    saturated_units: list[int]


class Finding(Answer):
    code: Literal[
        "vanishing", "exploding", "dead_units", "saturated_units", "symmetric_units", "rate_too_high", "non_finite"
    ]
    layer: str
    cause: str
    numbers: dict[str, Number | str | list[int] | None]
    fix: dict[str, Any]


class DiagnosisAnswer(SessionAnswer):
    t: int
    step: int
    rows: int
    gradient_ratio: Number | None
    layers: list[LayerDiagnosis]
    findings: list[Finding]


class LayerTrends(Answer):
    """One number a step, null where there is none; `dead` and `saturated` are shares of the layer's units."""

    layer: str
    gradient_norm: list[Number | None]
    weight_norm: list[Number | None]
    update_ratio: list[Number | None]
    mean_slope: list[Number | None]
    dead: list[Number | None]
    saturated: list[Number | None]


class TrendsAnswer(SessionAnswer):
    t: int
    steps: list[int]
    layers: list[LayerTrends]


class HistogramsAnswer(SessionAnswer):
    """`counts[i][j]` numbers lie between `edges[j]` and `edges[j + 1]` at the end of step `steps[i]`."""

    t: int
    tensor: str
    steps: list[int]
    edges: list[Number]
    counts: list[list[int]]
    zeros: list[int]
    nonfinite: list[int]


class Losses(Answer):
    """The losses of the steps from `from` on; what a reader has of them from an earlier event counts no more."""

    from_: Annotated[int, Field(alias="from")]
    steps: list[int]
    values: list[Number]


class LossesSince(Answer):
    loss: Losses


class HeadEvent(SessionAnswer):
    metrics: LossesSince


class ProgressEvent(Answer):
    run: Run


class DiagnosisEvent(Answer):
    step: int
    findings: list[Finding]


class StatusEvent(Answer):
    """After one of the last three no event comes any more."""

    status: Literal["ready", "running", "diverged", "deleted", "expired", "closing"]


class SessionsAnswer(Answer):
    sessions: list[Head]
    next_page_token: str | None


class Layer(Answer):
    name: str
    type: str
    activation: str | None
    shape: list[int | None]
    tensors: list[str]


class TensorInfo(Answer):
    name: str
    role: Literal["data", "parameter", "buffer", "activation", "gradient", "update", "optimizer state", "loss"]
    shape: list[int | None]
    layer: str
    latex: str
    gradient_of: str | None


class OpInfo(Answer):
    name: str
    type: str
    inputs: list[str]
    output: str
    outputs: list[str]
    layer: str
    latex: str


class Code(Answer):
    numpy: str
    pytorch: str


class MatrixFactor(Answer):
    """A matrix: a tensor, as it was `before` the tick or as the tick read or wrote it; or, where that is null, what the
    op makes of others, such as a slope."""

    symbol: str
    text: str
    tensor: str | None
    transposed: bool
    before: bool


class MatrixTerm(Answer):
    """The matrix `product` of the factors, their product `elementwise`, or a `function` of them."""

    operator: Literal["product", "elementwise", "function"]
    function: str | None
    factors: list[MatrixFactor]


class MatrixAlgebra(Answer):
    """The tensor `result` is the sum of the terms; a term of one row counts for every row."""

    result: str
    terms: list[MatrixTerm]


class ScheduledTick(Answer):
    index: int
    micro: int
    phase: Phase
    layer: str
    op: str
    reads: list[str]
    writes: list[str]
    latex: str
    text: str
    matrix: MatrixAlgebra | None
    code: Code


class GraphAnswer(SessionAnswer):
    layers: list[Layer]
    tensors: list[TensorInfo]
    ops: list[OpInfo]
    schedule: list[ScheduledTick]


class MatrixOfNumbers(MatrixFactor, Tensor):
    """Its numbers stand as in its tensor, not transposed."""


class MatrixTermOfNumbers(MatrixTerm):
    factors: list[MatrixOfNumbers]  # type: ignore[assignment]


class AlgebraOfNumbers(MatrixAlgebra):
    terms: list[MatrixTermOfNumbers]  # type: ignore[assignment]


class MatricesAnswer(SessionAnswer):
    """The tick of place `index` in the schedule, which led to `t`."""

    t: int
    index: int
    matrix: AlgebraOfNumbers | None


class Factor(Answer):
    symbol: str
    text: str
    value: Number
    tensor: str | None
    index: list[int] | None
    formula: str | None = None
    reads: list[str] | None = None


class Term(Answer):
    value: Number
    factors: list[Factor]
    sample: int | None
    micro: int
    op: str


class BeforeAfter(Answer):
    before: Number
    after: Number


class StateBeforeAfter(Answer):
    before: dict[str, Number]
    after: dict[str, Number]


class Update(Answer):
    rule: str
    t: int
    rate: float
    value: BeforeAfter
    state: StateBeforeAfter
    latex: str
    stages: list[Factor]
    terms: list[Term]
    plain: Number


class Explanation(Answer):
    tensor: str
    index: list[int]
    t: int
    value: Number
    latex: str
    kind: Literal["sum", "function", "parameter", "given"]
    terms: list[Term] | None = None
    constant: Number | None = None
    function: str | None = None
    arguments: list[Factor] | None = None
    gradient: Explanation | None = None
    update: Update | None = None


class ExplanationAnswer(SessionAnswer, Explanation):
    pass


class LessonBrief(Answer):
    """A lesson in the list; one that cannot be read has its `problem` instead."""

    name: str
    title: str | None = None
    about: str | None = None
    minutes: int | None = None
    length: int | None = None
    problem: str | None = None


class LessonsAnswer(Answer):
    lessons: list[LessonBrief]


class LessonMoment(Answer):
    """So many whole steps, and ticks of the next."""

    step: int
    tick: int


class Place(Answer):
    """Where a number stands."""

    tensor: str
    index: list[int]


class LessonQuestion(Answer):
    """What a lesson asks; `options` and `answer` are those of a `choice`, the others are asked about a number."""

    kind: Literal["sign", "size", "number", "largest", "choice"]
    ask: str
    of: Place | None = None
    at: LessonMoment | None = None
    tolerance: float | None = None
    among: list[list[int]] | None = None
    chain: bool | None = None
    options: list[str] | None = None
    answer: int | None = None
    right: str
    wrong: str


class LessonTask(Answer):
    """Something to be done: it is done when the number is `below`, or `above`, a bound."""

    do: str
    of: Place
    below: float | None
    above: float | None
    right: str


class LessonStep(Answer):
    """`network` is what a new session is made from, null to go on in the present one."""

    title: str
    text: str
    network: dict[str, Any] | None
    at: LessonMoment | None
    select: Place | None
    sample: int
    question: LessonQuestion | None
    task: LessonTask | None


class Lesson(Answer):
    name: str
    title: str
    about: str
    minutes: int
    steps: list[LessonStep]


class LessonAnswer(Answer):
    lesson: Lesson


class Link(Answer):
    """What one factor of a chain is called: its value is for the learner to find."""

    symbol: str
    text: str


class Question(Answer):
    """What is asked: a number as the tick that ends at `t` writes it; for `largest`, which of `among` weighs most."""

    kind: Literal["sign", "size", "number", "largest"]
    tensor: str
    index: list[int]
    t: int
    among: list[list[int]]
    tolerance: float | None
    chain: list[Link]


class QuestionAnswer(SessionAnswer):
    question: Question


class Part(Answer):
    """A factor of the true chain, or a term of the true sum, beside the learner's."""

    symbol: str
    text: str
    value: Number
    given: Number | None
    agrees: bool | None


class GradeAnswer(SessionAnswer):
    """`best` is the index of the largest where that was asked; `parted` the first part that does not agree."""

    right: bool
    value: Number
    best: list[int] | None
    parts: list[Part]
    parted: int | None
    explanation: Explanation


class Path(Answer):
    """`nodes` lead from the number to the loss, `factors` from the loss to the number."""

    nodes: list[str]
    factors: list[Factor]
    value: Number


class PathsAnswer(SessionAnswer):
    """`count` is a text, because it can have more digits than a number keeps."""

    paths: list[Path]
    count: str
    rest: Number
    sum: Number
    value: Number


class Series(Answer):
    """A curve: `values[i]` after `steps[i]` finished steps."""

    steps: list[int]
    values: list[Number]


class MetricsAnswer(SessionAnswer):
    series: dict[str, Series]


class Change(Answer):
    """How the loss changes over a move: as the gradient predicts, and as it is."""

    predicted: Number
    real: Number


class Tangent(Answer):
    value: Number
    loss: Number
    slope: Number


class Move(Change):
    """Where the optimizer takes one parameter; `taken` is whether it has, at this moment."""

    before: Number
    after: Number
    taken: bool


class SliceAnswer(SessionAnswer):
    t: int
    tensor: str
    index: list[int]
    values: list[Number]
    losses: list[Number]
    tangent: Tangent
    update: Move | None
    step: Change


class Centre(Answer):
    loss: Number
    gradient_norm: Number


class Directions(Answer):
    x: Literal["gradient", "random", "none"]
    y: Literal["path", "random", "none"]


class Trail(Answer):
    steps: list[int]
    x: list[Number]
    y: list[Number]


class PlaneStep(Change):
    """Where the optimizer's step leads, seen on the plane; `taken` is whether it has been, at this moment."""

    x: Number
    y: Number
    taken: bool


class LandscapeAnswer(SessionAnswer):
    t: int
    x: list[Number]
    y: list[Number]
    losses: list[list[Number]]
    centre: Centre
    directions: Directions
    path: Trail
    step: PlaneStep


class Generator(Answer):
    """The state of NumPy's PCG64; numbers of 128 bits are texts."""

    bit_generator: Literal["PCG64"]
    state: str
    inc: str
    has_uint32: int
    uinteger: int


class Checkpoint(Answer):
    """The state before a step. `order` is that of the rows in the present epoch, null where it is their own."""

    step: int
    epoch: int
    loss: Number | None
    order: list[int] | None
    generator: Generator
    parameters: dict[str, list[Any]]
    state: dict[str, list[Any]]


class SavedFile(Answer):
    """A session to go on with elsewhere: `ticks` of the step after the checkpoint were done."""

    backscope: int
    spec: dict[str, Any]
    data_sha256: str
    checkpoint: Checkpoint
    ticks: int
    state_sha256: str
    sample: Example | None = None


class ImportAnswer(SpecAnswer):
    replayed: bool
    warnings: list[str]


class CatalogField(Answer):
    name: str
    type: Literal["number", "integer", "boolean", "choice", "pair", "object"]
    default: Any
    text: str
    minimum: float | None = None
    above: float | None = None
    maximum: float | None = None
    below: float | None = None
    choices: list[str] | None = None


class CatalogEntry(BaseModel):
    """One thing that a spec can name; what else it says of itself depends on its kind."""

    type: str
    title: str
    fields: list[CatalogField]


class Preset(Answer):
    name: str
    title: str
    group: str
    text: str
    source: str
    spec: dict[str, Any]


class Catalog(Answer):
    layers: list[CatalogEntry]
    activations: list[CatalogEntry]
    losses: list[CatalogEntry]
    optimizers: list[CatalogEntry]
    schedules: list[CatalogEntry]
    penalties: list[CatalogEntry]
    initializers: list[CatalogEntry]
    datasets: list[CatalogEntry]
    settings: list[CatalogEntry]
    presets: list[Preset]


class DatasetColumn(Answer):
    name: str
    role: Literal["input", "target"]
    kind: Literal["number", "class"]
    mean: float | None
    scale: float | None
    classes: list[str] | None


class DatasetPreview(Answer):
    x: list[list[float]]
    y: list[float]


class OutputLayer(Answer):
    units: int
    activation: str


class Suggestion(Answer):
    """What to begin with: a loss, and the output layer that goes with it."""

    loss: str
    output: OutputLayer


class DatasetAnswer(Answer):
    id: str
    rows: int
    columns: list[DatasetColumn]
    inputs: int
    input_names: list[str]
    outputs: int
    task: Literal["classification", "regression"]
    because: str
    classes: list[str] | None
    preview: DatasetPreview
    suggestion: Suggestion


class ProblemError(Answer):
    pointer: str
    message: str


class Problem(Answer):
    """RFC 9457. `session` is the head of one that has moved on."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[ProblemError]
    request_id: str
    session: Head | None = None
