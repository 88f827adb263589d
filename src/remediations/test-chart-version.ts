import valid from 'semver/functions/valid.js';
import { CAUSES, type CauseSlug } from '../diagnosis/causes.ts';
import type { ApplicationView, Evidence, OperatorView } from '../evidence/types.ts';
import { applicationRef, unfit } from './argocd/application.ts';
import { type ChartVersion, crdObstacle, versionToTest } from './argocd/chart-versions.ts';
import { countByKind, managedBy, named, responsibleOperator } from './parts/operator.ts';
import { applicationOf, isAutomated, ownership } from './parts/ownership.ts';
import { type Definition, rightsFor } from './parts/planned.ts';
import { check, isRefused, type Reason, refuse, unread } from './parts/refuse.ts';
import type { Check, Circumstances, Conclusion, StepOf, Tried } from './types.ts';

const CHART = 'kube-prometheus-stack';
const RESTART = 'restart-operator';
/** Causes that an operator which is too old has; any other speaks for the version before. */
const TOO_OLD: readonly CauseSlug[] = ['operator-too-old-for-k8s'];
type VersionStep = StepOf<'set-chart-version'>;

/**
 * Lets Argo CD run another version of the chart, and goes back unless that is better. What a version changes beside the operator's restart is
 * only told apart when a restart was in vain before; and a version that brings other CRD schemas is never tried, as its way back would take
 * fields away.
 */
export const testChartVersion: Definition = {
  id: 'test-chart-version',
  risk: 'high',
  writes: [
    {
      group: 'argoproj.io',
      resource: 'applications',
      verb: 'patch',
      fields: ['/spec/source/targetRevision', '/spec/sources/*/targetRevision', '/status/operationState/phase'],
    },
  ],
  // Argo CD may look at its sources after three minutes only, and then the operator starts anew.
  deadlineSeconds: 600,
  conclusion,
  draft(evidence, _diagnosis, cause, _cluster, circumstances) {
    const operator = responsibleOperator(evidence);
    if (isRefused(operator)) return operator;
    const restarted = restartInVain(operator, cause, circumstances);
    if (isRefused(restarted)) return restarted;
    if (evidence.applications.state === 'unread') return unread('Argo CD’s Applications', evidence.applications);
    const found = chartSource(evidence, operator);
    if (isRefused(found)) return found;
    const { application, source, chart, current } = found;
    const { index } = source;
    const obstacle = unfit(evidence, application) ?? unchangeable(application);
    if (obstacle) return obstacle;
    const direction = TOO_OLD.includes(cause) ? 'up' : 'down';
    const versions = versionToTest(current, circumstances.version, direction);
    if (isRefused(versions)) return versions;
    // A new version restarts the operator.
    const managed = managedBy(evidence, operator.deployment);
    if (isRefused(managed)) return managed;
    const crds = crdsStay(evidence, application, source.skipCrds === true, versions);
    if (isRefused(crds)) return crds;

    const { name } = application.meta;
    const object = applicationRef(application);
    const { from, to } = versions;
    const step = (before: string, after: string, endsSync: boolean): VersionStep => ({
      do: 'set-chart-version',
      object,
      contentHash: source.frameHash ?? '',
      chart,
      ...(index !== undefined && { source: index }),
      from: before,
      to: after,
      endsSync,
    });
    const back = step(to.chart, current, true);
    const { target } = evidence;
    return {
      steps: [step(current, to.chart, false)],
      otherwise: [back],
      diff: [
        {
          object: named(object),
          path: index === undefined ? 'spec.source.targetRevision' : `spec.sources[${index}].targetRevision`,
          before: current,
          after: to.chart,
        },
      ],
      checks: [restarted, operatorsOf(from, to), crds, check('argocd-syncs-by-itself', { application: name })],
      effects: [
        check('argocd-syncs-version', { application: name, version: to.chart }),
        check('version-restarts-operator'),
        check('returns-unless-better', { version: current }),
        check('blind-until-ready', { kind: target.kind, name: target.name, minutes: 5 }),
      ],
      manages: countByKind(managed),
      untouched: [check('volumes'), check('crd-schemas'), check('nothing-is-pruned'), check('git')],
      undo: { kind: 'steps', steps: [back] },
      ownership: [ownership(evidence, named(object), 'Application', application.meta, () => true)],
      permanent: check('chart-version-at-its-source', { application: name, version: to.chart }),
      rights: rightsFor(object, 'applications'),
    };
  },
};

/** Endings of a restart that was made and did not help. */
const CARRIED_OUT: readonly Tried['ending'][] = ['in-vain', 'put-back', 'got-further'];

/** A version test says little as long as the restart that comes with it could have been enough. */
function restartInVain(operator: OperatorView, cause: CauseSlug, { tried }: Circumstances): Check | Reason {
  if (tried === undefined) return check('restart-unknown');
  const restarts = tried.filter(({ remediation, ending }) => remediation === RESTART && CARRIED_OUT.includes(ending));
  if (restarts.some((one) => one.cause === cause && one.ending !== 'got-further')) return check('restart-was-in-vain');
  if (CAUSES[cause].rung === 'start-up' && restartsOf(operator) > 0)
    return check('process-restarted-in-vain', { count: restartsOf(operator) });
  return restarts.length > 0 ? check('restart-not-excluded') : refuse('restart-first', { instead: RESTART });
}

/** How often the kubelet started the operator's process anew. */
function restartsOf({ deployment, pods }: OperatorView): number {
  const counts = (pods.state === 'read' ? pods.value : []).flatMap(({ containers }) =>
    containers.filter(({ name }) => name === deployment.container.name).map(({ restartCount }) => restartCount),
  );
  return Math.max(0, ...counts);
}

interface Found {
  readonly application: ApplicationView;
  readonly source: ApplicationView['sources'][number];
  readonly chart: string;
  /** As it is written there: an exact version. */
  readonly current: string;
}

/** The one source of the chart in the Application that has the operator. */
function chartSource(evidence: Evidence, operator: OperatorView): Found | Reason {
  const owned = applicationOf(evidence, 'Deployment', operator.deployment.meta);
  if (!owned) return refuse('not-argocds');
  const { application } = owned;
  const { name } = application.meta;
  const [source, ...more] = application.sources.filter(({ chart }) => isChart(chart));
  if (source?.chart === undefined || source.frameHash === undefined || more.length > 0)
    return refuse('no-chart-source', { application: name, chart: CHART });
  const current = source.targetRevision;
  // A range would go its own way.
  if (current === undefined || valid(current) === null)
    return refuse('chart-version-unreadable', { version: current ?? '' });
  return { application, source, chart: source.chart, current };
}

/** `kube-prometheus-stack`, or its path in an OCI registry. */
function isChart(chart: string | undefined): boolean {
  return chart === CHART || chart?.endsWith(`/${CHART}`) === true;
}

/** Why the version of this Application is not for promfix to change, or nothing would come of it. */
function unchangeable(application: ApplicationView): Reason | undefined {
  const { meta, parent, automated, windows, operation, conditions } = application;
  const values = { application: meta.name };
  if (parent !== undefined) return refuse('application-has-parent', { ...values, parent });
  if (application.hydrated === true) return refuse('application-hydrated', values);
  if (!isAutomated(application)) return refuse('auto-sync-off', values);
  if (automated?.prune === true) return refuse('auto-prune-on', values);
  // A window that blocks leaves no trace in the Application.
  if (windows?.length !== 0) return refuse('sync-window-unclear', values);
  if (application.operationRequested || operation?.phase === 'Running' || operation?.phase === 'Terminating')
    return refuse('operation-in-progress', values);
  const failed = conditions.find(({ type }) => type === 'ComparisonError' || type === 'InvalidSpecError');
  return failed && refuse('application-not-compared', { ...values, message: failed.message });
}

/** What Argo CD does not bring it does not change either. */
function crdsStay(
  { crds }: Evidence,
  application: ApplicationView,
  skipCrds: boolean,
  versions: { readonly from: ChartVersion; readonly to: ChartVersion },
): Check | Reason {
  const brings = application.resources.some(({ kind }) => kind === 'CustomResourceDefinition');
  if (!brings && skipCrds) return check('crds-from-elsewhere', { application: application.meta.name });
  if (crds.state === 'unread') return unread('the CRDs', crds);
  const live = crds.state === 'read' ? crds.value.map(({ operatorVersion }) => operatorVersion) : [];
  return (
    crdObstacle(versions, live) ?? check('crd-schemas-equal', { from: versions.from.chart, to: versions.to.chart })
  );
}

function operatorsOf(from: ChartVersion, to: ChartVersion): Check {
  const values = { from: from.operator, to: to.operator, version: to.chart };
  return from.operator === to.operator ? check('same-operator', values) : check('other-operator', values);
}

/** What the test showed, and what it did not. */
function conclusion({ plan, healthy, returned, wasSynced }: Parameters<Conclusion>[0]): Check {
  const [forth] = plan.steps;
  const values = forth?.do === 'set-chart-version' ? { version: forth.to, before: forth.from } : {};
  const code = (name: string) => ({ code: name, values });
  if (!wasSynced) return code(returned ? 'version-not-synced-returned' : 'version-not-synced');
  if (returned) return code(healthy ? 'version-returned-healthy' : 'version-returned');
  const excluded = plan.checks.some((one) => RESTART_EXCLUDED.includes(one.code));
  if (healthy) return code(excluded ? 'version-helped' : 'version-helped-restart-open');
  return code(excluded ? 'version-better' : 'version-better-restart-open');
}

const RESTART_EXCLUDED: readonly string[] = ['restart-was-in-vain', 'process-restarted-in-vain'];

/** Whether Argo CD has applied the version of such a step, whatever became of the resources. */
export function isSynced({ applications }: Evidence, { object, source, to }: VersionStep): boolean {
  const application =
    applications.state === 'read' ? applications.value.find(({ meta }) => meta.uid === object.uid) : undefined;
  const operation = application?.operation;
  const revision = source === undefined ? operation?.revision : operation?.revisions?.[source];
  return revision === to && operation !== undefined && isApplied(operation);
}

/** What waits for health, or failed for the lack of it (a pod that only starts is enough for that), comes after everything is applied. */
function isApplied({ phase, message = '', results }: NonNullable<ApplicationView['operation']>): boolean {
  if (phase === 'Succeeded' || /waiting for (healthy state|completion of hook)/.test(message)) return true;
  const before = results.some(
    ({ syncPhase, hookPhase }) => syncPhase === 'PreSync' && (hookPhase === 'Failed' || hookPhase === 'Error'),
  );
  return /synchronization tasks completed unsuccessfully/.test(message) && !before;
}
