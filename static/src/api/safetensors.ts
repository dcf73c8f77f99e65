/** Reads a safetensors file: how long its header is, the header as JSON, then the numbers of one tensor after the other. */

const KINDS = { F32: Float32Array, F64: Float64Array } as const;
const LENGTH = 8;

/** A tensor as it comes in a file: its numbers in one row, the last index counting fastest. */
export interface Packed {
  readonly shape: readonly number[];
  readonly values: Float32Array | Float64Array;
}

interface Entry {
  readonly dtype: keyof typeof KINDS;
  readonly shape: number[];
  readonly data_offsets: [from: number, to: number];
}

export interface TensorFile {
  /** What the file says beside its tensors. */
  readonly told: Readonly<Record<string, string>>;
  readonly tensors: Readonly<Record<string, Packed>>;
}

export function readSafetensors(content: ArrayBuffer): TensorFile {
  const length = Number(new DataView(content).getBigUint64(0, true));
  const start = LENGTH + length;
  const header: unknown = JSON.parse(new TextDecoder().decode(new Uint8Array(content, LENGTH, length)));
  const { __metadata__: told = {}, ...entries } = header as Record<string, Entry> & {
    __metadata__?: Record<string, string>;
  };
  const tensors = Object.entries(entries as Record<string, Entry>).map(
    ([name, { dtype, shape, data_offsets }]) => {
      const [from, to] = data_offsets;
      return [name, { shape, values: new KINDS[dtype](content.slice(start + from, start + to)) }];
    },
  );
  return { told, tensors: Object.fromEntries(tensors) as Record<string, Packed> };
}
