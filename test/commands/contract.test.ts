import { describe, expect, it } from 'vitest';
import * as commands from '../../commands/all.ts';
import * as buttons from '../../src/discord/buttons/all.ts';
import { buildCustomId, parseCustomId } from '../../src/discord/custom-id.ts';

describe.each(Object.values(commands))('the command $data.name', (command) => {
  const body = command.data.toJSON();

  it('fits into Discord’s 8000 characters', () => {
    expect(JSON.stringify(body).length).toBeLessThan(8000);
  });

  it('is hidden from others where it is for administrators, and only there', () => {
    expect(Boolean(body.default_member_permissions)).toBe(['admin', 'setup'].includes(command.access));
  });

  it('answers where it autocompletes', () => {
    const autocompletes = JSON.stringify(body).includes('"autocomplete":true');

    expect(command.autocomplete !== undefined).toBe(autocompletes);
  });
});

const TURNS_PUBLIC_PAGES = ['stats:decisions'];

describe.each(Object.values(buttons))('the button $name', (button) => {
  it('can be found again from its custom id', () => {
    expect(parseCustomId(buildCustomId(button.name, 1)).name).toBe(button.name);
  });

  it('is for people with a role, unless it only turns the pages of a public table', () => {
    expect(button.access === 'everyone').toBe(TURNS_PUBLIC_PAGES.includes(button.name));
  });
});

it('no two plug-ins have one name', () => {
  const names = [
    ...Object.values(commands).map(({ data }) => data.name),
    ...Object.values(buttons).map(({ name }) => name),
  ];

  expect(new Set(names).size).toBe(names.length);
});
