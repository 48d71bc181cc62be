#!/usr/bin/env bash
# In a Vue template that is checked by vue-tsc, an attribute whose text holds `//`, such as any address, ends the checks of
# its whole element. A wrong type next to it passes, and nothing says that the element was not looked at. Bound as a
# constant of the script (`:address="ADDRESS"`), the same text leaves the checks on.
#
# Seen with vue-tsc 3.3.14, vue 3.5.25 and TypeScript 5.9.3.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund vue@3.5.25 vue-tsc@3.3.14 typescript@5.9.3 >/dev/null

mkdir pages
cat > pages/elements.d.ts <<'TYPES'
import type { DefineComponent } from "vue";

declare module "vue" {
  interface GlobalComponents {
    "x-element": DefineComponent<{ count: number; address?: string }>;
  }
}
export {};
TYPES
page() {
  printf '<script setup lang="ts"></script>\n<template>\n  <x-element :count="%s" address="%s" />\n</template>\n' "'three'" "$2" > "pages/$1.vue"
}
page Host shop.example
page Address https://shop.example
cat > tsconfig.json <<'CONFIG'
{
  "compilerOptions": {
    "strict": true, "noEmit": true, "module": "esnext", "moduleResolution": "bundler",
    "target": "es2022", "lib": ["es2022", "dom"], "skipLibCheck": true
  },
  "vueCompilerOptions": { "strictTemplates": true },
  "include": ["pages"]
}
CONFIG

npx vue-tsc --noEmit > seen || true
cat seen
grep -q '^pages/Host.vue.*TS2322' seen
! grep -q Address.vue seen
