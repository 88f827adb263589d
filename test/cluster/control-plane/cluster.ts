import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Managed } from '../kinds.ts';
import { NS, OPERATOR, OPERATOR_CONTAINER, PROMETHEUS_PATH, webhookConfiguration } from '../names.ts';
import { fillCaBundle } from '../node/certgen.ts';
import { Kubelet } from '../node/kubelet.ts';
import { clusterHome, type Program, programPath } from '../paths.ts';
import { newRunFolder } from '../run-folders.ts';
import { ETCD, KUBERNETES, type OperatorVersion, operatorVersion } from '../versions.ts';
import { until } from '../wait.ts';
import { type AccountRights, serviceAccount } from './accounts.ts';
import { Api } from './api.ts';
import { type AuditEntry, readAudit, writeAuditPolicy } from './audit.ts';
import { applyCrds, crdsEstablished } from './crds.ts';
import { API_SERVER, apiServerFlags, controllerManagerFlags, etcdFlags, schedulerFlags } from './flags.ts';
import { type InstallOptions, install } from './install.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { type KubectlInput, kubectl } from './kubectl.ts';
import { type ManifestFile, prepareManifests } from './manifests.ts';
import { NODE_IP, setUpNetwork } from './network.ts';
import { ensurePki } from './pki.ts';
import { Processes } from './processes.ts';
import { Snapshots, snapshotKey } from './snapshots.ts';

export interface ClusterOptions {
  readonly home?: string;
  /** The run folder; by default the one that `run.ts` made for this namespace. */
  readonly run?: string;
  readonly operator?: OperatorVersion;
  /** Keep the API server's audit log; by default when PROMFIX_AUDIT is set. */
  readonly auditLog?: boolean;
}

export interface StartOptions {
  /** Name of a snapshot to start from. */
  readonly snapshot?: string;
  /** Start from nothing. */
  readonly fresh?: boolean;
  /** Further flags of the API server. */
  readonly apiServerArgs?: readonly string[];
}

/**
 * A control plane in this process's private namespaces: etcd, API server, controller manager and scheduler as child processes, one node in
 * this process. Scenarios change it through `api` and `k` only.
 */
export class Cluster {
  readonly home: string;
  readonly run: string;
  readonly pki: string;
  /** Folder of what `applyFile` applies. */
  readonly manifests: string;
  readonly auditLog: boolean;
  readonly operator: OperatorVersion;
  readonly server: string = API_SERVER;
  /** A Prometheus that a scenario keeps before it deletes it. */
  savedCr: Managed | undefined;
  readonly #processes: Processes;
  readonly #snapshots: Snapshots;
  #api: Api | undefined;
  #kubelet: Kubelet | undefined;

  constructor(options: ClusterOptions = {}) {
    this.home = options.home ?? clusterHome();
    this.run = options.run ?? process.env['PROMFIX_CLUSTER_RUN'] ?? newRunFolder('cluster');
    this.operator = options.operator ?? operatorVersion();
    this.auditLog = options.auditLog ?? Boolean(process.env['PROMFIX_AUDIT']);
    this.manifests = join(this.run, 'manifests');
    mkdirSync(this.run, { recursive: true });
    prepareManifests(this.manifests, this.operator);
    this.pki = ensurePki(this.home);
    this.#processes = new Processes(this.run);
    this.#snapshots = new Snapshots(
      this.home,
      snapshotKey([ETCD, KUBERNETES, this.operator], this.manifests, [join(this.pki, 'ca.crt')]),
    );
  }

  /** The client of cluster-admin; there is one once the cluster was started. */
  get api(): Api {
    if (!this.#api) throw new Error('the cluster was not started');
    return this.#api;
  }

  get kubeconfig(): string {
    return join(this.run, 'admin.kubeconfig');
  }

  get #data(): string {
    return join(this.run, 'etcd');
  }

  /** The path of a program of the cache. */
  bin = (program: Program): string => programPath(program, this.operator);

  // ---- life

  /** Resolves when the API server is ready and the node is registered. Without options it goes on with the data of the last run. */
  async start({ snapshot, fresh = false, apiServerArgs = [] }: StartOptions = {}): Promise<this> {
    setUpNetwork();
    if (snapshot || fresh) rmSync(this.#data, { recursive: true, force: true });
    if (snapshot) this.#snapshots.restore(snapshot, this.#data);
    this.savedCr = undefined;
    for (const [name, certificate] of [
      ['admin', 'admin'],
      ['kube-controller-manager', 'kube-controller-manager'],
      ['kube-scheduler', 'kube-scheduler'],
    ] as const)
      this.#kubeconfig(name, certificate);
    this.#processes.start('etcd', this.bin('etcd'), etcdFlags(this.#data));
    const audit = this.auditLog ? { policy: join(this.run, 'audit-policy.json'), log: this.#auditFile } : undefined;
    if (audit) writeAuditPolicy(audit.policy);
    this.#processes.start('kube-apiserver', this.bin('kube-apiserver'), [
      ...apiServerFlags(this.pki, audit),
      ...apiServerArgs,
    ]);
    this.#api = new Api({
      server: this.server,
      ca: this.#key('ca.crt'),
      cert: this.#key('admin.crt'),
      key: this.#key('admin.key'),
    });
    await until('the API server is ready', async () => (await this.api.get<unknown>('/readyz')) === 'ok', {
      every: 100,
    });
    this.startControllerManager();
    this.#processes.start(
      'kube-scheduler',
      this.bin('kube-scheduler'),
      schedulerFlags(join(this.run, 'kube-scheduler.kubeconfig')),
    );
    await until('the default ServiceAccount exists', () =>
      this.api.maybe('/api/v1/namespaces/default/serviceaccounts/default'),
    );
    await this.#startNode();
    return this;
  }

  async #startNode(): Promise<void> {
    this.#kubelet = new Kubelet({
      api: this.api,
      folder: join(this.run, 'pods'),
      operatorProgram: this.bin('prometheus-operator'),
      apiServer: this.server,
      ca: this.#key('ca.crt'),
      cert: this.#key('kubelet.crt'),
      key: this.#key('kubelet.key'),
      nodeName: 'node-1',
      nodeIp: NODE_IP,
    });
    await this.#kubelet.start();
  }

  startControllerManager = (): void => {
    const kubeconfig = join(this.run, 'kube-controller-manager.kubeconfig');
    this.#processes.start(
      'kube-controller-manager',
      this.bin('kube-controller-manager'),
      controllerManagerFlags(kubeconfig, this.pki),
    );
  };

  stopControllerManager = (): Promise<void> => this.#processes.stop('kube-controller-manager');

  /** Takes the API server away, as an outage would; `startApiServer` is not offered: start the cluster again. */
  stopApiServer = (): Promise<void> => this.#processes.stop('kube-apiserver');

  async stop(): Promise<void> {
    await this.#kubelet?.stop();
    this.#kubelet = undefined;
    for (const name of ['kube-scheduler', 'kube-controller-manager', 'kube-apiserver', 'etcd'])
      await this.#processes.stop(name);
    this.#api?.destroy();
  }

  /** Keeps the data of the stopped cluster under a name, for this run and later ones. */
  save = (name: string): void => this.#snapshots.save(name, this.#data);
  hasSnapshot = (name: string): boolean => this.#snapshots.has(name);

  // ---- keys

  #key(name: string): string {
    return join(this.pki, name);
  }

  #kubeconfig(name: string, certificate: string): void {
    const user = {
      'client-certificate': this.#key(`${certificate}.crt`),
      'client-key': this.#key(`${certificate}.key`),
    };
    writeKubeconfig(join(this.run, `${name}.kubeconfig`), { server: this.server, ca: this.#key('ca.crt'), user });
  }

  /** A kubeconfig for a ServiceAccount with exactly these rights. */
  serviceAccount = (name: string, rights: AccountRights, namespace?: string): Promise<string> =>
    serviceAccount(this, name, rights, namespace);

  // ---- audit

  get #auditFile(): string {
    return join(this.run, 'audit.log');
  }

  /** What anybody but the control plane and the tests did; empty unless the audit log is kept. */
  audit = (): AuditEntry[] => readAudit(this.#auditFile);

  // ---- kubectl

  /** kubectl as cluster-admin: resolves with its output. The last argument may be `{ input }`. */
  k = (...args: (string | KubectlInput)[]): Promise<string> => kubectl(this.bin('kubectl'), this.kubeconfig, args);

  /** Server-side apply of YAML, or of one object. */
  apply = (what: unknown): Promise<string> =>
    this.k('apply', '--server-side', '--force-conflicts', '-f', '-', {
      input: typeof what === 'string' ? what : JSON.stringify(what),
    });
  applyFile = (name: ManifestFile): Promise<string> =>
    this.k('apply', '--server-side', '--force-conflicts', '-f', join(this.manifests, name));

  // ---- kube-prometheus-stack

  /** Applies the operator's CRDs and waits until they are served. */
  crds = async (): Promise<void> => {
    await applyCrds(this.api, readFileSync(join(this.manifests, 'crds.yaml'), 'utf8').split(/^---$/m));
    await this.established();
  };

  established = (): Promise<void> => crdsEstablished(this.api);

  install = (options?: InstallOptions): Promise<void> => install(this, options);

  /** Writes a CA (base64) into every webhook of the chart. */
  patchCaBundle = async (caBundle: string | undefined): Promise<void> => {
    for (const kind of ['mutating', 'validating'] as const)
      await fillCaBundle(this.api, webhookConfiguration(kind), caBundle);
  };

  operatorLog = (): Promise<string> => this.k('-n', NS, 'logs', `deploy/${OPERATOR}`, '-c', OPERATOR_CONTAINER);

  /** Waits until the Prometheus is Available. */
  available = async (seconds = 120): Promise<boolean> => {
    const isAvailable = ({ status }: Managed) =>
      Boolean(status?.conditions?.some((condition) => condition.type === 'Available' && condition.status === 'True'));
    return until('the Prometheus is Available', async () => isAvailable(await this.api.get<Managed>(PROMETHEUS_PATH)), {
      seconds,
    });
  };
}
