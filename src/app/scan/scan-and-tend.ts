import { tendCards } from '../cards/tend-cards.ts';
import type { Desk } from '../desk.ts';

/** Scans what is due, and tends the cards: at once where nobody else is still making some of this moment. */
export async function scanAndTend(desk: Desk): Promise<void> {
  const { othersScan } = await desk.scanner.scanDue(desk.clock(), desk.stopping);
  await tendCards(desk, { scanned: !othersScan });
}
