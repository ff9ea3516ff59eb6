import { OraError } from '../../domain/errors.ts';
import type { Messenger } from '../ports.ts';

const refuse = (): Promise<never> =>
  Promise.reject(
    new OraError('unavailable', 'This process is not connected to Discord: its role is another.'),
  );

/** Of a process that only scans or labels. */
export const noMessenger: Messenger = {
  postCard: refuse,
  editCard: refuse,
  findCard: refuse,
  postReminder: refuse,
  findReminder: refuse,
  postMessage: refuse,
  findMessage: refuse,
};
