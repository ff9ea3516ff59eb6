import type { Services } from '../services.ts';

/** Keeps that somebody was refused, and why. */
export async function auditRefusal(
  services: Pick<Services, 'stores' | 'log'>,
  refusal: { readonly at: number; readonly userId: string; readonly action: string; readonly reason: string },
): Promise<void> {
  const { at, userId, action, reason } = refusal;
  services.log.warn({ userId, action, reason }, 'refused');
  await services.stores.audit.write({
    at,
    actor: userId,
    action: 'refused',
    target: action,
    details: { reason },
  });
}
