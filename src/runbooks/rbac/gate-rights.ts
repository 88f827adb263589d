import type { Because, Certainty } from '../../diagnosis/types.ts';
import { TARGETS } from '../../evidence/targets.ts';
import type { AccessAnswer, Evidence } from '../../evidence/types.ts';
import { because, readValue } from '../because.ts';
import { controllerState, statusEmpty } from '../controller-state.ts';
import { processStart, responsible, type Story, those } from '../operator-story.ts';
import type { Coded } from '../types.ts';
import { denied, deniedProof } from './review.ts';

export const GATE_RIGHTS_CODES = [
  'gate-rights-missing',
  'gate-rights-missing-at-start',
  'gate-status-right-missing',
  'gate-status-right-missing-at-start',
] as const;
type Found = Coded<(typeof GATE_RIGHTS_CODES)[number]>;
type Seen = Pick<Evidence, 'target' | 'operators' | 'pasted' | 'resource' | 'crds' | 'owned' | 'statefulSet'>;

/** The rights that the operator checks once, at its start; without them it runs on without the target's controller. */
export function judgeGateRights(seen: Seen, story: Story, answers: readonly AccessAnswer[]): readonly Found[] {
  const { plural } = TARGETS[seen.target.kind];
  const controller = controllerState(seen, story);
  if (controller.state === 'running' || controller.state === 'waiting') return [];
  const warnings = those(story.current, 'missing-permission');
  const kind = decide({
    now: denied(answers, ['get', 'list', 'watch'], plural),
    told: warnings.filter((one) => one.message.resource === plural).map((one) => one.proof),
    verbs: warnings.filter((one) => one.message.resource === plural).map((one) => one.message.verb),
    seen,
    story,
    answers,
    absent: controller.state === 'absent',
  });
  const status = decide({
    now: denied(answers, ['update'], plural, 'status'),
    told: warnings.filter((one) => one.message.resource === `${plural}/status`).map((one) => one.proof),
    verbs: ['update'],
    seen,
    story,
    answers,
    absent: controller.state === 'absent',
  });
  const found: Found[] = [];
  if (kind) {
    const code = kind.now ? 'gate-rights-missing' : 'gate-rights-missing-at-start';
    found.push({
      kind: 'cause',
      cause: 'rbac-gate-prometheuses',
      code,
      certainty: kind.certainty,
      values: { resource: plural, verbs: kind.verbs },
      because: kind.proof,
    });
  }
  if (status && !kind) {
    const code = status.now ? 'gate-status-right-missing' : 'gate-status-right-missing-at-start';
    found.push({
      kind: 'cause',
      cause: 'rbac-gate-status-update',
      code,
      certainty: status.certainty,
      values: { resource: `${plural}/status`, verbs: 'update' },
      because: status.proof,
    });
  }
  return found;
}

interface Question {
  readonly now: readonly AccessAnswer[];
  readonly told: readonly Because[];
  readonly verbs: readonly string[];
  readonly seen: Seen;
  readonly story: Story;
  readonly answers: readonly AccessAnswer[];
  readonly absent: boolean;
}
interface Decision {
  readonly now: boolean;
  readonly certainty: Certainty;
  readonly verbs: string;
  readonly proof: readonly Because[];
}

/** Refused now, or told at start; with neither, a role that changed after the start is a trace. */
function decide(question: Question): Decision | undefined {
  const { now, told, seen, story } = question;
  if (now.length > 0) {
    const verbs = [...new Set(now.map((one) => one.verb))].join(', ');
    return {
      now: true,
      certainty: told.length > 0 || question.absent || statusEmpty(seen) === true ? 'proven' : 'likely',
      verbs,
      proof: [...now.slice(0, 3).map(deniedProof), ...told.slice(0, 3)],
    };
  }
  if (told.length > 0)
    return {
      now: false,
      certainty: 'proven',
      verbs: [...new Set(question.verbs)].join(', '),
      proof: [...told.slice(0, 3), ...changedSince(seen)],
    };
  return story.fromStart ? undefined : fromTimes(question);
}

/** No log from the start: the controller is off, the kind was there, and a role or binding was written after the process began. */
function fromTimes({ seen, absent, answers }: Question): Decision | undefined {
  const changed = changedSince(seen);
  if (!absent || statusEmpty(seen) !== true || changed.length === 0 || answers.length === 0 || !crdBefore(seen))
    return undefined;
  return { now: false, certainty: 'likely', verbs: '', proof: changed };
}

function crdBefore(seen: Seen): boolean {
  const crd = readValue(seen.crds)?.find((one) => one.plural === TARGETS[seen.target.kind].plural);
  const started = processStart(seen);
  return (
    crd !== undefined &&
    started !== undefined &&
    Date.parse(crd.statusWritten ?? crd.meta.created) < Date.parse(started) - 5000
  );
}

/** Roles and bindings that were written after the operator's process began. */
function changedSince(seen: Seen): readonly Because[] {
  const operator = responsible(seen);
  const started = processStart(seen);
  if (!operator || !started) return [];
  const objects = [...(readValue(operator.roles) ?? []), ...(readValue(operator.bindings) ?? [])];
  return objects.flatMap(({ kind, meta }) => {
    const last = [meta.created, ...meta.managers.flatMap((one) => one.time ?? [])].sort().at(-1);
    return last !== undefined && Date.parse(last) > Date.parse(started)
      ? [because('operators', `${kind}/${meta.name}: last written`, { at: last })]
      : [];
  });
}
