import { dialogById, el } from './dom.ts';
import { externalLink } from './rich-text.ts';

/** An image as Discord describes it; sizes in pixels, null when unknown. */
export interface Picture {
  readonly url: string;
  readonly alt: string;
  readonly width: number | null;
  readonly height: number | null;
}

/**
 * A thumbnail that opens large. An image of another origin is shown as a link instead: the page asks
 * nothing of anybody but its own server.
 */
export function renderImage(picture: Picture, className: string): HTMLElement {
  if (!isOurs(picture.url)) return externalLink(picture.url, 'Image elsewhere (not loaded)');
  const label = picture.alt === '' ? 'Open image' : `Open image: ${picture.alt}`;
  const open = (): void => openLightbox(picture);
  return el(
    'button',
    { type: 'button', class: `picture ${className}`, 'aria-label': label, click: open },
    imageOf(picture),
  );
}

/** A small round or square image beside a name; null when it lies at another origin. */
export function renderIcon(url: string | undefined, className: string): HTMLElement | null {
  if (url === undefined || !isOurs(url)) return null;
  return el('img', { src: url, alt: '', class: className, loading: 'lazy' });
}

function imageOf({ url, alt, width, height }: Picture): HTMLImageElement {
  const image = el('img', { src: url, alt, width, height, decoding: 'async', loading: 'lazy' });
  image.addEventListener('error', () => image.classList.add('broken'));
  return image;
}

function isOurs(url: string): boolean {
  return URL.canParse(url, location.href) && new URL(url, location.href).origin === location.origin;
}

function openLightbox(picture: Picture): void {
  const dialog = dialogById('lightbox');
  const close = el('button', { type: 'button', class: 'close', click: () => dialog.close() }, 'Close');
  const image = el('img', { src: picture.url, alt: picture.alt });
  dialog.replaceChildren(image, el('footer', {}, externalLink(picture.url, 'Open original'), close));
  dialog.onclick = ({ target }) => {
    if (target === dialog || target === image) dialog.close();
  };
  dialog.showModal();
}
