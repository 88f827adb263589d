import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runTerminal } from '../../src/terminal/run.ts';

/** Without Slack, and with a cluster that is away: what the file alone tells is said all the same. */
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'promfix-doctor-'));
});
afterAll(() => rm(dir, { recursive: true }));

async function doctor(approvals: string, kubeconfig = 'refused.kubeconfig'): Promise<string> {
  const config = join(dir, 'promfix.yaml');
  await writeFile(config, `cluster: staging\nslack: { incidentChannel: C012AB3CD }\napprovals: ${approvals}\n`);
  let out = '';
  await runTerminal(
    {
      out: (text) => {
        out += text;
      },
      err: () => {},
      variables: {
        HOME: '/nonexistent',
        PROMFIX_CONFIG: config,
        KUBECONFIG: new URL(kubeconfig, import.meta.url).pathname,
      },
      userName: 'maya',
      colour: false,
      now: () => new Date(),
      readText: async () => '',
      writeText: async () => {},
    },
    ['doctor'],
  );
  return out;
}

it.each([
  {
    approvals: '{ low: { users: [U012AB3CD], approvals: 2, self: never, expires: 30m } }',
    says: 'low risk needs 2 approvals; people listed: 1.',
  },
  {
    approvals: '{ medium: { users: [U012AB3CD], approvals: 1, self: never, expires: 30m } }',
    says: 'medium risk cannot be approved when one of the approvers is the requester.',
  },
])('doctor says that the rules can not be met: $says', async ({ approvals, says }) => {
  expect(await doctor(approvals)).toContain(says);
});

it('doctor has nothing to say of rules that enough people can meet', async () => {
  const rule = '{ users: [U012AB3CD, U012AB3CE, U012AB3CF], approvals: 2, self: never, expires: 30m }';

  expect(await doctor(`{ low: ${rule}, medium: ${rule}, high: ${rule} }`)).not.toMatch(/risk/);
});

it('doctor looks at the rest when there is no kubeconfig', async () => {
  const said = await doctor(
    '{ low: { users: [U012AB3CD], approvals: 2, self: never, expires: 30m } }',
    'none.kubeconfig',
  );

  expect(said).toContain('The cluster can’t be reached');
  expect(said).toContain('low risk needs 2 approvals');
});
