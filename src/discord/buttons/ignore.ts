import { decisionButton } from './decision-button.ts';

/** Notes that a person will not act on this card. */
export const ignore = decisionButton('ignore');
