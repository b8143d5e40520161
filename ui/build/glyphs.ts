import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import type { Plugin } from 'vite';

const PREFIX = 'glyph:';

/** Reads the outline out of one of Fluent's icons, which are a view box and paths and nothing else. */
export function outline(svg: string): { box: string; paths: string[] } {
  const box = /viewBox="([\d. -]+)"/.exec(svg)?.[1];
  const paths = [...svg.matchAll(/<path d="([^"]+)"\/>/g)].map((match) => match[1]!);
  const rest = svg.replace(/<path d="[^"]+"\/>/g, '').replace(/^<svg [^>]*>|<\/svg>\s*$/g, '');
  if (box === undefined || paths.length === 0 || rest.trim() !== '') {
    throw new Error(`not a plain outline: ${svg}`);
  }
  return { box, paths };
}

/** Makes `import busy from 'glyph:presence_busy_16_filled'` the outline of that icon, for `Glyph.svelte` to draw. */
export function glyphs(): Plugin {
  const { resolve } = createRequire(import.meta.url);
  return {
    name: 'glyphs',
    resolveId: (id) => (id.startsWith(PREFIX) ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith(`\0${PREFIX}`)) return undefined;
      const file = resolve(`@fluentui/svg-icons/icons/${id.slice(PREFIX.length + 1)}.svg`);
      return `export default ${JSON.stringify(outline(readFileSync(file, 'utf8')))}`;
    },
  };
}
