/** What the list of keys says: what stands on a key, and what it does. */

export const play = { shown: "Space", does: "play or pause" };
export const forward = { shown: "→", does: "step forward" };
export const back = { shown: "←", does: "step back" };
export const farForward = { shown: "Shift →", does: "step forward, one size larger" };
export const farBack = { shown: "Shift ←", does: "step back, one size larger" };
export const beginning = { shown: "Home", does: "go to the beginning" };
export const head = { shown: "End", does: "go to the head" };
export const size = (digit: string, size: string) => ({ shown: digit, does: `step size: ${size}` });
export const undo = { shown: "Ctrl Z", does: "undo the last change" };
export const redo = { shown: "Ctrl Shift Z", does: "redo it" };
export const numberBefore = { shown: "Backspace", does: "go back to the number before" };
export const present = { shown: "P", does: "present: large type, numbers hidden until the next key" };
export const escape = { shown: "Esc", does: "go back to the number before, or end presenting" };
export const clickForward = { shown: "Page ↓", does: "step forward, as a clicker does" };
export const clickBack = { shown: "Page ↑", does: "step back, as a clicker does" };
export const exampleBefore = { shown: "[", does: "show the example before" };
export const exampleAfter = { shown: "]", does: "show the example after" };
export const zoomIn = { shown: "+", does: "zoom in: more room for the network" };
export const zoomOut = { shown: "−", does: "zoom out" };
export const whole = { shown: "0", does: "show the whole network" };
export const list = { shown: "?", does: "show this list" };
