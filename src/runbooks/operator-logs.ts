import { notChecked, readValue } from './because.ts';
import { BESIDE_CODES, judgeLost, judgePasted, observeBeside } from './operator-logs/beside.ts';
import { CACHE_CODES, judgeCaches } from './operator-logs/caches.ts';
import { GATE_CODES, judgeGate } from './operator-logs/gate.ts';
import { judgeMessages, PASTED_CODES } from './operator-logs/pasted.ts';
import { judgeStart, START_CODES } from './operator-logs/start.ts';
import { readStory, responsible } from './operator-story.ts';
import { defineRunbook } from './types.ts';

/** First next step of the incident: what the operator itself says, from its start on. */
export const operatorLogs = defineRunbook({
  id: 'operator-logs',
  step: 1,
  reads: ['operators', 'pasted', 'resource', 'crds', 'served', 'owned', 'statefulSet', 'undecodable'],
  codes: ['log-not-read', 'log-cut', ...GATE_CODES, ...START_CODES, ...CACHE_CODES, ...BESIDE_CODES, ...PASTED_CODES],
  judge(seen) {
    const story = readStory(seen);
    const operator = responsible(seen);
    const log = operator && readValue(operator.log);
    return [
      ...(story.pasted ? [] : notChecked('log-not-read', 'operators', operator?.log ?? seen.operators)),
      ...(log && !log.fromStart
        ? [
            {
              kind: 'observation',
              code: 'log-cut',
              certainty: 'proven',
              values: { pod: log.pod, lines: log.lines.length },
              because: [],
            } as const,
          ]
        : []),
      ...judgeGate(seen, story),
      ...judgeStart(seen, story),
      ...judgeCaches(seen, story),
      ...judgeLost(seen, story),
      ...judgePasted(story),
      ...judgeMessages(seen.pasted),
      ...observeBeside(story),
    ];
  },
});
