/**
 * What a picture is drawn with: the part of a canvas context that is needed, and the same as a writer of SVG. So one
 * piece of drawing code makes the page's canvas, a PNG, a picture of a GIF and an SVG.
 */

export type Pen = Pick<
  CanvasRenderingContext2D,
  | "arc"
  | "beginPath"
  | "bezierCurveTo"
  | "clip"
  | "closePath"
  | "drawImage"
  | "fill"
  | "fillRect"
  | "fillStyle"
  | "fillText"
  | "font"
  | "globalAlpha"
  | "imageSmoothingEnabled"
  | "lineCap"
  | "lineJoin"
  | "lineTo"
  | "lineWidth"
  | "moveTo"
  | "restore"
  | "rotate"
  | "roundRect"
  | "save"
  | "setLineDash"
  | "stroke"
  | "strokeRect"
  | "strokeStyle"
  | "textAlign"
  | "textBaseline"
  | "translate"
> & {
  /** What the texts that follow are the numbers of, where a picture can say so. */
  about?(data: Readonly<Record<string, string | undefined>>): void;
};

type Paint = CanvasRenderingContext2D["fillStyle"];

/** What `save` keeps. */
interface Drawing {
  globalAlpha: number;
  imageSmoothingEnabled: boolean;
  lineCap: CanvasLineCap;
  lineJoin: CanvasLineJoin;
  lineWidth: number;
  strokeStyle: Paint;
  fillStyle: Paint;
  font: string;
  textAlign: CanvasTextAlign;
  textBaseline: CanvasTextBaseline;
  dash: number[];
  transform: string;
  clip: string;
}

const ANCHORS: Partial<Record<CanvasTextAlign, string>> = { center: "middle", right: "end", end: "end" };

export class SvgPen implements Pen {
  globalAlpha = 1;
  imageSmoothingEnabled = true;
  lineCap: CanvasLineCap = "butt";
  lineJoin: CanvasLineJoin = "miter";
  lineWidth = 1;
  strokeStyle: Paint = "#000000";
  fillStyle: Paint = "#000000";
  font = "10px sans-serif";
  textAlign: CanvasTextAlign = "start";
  textBaseline: CanvasTextBaseline = "alphabetic";
  #dash: number[] = [];
  #transform = "";
  #clip = "";
  #clips = 0;
  #path = "";
  #about = "";
  readonly #saved: Drawing[] = [];
  readonly #parts: string[] = [];

  /** The whole picture: of the size in which it was drawn, shown `shown` pixels wide. */
  text(width: number, height: number, shown: number, title: string): string {
    const size = `viewBox="0 0 ${round(width)} ${round(height)}" width="${shown}" height="${round((height * shown) / width)}"`;
    const head = `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img">\n<title>${escaped(title)}</title>`;
    return `<?xml version="1.0" encoding="UTF-8"?>\n${head}\n${this.#parts.join("\n")}\n</svg>\n`;
  }

  about(data: Readonly<Record<string, string | undefined>>): void {
    this.#about = Object.entries(data)
      .map(([name, value]) => (value === undefined ? "" : ` data-${name}="${escaped(value)}"`))
      .join("");
  }

  save(): void {
    const { globalAlpha, imageSmoothingEnabled, lineCap, lineJoin, lineWidth, strokeStyle, fillStyle } = this;
    const { font, textAlign, textBaseline } = this;
    const own = { dash: this.#dash, transform: this.#transform, clip: this.#clip };
    const line = { lineCap, lineJoin, lineWidth, strokeStyle };
    this.#saved.push({
      globalAlpha,
      imageSmoothingEnabled,
      ...line,
      fillStyle,
      font,
      textAlign,
      textBaseline,
      ...own,
    });
  }

  restore(): void {
    const { dash, transform, clip, ...drawing } = this.#saved.pop() ?? ({} as Drawing);
    Object.assign(this, drawing);
    [this.#dash, this.#transform, this.#clip] = [dash, transform, clip];
  }

  translate(x: number, y: number): void {
    this.#transform += ` translate(${round(x)} ${round(y)})`;
  }

  rotate(angle: number): void {
    this.#transform += ` rotate(${round((angle * 180) / Math.PI)})`;
  }

  beginPath(): void {
    this.#path = "";
  }

  moveTo(x: number, y: number): void {
    this.#path += `M${round(x)} ${round(y)}`;
  }

  lineTo(x: number, y: number): void {
    this.#path += `L${round(x)} ${round(y)}`;
  }

  bezierCurveTo(ax: number, ay: number, bx: number, by: number, x: number, y: number): void {
    this.#path += `C${[ax, ay, bx, by, x, y].map(round).join(" ")}`;
  }

  /** A whole circle: nothing else is drawn. */
  arc(x: number, y: number, radius: number): void {
    const half = `A${radius} ${radius} 0 1 1`;
    this.#path += `M${round(x + radius)} ${round(y)}${half} ${round(x - radius)} ${round(y)}${half} ${round(x + radius)} ${round(y)}Z`;
  }

  /** With the same radius at every corner. */
  roundRect(x: number, y: number, width: number, height: number, radii: unknown = 0): void {
    const r = Math.min(Number(radii), width / 2, height / 2);
    const corner = (dx: number, dy: number) => `a${round(r)} ${round(r)} 0 0 1 ${round(dx)} ${round(dy)}`;
    const sides = [round(width - 2 * r), round(height - 2 * r)] as const;
    this.#path +=
      `M${round(x + r)} ${round(y)}h${sides[0]}${corner(r, r)}v${sides[1]}${corner(-r, r)}` +
      `h-${sides[0]}${corner(-r, -r)}v-${sides[1]}${corner(r, -r)}Z`;
  }

  closePath(): void {
    this.#path += "Z";
  }

  clip(): void {
    this.#clip = `clip${this.#clips++}`;
    this.#parts.push(`<clipPath id="${this.#clip}"><path d="${this.#path}"/></clipPath>`);
  }

  setLineDash(dash: number[]): void {
    this.#dash = dash;
  }

  fill(): void {
    this.#put("path", `d="${this.#path}" ${paint("fill", this.fillStyle)}`);
  }

  stroke(): void {
    this.#put("path", `d="${this.#path}" fill="none" ${this.#line()}`);
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    this.#put("rect", `${box(x, y, width, height)} ${paint("fill", this.fillStyle)}`);
  }

  strokeRect(x: number, y: number, width: number, height: number): void {
    this.#put("rect", `${box(x, y, width, height)} fill="none" ${this.#line()}`);
  }

  drawImage(image: CanvasImageSource, x: number, y: number, width = 0, height = 0): void {
    const source = dataOf(image as HTMLCanvasElement | OffscreenCanvas);
    const sharp = this.imageSmoothingEnabled ? "" : ' image-rendering="pixelated"';
    this.#put("image", `${box(x, y, width, height)} preserveAspectRatio="none"${sharp} href="${source}"`);
  }

  /** As wide as the page has it, whatever font there is where the picture is seen. */
  fillText(text: string, x: number, y: number, width?: number): void {
    const [, weight = "400", size = "10", family = "sans-serif"] =
      /^(?:(\S+) )?([\d.]+)px (.+)$/.exec(this.font) ?? [];
    const anchor = ANCHORS[this.textAlign] ?? "start";
    const baseline = this.textBaseline === "middle" ? ' dominant-baseline="central"' : "";
    const wide = width === undefined ? "" : ` textLength="${round(width)}" lengthAdjust="spacingAndGlyphs"`;
    const font = `font-family="${escaped(family)}" font-size="${round(Number(size))}" font-weight="${weight}"`;
    const place = `x="${round(x)}" y="${round(y)}" text-anchor="${anchor}"${baseline}${wide}`;
    this.#put(
      "text",
      `${place} ${font} ${paint("fill", this.fillStyle)}${this.#about}`,
      `${escaped(text)}</text>`,
    );
  }

  #line(): string {
    const dash = this.#dash.length ? ` stroke-dasharray="${this.#dash.join(" ")}"` : "";
    const ends = `stroke-linecap="${this.lineCap}" stroke-linejoin="${this.lineJoin}"`;
    return `${paint("stroke", this.strokeStyle)} stroke-width="${round(this.lineWidth)}" ${ends}${dash}`;
  }

  #put(name: string, attributes: string, content?: string): void {
    const seen = this.globalAlpha === 1 ? "" : ` opacity="${round(this.globalAlpha)}"`;
    const moved = this.#transform && ` transform="${this.#transform.trim()}"`;
    const within = this.#clip && ` clip-path="url(#${this.#clip})"`;
    this.#parts.push(
      `<${name} ${attributes}${seen}${moved}${within}${content === undefined ? "/>" : `>${content}`}`,
    );
  }
}

function box(x: number, y: number, width: number, height: number): string {
  return `x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"`;
}

/** A colour as programs that know little CSS read it. */
function paint(what: "fill" | "stroke", colour: Paint): string {
  const { rgb, alpha } = readColour(String(colour));
  return `${what}="rgb(${rgb.map(Math.round).join(",")})"${alpha === 1 ? "" : ` ${what}-opacity="${round(alpha)}"`}`;
}

/** A colour as the browser computes it: `rgb(…)`, `rgba(…)` or `color(srgb …)`. */
export function readColour(text: string): { rgb: [number, number, number]; alpha: number } {
  const [red = 0, green = 0, blue = 0, alpha = 1] = (text.match(/-?\d*\.?\d+(?:e-?\d+)?/g) ?? []).map(Number);
  const full = text.startsWith("color(") ? 255 : 1;
  return { rgb: [red * full, green * full, blue * full], alpha };
}

/** A picture of pixels as an address that holds it. */
function dataOf(image: HTMLCanvasElement | OffscreenCanvas): string {
  if (image instanceof HTMLCanvasElement) return image.toDataURL();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.width, image.height];
  canvas.getContext("2d")?.drawImage(image, 0, 0);
  return canvas.toDataURL();
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

function round(value: number): number {
  return Number(value.toFixed(2));
}
