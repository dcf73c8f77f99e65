/** The server's answers by their short names; `api.gen.ts` is made from its schema by `dev.py types`. */

import type { components } from "./api.gen.ts";

type Schemas = components["schemas"];

export type Head = Schemas["Head"];
/** Of one that does not come whole the page may know some numbers, by their places in it. */
export type Tensor = Schemas["Tensor"] & { known?: ReadonlyMap<number, WireNumber> };
export type TickRecord = Schemas["TickRecord"];
export type Frame = Schemas["Frame"] & { tensors: Record<string, Tensor | null> };
export type Graph = Schemas["GraphAnswer"];
export type ScheduledTick = Schemas["ScheduledTick"];
export type Explanation = Schemas["Explanation"];
export type Term = Schemas["Term"];
export type Factor = Schemas["Factor"];
export type Update = Schemas["Update"];
export type Catalog = Schemas["Catalog"];
export type Preset = Schemas["Preset"];
export type DataRows = Schemas["DataAnswer"];
export type DiagnosisAnswer = Schemas["DiagnosisAnswer"];
export type Finding = Schemas["Finding"];
export type MapsAnswer = Schemas["MapsAnswer"];
export type SliceAnswer = Schemas["SliceAnswer"];
export type TrendsAnswer = Schemas["TrendsAnswer"];
export type HistogramsAnswer = Schemas["HistogramsAnswer"];
export type LandscapeAnswer = Schemas["LandscapeAnswer"];
export type Uploaded = Schemas["DatasetAnswer"];
export type Metrics = Schemas["MetricsAnswer"];
/** A training in the background. */
export type Run = Schemas["Run"];
export type LessonBrief = Schemas["LessonBrief"];
export type Lesson = Schemas["Lesson"];
export type LessonStep = Schemas["LessonStep"];
/** What is asked about a number; the server grades it. */
export type Question = Omit<Schemas["Question"], "chain">;
/** A question that the engine made: it names the chain of a number. */
export type ChainedQuestion = Schemas["Question"];
/** A factor of the chain that a question is about, without its value. */
export type FactorName = Pick<Factor, "symbol" | "text" | "tensor" | "index" | "formula">;
export type Grade = Schemas["GradeAnswer"];
export type LogRow = Schemas["LogAnswer"]["commands"][number];
export type Algebra = Schemas["MatrixAlgebra"];
export type MatrixTerm = Schemas["MatrixTerm"];
export type MatrixFactor = Schemas["MatrixFactor"];
export type Matrices = Schemas["MatricesAnswer"];
export type GradientCheck = Schemas["GradientCheckAnswer"];
/** One tensor, or a window of it. */
export type TensorAnswer = Schemas["TensorAnswer"];
export type TensorCheck = Schemas["TensorCheck"];
export type Path = Schemas["Path"];
export type Paths = Schemas["PathsAnswer"];
export type Problem = Schemas["Problem"];
export type Phase = ScheduledTick["phase"];
/** A number on the wire: JSON has no NaN and no infinities, so those come as their names. */
export type WireNumber = number | "NaN" | "Infinity" | "-Infinity";
export type Example = Schemas["Example"];
export type CatalogField = Schemas["CatalogField"];
export type Spec = Record<string, unknown> & {
  name: string;
  batch_size: number;
  loss: { type: string; reduction?: string };
  optimizer: { type: string; learning_rate: number };
};
