import type { InferenceSession } from 'onnxruntime-web';
import type { LoadedModel, ModelRuntime } from '../app/training/model-ports.ts';
import { OraError } from '../domain/errors.ts';
import type { ModelFacts, TensorFacts } from '../domain/models/read-model-card.ts';
import { readMetadataProps } from './metadata-props.ts';

type Ort = typeof import('onnxruntime-web');

/** Runs ONNX models in WebAssembly. The 60 MB it takes are loaded with the first model, not before. */
export function createOnnxRuntime(): ModelRuntime {
  let loading: Promise<Ort> | null = null;
  const ort = () => {
    loading ??= import('onnxruntime-web').then((loaded) => {
      loaded.env.wasm.numThreads = 1; // a few thousand rows take a millisecond; threads would cost memory
      loaded.env.logLevel = 'error';
      return loaded;
    });
    return loading;
  };
  return { load: async (file) => load(await ort(), file) };
}

async function load({ InferenceSession, Tensor }: Ort, file: Uint8Array): Promise<LoadedModel> {
  let metadata: Record<string, string>;
  let session: InferenceSession;
  try {
    metadata = readMetadataProps(file);
    session = await InferenceSession.create(file);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new OraError('bad_input', `This is no ONNX model that can be run: ${why}`, { cause });
  }
  const facts: ModelFacts = {
    inputs: session.inputMetadata.map(toFacts),
    outputs: session.outputMetadata.map(toFacts),
    metadata,
  };
  return {
    facts,
    async score({ columns, rows, output }) {
      const names = session.inputNames;
      const feeds = Object.fromEntries(
        columns.map((column, index) => [names[index] ?? '', new Tensor('float32', column, [rows, 1])]),
      );
      const { data } = (await session.run(feeds, [output]))[output] ?? {};
      if (!(data instanceof Float32Array)) throw new Error(`output "${output}" holds no float32`);
      return lastColumn(data, rows);
    },
    close: () => session.release(),
  };
}

function toFacts(value: InferenceSession.ValueMetadata): TensorFacts {
  if (!value.isTensor) return { name: value.name, type: null, columns: null };
  const [, columns = 1] = value.shape;
  // A dimension without a number has a name, or the largest unsigned integer.
  const known = typeof columns === 'number' && columns < 2 ** 31;
  return { name: value.name, type: value.type, columns: known ? columns : null };
}

/** `[N]` and `[N, 1]` as they are; of `[N, 2]`, the probabilities of no and yes, the latter. */
function lastColumn(data: Float32Array, rows: number): Float32Array {
  const width = data.length / rows;
  if (width === 1) return data;
  if (!Number.isInteger(width) || width === 0) throw new Error(`${data.length} scores for ${rows} rows`);
  return Float32Array.from({ length: rows }, (_, row) => data[row * width + width - 1] ?? Number.NaN);
}
