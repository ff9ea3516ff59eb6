/** A small ONNX model, written by hand: `score = sigmoid(sum of weight * input + bias)`, one `[N, 1]` input each. */
export interface TinyModel {
  readonly weights: Readonly<Record<string, number>>;
  readonly bias?: number;
  /** `metadata_props`; what the scanner wants is filled in unless named here. Null leaves one out. */
  readonly metadata?: Readonly<Record<string, string | null>>;
  readonly output?: string;
  /** Columns of each input; 1 unless a test wants it wrong. */
  readonly columns?: number;
}

const METADATA = {
  'oracore.feature_version': '1',
  'oracore.impute': '{}',
  'oracore.timeframes': '["5m"]',
  'oracore.sides': '["long","short"]',
  'oracore.trained_through': '2020-01-01T00:00:00Z',
};
const FLOAT = 1;
const ATTRIBUTE_INT = 2;

/** The bytes of an ONNX file (onnx/onnx.proto, IR version 7, operator set 13). */
export function tinyModel({
  weights,
  bias = 0,
  metadata,
  output = 'score',
  columns = 1,
}: TinyModel): Uint8Array {
  const names = Object.keys(weights);
  const graph = [
    field(1, node('Concat', names, 'x', [field(1, 'axis'), field(3, 1), field(20, ATTRIBUTE_INT)])),
    field(1, node('Gemm', ['x', 'w', 'b'], 'logit')),
    field(1, node('Sigmoid', ['logit'], output)),
    field(2, 'tiny'),
    field(5, tensor('w', Object.values(weights), [names.length, 1])),
    field(5, tensor('b', [bias], [1])),
    ...names.map((name) => field(11, valueInfo(name, columns))),
    field(12, valueInfo(output, 1)),
  ].flat();
  const props = Object.entries({ ...METADATA, ...metadata }).flatMap(([key, value]) =>
    value === null ? [] : field(14, [...field(1, key), ...field(2, value)]),
  );
  return Uint8Array.from([...field(1, 7), ...field(7, graph), ...field(8, field(2, 13)), ...props]);
}

function node(
  op: string,
  inputs: readonly string[],
  output: string,
  attribute?: readonly number[][],
): number[] {
  return [
    ...inputs.flatMap((name) => field(1, name)),
    ...field(2, output),
    ...field(4, op),
    ...(attribute === undefined ? [] : field(5, attribute.flat())),
  ];
}

function tensor(name: string, values: readonly number[], dims: readonly number[]): number[] {
  const raw = new Uint8Array(Float32Array.from(values).buffer);
  return [
    ...dims.flatMap((dim) => field(1, dim)),
    ...field(2, FLOAT),
    ...field(8, name),
    ...field(9, [...raw]),
  ];
}

function valueInfo(name: string, columns: number): number[] {
  const shape = [...field(1, field(2, 'N')), ...field(1, field(1, columns))];
  return [...field(1, name), ...field(2, field(1, [...field(1, FLOAT), ...field(2, shape)]))];
}

/** One field of a protocol buffer: a varint for a number, else length and bytes. */
function field(number: number, value: number | string | readonly number[]): number[] {
  if (typeof value === 'number') return [...varint(number * 8), ...varint(value)];
  const bytes = typeof value === 'string' ? [...new TextEncoder().encode(value)] : value;
  return [...varint(number * 8 + 2), ...varint(bytes.length), ...bytes];
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}
