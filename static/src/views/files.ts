/** Gives the reader what the page shows, as a file or on the clipboard. */

const MARGIN = 14;
const TITLE = 13;

export function saveText(name: string, type: string, text: string): void {
  save(name, new Blob([text], { type: `${type};charset=utf-8` }));
}

/** Pictures beside one another, each under its title, on the page's own surface. */
export function saveCanvases(
  name: string,
  pictures: readonly { readonly canvas: HTMLCanvasElement; readonly title: string }[],
  said: string,
  { backgroundColor, color, fontFamily }: CSSStyleDeclaration,
): void {
  const scale = devicePixelRatio;
  const [margin, line] = [MARGIN * scale, 2 * TITLE * scale];
  const picture = document.createElement("canvas");
  picture.width = pictures.reduce((sum, { canvas }) => sum + canvas.width + margin, margin);
  picture.height = Math.max(...pictures.map(({ canvas }) => canvas.height)) + line + 2 * margin;
  const context = picture.getContext("2d");
  if (!context) return;
  context.fillStyle = backgroundColor;
  context.fillRect(0, 0, picture.width, picture.height);
  context.fillStyle = color;
  context.font = [`${TITLE * scale}px`, fontFamily].join(" ");
  let x = margin;
  pictures.forEach(({ canvas, title }, i) => {
    context.fillText([title, i ? "" : said].filter(Boolean).join(" · "), x, margin + TITLE * scale);
    context.drawImage(canvas, x, margin + line);
    x += canvas.width + margin;
  });
  picture.toBlob((blob) => blob && save(name, blob));
}

/** A file that the server makes, by the name that the server gives it. */
export function saveFrom(address: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = "";
  link.click();
}

/** Put a text on the clipboard, and say whether it is there: only a page that came over a safe connection, or from this
 * machine, may write to it.
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

export function save(name: string, blob: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The download has begun when this turn of the event loop is over.
  setTimeout(() => URL.revokeObjectURL(link.href));
}
