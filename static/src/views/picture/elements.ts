/**
 * Draws elements of the page as they are laid out and styled: boxes, borders, pictures and texts. So what stands on
 * the network is drawn without a second description of it.
 */

import { type Pen, readColour } from "./pen.ts";

type Box = { left: number; top: number; width: number; height: number };

const SIDES = ["Top", "Right", "Bottom", "Left"] as const;

/** Draw `elements` of `root`, whose corner is that of the picture, and all in them but what is `skipped`. */
export function drawElements(
  pen: Pen,
  root: HTMLElement,
  elements: Iterable<Node>,
  skipped = ":not(*)",
): void {
  const origin = root.getBoundingClientRect();
  const zoom = origin.width / root.offsetWidth || 1;
  const placed = ({ left, top, width, height }: DOMRect): Box => ({
    left: (left - origin.left) / zoom,
    top: (top - origin.top) / zoom,
    width: width / zoom,
    height: height / zoom,
  });
  const walk = (node: Node) => {
    if (node instanceof Text) return drawText(pen, node, placed);
    if (!(node instanceof HTMLElement) || node.matches(skipped)) return;
    const style = getComputedStyle(node);
    if (style.display === "none" || style.visibility === "hidden" || node.matches(".sr-only")) return;
    if (style.display !== "contents") drawBox(pen, node, placed(node.getBoundingClientRect()), style);
    node.childNodes.forEach(walk);
  };
  for (const element of elements) walk(element);
}

function drawBox(pen: Pen, element: HTMLElement, box: Box, style: CSSStyleDeclaration): void {
  const { left, top, width, height } = box;
  if (width === 0 && height === 0) return;
  const radius = cornerOf(style, box);
  const shape = (grown: number) => {
    pen.beginPath();
    const size = [width + 2 * grown, height + 2 * grown] as const;
    pen.roundRect(left - grown, top - grown, ...size, radius && Math.max(0, radius + grown));
  };
  pen.setLineDash([]);
  pen.lineCap = "butt";
  const ring = /^(.+?\)) 0px 0px 0px ([\d.]+)px/.exec(style.boxShadow);
  if (ring?.[1] && Number(ring[2]) > 0) filled(ring[1], Number(ring[2]));
  filled(style.backgroundColor, 0);
  shade(pen, box, style.backgroundImage);
  if (element instanceof HTMLCanvasElement) {
    pen.save();
    shape(0);
    pen.clip();
    pen.imageSmoothingEnabled = true;
    pen.drawImage(element, left, top, width, height);
    pen.restore();
  }
  border();
  if (style.outlineStyle === "solid") {
    const thick = parseFloat(style.outlineWidth);
    lined(style.outlineColor, thick, parseFloat(style.outlineOffset) + thick / 2);
  }

  function filled(colour: string, grown: number): void {
    if (readColour(colour).alpha === 0) return;
    shape(grown);
    pen.fillStyle = colour;
    pen.fill();
  }

  function lined(colour: string, thick: number, grown: number): void {
    shape(grown);
    pen.strokeStyle = colour;
    pen.lineWidth = thick;
    pen.stroke();
  }

  function border(): void {
    const [first, ...others] = SIDES.map((side) => ({
      side,
      thick: style[`border${side}Style`] === "none" ? 0 : parseFloat(style[`border${side}Width`]),
      colour: style[`border${side}Color`],
      dashed: style[`border${side}Style`] === "dashed",
    }));
    if (!first) return;
    const dash = (thick: number, dashed: boolean) =>
      pen.setLineDash(dashed ? [2 * thick + 1, 2 * thick] : []);
    if (others.every(({ thick, colour }) => thick === first.thick && colour === first.colour)) {
      dash(first.thick, first.dashed);
      if (first.thick > 0) lined(first.colour, first.thick, -first.thick / 2);
    } else
      for (const { side, thick, colour, dashed } of [first, ...others]) {
        if (thick === 0) continue;
        const at = { Top: top, Bottom: top + height, Left: left, Right: left + width }[side];
        const inward = side === "Top" || side === "Left" ? at + thick / 2 : at - thick / 2;
        dash(thick, dashed);
        pen.beginPath();
        if (side === "Top" || side === "Bottom") {
          pen.moveTo(left, inward);
          pen.lineTo(left + width, inward);
        } else {
          pen.moveTo(inward, top);
          pen.lineTo(inward, top + height);
        }
        pen.strokeStyle = colour;
        pen.lineWidth = thick;
        pen.stroke();
      }
    pen.setLineDash([]);
  }
}

/** The radius of its corners, in pixels. */
function cornerOf({ borderTopLeftRadius: corner }: CSSStyleDeclaration, { width, height }: Box): number {
  const least = Math.min(width, height);
  const asked = corner.endsWith("%") ? (parseFloat(corner) / 100) * least : parseFloat(corner);
  return Math.min(asked || 0, least / 2);
}

/** A shade from left to right, in stripes a pixel wide. */
function shade(pen: Pen, { left, top, width, height }: Box, image: string): void {
  const colours = image.startsWith("linear-gradient(to right")
    ? image.match(/(?:rgba?|color)\([^)]*\)/g)
    : null;
  if (!colours || colours.length < 2) return;
  for (let x = 0; x < width; x++) {
    const place = ((x + 0.5) / width) * (colours.length - 1);
    const [from, to] = [Math.floor(place), Math.min(Math.floor(place) + 1, colours.length - 1)].map(
      (i) => readColour(colours[i] ?? "").rgb,
    );
    const mixed = from?.map((one, i) => one + ((to?.[i] ?? one) - one) * (place % 1));
    pen.fillStyle = `rgb(${mixed?.map(Math.round).join(", ")})`;
    pen.fillRect(left + x, top, Math.min(1.5, width - x), height);
  }
}

/** A text, line by line as it is broken; each in the middle of its place, so that another font may be wider. */
function drawText(pen: Pen, node: Text, placed: (rect: DOMRect) => Box): void {
  const parent = node.parentElement;
  if (!parent || !node.data.trim()) return;
  const style = getComputedStyle(parent);
  if (readColour(style.color).alpha === 0) return;
  const number = parent.closest<HTMLElement>("[data-tensor]");
  const isValue = number && !parent.closest(".letter");
  const { tensor, index, value } = isValue ? number.dataset : {};
  pen.about?.({ tensor, index, value });
  pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  pen.fillStyle = style.color;
  const shown = (text: string) => (style.textTransform === "uppercase" ? text.toUpperCase() : text);
  pen.textAlign = "center";
  pen.textBaseline = "alphabetic";
  for (const { text, box } of linesOf(node, placed)) {
    const { ascent, height } = heightsOf(pen.font);
    const baseline = box.top + (box.height - height) / 2 + ascent;
    pen.fillText(shown(text), box.left + box.width / 2, baseline, box.width);
  }
  pen.about?.({});
}

function linesOf(node: Text, placed: (rect: DOMRect) => Box): { text: string; box: Box }[] {
  const lines: { text: string; box: Box }[] = [];
  const range = document.createRange();
  for (const { 0: word, index } of node.data.matchAll(/\S+/g)) {
    range.setStart(node, index);
    range.setEnd(node, index + word.length);
    const box = placed(range.getBoundingClientRect());
    if (box.width === 0) continue;
    const last = lines.at(-1);
    if (last && Math.abs(last.box.top - box.top) < box.height / 2) {
      last.text += ` ${word}`;
      last.box = { ...last.box, width: box.left + box.width - last.box.left };
    } else lines.push({ text: word, box });
  }
  return lines;
}

const heights = new Map<string, { ascent: number; height: number }>();

/** How far a font reaches above its baseline, and how high it is in all. */
function heightsOf(font: string): { ascent: number; height: number } {
  const known = heights.get(font);
  if (known) return known;
  const context = document.createElement("canvas").getContext("2d");
  if (!context) return { ascent: 0, height: 0 };
  context.font = font;
  const { fontBoundingBoxAscent: ascent, fontBoundingBoxDescent: descent } = context.measureText("x");
  const found = { ascent, height: ascent + descent };
  heights.set(font, found);
  return found;
}
