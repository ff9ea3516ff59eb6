export { enter } from './enter.ts';
export { enterFix } from './enter-fix.ts';
export { ignore } from './ignore.ts';
export {
  reasonAlreadyIn,
  reasonExtended,
  reasonNews,
  reasonNoSize,
  reasonOther,
  reasonSpread,
} from './ignore-reasons.ts';
export { journalConfirm } from './journal-confirm.ts';
export { journalForm } from './journal-form.ts';
export { journalColumns, journalDiscard, journalImport } from './journal-import.ts';
export { journalPage } from './journal-page.ts';
export { journalUndo, journalUndoImport } from './journal-undo.ts';
export { mute } from './mute.ts';
export { muteEveryone, muteMe } from './mute-choice.ts';
export { openListed } from './open-listed.ts';
export { orderCancel } from './order-cancel.ts';
export { orderFilled } from './order-filled.ts';
export { positionAll, positionHalf } from './position-exit.ts';
export { positionPage } from './position-page.ts';
export { positionShow } from './position-show.ts';
export { positionStop, stopForm } from './position-stop.ts';
export {
  setupAdmins,
  setupAlerts,
  setupDigests,
  setupTest,
  setupTraders,
} from './setup.ts';
export { snooze } from './snooze.ts';
export { snoozeUntil } from './snooze-until.ts';
export { decisionStatsPage, journalStatsPage } from './stats-page.ts';
export { watch } from './watch.ts';
