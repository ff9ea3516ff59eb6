import { createCanvas, GlobalFonts, loadImage } from 'canvas';
import { chartConfig } from '../../src/chart/config.ts';
import { createPainter } from '../../src/chart/draw.ts';
import { COLOURS } from '../../src/chart/theme.ts';
import { aSignalSpec } from './charts.ts';

/* Prints the fonts known before and after ours, and the share of letter pixels where the ticker stands. */
const fonts = () =>
  GlobalFonts.families
    .flatMap(({ family, styles }) => styles.map(({ weight }) => `${family} ${weight}`))
    .toSorted();
const before = fonts();
const image = await loadImage(Buffer.from(createPainter()(chartConfig(aSignalSpec()))));
const context = createCanvas(120, 40).getContext('2d');
context.drawImage(image, -14, -12);
const { data } = context.getImageData(0, 0, 120, 40);
const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(COLOURS.text.slice(at, at + 2), 16));
let lettered = 0;
for (let at = 0; at < data.length; at += 4) {
  if (data[at] === red && data[at + 1] === green && data[at + 2] === blue) lettered++;
}
console.log(JSON.stringify({ before, after: fonts(), lettered: lettered / (data.length / 4) }));
