import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

/** What parts of the page that come later need, too. */
const BASE = /\/(lit[\w-]*|d3-(?!contour)\w+|core)\/|views\/(number|styles|math|table)\.ts|preload-helper/;

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
      input: ["src/main.ts", "src/docs.ts"],
      // What the page needs at once comes in two files: each more would cost as much as all that is in it.
      output: { codeSplitting: { groups: [{ name: "base", test: BASE }] } },
    },
  },
});
