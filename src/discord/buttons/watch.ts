import { decisionButton } from './decision-button.ts';

/** Notes that a person follows this card without entering. */
export const watch = decisionButton('watch');
