import type { APIApplicationCommandBasicOption } from 'discord-api-types/v10';
import { el } from './dom.ts';
import type { ReadOption } from './option-value.ts';

/** The field for a file: what is chosen is read at once, so that sending need not wait. */
export function fileField(option: APIApplicationCommandBasicOption): {
  readonly input: HTMLInputElement;
  readonly read: () => ReadOption;
} {
  const input = el('input', { type: 'file' });
  let content: string | null = null;
  input.addEventListener('change', async () => {
    content = null;
    const [file] = input.files ?? [];
    if (file !== undefined) content = await readBase64(file);
  });
  const read = (): ReadOption => {
    const [file] = input.files ?? [];
    if (file === undefined)
      return option.required === true ? { error: `${option.name} is required` } : { value: null };
    if (content === null) return { error: `${file.name} is still being read` };
    return { value: file.name, file: { name: file.name, base64: content } };
  };
  return { input, read };
}

function readBase64(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve(String(reader.result).split(',')[1] ?? ''));
    reader.addEventListener('error', () => reject(reader.error));
    reader.readAsDataURL(file);
  });
}
