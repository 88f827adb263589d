import type { Target } from '../evidence/types.ts';
import { KubeError } from '../kubernetes/types.ts';
import type { Ports, TargetAnswer, TargetQuery } from '../ports.ts';
import { StoreUnavailable } from '../store/types.ts';
import type { Answer } from './answers.ts';
import type { AskingLimit } from './asking-limit.ts';
import type { InputOf } from './definitions.ts';
import {
  type InvestigatePorts,
  investigate,
  type Opened,
  offerFor,
  openOrContinue,
  type Place,
  readCluster,
} from './investigate.ts';
import { listedChannels } from './listed-channels.ts';
import { queryOf } from './target.ts';
import type { Request } from './types.ts';

export type DiagnosePorts = InvestigatePorts &
  Pick<Ports, 'file'> & {
    readonly askingLimit: AskingLimit;
  };

/**
 * What Slack's `diagnose` does: finds the target, opens or continues its incident, says so by `opened`, then reads, judges and records. The
 * answer after `opened` is in the incident's thread; with the store down the diagnosis itself is the answer.
 */
export async function diagnose(
  ports: DiagnosePorts,
  request: Request<InputOf<'diagnose'>>,
  opened: (answer: Answer) => Promise<void>,
  /** A repair to propose, if it fits; an incident that is open goes its own way. */
  wish?: string,
): Promise<Answer | undefined> {
  const { file, log } = ports;
  const { actor } = request;
  const seconds = actor.kind === 'user' ? ports.askingLimit.ask(actor.user, ports.now()) : 0;
  if (seconds > 0) return { say: 'ask-later', seconds };
  const place = placeOf(ports, request);
  const askIn: Answer = { say: 'ask-in', channels: listedChannels(file) };
  const answer = await findTarget(ports, queryOf(request.input));
  if ('say' in answer) return answer;
  // What there is in the cluster, and what is wrong with it, is told in the listed channels alone.
  if (answer.found === 'many') return place.elsewhere ? askIn : { say: 'choose-target', targets: answer.targets };
  if (answer.found === 'none') {
    // The names of namespaces are told in the listed channels alone.
    const looked = place.elsewhere ? [] : file.read.namespaces;
    return { say: 'no-target', cluster: file.cluster, query: answer.query, ...(looked.length > 0 && { looked }) };
  }
  let incident: Opened;
  try {
    incident = await openOrContinue(ports, answer.target, request.actor, place.place, wish);
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    log.warn({ target: answer.target }, 'no incident record: the store is unavailable');
    return place.elsewhere ? askIn : withoutRecord(ports, answer.target);
  }
  const elsewhere = place.elsewhere || incident.incident.channel !== place.place.channel;
  await opened({ say: 'incident', ...incident, elsewhere });
  if (incident.how === 'reading-already' || incident.how === 'read-just-now') return undefined;
  try {
    const came = await investigate(ports, incident.incident.id);
    return came.came === 'same-again' ? { say: 'same-again', incident: came.incident } : undefined;
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    log.warn({ incident: incident.incident.id }, 'the store went away during a diagnosis');
    return place.elsewhere ? askIn : withoutRecord(ports, answer.target);
  }
}

/** With the store down: a diagnosis without an incident record and without a repair. */
async function withoutRecord(ports: DiagnosePorts, target: Target): Promise<Answer> {
  const evidence = await readCluster(ports, target);
  const diagnosis = ports.judge(evidence);
  const { refusals } = await offerFor(ports, evidence, diagnosis, {});
  return { say: 'diagnosed', diagnosis, refusals };
}

async function findTarget(ports: DiagnosePorts, query: TargetQuery): Promise<TargetAnswer | Answer> {
  try {
    return await ports.cluster.find(query);
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    const { kind = 'Prometheus', namespace, name } = query;
    // A full name needs no look-up: the diagnosis then says what could not be read.
    if (namespace !== undefined && name !== undefined)
      return { found: 'one', target: { cluster: ports.file.cluster, kind, namespace, name } };
    return { say: 'cluster-unreachable', cluster: ports.file.cluster, detail: error.kind };
  }
}

/** In a listed channel where it was asked, with the thread if any; elsewhere in the incident channel. */
function placeOf(
  ports: Pick<Ports, 'file'>,
  request: Request<unknown>,
): { readonly place: Place; readonly elsewhere: boolean } {
  const { origin } = request;
  if (!origin || !listedChannels(ports.file).includes(origin.channel))
    return { place: { channel: ports.file.slack.incidentChannel }, elsewhere: true };
  return {
    place: { channel: origin.channel, ...(origin.thread !== undefined && { root: origin.thread }) },
    elsewhere: false,
  };
}
