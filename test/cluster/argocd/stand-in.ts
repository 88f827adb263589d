import { statusOf } from '../control-plane/api.ts';
import type { Cluster } from '../control-plane/cluster.ts';
import { APP, APPLICATIONS } from '../scenarios/argo.ts';
import { sleep } from '../wait.ts';
import {
  type App,
  chartSource,
  isAutomated,
  isOver,
  now,
  type Operation,
  type OperationState,
  type Selected,
} from './application.ts';
import { type Compared, compare } from './compare.ts';
import type { Manifest } from './manifest.ts';
import { Objects } from './objects.ts';
import { advance, type Progress, type Written } from './sync.ts';

interface StandInOptions {
  readonly name?: string;
  /** What each chart version renders. A version that is not there can't be loaded. */
  readonly revisions: Readonly<Record<string, readonly Manifest[]>>;
  /** Milliseconds between two looks at the Application. */
  readonly every?: number;
  /** Milliseconds between two comparisons of all objects; a refresh asks for one at once. */
  readonly compareEvery?: number;
}

const REFRESH = 'argocd.argoproj.io/refresh';

/**
 * A stand-in for Argo CD's application controller, for one Application. What it does is written from what Argo CD 3.x does; it is not Argo
 * CD. It takes up `operation`, runs PreSync, Sync and PostSync on a given set of manifests (server-side apply as `argocd-controller`, or the
 * real client-side `kubectl apply` where the operation does not ask for it), writes `operationState` by a merge patch as releases up to 3.5
 * do, so that what an old one left there survives, ends an operation that is Terminating, compares, syncs and heals by itself, and takes
 * the refresh annotation off. It plays no windows, projects, retries, pruning, waves or finalizers.
 */
export class ArgoStandIn {
  readonly #cluster: Cluster;
  readonly #options: StandInOptions;
  readonly #path: string;
  readonly #objects: Objects;
  #progress: Progress | undefined;
  #comparedAt = Number.NEGATIVE_INFINITY;
  #written = '';
  #ended: Promise<void> | undefined;
  #stopping = false;
  /** What went wrong in the stand-in itself: a test that waits in vain finds it here. */
  readonly errors: string[] = [];

  constructor(cluster: Cluster, options: StandInOptions) {
    this.#cluster = cluster;
    this.#options = options;
    this.#path = `${APPLICATIONS}/${options.name ?? APP}`;
    this.#objects = new Objects(cluster);
  }

  start(): this {
    this.#ended = this.#run();
    return this;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#ended;
  }

  /** The Application as it is now. */
  read = (): Promise<App> => this.#cluster.api.get<App>(this.#path);

  async #run(): Promise<void> {
    while (!this.#stopping) {
      try {
        await this.#look();
      } catch (error) {
        this.errors.push(String(error));
      }
      await sleep(this.#options.every ?? 200);
    }
  }

  async #look(): Promise<void> {
    const app = await this.#cluster.api.maybe<App>(this.#path);
    if (!app) return;
    const { operationState: state } = app.status ?? {};
    if (app.operation && (!state || isOver(state))) await this.#begin(app.operation);
    else if (state && !isOver(state)) await this.#goOn(app, state);
    else await this.#observe(app);
  }

  async #begin(operation: Operation): Promise<void> {
    const startedAt = now();
    this.#progress = { startedAt, begun: new Set(), results: [] };
    await this.#write({ phase: 'Running', message: '', startedAt, operation });
  }

  async #goOn(app: App, state: OperationState): Promise<void> {
    if (this.#progress?.startedAt !== state.startedAt)
      this.#progress = { startedAt: state.startedAt, begun: new Set(), results: [] };
    const revision = state.operation.sync?.revision ?? chartSource(app)?.targetRevision ?? '';
    const manifests = this.#options.revisions[revision];
    if (!manifests) {
      await this.#write({ phase: 'Error', message: `chart version ${revision} not found`, finishedAt: now() });
      return;
    }
    await this.#write(await advance(this.#objects, { app, state, manifests, progress: this.#progress }));
  }

  /** A merge patch of what it has to say. An end takes the request away, and adds a whole sync to the history. */
  async #write(state: Written): Promise<void> {
    const over = state.phase !== 'Running';
    const history = over && state.phase === 'Succeeded' ? await this.#historyWith(state) : undefined;
    const body = {
      ...(over && { operation: null }),
      status: { operationState: { finishedAt: null, ...state }, ...(history && { history }) },
    };
    const written = JSON.stringify(body);
    if (written === this.#written) return;
    if (over) await this.#cluster.api.merge(this.#path, body);
    else if (!(await this.#writeUnlessTerminating(body))) return;
    this.#written = written;
    if (over) this.#comparedAt = Number.NEGATIVE_INFINITY;
  }

  /** An end that was asked for meanwhile is not overwritten; a conflict is looked at again the next time. */
  async #writeUnlessTerminating(body: Readonly<Record<string, unknown>>): Promise<boolean> {
    const { metadata, status } = await this.#cluster.api.get<App & { metadata: { resourceVersion?: string } }>(
      this.#path,
    );
    if (status?.operationState?.phase === 'Terminating') return false;
    const { resourceVersion } = metadata;
    await this.#cluster.api.merge(this.#path, { ...body, metadata: { resourceVersion } });
    return true;
  }

  async #historyWith({ syncResult }: Written): Promise<readonly unknown[] | undefined> {
    const { status } = await this.read();
    const { operation, startedAt } = status?.operationState ?? {};
    if ((operation?.sync?.resources ?? []).length > 0) return undefined;
    const { history = [] } = status ?? {};
    const { revision = '', source } = syncResult ?? {};
    const id = (history.at(-1)?.id ?? -1) + 1;
    return [...history, { id, revision, source, deployedAt: now(), deployStartedAt: startedAt }];
  }

  /** Nothing runs: compares when it is asked to, when the source changed, and now and then; then syncs by itself if it may. */
  async #observe(app: App): Promise<void> {
    const asked = app.metadata.annotations?.[REFRESH] !== undefined;
    const source = chartSource(app);
    const changed = JSON.stringify(app.status?.sync?.comparedTo?.source) !== JSON.stringify(source);
    if (!asked && !changed && performance.now() - this.#comparedAt < (this.#options.compareEvery ?? 3000)) return;
    const compared = await compare(this.#objects, app, this.#options.revisions[source?.targetRevision ?? '']);
    this.#comparedAt = performance.now();
    const next = compared.sync.status === 'OutOfSync' ? this.#automatic(app, compared) : undefined;
    const conditions = next === 'failed-before' ? [...compared.conditions, failedBefore(app)] : compared.conditions;
    await this.#cluster.api.merge(this.#path, {
      ...(asked && { metadata: { annotations: { [REFRESH]: null } } }),
      status: { ...compared, conditions, reconciledAt: now() },
    });
    if (next && next !== 'failed-before') await this.#request(next);
  }

  /** As the controller does: only if no one else asked meanwhile. */
  async #request(operation: Operation): Promise<void> {
    try {
      await this.#cluster.api.json(this.#path, [
        { op: 'test', path: '/operation', value: null },
        { op: 'add', path: '/operation', value: operation },
      ]);
    } catch (error) {
      if (statusOf(error) === undefined) throw error;
    }
  }

  /** The operation that auto-sync starts. What failed for this very source is not tried again; what succeeded is only healed. */
  #automatic(app: App, { resources }: Compared): Operation | 'failed-before' | undefined {
    if (!isAutomated(app) || app.operation) return undefined;
    const { syncPolicy } = app.spec;
    const { operationState: last } = app.status ?? {};
    const source = chartSource(app);
    const revision = source?.targetRevision ?? '';
    const sync = { revision, syncOptions: syncPolicy?.syncOptions ?? [], prune: syncPolicy?.automated?.prune ?? false };
    const operation = { initiatedBy: { automated: true }, retry: { limit: 5 }, sync };
    const attempted =
      last !== undefined &&
      (last.syncResult === undefined ||
        (last.syncResult.revision === revision && last.syncResult.source?.targetRevision === revision));
    if (!attempted) return operation;
    if (last.phase !== 'Succeeded') return 'failed-before';
    if (syncPolicy?.automated?.selfHeal !== true) return undefined;
    const drifted = (resources as readonly (Selected & { readonly status: string })[]).filter(
      ({ status }) => status === 'OutOfSync',
    );
    const attempts = (last.operation.sync?.autoHealAttemptsCount ?? 0) + 1;
    return {
      ...operation,
      sync: {
        ...sync,
        autoHealAttemptsCount: attempts,
        resources: drifted.map(({ group = '', kind, name, namespace }) => ({
          group,
          kind,
          name,
          ...(namespace !== undefined && { namespace }),
        })),
      },
    };
  }
}

function failedBefore({ status }: App): Compared['conditions'][number] {
  const { syncResult, message = '' } = status?.operationState ?? {};
  return {
    type: 'SyncError',
    message: `Failed last sync attempt to [${syncResult?.revision ?? ''}]: ${message}`,
    lastTransitionTime: now(),
  };
}
