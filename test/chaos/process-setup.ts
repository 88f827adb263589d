import { readFileSync } from 'node:fs';
import { type FileConfig, parseFile } from '../../src/config.ts';
import { createClient } from '../../src/kubernetes/client.ts';
import type { KubeClient } from '../../src/kubernetes/types.ts';
import type { Logger } from '../../src/ports.ts';
import { createRedisStore } from '../../src/store/redis-store.ts';
import type { Store } from '../../src/store/types.ts';
import { userAgentOf } from './cluster.ts';
import type { Protection } from './protections.ts';
import { countingStore } from './signs.ts';

/** What a process of the storm is told, in a file named on its command line. */
export interface ProcessSettings {
  readonly redis: string;
  readonly cluster: string;
  readonly tokens: { readonly bot: string; readonly worker: string };
  readonly file: string;
  readonly approvalKey: string;
  readonly slack: { readonly botToken: string; readonly appToken: string; readonly apiUrl: string };
  readonly without?: Protection;
  /** Which part of the evidence is read slowly (0 to 1). */
  readonly slowReads: number;
}

interface Setup {
  readonly settings: ProcessSettings;
  readonly file: FileConfig;
  readonly client: KubeClient;
  readonly store: Store;
  readonly log: Logger;
  /** The process' own clock, which steps when the storm says so. */
  readonly now: () => Date;
  readonly lacks: (protection: Protection) => boolean;
}

/** What both kinds of process stand on; their clock is stepped over the IPC channel. */
export function setUp(role: 'bot' | 'worker'): Setup {
  // Written by the storm that started this process.
  const settings = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as ProcessSettings;
  let skew = Number(process.argv[3] ?? 0);
  process.on('message', (message) => {
    if (typeof message === 'object' && message !== null && 'skew' in message) skew = Number(message.skew);
  });
  process.on('disconnect', () => process.exit(0));
  const store = countingStore(createRedisStore(settings.redis), (beat) => {
    if (process.connected) process.send?.(beat);
  });
  const line = (level: string) => (data: object, message: string) => {
    const shown = JSON.stringify(data, (_, value: unknown) => (value instanceof Error ? value.message : value));
    process.stderr.write(`${new Date().toISOString()} ${process.pid} ${level} ${message} ${shown}\n`);
  };
  return {
    settings,
    file: parseFile(settings.file),
    client: createClient(
      {
        cluster: { name: 'chaos', server: settings.cluster, skipTLSVerify: false },
        user: { name: 'chaos', token: settings.tokens[role] },
        context: 'chaos',
      },
      { userAgent: userAgentOf(process.pid) },
    ),
    store: { ...store, now: async () => new Date(Date.parse(await store.now()) + skew).toISOString() },
    log: { info: () => {}, warn: line('warn'), error: line('error') },
    now: () => new Date(Date.now() + skew),
    lacks: (protection) => settings.without === protection,
  };
}
