import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { CHANNEL, CLUSTER, PEOPLE, type Stack, startStack } from '../../src/demo/stack.ts';
import { admissionSecretRule, metricsRule, readingRules, writingRules } from '../../src/remediations/parts/rules.ts';
import type { Message } from '../../src/workspace/index.ts';
import { serviceAccount } from '../cluster/control-plane/accounts.ts';
import { WRITES } from '../cluster/control-plane/audit.ts';
import type { Cluster } from '../cluster/control-plane/cluster.ts';
import { SCENARIO_TIMEOUT, withScenario } from '../cluster/harness.ts';
import { ADMISSION, NS, OPERATOR } from '../cluster/names.ts';
import { byId, loadScenarios } from '../cluster/scenarios/load.ts';

const scenarios = await loadScenarios(null);

const scenario = (id: string) => byId(scenarios, id);

/** The audit log goes on over the clusters of one run: how much of it is from before. */
let earlierRequests = 0;

/** The whole of promfix on a cluster with a fault; bot and worker have exactly the rights that are declared for them. */
async function withStack(id: string, body: (stack: Stack, cluster: Cluster) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'promfix-e2e-'));
  try {
    await withScenario(
      scenario(id),
      async ({ cluster }) => {
        const reading = [...readingRules(), metricsRule(`https:${OPERATOR}:https`)];
        const secret = admissionSecretRule(ADMISSION);
        const [botKubeconfig, workerKubeconfig] = await Promise.all([
          serviceAccount(cluster, 'bot', { cluster: reading, namespaced: { [NS]: [secret] } }),
          serviceAccount(cluster, 'worker', { cluster: reading, namespaced: { [NS]: [secret, ...writingRules()] } }),
        ]);
        earlierRequests = cluster.audit().length;
        const stack = await startStack({ botKubeconfig, workerKubeconfig, dir });
        try {
          await body(stack, cluster);
          stack.workspace.assertClean();
        } finally {
          await stack.stop();
        }
      },
      { auditLog: true },
    );
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

const text = (stack: Stack, message: Message): string => stack.workspace.text(message);
const root = ({ workspace }: Stack): Message => {
  const [first] = workspace.messages(CHANNEL);
  if (!first) throw new Error('the bot said nothing');
  return first;
};
const waitForCard = (stack: Stack): Promise<Message> =>
  stack.workspace.waitFor(
    () => stack.workspace.messages(CHANNEL).find((one) => /May approve[\s\S]*\[Approve\]/.test(text(stack, one))),
    { timeoutMs: 60_000, what: 'a card that can be approved' },
  );
const waitForRoot = (stack: Stack, words: RegExp): Promise<Message> =>
  stack.workspace.waitFor(() => (words.test(text(stack, root(stack))) ? root(stack) : undefined), {
    timeoutMs: 150_000,
    what: `the incident message to say ${words}`,
  });

async function promfix(stack: Stack, ...words: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['src/main.js', ...words], {
    env: { ...process.env, ...stack.variables },
  });
  return stdout;
}

/**
 * Writes that promfix's accounts made and the API server accepted; dry runs and access reviews are left out. A process that is killed in the
 * middle of its request may leave one that was given up.
 */
function writes(cluster: Cluster, account: 'bot' | 'worker') {
  return cluster
    .audit()
    .slice(earlierRequests)
    .filter(
      ({ user, verb, requestURI, objectRef, responseStatus }) =>
        user.username === `system:serviceaccount:promfix:${account}` &&
        WRITES.includes(verb) &&
        (responseStatus?.code ?? 0) < 300 &&
        !requestURI.includes('dryRun=All') &&
        !/accessreviews$/.test(objectRef?.resource ?? ''),
    )
    .map(({ verb, objectRef }) => `${verb} ${objectRef?.resource}/${objectRef?.name}`);
}

describe('the incident, end to end', () => {
  it('goes from /promfix diagnose to a repaired Prometheus and an audit trail', {
    timeout: SCENARIO_TIMEOUT,
  }, async () => {
    await withStack('F58', async (stack, cluster) => {
      const { workspace } = stack;
      const began = performance.now();
      const asked = await workspace.command(PEOPLE.asks, CHANNEL, '/promfix', 'diagnose');
      expect(asked).toMatchObject({ acked: true });
      expect(asked.ackMs).toBeLessThan(500);
      await workspace.waitFor(() => workspace.messages(CHANNEL)[0], { what: 'the incident message' });
      const opened = performance.now() - began;
      await waitForRoot(stack, /started before the CRD was there/);
      const diagnosed = performance.now() - began;
      const card = await waitForCard(stack);
      const proposed = performance.now() - began;

      // The first line says cluster, cause and the action awaited; the card has what a decision needs.
      expect(text(stack, await waitForRoot(stack, /approve or deny/)).split('\n')[0]).toContain(CLUSTER);
      for (const words of [
        'Restart the operator',
        'low risk',
        'What will change',
        'Not touched',
        'Undo:',
        `@${PEOPLE.approves}`,
        '1 Alertmanager, 1 Prometheus',
      ])
        expect(text(stack, card)).toContain(words);

      // Somebody who may not decide: a private explanation, the card stays, the audit has it.
      const where = { channel: CHANNEL, ts: card.ts, text: 'Approve' };
      await workspace.click(PEOPLE.watches, where, { confirm: true });
      const refusal = await workspace.waitFor(() => workspace.ephemerals(PEOPLE.watches)[0], {
        what: 'the explanation',
      });
      expect(text(stack, refusal)).toMatch(/may not|not an approver|approver/i);
      expect(text(stack, await waitForCard(stack))).toContain('[Approve]');
      expect(writes(cluster, 'worker')).toEqual([]);

      const clicked = performance.now();
      await workspace.click(PEOPLE.approves, where, { confirm: true });
      await workspace.waitFor(
        () => !text(stack, workspace.messages(CHANNEL).find(({ ts }) => ts === card.ts) ?? card).includes('[Approve]'),
        { what: 'the buttons to give way' },
      );
      const answered = performance.now() - clicked;
      await waitForRoot(stack, /resolved/);
      const repaired = performance.now() - clicked;

      const decided = workspace.messages(CHANNEL).find(({ ts }) => ts === card.ts) ?? card;
      expect(text(stack, decided)).toContain(`Approved by @${PEOPLE.approves}`);
      // Exactly what was shown, exactly once, and by the worker alone.
      expect(writes(cluster, 'worker')).toEqual([`patch deployments/${OPERATOR}`]);
      expect(writes(cluster, 'bot')).toEqual([]);
      await cluster.available(5);

      const said = await workspace.waitFor(
        () =>
          workspace
            .messages(CHANNEL)
            .map((one) => text(stack, one))
            .find((one) => one.includes('runs again')),
        { timeoutMs: 20_000, what: 'the result' },
      );
      expect(said).toMatch(/Before: broken[\s\S]*After: healthy[\s\S]*blind/);
      expect(await promfix(stack, 'audit', 'verify')).toMatch(/intact: \d+ entries/);
      const trail = (await promfix(stack, 'audit', 'export'))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).what);
      // Asked twice: for the diagnosis by a person, for the repair by the bot on that person's behalf.
      // A worker that starts at once is faster than the entry that the job is in the queue.
      expect(trail.filter((what) => what !== 'queued')).toEqual([
        'asked',
        'diagnosed',
        'asked',
        'prepared',
        'proposed',
        'click-refused',
        'approved',
        'started',
        'changed',
        'diagnosed',
        'verified',
      ]);

      await report(
        {
          ackMs: asked.ackMs,
          openedMs: opened,
          diagnosedMs: diagnosed,
          proposedMs: proposed,
          buttonsGoneMs: answered,
          approvalToRepairedMs: repaired,
        },
        workspace.transcript(CHANNEL),
      );
    });
  });

  it('goes on after the bot and the worker were killed, and changes the cluster once', {
    timeout: SCENARIO_TIMEOUT,
  }, async () => {
    await withStack('F14', async (stack, cluster) => {
      const { workspace } = stack;
      await workspace.command(PEOPLE.asks, CHANNEL, '/promfix', 'diagnose');
      const card = await waitForCard(stack);
      expect(text(stack, card)).toContain('spec.replicas');

      // The bot dies between proposal and click; the card is as good as before.
      await stack.bot.stop('SIGKILL');
      await stack.restart('bot');
      const clicked = await workspace.click(
        PEOPLE.approves,
        { channel: CHANNEL, ts: card.ts, text: 'Approve' },
        { confirm: true },
      );
      expect(clicked).toMatchObject({ acked: true });

      // The worker dies in the middle of the repair, wherever that is.
      await waitForRoot(stack, /under way|being repaired|resolved/);
      await stack.worker.stop('SIGKILL');
      await stack.restart('worker');

      await waitForRoot(stack, /resolved/);
      expect(writes(cluster, 'worker')).toEqual([`patch deployments/${OPERATOR}`]);
      expect(writes(cluster, 'bot')).toEqual([]);
      expect(await promfix(stack, 'audit', 'verify')).toContain('intact');
    });
  });
});

/** With PROMFIX_REPORT=FOLDER: the figures and the whole thread as text. */
async function report(figures: Readonly<Record<string, number>>, transcript: string): Promise<void> {
  const folder = process.env['PROMFIX_REPORT'];
  if (!folder) return;
  await writeFile(join(folder, 'figures.json'), JSON.stringify(figures, null, 2));
  await writeFile(join(folder, 'thread.txt'), transcript);
}
