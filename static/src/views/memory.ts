/** What the browser keeps for the reader. In a frame of another site, such as a notebook, it may refuse to: then it is
 * kept as long as the page is. */

const here = new Map<string, string>();

export function remembered(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return here.get(key) ?? null;
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    here.set(key, value);
  }
}
