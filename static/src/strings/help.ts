/** What the dialog with the list of keys says. */

import { html } from "lit";

export const title = "Keys";
export const about = "They act while the page or the network has the focus. Clear a box to switch a key off.";
export const toTheNetwork = html`<kbd>Tab</kbd> to the network, one stop a layer; <kbd>↑</kbd> <kbd>↓</kbd> inside`;
export const ask = html`<kbd>Enter</kbd> ask how a number came to be; <kbd>Esc</kbd> back`;
