import type { Because, Certainty } from '../../diagnosis/types.ts';
import { TARGETS } from '../../evidence/targets.ts';
import type { Evidence } from '../../evidence/types.ts';
import { because, readValue } from '../because.ts';
import { controllerState, statusEmpty } from '../controller-state.ts';
import { podReady, processStart, responsible, type Story, secondsBetween, those } from '../operator-story.ts';
import type { Coded } from '../types.ts';

export const GATE_CODES = ['crd-late', 'crd-was-there', 'gate-warning'] as const;
type Found = Coded<(typeof GATE_CODES)[number]>;
type Seen = Pick<
  Evidence,
  'target' | 'at' | 'resource' | 'crds' | 'served' | 'operators' | 'owned' | 'statefulSet' | 'pasted'
>;

/** The CRD's status is written within this time before the operator's check could still lose the race against discovery. */
const DISCOVERY_LAG = 5;

/** The one-shot check at start: was the target's CRD there? Losing that race switches the controller off until a restart. */
export function judgeGate(seen: Seen, story: Story): readonly Found[] {
  return [...observeWarnings(seen, story), ...judgeRace(seen, story)];
}

function observeWarnings(seen: Seen, story: Story): readonly Found[] {
  const warnings = [...those(story.current, 'not-installed'), ...those(story.current, 'missing-permission')];
  const first = warnings[0];
  if (!first) return [];
  const { plural } = TARGETS[seen.target.kind];
  const resources = [...new Set(warnings.map((one) => one.message.resource))].sort();
  const own = resources.some((one) => one.split('/')[0] === plural);
  return [
    {
      kind: 'observation',
      code: 'gate-warning',
      certainty: 'proven',
      values: { count: warnings.length, resources: resources.join(', '), aboutTarget: own },
      because: warnings.slice(0, 4).map((one) => one.proof),
    },
  ];
}

function judgeRace(seen: Seen, story: Story): readonly Found[] {
  const { plural } = TARGETS[seen.target.kind];
  const warning = those(story.current, 'not-installed').find((one) => one.message.resource === plural);
  const times = lateCrd(seen);
  const controller = controllerState(seen, story);
  if (controller.state === 'running' || controller.state === 'waiting')
    return ruledOut(seen, times, controller.because);
  if (!isServed(seen) && !story.pasted) return [];
  const certainty = certaintyOf({
    warned: warning !== undefined,
    absent: controller.state === 'absent',
    late: times?.late,
    seen,
    story,
  });
  if (!certainty) return ruledOut(seen, times, []);
  const proof: Because[] = [
    ...(warning ? [warning.proof] : []),
    ...(times?.late ? times.proof : []),
    ...controller.because.filter((one) => one.quote !== warning?.proof.quote),
    ...emptiness(seen),
  ];
  const values = {
    plural,
    warned: warning !== undefined,
    started: processStart(seen) ?? '',
    established: times?.at ?? '',
    seconds: Math.max(0, Math.round(times?.seconds ?? 0)),
  };
  return [
    {
      kind: 'cause',
      cause: 'crd-race-at-start',
      code: 'crd-late',
      certainty,
      values,
      because: proof,
    },
  ];
}

interface Question {
  readonly warned: boolean;
  readonly absent: boolean;
  readonly late: boolean | undefined;
  readonly seen: Seen;
  readonly story: Story;
}

/** The warning proves it by itself. Without the log, the times do where nothing else can have kept the status empty. */
function certaintyOf({ warned, absent, late, seen, story }: Question): Certainty | undefined {
  if (warned) return 'proven';
  if (story.read && story.fromStart) return undefined;
  if (!late || !neverReconciled(seen) || !podReady(seen)) return undefined;
  if (gateRightsDenied(seen)) return undefined;
  if (absent) return 'proven';
  return rightsKnown(seen) ? 'proven' : 'likely';
}

/** Status never written and nothing made. */
function neverReconciled(seen: Seen): boolean {
  const owned = readValue(seen.owned);
  const uid = readValue(seen.resource)?.meta.uid;
  const made = owned?.some(
    ({ object }) => object.state === 'read' && object.value.owners.some((one) => one.uid === uid),
  );
  return statusEmpty(seen) === true && made !== true && (owned !== undefined || seen.statefulSet.state === 'absent');
}

const gateAnswers = (seen: Seen) => {
  const { plural } = TARGETS[seen.target.kind];
  const operator = responsible(seen);
  return ((operator && readValue(operator.rights)) ?? []).filter(
    (one) => one.resource === plural && (one.subresource === undefined || one.subresource === 'status'),
  );
};
const gateRightsDenied = (seen: Seen): boolean => gateAnswers(seen).some((one) => !one.allowed && one.verb !== 'patch');
const rightsKnown = (seen: Seen): boolean => gateAnswers(seen).length > 0;

function emptiness(seen: Seen): readonly Because[] {
  return statusEmpty(seen) ? [because('resource', 'status', { quote: 'never written' })] : [];
}

function isServed(seen: Seen): boolean {
  const { plural, version } = TARGETS[seen.target.kind];
  const served = readValue(seen.served);
  return served ? served[version].includes(plural) : seen.resource.state === 'read';
}

interface CrdTimes {
  readonly late: boolean;
  readonly at: string;
  /** Seconds from the process's start until the CRD was there. */
  readonly seconds: number;
  readonly proof: readonly Because[];
}

/** When the CRD came, compared with the start of the operator's process. */
export function lateCrd(seen: Pick<Evidence, 'target' | 'crds' | 'operators'>): CrdTimes | undefined {
  const { plural } = TARGETS[seen.target.kind];
  const crd = readValue(seen.crds)?.find((one) => one.plural === plural);
  const started = processStart(seen);
  if (!crd || !started) return undefined;
  const established = crd.statusWritten ?? crd.meta.created;
  const created = secondsBetween(started, crd.meta.created);
  const written = secondsBetween(started, established);
  if (created === undefined || written === undefined) return undefined;
  return {
    // A status that was written again long after its CRD was made says nothing about when the kind came.
    late: created >= 0 || (written >= -DISCOVERY_LAG && (secondsBetween(crd.meta.created, established) ?? 0) < 300),
    at: established,
    seconds: written,
    proof: [
      because('crds', `${crd.meta.name}: metadata.creationTimestamp`, { at: crd.meta.created }),
      because('crds', `${crd.meta.name}: status written (Established)`, { at: established }),
      because('operators', 'containerStatuses[].state.running.startedAt', { at: started }),
    ],
  };
}

function ruledOut(seen: Seen, times: CrdTimes | undefined, more: readonly Because[]): readonly Found[] {
  const proof = [...more, ...(times && !times.late ? times.proof : [])];
  if (proof.length === 0) return [];
  return [
    {
      kind: 'ruled-out',
      cause: 'crd-race-at-start',
      code: 'crd-was-there',
      certainty: more.length > 0 ? 'proven' : 'likely',
      values: { plural: TARGETS[seen.target.kind].plural },
      because: proof,
    },
  ];
}
