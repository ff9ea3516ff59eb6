import {
  type APIActionRowComponent,
  type APIButtonComponentWithCustomId,
  ButtonStyle,
  ComponentType,
} from 'discord.js';
import { buildCustomId } from '../custom-id.ts';

export type ButtonRow = APIActionRowComponent<APIButtonComponentWithCustomId>;

export interface ButtonWords {
  readonly label: string;
  /** Plug-in that answers it. */
  readonly name: string;
  readonly id: number;
  readonly style?: 'primary' | 'secondary' | 'danger';
  readonly disabled?: boolean;
}

const STYLES = {
  primary: ButtonStyle.Primary,
  secondary: ButtonStyle.Secondary,
  danger: ButtonStyle.Danger,
} as const;

/** One row of at most five buttons. */
export function buttonRow(...buttons: readonly ButtonWords[]): ButtonRow {
  return {
    type: ComponentType.ActionRow,
    components: buttons.map(({ label, name, id, style = 'secondary', disabled = false }) => ({
      type: ComponentType.Button,
      style: STYLES[style],
      label,
      custom_id: buildCustomId(name, id),
      disabled,
    })),
  };
}

/** What one page of a list shows. */
export interface Page<T> {
  readonly items: readonly T[];
  /** From 1. */
  readonly page: number;
  readonly pages: number;
}

/** Cuts one page out of a list; a page beyond its end is the last one. */
export function pageOf<T>(all: readonly T[], size: number, wanted: number): Page<T> {
  const pages = Math.max(1, Math.ceil(all.length / size));
  const page = Math.min(Math.max(1, wanted), pages);
  return { items: all.slice((page - 1) * size, page * size), page, pages };
}

/**
 * Back and forth through pages; none when there is but one.
 *
 * @param idOf the id that the plug-in is given for a page; it must differ from page to page.
 */
export function pagerRows(
  { page, pages }: Pick<Page<unknown>, 'page' | 'pages'>,
  name: string,
  idOf: (page: number) => number = (to) => to,
): ButtonRow[] {
  if (pages < 2) return [];
  const to = (label: string, target: number) => ({
    label,
    name,
    id: idOf(Math.min(Math.max(1, target), pages)),
    disabled: target < 1 || target > pages,
  });
  // Discord refuses the same id twice in a message: a button that leads nowhere has that of no page.
  const previous = page === 1 ? { ...to('◀ Newer', 0), id: idOf(pages + 1) } : to('◀ Newer', page - 1);
  const next =
    page === pages ? { ...to('Older ▶', pages + 1), id: idOf(pages + 2) } : to('Older ▶', page + 1);
  return [buttonRow(previous, next)];
}
