/** The built window in Chromium. `npm run e2e` builds it first; the pictures are left in `target/ui-pictures`. */

import { existsSync } from 'node:fs';

import { defineConfig } from '@playwright/test';

/** Debian's own: Playwright's would have to be downloaded. Elsewhere the Chrome that is installed. */
const debian = '/usr/bin/chromium';
const args = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-gpu',
  '--disable-quic',
  '--disable-sync',
  '--no-first-run',
  '--no-sandbox',
];

export default defineConfig({
  testDir: 'e2e',
  outputDir: '../target/ui-e2e/results',
  fullyParallel: true,
  workers: 2,
  // Far beyond what any takes on an idle machine, so that a busy one does not fail a test.
  timeout: 120_000,
  forbidOnly: true,
  reporter: 'line',
  // Figures are taken when nothing else runs.
  projects: [
    { name: 'behaviour', testIgnore: /figures/ },
    { name: 'figures', testMatch: /figures/, dependencies: ['behaviour'] },
  ],
  use: {
    ...(existsSync(debian) ? {} : { channel: 'chrome' }),
    launchOptions: { args, ...(existsSync(debian) ? { executablePath: debian } : {}) },
    timezoneId: 'Europe/Berlin',
    viewport: { width: 400, height: 680 },
  },
});
