import { ComponentType } from 'discord-api-types/v10';
import { isJson } from './json.ts';
import type { FormRule } from './parse.ts';

/** A component of any kind, as far as walking through a tree of them needs. */
export interface ComponentNode {
  readonly type: number;
  readonly custom_id?: string | null | undefined;
  readonly content?: string | undefined;
  readonly [key: string]: unknown;
}

const MAX_ROWS = 5;
const MAX_NODES = 40;
const MAX_TEXT = 4000;

/** Every component of a tree, parents before children, with its path from the top. */
export function* walkComponents(
  components: readonly unknown[],
  path: readonly (string | number)[] = [],
): Generator<{ readonly node: ComponentNode; readonly path: readonly (string | number)[] }> {
  for (const [index, node] of components.entries()) {
    if (!isComponent(node)) continue;
    const here = [...path, index];
    yield { node, path: here };
    if (Array.isArray(node.components)) yield* walkComponents(node.components, [...here, 'components']);
    for (const key of ['accessory', 'component']) yield* walkComponents([node[key]], [...here, key]);
  }
}

/** The component with this custom id, or null. */
export function findComponent(components: readonly unknown[], customId: string): ComponentNode | null {
  for (const { node } of walkComponents(components)) if (node.custom_id === customId) return node;
  return null;
}

/** Rules over the whole tree: unique custom ids, five legacy rows, forty nodes and 4000 characters in V2. */
export function checkLayout(components: readonly unknown[], version: 'legacy' | 'v2'): readonly FormRule[] {
  const nodes = [...walkComponents(components)];
  return [...duplicates(nodes), ...(version === 'v2' ? v2Limits(nodes) : legacyLimits(components))];
}

type Located = ReturnType<typeof walkComponents> extends Generator<infer Each> ? Each : never;

function duplicates(nodes: readonly Located[]): readonly FormRule[] {
  const seen = new Set<string>();
  return nodes.flatMap(({ node, path }) => {
    const customId = node.custom_id;
    if (!customId || !seen.has(customId)) {
      if (customId) seen.add(customId);
      return [];
    }
    return rule(
      [...path, 'custom_id'],
      'COMPONENT_CUSTOM_ID_DUPLICATED',
      'Component custom id cannot be duplicated',
    );
  });
}

function legacyLimits(components: readonly unknown[]): readonly FormRule[] {
  const tooMany = components.length > MAX_ROWS;
  const newer = components.flatMap((node, index) =>
    isComponent(node) && node.type !== ComponentType.ActionRow
      ? rule([index, 'type'], 'UNION_TYPE_CHOICES', 'Value of field "type" must be one of (1,).')
      : [],
  );
  return [
    ...(tooMany ? rule([], 'BASE_TYPE_BAD_LENGTH', 'Must be between 1 and 5 in length.') : []),
    ...newer,
  ];
}

function v2Limits(nodes: readonly Located[]): readonly FormRule[] {
  const text = nodes.reduce((sum, { node }) => sum + (node.content?.length ?? 0), 0);
  return [
    ...(nodes.length > MAX_NODES
      ? rule([], 'BASE_TYPE_MAX_LENGTH', `Must be ${MAX_NODES} or fewer in length.`)
      : []),
    ...(text > MAX_TEXT
      ? rule(
          [],
          'COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED',
          `Displayable text exceeds ${MAX_TEXT} characters`,
        )
      : []),
  ];
}

function rule(path: readonly (string | number)[], code: string, message: string): readonly FormRule[] {
  return [{ path, code, message }];
}

function isComponent(node: unknown): node is ComponentNode {
  return isJson(node) && typeof node.type === 'number';
}
