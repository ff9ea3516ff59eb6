/** Field of `ModelProto` that holds `metadata_props`, and of its entries (onnx/onnx.proto). */
const METADATA_PROPS = 14;
const KEY = 1;
const VALUE = 2;

/**
 * The `metadata_props` of an ONNX file: the runtime does not hand them out. Protocol buffers are read
 * only as far as that takes: length-delimited fields, everything else skipped.
 *
 * @throws RangeError when the bytes are no protocol buffer.
 */
export function readMetadataProps(file: Uint8Array): Record<string, string> {
  const props: Record<string, string> = {};
  const text = new TextDecoder();
  for (const [field, bytes] of fieldsOf(file)) {
    if (field !== METADATA_PROPS) continue;
    const entry = new Map(fieldsOf(bytes));
    props[text.decode(entry.get(KEY))] = text.decode(entry.get(VALUE));
  }
  return props;
}

/** Length-delimited fields of a message, in order. */
function* fieldsOf(message: Uint8Array): Generator<[field: number, bytes: Uint8Array]> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = message[at++];
      if (byte === undefined || factor > 2 ** 63) throw new RangeError('the file ends within a field');
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const wire = tag & 7;
    if (wire === 0) varint();
    else if (wire === 1) at += 8;
    else if (wire === 5) at += 4;
    else if (wire === 2) {
      const length = varint();
      if (at + length > message.length) throw new RangeError('the file ends within a field');
      yield [Math.floor(tag / 8), message.subarray(at, at + length)];
      at += length;
    } else throw new RangeError(`wire type ${wire} is unknown`);
  }
}
