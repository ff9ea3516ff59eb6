import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDesk } from '../../../../src/sandbox/discord/page/desk.ts';
import { nowOf, type View } from '../../../../src/sandbox/discord/page/view.ts';
import type { UiClock, UiSnapshot } from '../../../../src/sandbox/discord/ui-protocol.ts';

function aView(clock: UiClock | null): View {
  const me = { id: '1', name: 'Alice', role: 'Trader' };
  const snapshot: UiSnapshot = {
    channels: [],
    users: [me],
    roles: [],
    me,
    messages: [],
    commands: [],
    notice: '',
    clock,
  };
  return { snapshot, desk: createDesk(snapshot), openId: null, clockTold: performance.now() };
}

describe('nowOf', () => {
  beforeEach(() => void vi.useFakeTimers({ now: new Date('2026-11-20T15:00:00Z') }));
  afterEach(() => void vi.useRealTimers());

  it("is the machine's time without a replay clock", () => {
    expect(nowOf(aView(null)).toISOString()).toBe('2026-11-20T15:00:00.000Z');
    expect(nowOf(null).toISOString()).toBe('2026-11-20T15:00:00.000Z');
  });

  it('runs on from what the replay clock said, so that what was just done does not lie ahead', () => {
    const view = aView({ now: '2025-12-02T20:25:00.000Z', speed: '60x', paused: true });

    vi.advanceTimersByTime(3_000);

    expect(nowOf(view).toISOString()).toBe('2025-12-02T20:25:03.000Z');
  });
});
