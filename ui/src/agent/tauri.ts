import { Channel, invoke } from '@tauri-apps/api/core';

import type { Command, Reply, Snapshot } from '../contract.ts';
import type { Agent } from './agent.ts';

/** The resident, through the window's own process and the control socket. The commands are those of `src-tauri/src/commands.rs`. */
export class Resident implements Agent {
  watch(onSnapshot: (snapshot: Snapshot) => void): Promise<void> {
    return invoke('watch', { snapshots: new Channel<Snapshot>(onSnapshot) });
  }

  send(command: Command): Promise<Reply> {
    return invoke('send_command', { command });
  }

  startDemo(): Promise<void> {
    return invoke('start_demo');
  }

  hide(): void {
    void invoke('hide_window');
  }
}
