import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

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
    rolldownOptions: { input: ["src/main.ts", "src/docs.ts"] },
  },
});
