import { expect, it } from 'vitest';
import { type Click, type DecidePorts, decide } from '../../src/commands/decide.ts';
import { parseFile } from '../../src/config.ts';
import { budget } from '../../src/store/budget.ts';
import { StoreUnavailable } from '../../src/store/types.ts';
import { exampleProposal } from '../incidents/examples.ts';

const SHARED_MS = 60;
const proposal = exampleProposal();
const { id, planHash = '' } = proposal;
const click: Click = {
  decision: 'approve',
  proposal: id,
  version: 1,
  planHash,
  channel: 'C01',
  ts: '1.1',
  team: 'T01',
  user: 'U0ANN',
};
const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

function ports(slow: 'get' | 'directory' | 'commit'): DecidePorts {
  const record = { value: proposal, version: 2 };
  const store = {
    get: async () => (slow === 'get' ? never() : record),
    now: async () => new Date().toISOString(),
    commit: () => never(),
  };
  return {
    // Only what a click asks for is there.
    store: store as unknown as DecidePorts['store'],
    file: parseFile('cluster: lab\nslack: { incidentChannel: C01 }\napprovals: { low: { users: [U0ANN] } }\n'),
    directory: {
      isFullMember: () => (slow === 'directory' ? never() : Promise.resolve(true)),
      groupMembers: async () => [],
      isSharedChannel: async () => false,
      countMembers: async () => 9,
    },
    approvalKey: 'k'.repeat(32),
    team: 'T01',
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  };
}

it.each([
  ['get', { say: 'not-recorded' }],
  ['directory', { say: 'refused', code: 'slack-did-not-say', values: {} }],
  ['commit', { say: 'not-recorded' }],
] as const)('a click is answered in the time that all its waiting shares, also when %s hangs', async (slow, answer) => {
  const before = performance.now();

  expect(await decide(ports(slow), click, budget(SHARED_MS))).toEqual(answer);

  expect(performance.now() - before).toBeLessThan(SHARED_MS + 200);
});

it('a budget that is used up leaves nothing for the next wait', async () => {
  const wait = budget(SHARED_MS);
  await expect(wait(1_000, never())).rejects.toThrow(StoreUnavailable);

  const before = performance.now();
  await expect(wait(1_000, never())).rejects.toThrow(StoreUnavailable);
  expect(performance.now() - before).toBeLessThan(SHARED_MS / 2);
  expect(await budget(1_000)(SHARED_MS, Promise.resolve('in time'))).toBe('in time');
});
