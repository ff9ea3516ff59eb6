import { createRequire } from 'node:module';
import { GlobalFonts } from 'canvas';
import { FONT_FAMILY } from './theme.ts';

const require = createRequire(import.meta.url);
const FILES = [
  '@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf',
  '@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf',
];

/**
 * Makes Inter known to the canvas: a bare machine has no font, and a chart would have no text.
 * Fonts belong to the process, so a second worker finds them registered.
 *
 * @throws Error when a font file cannot be read.
 */
export function registerFonts(): void {
  if (GlobalFonts.has(FONT_FAMILY)) return;
  for (const file of FILES) {
    const path = require.resolve(file);
    if (GlobalFonts.registerFromPath(path, FONT_FAMILY) === null)
      throw new Error(`cannot read font "${path}"`);
  }
}
