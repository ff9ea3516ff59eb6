/**
 * What a process does. `bot` is connected to Discord, posts what is due and does what one process alone may do;
 * `scanner` looks for signals; `labeler` writes what became of them.
 */
export const ROLES = ['scanner', 'labeler', 'bot'] as const;
export type Role = (typeof ROLES)[number];

/** As `--role` says it. */
export const ROLE_NAMES = [...ROLES, 'all'] as const;
export type RoleName = (typeof ROLE_NAMES)[number];

export function rolesOf(name: RoleName): readonly Role[] {
  return name === 'all' ? ROLES : [name];
}
