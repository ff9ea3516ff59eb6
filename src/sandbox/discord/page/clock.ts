import type { UiClock, UiClockAction } from '../ui-protocol.ts';
import { byId, el } from './dom.ts';
import { formatNewYork } from './time.ts';

/** Shows the replay clock with its buttons; hides it when there is none. */
export function renderClock(clock: UiClock | null, act: (action: UiClockAction) => void): void {
  const group = byId('clock');
  group.hidden = clock === null;
  if (clock === null) return;
  if (group.childElementCount === 0) build(group, act);
  const [time, speed, toggle, step] = group.children;
  if (!(time && speed && toggle instanceof HTMLButtonElement && step instanceof HTMLButtonElement)) return;
  time.setAttribute('datetime', clock.now);
  time.textContent = formatNewYork(new Date(clock.now));
  speed.textContent = clock.paused ? 'paused' : clock.speed;
  toggle.textContent = clock.paused ? 'Resume' : 'Pause';
  toggle.dataset.action = clock.paused ? 'resume' : 'pause';
  step.disabled = !clock.paused;
}

function build(group: HTMLElement, act: (action: UiClockAction) => void): void {
  const toggle = el('button', { type: 'button', class: 'button secondary' });
  toggle.addEventListener('click', () => act(toggle.dataset.action === 'resume' ? 'resume' : 'pause'));
  const step = el(
    'button',
    {
      type: 'button',
      class: 'button secondary',
      title: 'On to the next candle, open or digest, while paused',
      click: () => act('step'),
    },
    'Step',
  );
  group.append(el('time'), el('span', { class: 'speed' }), toggle, step);
}
