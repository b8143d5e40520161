import type { Command, Reply, Snapshot } from '../contract.ts';

/** The one boundary of the window: whatever is behind it holds the state, the window draws it. */
export interface Agent {
  /** Calls back with the present snapshot and with every later one. Settles only when there will be no more: the resident is gone. */
  watch(onSnapshot: (snapshot: Snapshot) => void): Promise<void>;
  /** The reply comes when the command is carried out. Rejects when the resident cannot be reached. */
  send(command: Command): Promise<Reply>;
  /** Opens the demo's window beside this one, and starts the demo where it does not run. Rejects when it cannot be started. */
  startDemo(): Promise<void>;
  /** Puts the window away. */
  hide(): void;
}

/** What is built for the product (`npm run build`) has no simulated resident in it. */
const IS_PRODUCT = import.meta.env.MODE === 'product';

/** The resident when this runs in its window, else a simulated one, so that the window can be looked at in any browser. */
export async function findAgent(): Promise<Agent> {
  if (IS_PRODUCT || '__TAURI_INTERNALS__' in globalThis) {
    return new (await import('./tauri.ts')).Resident();
  }
  const [{ Simulated }, { scene }] = await Promise.all([import('./browser.ts'), import('./scenes.ts')]);
  return new Simulated(scene(window.location.hash.slice(1)));
}
