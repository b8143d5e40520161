import { fileURLToPath } from 'node:url';

import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

import { about } from './build/about.ts';
import { catalogue } from './build/catalogue.ts';
import { glyphs } from './build/glyphs.ts';
import { tokens } from './build/tokens.ts';

const workspace = fileURLToPath(new URL('..', import.meta.url));
const folder = fileURLToPath(new URL('../src-tauri/crates/phrases/catalogue', import.meta.url));

export default defineConfig({
  plugins: [catalogue(folder), tokens(), glyphs(), about(workspace), svelte()],
  resolve: {
    alias: { $catalogue: folder },
    // Vitest would otherwise take Svelte's server half, which mounts nothing.
    conditions: process.env.VITEST ? ['browser'] : undefined,
  },
  server: { fs: { allow: ['.', folder] } },
  build: { target: 'safari16', modulePreload: { polyfill: false } },
  test: { environment: 'happy-dom', include: ['src/**/*.test.ts'] },
});
