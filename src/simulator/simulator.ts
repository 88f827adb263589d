import { writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type AccountRights, createAccounts } from './accounts.ts';
import { type Authority, createAuthority } from './certificate.ts';
import { type Chaos, type ChaosOptions, createChaos } from './chaos.ts';
import { createClockwork } from './clockwork.ts';
import { runControlPlane } from './control-plane/story.ts';
import { collectGarbage } from './deletes.ts';
import { uidOf } from './json.ts';
import { createProcesses } from './processes.ts';
import { type Seeded, type SeedOptions, seedDeployments } from './seed.ts';
import { handle, type Seen, type World, type Written } from './server.ts';
import { withServingPairs } from './serving.ts';
import { loadSnapshot, type Snapshot } from './snapshot.ts';
import { createState, type State } from './state.ts';
import { keepHistory } from './watch.ts';

export interface SimulatorOptions {
  /** Id of a saved snapshot, or a snapshot. */
  readonly snapshot: string | Snapshot;
  /** The clock of the cluster; times in a saved snapshot are moved so that it was saved at the start. */
  readonly now?: () => Date;
  /** Leave the snapshot's times as they were saved. */
  readonly asSaved?: boolean;
  /** How long reactions take: 1 as on the real control plane, 0 at once. */
  readonly pace?: number;
  /** 0, the default, takes a free one. */
  readonly port?: number;
  readonly faults?: ChaosOptions;
}

/** A kubeconfig with one context, as an object; written as JSON, kubectl and promfix read it. */
export type Kubeconfig = Readonly<Record<string, unknown>>;

export interface Simulator {
  /** `https://127.0.0.1:PORT` */
  readonly url: string;
  readonly snapshot: Snapshot;
  /** cluster-admin's. */
  readonly kubeconfig: Kubeconfig;
  /** Makes a ServiceAccount with exactly these rights, and returns its kubeconfig. */
  serviceAccount(name: string, rights: AccountRights, namespace?: string): Kubeconfig;
  /** Writes a kubeconfig for its owner alone; cluster-admin's unless another is given. Returns the file. */
  writeKubeconfig(file: string, kubeconfig?: Kubeconfig): string;
  readonly state: State;
  /** The newest requests, oldest first. */
  readonly requests: readonly Seen[];
  /** All writes that were carried out, oldest first. */
  readonly writes: readonly Written[];
  /** Called with every write that was carried out; returns how to stop that. */
  onWrite(listener: (write: Written) => void): () => void;
  readonly chaos: Chaos;
  /** Many small Deployments without pods. */
  seedDeployments(count: number, options?: SeedOptions): readonly Seeded[];
  /** Resolves when no reaction is under way. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

const REQUESTS_KEPT = 5000;
const DAY = 86_400_000;

/** Starts a simulated API server on 127.0.0.1. Several may run in one process. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const now = options.now ?? (() => new Date());
  const loaded =
    typeof options.snapshot === 'string'
      ? loadSnapshot(options.snapshot, options.asSaved === true ? undefined : now())
      : options.snapshot;
  const snapshot = withServingPairs(loaded);
  const state = createState(snapshot, now);
  const processes = createProcesses(snapshot, now);
  const clockwork = createClockwork(options.pace ?? 1);
  const accounts = createAccounts(state);
  const requests: Seen[] = [];
  const writes: Written[] = [];
  const listeners = new Set<(write: Written) => void>();
  const chaos = createChaos(options.faults);
  const world: World = {
    snapshot,
    state,
    processes,
    accounts,
    chaos,
    history: keepHistory(state),
    seen(request) {
      requests.push(request);
      if (requests.length > REQUESTS_KEPT) requests.shift();
    },
    written(write) {
      writes.push(write);
      for (const listener of [...listeners]) listener(write);
    },
  };
  const stopControlPlane = runControlPlane(snapshot, state, processes, clockwork);
  const stopGarbage = state.watch(({ before, after }) => {
    if (before !== undefined && after === undefined) clockwork.after(500, () => collectGarbage(state, uidOf(before)));
  });

  const authority = createAuthority({ commonName: 'simulator-ca', ...validity() });
  const { cert, key } = serverCertificate(authority);
  const server = createServer({ cert, key, keepAliveTimeout: 60_000 }, (request, response) => {
    response.on('error', () => {});
    void handle(world, request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  // A TCP server that listens has an address of this kind.
  const { port } = server.address() as AddressInfo;
  const url = `https://127.0.0.1:${port}`;
  const configFor = (token: string): Kubeconfig => kubeconfig(url, authority.cert, token, snapshot);
  const admin = configFor(accounts.admin);
  return {
    url,
    snapshot,
    kubeconfig: admin,
    serviceAccount: (name, rights, namespace = 'promfix') =>
      configFor(accounts.serviceAccount(name, rights, namespace)),
    writeKubeconfig(file, config = admin) {
      writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
      return file;
    },
    state,
    requests,
    writes,
    onWrite(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    chaos,
    seedDeployments: (count, more) => seedDeployments(state, count, more),
    idle: () => clockwork.idle(),
    async stop() {
      stopControlPlane();
      stopGarbage();
      clockwork.stop();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** By the real clock, whatever the cluster's says: TLS clients look at theirs. */
function validity(): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - DAY), notAfter: new Date(now + 365 * DAY) };
}

function serverCertificate(authority: Authority) {
  return authority.issue({ commonName: 'simulator', dnsNames: ['localhost'], ips: ['127.0.0.1'], ...validity() });
}

function kubeconfig(server: string, ca: string, token: string, { subject }: Snapshot): Kubeconfig {
  const data = Buffer.from(ca).toString('base64');
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'demo', cluster: { server, 'certificate-authority-data': data } }],
    users: [{ name: 'user', user: { token } }],
    contexts: [{ name: 'demo', context: { cluster: 'demo', user: 'user', namespace: subject.split('/')[0] } }],
    'current-context': 'demo',
  };
}
