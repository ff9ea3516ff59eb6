import type { OutboxView } from './outbox-message.ts';

/** What `/setup` posts to show that a channel works; nothing can be decided on it. */
export function testCardView(by: string): OutboxView {
  return {
    content: '🧪 Test card · cards of this desk will come here',
    embeds: [
      {
        title: 'How a card reads',
        description: [
          'Its first line is what your phone shows: side, ticker, candle, price, detector, score.',
          'Below come entry, stop and three targets, why it fired, and the chart.',
          '**Enter** opens a form and journals your fill. **Ignore**, **Watch** and **Snooze** take one tap.',
          `<@${by}> posted this with \`/setup\`.`,
        ].join('\n'),
      },
    ],
    components: [],
  };
}
