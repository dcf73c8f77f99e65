/**
 * The numbers of an optimizer, one by one, each with its limits as the catalog has them. A key leads to a number, also
 * inside a member that has several: `learning_rate`, `betas.0`, `schedule.gamma`.
 */

import type { Catalog, CatalogField } from "../api/types.ts";
import type { Scale } from "./drag.ts";

export interface Setting {
  readonly key: string;
  readonly name: string;
  /** Null where there is none, as for a norm that is not clipped. */
  readonly value: number | null;
  /** Whether there may be none. */
  readonly optional: boolean;
  readonly scale: Scale;
  readonly about: string;
}

type Members = Record<string, unknown>;

/** Every number of an optimizer, in the order of its spec. */
export function settingsOf(optimizer: Members, catalog: Catalog | null): Setting[] {
  const fields = fieldsOf(catalog?.optimizers, optimizer);
  return Object.entries(optimizer).flatMap(([name, value]): Setting[] => {
    const field = fields.get(name);
    if (Array.isArray(value))
      return value.map((one, i) => setting(`${name}.${i}`, `${words(name)}[${i}]`, Number(one), field));
    if (typeof value === "object" && value !== null) return inside(name, value as Members, catalog);
    const numeric = typeof value === "number" || (value === null && isNumber(field));
    return numeric ? [setting(name, words(name), value as number | null, field)] : [];
  });
}

/** The numbers of a member that has settings of its own. */
function inside(member: string, value: Members, catalog: Catalog | null): Setting[] {
  const fields = fieldsOf(catalog?.schedules, value);
  return Object.entries(value)
    .filter(([, one]) => typeof one === "number")
    .map(([name, one]) =>
      setting(`${member}.${name}`, `${words(member)} ${plain(name)}`, one as number, fields.get(name)),
    );
}

function fieldsOf(entries: Catalog["optimizers"] | undefined, { type }: Members): Map<string, CatalogField> {
  const fields = entries?.find((entry) => entry.type === type)?.fields ?? [];
  return new Map(fields.map((field) => [field.name, field]));
}

function setting(key: string, name: string, value: number | null, field: CatalogField | undefined): Setting {
  const { minimum, maximum, above, below, type, text: about = "" } = field ?? {};
  const limits = { minimum, maximum, above, below };
  const scale = type === "integer" ? { ...limits, grid: 1 } : limits;
  return { key, name, value, optional: field?.default === null, about, scale };
}

function isNumber(field: CatalogField | undefined): boolean {
  return field?.type === "number" || field?.type === "integer";
}

/** The member of an optimizer that has another number where the key leads. */
export function withSetting(optimizer: Members, key: string, value: number | null): Members {
  const [member = "", place] = key.split(".");
  const old = optimizer[member];
  if (place === undefined) return { [member]: value };
  if (Array.isArray(old)) return { [member]: old.with(Number(place), value) };
  return { [member]: { ...(old as Members), [place]: value } };
}

/** Where in a spec a key of its optimizer leads. */
export function pointerOf(key: string): string {
  return `/optimizer/${key.replaceAll(".", "/")}`;
}

function plain(name: string): string {
  return name.replaceAll("_", " ");
}

function words(name: string): string {
  return plain(name.charAt(0).toUpperCase() + name.slice(1));
}
