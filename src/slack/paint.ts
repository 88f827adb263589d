import { cardId } from '../incidents/changes.ts';
import type { Incident, ThreadContent, Versioned } from '../incidents/types.ts';
import type { GitPaths } from '../render/git-patch.ts';
import type { Store } from '../store/types.ts';
import type { Links } from './links.ts';
import type { Message } from './views/blocks.ts';
import { cardMessage } from './views/card.ts';
import { planDetails } from './views/details.ts';
import { incidentMessage } from './views/incident.ts';
import {
  auditMessage,
  diagnosisMessage,
  glassBrokenMessage,
  mentionMessage,
  noteMessage,
  resultMessage,
  sectionMessage,
} from './views/thread.ts';

/** A message as the records have it now. */
export interface Painting {
  readonly message: Message;
  /** Version of the record that was painted. */
  readonly version: number;
  /** What is posted first, when the message itself must come as an edit (edits notify nobody). */
  readonly first?: Message;
}

interface PaintPorts {
  readonly store: Store;
  readonly links: Links;
  /** Where the permanent change is to be made. */
  readonly git?: GitPaths;
}

export async function paintIncident({ store, links }: PaintPorts, incident: Versioned<Incident>): Promise<Painting> {
  const { value, version } = incident;
  const diagnosisId = value.diagnoses.at(-1);
  const proposalId = value.proposals.at(-1);
  const [diagnosis, proposal, card] = await Promise.all([
    diagnosisId === undefined ? undefined : store.get('diagnosis', diagnosisId),
    proposalId === undefined ? undefined : store.get('proposal', proposalId),
    proposalId === undefined ? undefined : store.get('message', cardId(proposalId)),
  ]);
  const cardLink = card ? await links.to(card.value.channel, card.value.ts) : undefined;
  const message = incidentMessage({
    incident: value,
    ...(diagnosis && { diagnosis: diagnosis.value }),
    ...(proposal && { proposal: proposal.value }),
    ...(cardLink !== undefined && { cardLink }),
  });
  return { message, version };
}

export async function paintCard({ store }: PaintPorts, id: string): Promise<Painting | undefined> {
  const proposal = await store.get('proposal', id);
  if (!proposal) return undefined;
  const { value, version } = proposal;
  const message = cardMessage({ proposal: value, version, nameApprovers: true });
  const first =
    value.state === 'proposed' ? { first: cardMessage({ proposal: value, version, nameApprovers: false }) } : {};
  return { message, version, ...first };
}

/** A message of the thread; undefined when what it tells about is gone. */
export async function paintPost(
  { store, git }: PaintPorts,
  incident: Versioned<Incident>,
  content: ThreadContent,
): Promise<Painting | undefined> {
  const message = await postMessage(store, incident.value, content, git);
  return message && { message, version: incident.version };
}

async function postMessage(
  store: Store,
  incident: Incident,
  content: ThreadContent,
  git: GitPaths | undefined,
): Promise<Message | undefined> {
  switch (content.say) {
    case 'section': {
      const stored = await store.get('diagnosis', content.diagnosis);
      return stored && sectionMessage(stored.value, [content.runbook, ...(content.also ?? [])]);
    }
    case 'diagnosis': {
      const stored = await store.get('diagnosis', content.diagnosis);
      return stored && diagnosisMessage(stored.value);
    }
    case 'audit': {
      const [entry] = await store.auditRange(content.seq, 1);
      return entry && auditMessage(entry);
    }
    case 'plan-details': {
      const proposal = await store.get('proposal', content.proposal);
      return proposal?.value.plan && planDetails(proposal.value.plan, git)[content.part ?? 0];
    }
    case 'mention-approvers': {
      const proposal = await store.get('proposal', content.proposal);
      // Whoever is called must find something to decide.
      return proposal?.value.state === 'proposed' ? mentionMessage(proposal.value) : undefined;
    }
    case 'glass-broken': {
      const proposal = await store.get('proposal', content.proposal);
      return proposal && glassBrokenMessage(proposal.value);
    }
    case 'result': {
      const [proposal, before, after] = await Promise.all([
        store.get('proposal', content.proposal),
        store.get('diagnosis', content.before),
        store.get('diagnosis', content.after),
      ]);
      if (!proposal || !before || !after) return undefined;
      return resultMessage({ incident, proposal: proposal.value, before: before.value, after: after.value });
    }
    case 'note':
      return noteMessage(content.code, content.values);
  }
}
