import { existsSync, readFileSync } from 'node:fs';

import type { Plugin } from 'vite';

/** Their licences, in the order in which they are chosen where there is a choice. */
const LICENCES = ['MIT'];
const TEXTS = ['LICENSE', 'LICENSE.md', 'LICENSE-MIT', 'license'];
/** The package comes without the text; this is its line as pub.dev has it of the same icons. */
const ELSEWHERE: Record<string, string> = { '@fluentui/svg-icons': 'Copyright (c) Microsoft Corporation' };

export interface Carried {
  name: string;
  version: string;
  licence: string;
  copyright: string;
}

const ID = 'virtual:about';

/** The package that a module of the bundle is from. */
export function packageOf(module: string): string | undefined {
  return /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(module)?.[1];
}

/** The line that names the holder in the text of a licence. */
export function holder(text: string): string | undefined {
  // Without what a link in Markdown leads to.
  return /^copyright (?:\(c\)|\d{4}).*$/im.exec(text)?.[0].replace(/\[([^\]]*)\]\([^)]*\)/, '$1').trim();
}

function carried(packages: string, name: string): Carried {
  const folder = `${packages}/${name}`;
  const { version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as { version: string; license: string };
  const licence = LICENCES.find((licence) => license.split(/ OR |[()]/).includes(licence));
  const copyright = ELSEWHERE[name] ?? TEXTS.map((file) => holder(read(`${folder}/${file}`))).find(Boolean);
  if (licence === undefined || copyright === undefined) throw new Error(`${name}, under ${license}: whose is it, and may it be carried?`);
  return { name, version, licence, copyright };
}

function read(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** The version of the workspace, as its manifest has it. */
export function version(manifest: string): string {
  const found = /^\[workspace\.package\]\n(?:[^[].*\n)*?version = "([^"]+)"/m.exec(manifest)?.[1];
  if (found === undefined) throw new Error('the manifest names no version');
  return found;
}

/** Serves under `virtual:about` what the window says of itself: `version`, `licence` (its text) and `carried`. */
export function about(workspace: string): Plugin {
  // What somebody else wrote. A build with anything more in it fails. `cargo xtask licences` reads the file, too.
  const names = JSON.parse(readFileSync(`${workspace}/ui/build/carried.json`, 'utf8')) as string[];
  return {
    name: 'about',
    resolveId: (id) => (id === ID ? `\0${ID}` : undefined),
    load(id) {
      if (id !== `\0${ID}`) return undefined;
      const manifest = `${workspace}/Cargo.toml`;
      this.addWatchFile(manifest);
      const own = readFileSync(`${workspace}/LICENSE`, 'utf8').trim();
      const parts = { version: version(readFileSync(manifest, 'utf8')), licence: own, carried: names.map((name) => carried(`${workspace}/ui/node_modules`, name)) };
      return Object.entries(parts).map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};`).join('\n');
    },
    generateBundle(_, bundle) {
      const modules = Object.values(bundle).flatMap((file) => (file.type === 'chunk' ? Object.keys(file.modules) : []));
      const untold = new Set(modules.map(packageOf).filter((name) => name !== undefined && !names.includes(name)));
      if (untold.size > 0) this.error(`the window carries ${[...untold].join(', ')}, and does not say so (build/about.ts)`);
    },
  };
}
