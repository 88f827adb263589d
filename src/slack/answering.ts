import { setTimeout as delay } from 'node:timers/promises';
import type { Answer } from '../commands/answers.ts';
import type { Incident } from '../incidents/types.ts';
import type { Store } from '../store/types.ts';
import { SLACK_HELP } from './dispatch.ts';
import type { Links } from './links.ts';
import { answerMessage } from './views/answer.ts';
import type { Message } from './views/blocks.ts';

/** How long an answer waits for an incident's message to be posted, so that it can link to it. */
const ROOT_MS = 4_000;

/** Draws an answer, with links to the incidents it names. */
export async function drawAnswer(
  ports: { readonly store: Store; readonly links: Links },
  answer: Answer,
): Promise<Message> {
  const incidents = incidentsOf(answer);
  const wait = answer.say === 'incident' && answer.elsewhere ? ROOT_MS : 0;
  const pairs = await Promise.all(
    incidents.slice(0, 20).map(async (incident): Promise<[string, string][]> => {
      const url = await linkTo(ports, incident, wait).catch(() => undefined);
      return url === undefined ? [] : [[incident.id, url]];
    }),
  );
  return answerMessage({ answer, help: SLACK_HELP, links: Object.fromEntries(pairs.flat()) });
}

async function linkTo(
  { store, links }: { readonly store: Store; readonly links: Links },
  incident: Incident,
  waitMs: number,
): Promise<string | undefined> {
  for (let waited = 0; ; waited += 200) {
    const posted = await store.get('message', `paint:${incident.id}`);
    if (posted) return links.to(posted.value.channel, posted.value.ts);
    if (waited >= waitMs) return undefined;
    await delay(200);
  }
}

function incidentsOf(answer: Answer): readonly Incident[] {
  switch (answer.say) {
    case 'incident':
    case 'same-again':
    case 'status':
    case 'closed':
    case 'taken':
    case 'take-first':
      return [answer.incident];
    case 'incidents':
    case 'which-incident':
      return answer.open;
    default:
      return [];
  }
}

/** What everybody should see, although the command was one person's. */
export function isPublic(answer: Answer): boolean {
  return (answer.say === 'paused' || answer.say === 'resumed') && !answer.already;
}
