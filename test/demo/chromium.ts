import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';

const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface Chromium {
  /** A page at an address; what its console complains about is collected in `complaints`. */
  open(url: string, size?: { readonly width: number; readonly height: number }): Promise<Page>;
  readonly complaints: string[];
  stop(): Promise<void>;
}

/** A browser with a profile of its own. Throws with the line that installs it where it is missing. */
export async function startChromium(options: { readonly dark?: boolean } = {}): Promise<Chromium> {
  const executablePath = [process.env['CHROMIUM_BIN'] ?? '', ...PROGRAMS].find((one) => one !== '' && existsSync(one));
  if (executablePath === undefined)
    throw new Error('chromium is missing: install it (Debian: apt-get install chromium), or set CHROMIUM_BIN');
  const profile = await mkdtemp(join(tmpdir(), 'promfix-chromium-'));
  const browser: BrowserContext = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    args: FLAGS,
    viewport: { width: 1280, height: 800 },
    colorScheme: options.dark ? 'dark' : 'light',
  });
  const complaints: string[] = [];
  return {
    complaints,
    async open(url, size) {
      const page = await browser.newPage();
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      page.on('request', (request) => {
        if (new URL(request.url()).hostname !== '127.0.0.1') complaints.push(`asked ${request.url()}`);
      });
      if (size) await page.setViewportSize(size);
      await page.goto(url);
      await page.getByRole('combobox', { name: /Message to #incidents/ }).waitFor();
      return page;
    },
    async stop() {
      await browser.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}
