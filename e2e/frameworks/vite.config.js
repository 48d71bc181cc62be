// One page after the other, as `vite build <page>` names them.

import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [vue({ template: { compilerOptions: { isCustomElement: (tag) => tag === "damage-report" } } })],
  build: { emptyOutDir: true },
});
