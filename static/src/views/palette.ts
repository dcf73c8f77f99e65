/** The page's tokens as colours that a canvas takes, read once a theme. */

import { interpolateRgb } from "d3-interpolate";

import { NO_NUMBER, SHADES } from "../core/maps.ts";
import { isDark } from "./theme.ts";

const TOKENS = [
  "paper",
  "panel",
  "soft",
  "line",
  "control",
  "ink",
  "muted",
  "positive",
  "negative",
  "forward",
  "loss",
  "backward",
  "update",
] as const;

export type Palette = Readonly<Record<(typeof TOKENS)[number], string>>;

const palettes = new Map<boolean, Palette>();

/** The colours of the page's theme, or of the one that is asked for. */
export function palette(dark = isDark()): Palette {
  const known = palettes.get(dark);
  if (known) return known;
  const probe = document.body.appendChild(document.createElement("span"));
  probe.dataset["theme"] = dark ? "dark" : "light";
  // In the system's colours every token would be read as that of its text.
  probe.style.setProperty("forced-color-adjust", "none");
  const read = TOKENS.map((token) => {
    probe.style.color = `var(--${token})`;
    return [token, getComputedStyle(probe).color] as const;
  });
  probe.remove();
  const made = Object.fromEntries(read) as Palette;
  palettes.set(dark, made);
  return made;
}

/** Red, green and blue of a colour as `palette` gives it. */
export function channels(colour: string): [number, number, number] {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  return [red, green, blue];
}

const FULL = 0.85;
const scales = new Map<Palette, Uint32Array>();

/** The pixel of each shade: from the negative hue over the panel's to the positive one; and of what is no number. */
export function shadePixels(dark = isDark()): Uint32Array {
  const colours = palette(dark);
  const known = scales.get(colours);
  if (known) return known;
  const pixels = new Uint32Array(SHADES + 1);
  const middle = (SHADES - 1) / 2;
  for (let shade = 0; shade < SHADES; shade++) {
    const hue = shade < middle ? colours.negative : colours.positive;
    pixels[shade] = pixel(interpolateRgb(colours.panel, hue)((FULL * Math.abs(shade - middle)) / middle));
  }
  pixels[NO_NUMBER] = pixel(colours.control);
  scales.set(colours, pixels);
  return pixels;
}

/** A colour as the four bytes of a pixel, in the order of the processors that browsers run on. */
function pixel(colour: string): number {
  const [red, green, blue] = channels(colour);
  return ((255 << 24) | (Math.round(blue) << 16) | (Math.round(green) << 8) | Math.round(red)) >>> 0;
}
