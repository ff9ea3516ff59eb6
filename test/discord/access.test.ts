import { describe, expect, it } from 'vitest';
import { mayUse, refusalSentence } from '../../src/discord/access.ts';

const aPerson = (roleIds: readonly string[], isAdministrator = false) => ({ roleIds, isAdministrator });
const roles = { trader: ['10', '11'], admin: ['20'] };

describe('access by role', () => {
  it('admits a person with one of the configured roles', () => {
    expect(mayUse('trader', roles, aPerson(['5', '11']))).toBe(true);
    expect(mayUse('admin', roles, aPerson(['20']))).toBe(true);
  });

  it('refuses a person without them', () => {
    expect(mayUse('trader', roles, aPerson([]))).toBe(false);
    expect(mayUse('trader', roles, aPerson(['12']))).toBe(false);
  });

  it('does not let an administrator decide, nor a trader administer', () => {
    expect(mayUse('trader', roles, aPerson(['20']))).toBe(false);
    expect(mayUse('admin', roles, aPerson(['10']))).toBe(false);
  });

  it('admits nobody where nothing is configured', () => {
    const nothing = { trader: [], admin: [] };

    expect(mayUse('trader', nothing, aPerson(['10', '20']))).toBe(false);
    expect(mayUse('admin', nothing, aPerson(['10', '20']))).toBe(false);
    expect(refusalSentence('trader', nothing)).toContain('no trader role is configured');
  });

  it('names the roles that are missing', () => {
    expect(refusalSentence('trader', roles)).toContain('<@&10> or <@&11>');
  });

  it('lets Discord’s administrators set the desk up, and whom the environment names, and nobody else', () => {
    const chosen = { ...roles, setup: ['30'] };

    expect(mayUse('setup', chosen, aPerson([], true))).toBe(true);
    expect(mayUse('setup', chosen, aPerson(['30']))).toBe(true);
    expect(mayUse('setup', chosen, aPerson(['10', '20']))).toBe(false);
    expect(mayUse('setup', roles, aPerson(['10', '20']))).toBe(false);
    expect(mayUse('trader', chosen, aPerson([], true)), 'Administrator alone decides nothing').toBe(false);
    expect(refusalSentence('setup', chosen)).toContain('Administrator permission or the role <@&30>');
  });

  it('lets everyone read', () => {
    expect(mayUse('everyone', roles, aPerson([]))).toBe(true);
  });
});
