import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

/** What asks for the first session, with all that it needs. */
const FIRST =
  /src\/(main|session|sharing|store|motion|api\/(client|requests)|views\/theme)\.ts|rolldown.runtime/;
/** What parts of the page that come later need, too. */
const BASE =
  /\/(lit[\w-]*|d3-(?!contour)\w+)\/|src\/(page|core\/(net|numbers|pose|scene))\.ts|views\/(page|number|styles|math|table)\.ts|preload-helper/;

/** The server mounts static/dist at /static and finds the files' hashed names in the manifest. */
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "/static/",
  publicDir: "public",
  build: {
    outDir: "dist",
    emptyOutDir: true,
    manifest: true,
    license: true,
    sourcemap: false,
    target: "baseline-widely-available",
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: ["src/main.ts", "src/docs.ts", "css/not-found.css"],
      // What the page needs at once comes in two files: each more would cost as much as all that is in it.
      output: {
        codeSplitting: {
          groups: [
            { name: "first", test: FIRST, priority: 2 },
            { name: "base", test: BASE, priority: 1 },
          ],
        },
      },
    },
  },
});
