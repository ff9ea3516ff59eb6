import type { LocalDiscord } from './discord/server.ts';
import type { UiClock } from './discord/ui-protocol.ts';
import type { ReplayClock } from './replay-clock.ts';

/** Puts the clock on the page, with buttons that work. @returns what tells the page how it is now. */
export function showClock(discord: LocalDiscord, clock: ReplayClock): () => void {
  const show = () => discord.setClock(() => describe(clock));
  discord.onClockAction((action) => {
    clock[action]();
    show();
  });
  show();
  return show;
}

function describe(clock: ReplayClock): UiClock {
  const speed = clock.speed();
  return {
    now: new Date(clock.now()).toISOString(),
    speed: speed === 'max' ? 'max' : `${speed}x`,
    paused: clock.isPaused(),
  };
}
