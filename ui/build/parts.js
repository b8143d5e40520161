/** Prints the list of parts that npm writes (CycloneDX), of what the window carries (`carried.json`) alone: the rest only builds and tests it. */

import { execSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const carried = JSON.parse(readFileSync(new URL('carried.json', import.meta.url), 'utf8'));
const list = JSON.parse(execSync('npm sbom --sbom-format cyclonedx', { encoding: 'utf8', maxBuffer: 2 ** 26 }));

const parts = list.components.filter(({ name }) => carried.includes(name));
const missing = carried.filter((name) => !parts.some((part) => part.name === name));
if (missing.length > 0) throw new Error(`npm does not know of ${missing.join(', ')}: run npm ci`);
// To npm all of them are for development, as nobody installs the window with it.
for (const part of parts) delete part.properties;

const own = list.metadata.component['bom-ref'];
const refs = parts.map((part) => part['bom-ref']);
const dependencies = [own, ...refs].map((ref) => {
  const known = list.dependencies.find((one) => one.ref === ref)?.dependsOn ?? [];
  return { ref, dependsOn: known.filter((on) => refs.includes(on)) };
});
console.log(JSON.stringify({ ...list, components: parts, dependencies }, undefined, 2));
