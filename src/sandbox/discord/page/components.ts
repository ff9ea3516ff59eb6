import type {
  APIActionRowComponent,
  APIButtonComponent,
  APIComponentInMessageActionRow,
  APIMessageTopLevelComponent,
  APISelectMenuComponent,
} from 'discord-api-types/v10';
import { type Child, el } from './dom.ts';
import { renderImage } from './image.ts';
import { buttonClass, Kind } from './kinds.ts';
import type { Names } from './names.ts';
import { externalLink, renderMarkdown } from './rich-text.ts';
import { type Choices, optionsOf, renderSelect } from './select.ts';

/** What the components of one message need to know and to do. */
export interface ComponentContext extends Choices {
  readonly names: Names;
  /** The custom id that was clicked and not answered yet; null when nothing waits. */
  readonly busy: string | null;
  readonly click: (customId: string) => void;
  readonly select: (customId: string, values: readonly string[]) => void;
}

/** A component of a message with all that is inside it; null for a kind the page does not know. */
export function renderComponent(
  component: APIMessageTopLevelComponent,
  context: ComponentContext,
): HTMLElement | null {
  switch (component.type) {
    case Kind.actionRow:
      return renderRow(component, context);
    case Kind.textDisplay:
      return el('div', { class: 'text' }, renderMarkdown(component.content, context.names));
    case Kind.separator:
      return component.divider === false ? el('div', { class: 'space' }) : el('hr');
    case Kind.container: {
      const inner = component.components.map((child) => renderComponent(child, context));
      const box = el('section', { class: 'embed container' }, ...inner);
      if (component.accent_color) {
        box.style.setProperty('--bar', `#${component.accent_color.toString(16).padStart(6, '0')}`);
      }
      return box;
    }
    case Kind.section: {
      const texts = component.components.map((child) => renderComponent(child, context));
      const { accessory } = component;
      const side: Child =
        accessory.type === Kind.button
          ? renderButton(accessory, context)
          : renderImage(media(accessory.media, accessory.description), 'thumbnail');
      return el('div', { class: 'section' }, el('div', {}, ...texts), side);
    }
    case Kind.mediaGallery:
      return el(
        'div',
        { class: 'gallery' },
        ...component.items.map((item) => renderImage(media(item.media, item.description), 'wide')),
      );
    default:
      return null;
  }
}

function media(item: { url: string; width?: number | null; height?: number | null }, alt?: string | null) {
  return { url: item.url, alt: alt ?? '', width: item.width ?? null, height: item.height ?? null };
}

function renderRow(
  row: APIActionRowComponent<APIComponentInMessageActionRow>,
  context: ComponentContext,
): HTMLElement {
  const parts = row.components.map((component) =>
    component.type === Kind.button
      ? renderButton(component, context)
      : renderMessageSelect(component, context),
  );
  return el('div', { class: 'row' }, ...parts);
}

function renderButton(button: APIButtonComponent, context: ComponentContext): HTMLElement | null {
  const label = 'label' in button ? (button.label ?? '') : '';
  const emoji = 'emoji' in button ? (button.emoji?.name ?? null) : null;
  const face: readonly Child[] = [
    emoji === null ? null : el('span', { class: 'emoji', 'aria-hidden': label !== '' && 'true' }, emoji),
    label,
  ];
  const className = `button ${buttonClass[button.style]}`;
  if ('url' in button) {
    const link = externalLink(button.url, '');
    link.className = className;
    link.append(...face.filter((part) => part !== null && part !== false));
    return link;
  }
  if (!('custom_id' in button)) return null;
  const { custom_id: customId } = button;
  return el(
    'button',
    {
      type: 'button',
      class: className,
      disabled: button.disabled === true,
      'data-custom-id': customId,
      'aria-busy': context.busy === customId && 'true',
      click: () => {
        if (context.busy === null) context.click(customId);
      },
    },
    ...face,
  );
}

function renderMessageSelect(menu: APISelectMenuComponent, context: ComponentContext): HTMLElement {
  return renderSelect(
    {
      customId: menu.custom_id,
      label: menu.placeholder ?? 'Make a selection',
      options: optionsOf(menu, context),
      minValues: menu.min_values ?? 1,
      maxValues: menu.max_values ?? 1,
      disabled: menu.disabled === true || context.busy !== null,
    },
    (values) => context.select(menu.custom_id, values),
  );
}
