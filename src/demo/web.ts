import { spawn } from 'node:child_process';
import type { Arguments } from './arguments.ts';
import { FAULTS } from './faults.ts';
import { openScene } from './scene.ts';
import { ABOUT, type Site, startSite } from './site/site.ts';
import { CLUSTER } from './stack.ts';
import { Stage } from './stage.ts';
import { mainText } from './texts.ts';

const PORT = 7319;

interface Demo {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the page and all behind it; undefined when a demo runs already, whose address was printed then. */
export async function startDemo(options: Arguments, say: (text: string) => void): Promise<Demo | undefined> {
  const real = options.cluster === 'real';
  // On a cluster of one's own, invented people may approve nothing unless that was asked for.
  const config = real ? { cluster: 'your cluster', ...(options.allowChanges ? {} : { approvals: {} }) } : {};
  const stage = new Stage({
    faults: real ? [] : FAULTS,
    fault: options.fault,
    cluster: real ? 'your cluster' : CLUSTER,
    real,
    open: (fault, dir) => openScene({ kind: options.cluster, fault, dir, config }),
  });
  const port = options.port ?? PORT;
  const site = await startSite(stage, port).catch(async (error: unknown): Promise<Site | string> => {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    const other = `http://127.0.0.1:${port}/`;
    return (await isDemo(other)) ? other : startSite(stage, 0);
  });
  if (typeof site === 'string') {
    say(mainText.alreadyRuns(site));
    if (options.open) openInBrowser(site);
    return undefined;
  }
  const stop = async (): Promise<void> => {
    await site.stop();
    await stage.stop();
  };
  say(mainText.starting);
  await stage.begin(options.fault);
  if (stage.phase.phase === 'failed') {
    await stop();
    throw new Error(stage.phase.detail);
  }
  say(mainText.ready(site.url));
  if (options.open) openInBrowser(site.url);
  return { url: site.url, stop };
}

/** Whether the one who answers there is another demo. */
async function isDemo(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}about`, { signal: AbortSignal.timeout(2_000) });
    const said: unknown = await response.json();
    return typeof said === 'object' && said !== null && 'about' in said && said.about === ABOUT;
  } catch {
    return false;
  }
}

/** Only where somebody sits in front of a desktop; that it can't be opened is no failure, its address was printed. */
function openInBrowser(url: string): void {
  const { env, platform, stdout } = process;
  if (env['CI'] || !stdout.isTTY) return;
  const desktop = platform === 'darwin' || Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY']);
  if (!desktop) return;
  const child = spawn(platform === 'darwin' ? 'open' : 'xdg-open', [url], { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}
