import { TARGETS } from '../../evidence/targets.ts';
import type { ApplicationView, Evidence, JobView } from '../../evidence/types.ts';
import { parseApiError } from '../../parse/api-error.ts';
import { waitsFor } from '../../parse/argocd-message.ts';
import { isOlder } from '../../parse/version.ts';
import { because, readValue } from '../because.ts';
import { statusEmpty } from '../controller-state.ts';
import { LONG_CRDS } from '../crd-sizes.ts';
import { processStart, readStory, secondsBetween, those } from '../operator-story.ts';
import type { Coded } from '../types.ts';
import { helmValue, nameOf, rowName, serverSideApply, skipsCrds, someNames } from './application.ts';

export const CAUSE_CODES = [
  'agent-mode',
  'client-side-apply',
  'crds-skipped-then-came',
  'hook-stuck',
  'ignore-on-install-only',
  'project-forbids',
  'prometheus-disabled',
  'self-heal-skips-hooks',
] as const;
type CauseCode = (typeof CAUSE_CODES)[number];

type Found = Coded<CauseCode>;
type Seen = Pick<Evidence, 'target' | 'at' | 'resource' | 'crds' | 'operators' | 'jobs' | 'admissionSecret' | 'pasted'>;

/** The faults that an Application brings about by itself. */
export function judgeCauses(app: ApplicationView, seen: Seen): readonly Found[] {
  return [
    ...judgeProject(app),
    ...judgeClientSideApply(app, seen),
    ...judgeSkippedCrds(app, seen),
    ...judgeHook(app, seen),
    ...judgeSelfHeal(app, seen),
    ...judgeFailurePolicy(app, seen),
    ...judgeValues(app, seen),
  ];
}

const NOT_PERMITTED =
  /is not permitted in project|do not match any of the allowed destinations in project|referencing project .* which does not exist/;

function judgeProject(app: ApplicationView): readonly Found[] {
  const row = app.operation?.results.find((one) => NOT_PERMITTED.test(one.message ?? ''));
  const condition = app.conditions.find((one) => one.type === 'InvalidSpecError' && NOT_PERMITTED.test(one.message));
  const message = row?.message ?? condition?.message;
  if (message === undefined) return [];
  return [
    {
      kind: 'cause',
      cause: 'argocd-project-not-permitted',
      code: 'project-forbids',
      certainty: 'proven',
      values: { application: nameOf(app), project: app.project ?? 'default', message },
      because: [
        because('applications', `${nameOf(app)}: ${row ? rowName(row) : 'status.conditions[InvalidSpecError]'}`, {
          quote: message,
        }),
      ],
    },
  ];
}

function judgeClientSideApply(app: ApplicationView, seen: Seen): readonly Found[] {
  const tooLong = (text: string | undefined): boolean => parseApiError(text ?? '')?.kind === 'annotations-too-long';
  const rows = app.operation?.results.filter((row) => tooLong(row.message)) ?? [];
  if (rows.length === 0 && !tooLong(app.operation?.message)) return [];
  const missing = missingLongCrds(seen);
  return [
    {
      kind: 'cause',
      cause: 'csa-crd-too-long',
      code: 'client-side-apply',
      certainty: 'proven',
      values: {
        application: nameOf(app),
        count: rows.length,
        crds: someNames(
          rows.map((row) => row.name),
          6,
        ),
        missing: someNames(missing, 6),
        serverSideApply: serverSideApply(app),
      },
      because: [
        because('applications', `${nameOf(app)}: status.operationState`, {
          at: app.operation?.finishedAt,
          quote: rows[0]?.message ?? app.operation?.message,
        }),
        because('applications', `${nameOf(app)}: spec.syncPolicy.syncOptions`, {
          quote: app.syncOptions.join(', ') || 'none',
        }),
        ...(missing.length > 0 ? [because('crds', 'not there', { quote: missing.join(', ') })] : []),
      ],
    },
  ];
}

function missingLongCrds(seen: Seen): readonly string[] {
  const crds = readValue(seen.crds);
  if (!crds) return [];
  return LONG_CRDS.filter((plural) => !crds.some((crd) => crd.plural === plural));
}

/** The Application leaves the CRDs out, and they came after the operator had looked. */
function judgeSkippedCrds(app: ApplicationView, seen: Seen): readonly Found[] {
  if (!skipsCrds(app) || statusEmpty(seen) !== true) return [];
  const { plural } = TARGETS[seen.target.kind];
  const crd = readValue(seen.crds)?.find((one) => one.plural === plural);
  const started = processStart(seen);
  const late = (secondsBetween(started, crd?.statusWritten ?? crd?.meta.created) ?? Number.NEGATIVE_INFINITY) > -5;
  const gate = those(readStory(seen).current, 'not-installed');
  const warned = gate.find((line) => line.message.resource === plural);
  if (!crd || !(late || warned)) return [];
  return [
    {
      kind: 'cause',
      cause: 'skipcrds-then-crds',
      code: 'crds-skipped-then-came',
      certainty: warned || late ? 'proven' : 'likely',
      values: {
        application: nameOf(app),
        crd: crd.meta.name,
        crdTime: crd.statusWritten ?? crd.meta.created,
        startedAt: started ?? '',
        resource: plural,
        kinds: new Set(gate.map((line) => line.message.resource)).size,
      },
      because: [
        because('applications', `${nameOf(app)}: skipCrds`, { quote: 'true' }),
        because('crds', `${crd.meta.name}: Established`, { at: crd.statusWritten ?? crd.meta.created }),
        ...(started === undefined ? [] : [because('operators', 'container started', { at: started })]),
        ...(warned ? [warned.proof] : []),
      ],
    },
  ];
}

const FINISHED = (job: JobView): boolean =>
  job.conditions.some((one) => one.type === 'Complete' && one.status === 'True');

/** A hook that does not finish stops the operator only while the Secret it makes is missing. */
function judgeHook(app: ApplicationView, seen: Seen): readonly Found[] {
  const waits = app.operation?.phase === 'Running' ? waitsFor(app.operation.message) : undefined;
  if (waits?.state !== 'hook' && waits?.state !== 'deletion') return [];
  if (seen.admissionSecret.state !== 'absent') return [];
  const name = waits.what.split('/').at(-1) ?? '';
  const job = readValue(seen.jobs)?.find((one) => one.meta.name === name);
  const container = job?.pods.flatMap((pod) => [...pod.initContainers, ...pod.containers]).find((one) => !one.ready);
  const state = container?.state.waiting ?? container?.state.terminated;
  return [
    {
      kind: 'cause',
      cause: 'presync-hook-stuck',
      code: 'hook-stuck',
      certainty: job && !FINISHED(job) ? 'proven' : 'likely',
      values: {
        application: nameOf(app),
        job: name,
        since: app.operation?.startedAt ?? '',
        reason: state?.reason ?? '',
        detail: state?.message ?? '',
        image: container?.image ?? '',
      },
      because: [
        because('applications', `${nameOf(app)}: status.operationState.message`, {
          at: app.operation?.startedAt,
          quote: app.operation?.message,
        }),
        ...(container
          ? [
              because('jobs', `${name}: container ${container.name}`, {
                quote: `${state?.reason ?? 'not ready'}: ${state?.message ?? container.image}`,
              }),
            ]
          : []),
        because('admissionSecret', '', { quote: 'not found' }),
      ],
    },
  ];
}

function judgeSelfHeal(app: ApplicationView, seen: Seen): readonly Found[] {
  const operation = app.operation;
  if (seen.admissionSecret.state !== 'absent' || operation?.partial !== true || (operation.autoHealAttempts ?? 0) === 0)
    return [];
  return [
    {
      kind: 'cause',
      cause: 'selfheal-skips-hooks',
      code: 'self-heal-skips-hooks',
      certainty: 'proven',
      values: { application: nameOf(app), attempts: operation.autoHealAttempts ?? 0 },
      because: [
        because('admissionSecret', '', { quote: 'not found' }),
        because('applications', `${nameOf(app)}: status.operationState.operation.sync.autoHealAttemptsCount`, {
          at: operation.startedAt,
          quote: String(operation.autoHealAttempts),
        }),
      ],
    },
  ];
}

function judgeFailurePolicy(app: ApplicationView, seen: Seen): readonly Found[] {
  if (helmValue(app, 'prometheusOperator.admissionWebhooks.failurePolicy') !== 'IgnoreOnInstallOnly') return [];
  const chart = app.sources.find((source) => source.chart !== undefined);
  if (!isOlder(chart?.targetRevision, '81.4.2')) return [];
  const job = readValue(seen.jobs)?.find((one) => one.meta.name.endsWith('-admission-patch') && !FINISHED(one));
  return [
    {
      kind: 'cause',
      cause: 'ignoreoninstallonly',
      code: 'ignore-on-install-only',
      certainty: job ? 'proven' : 'likely',
      values: { application: nameOf(app), chart: chart?.targetRevision ?? '' },
      because: [
        because('applications', `${nameOf(app)}: prometheusOperator.admissionWebhooks.failurePolicy`, {
          quote: 'IgnoreOnInstallOnly',
        }),
        ...(job ? [because('jobs', job.meta.name, { quote: `failed ${job.failed}, active ${job.active}` })] : []),
      ],
    },
  ];
}

/** Why there is no Prometheus, where the values say it. */
function judgeValues(app: ApplicationView, seen: Seen): readonly Found[] {
  if (seen.resource.state !== 'absent' || seen.resource.how !== 'no-such-object' || seen.target.kind !== 'Prometheus')
    return [];
  const agent = helmValue(app, 'prometheus.agentMode') === true;
  if (!agent && helmValue(app, 'prometheus.enabled') !== false) return [];
  return [
    {
      kind: 'cause',
      cause: 'wrong-kind-or-none',
      code: agent ? 'agent-mode' : 'prometheus-disabled',
      certainty: 'proven',
      values: { application: nameOf(app) },
      because: [
        because('resource', '', { quote: 'not found' }),
        because('applications', `${nameOf(app)}: ${agent ? 'prometheus.agentMode' : 'prometheus.enabled'}`, {
          quote: String(agent),
        }),
      ],
    },
  ];
}
