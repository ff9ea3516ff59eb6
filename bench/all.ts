export { clickToDecision } from './click-to-decision.ts';
export { drawChart } from './draw-chart.ts';
export { exportSet } from './export-training-set.ts';
export { featureVectors } from './feature-vectors.ts';
export { labelSignals } from './label-signals.ts';
export { scanTickers } from './scan-tickers.ts';
export { stats } from './stats.ts';
export { storeCandles } from './store-candles.ts';
