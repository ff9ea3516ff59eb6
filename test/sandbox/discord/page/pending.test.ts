import { describe, expect, it } from 'vitest';
import { createPending, type Ended } from '../../../../src/sandbox/discord/page/pending.ts';

describe('createPending', () => {
  const record = (): { readonly ended: Ended; readonly seen: (string | null)[] } => {
    const seen: (string | null)[] = [];
    return { ended: (error) => seen.push(error), seen };
  };

  it('ends an action when its interaction does', async () => {
    const pending = createPending();
    const { ended, seen } = record();
    await pending.follow(Promise.resolve({ ok: true, interactionId: '7' }), ended);

    pending.settle({ id: '6', state: 'done' });
    expect(seen).toEqual([]);
    pending.settle({ id: '7', state: 'failed', error: 'The application did not respond' });

    expect(seen).toEqual(['The application did not respond']);
  });

  it('takes an answer of the bot that came before the answer of the server', async () => {
    const pending = createPending();
    const { ended, seen } = record();

    pending.settle({ id: '7', state: 'done' });
    await pending.follow(Promise.resolve({ ok: true, interactionId: '7' }), ended);

    expect(seen).toEqual([null]);
  });

  it('keeps the early answers of two actions apart', async () => {
    const pending = createPending();
    const { ended, seen } = record();

    pending.settle({ id: '7', state: 'done' });
    pending.settle({ id: '8', state: 'failed', error: 'no' });
    await pending.follow(Promise.resolve({ ok: true, interactionId: '7' }), ended);
    await pending.follow(Promise.resolve({ ok: true, interactionId: '8' }), ended);

    expect(seen).toEqual([null, 'no']);
  });

  it('ends at once with the refusal of the server', async () => {
    const { ended, seen } = record();

    await createPending().follow(Promise.resolve({ error: 'Unknown message' }), ended);

    expect(seen).toEqual(['Unknown message']);
  });
});
