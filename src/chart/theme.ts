/** Size of every chart in pixels. Discord shows it about 550 wide on a desktop and 350 on a phone. */
export const SIZE = { width: 1000, height: 560 } as const;

export const FONT_FAMILY = 'Inter';

/** Letter heights in pixels: 24 of 1000 is still read where a phone shows the image 350 wide. */
export const FONT = { title: 34, label: 24 } as const;

/** Space around the plot, pixels: title and legend above, New York time below. */
export const LAYOUT = { top: 96, left: 14, axisHeight: 44, tagHeight: 32, tagPadding: 8 } as const;

/**
 * Dark, near Discord's own background. Rising teal and falling orange keep apart for colour-blind
 * readers, in hue and in lightness; levels differ by name and dash as well.
 */
export const COLOURS = {
  background: '#1b1c20',
  text: '#f2f3f5',
  dimText: '#b5bac1',
  grid: '#2c2e34',
  separator: '#4c505a',
  up: '#35d0c0',
  down: '#f4743b',
  vwap: '#5cb3ff',
  sma20: '#ffd166',
  sma50: '#c79bff',
  entry: '#f2f3f5',
  stop: '#ff8095',
  target: '#7ee08a',
  fill: '#ff4fd8',
  onTag: '#121316',
} as const;
