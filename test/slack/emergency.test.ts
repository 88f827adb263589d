import { afterEach, expect, it } from 'vitest';
import { apply, ended, type Lab, message, prepare, startLab } from './lab.ts';

let lab: Lab;
afterEach(() => ended(lab));

/** Two of three have to approve; one of them may do it alone in an emergency. */
const TWO = { approvals: '{ users: [U0BEN, U0DORA], approvals: 2, self: never }' } as const;

async function open(rule: { readonly breakGlass?: readonly string[]; readonly approvals?: number }) {
  await lab.slack.command('ada', 'incidents', '/promfix', 'diagnose');
  await lab.slack.waitFor(() => message(lab, 'incidents', 'checking…'));
  await prepare(lab, 'inc-1.p1', { rule });
  const card = await lab.slack.waitFor(() => message(lab, 'incidents', 'waiting for approval'));
  return { channel: 'incidents', ts: card.ts };
}
async function form(who: string, card: { channel: string; ts: string }, text: string, reason: string) {
  await lab.slack.click(who, { ...card, text });
  await lab.slack.waitFor(() => lab.slack.modal(who), { what: 'the form' });
  await lab.slack.submit(who, { reason });
}
const proposal = async () => (await lab.store.get('proposal', 'inc-1.p1'))?.value;
const ids = () => ({ ben: lab.slack.user('ben'), dora: lab.slack.user('dora') });

it('one listed person approves alone, with a reason, and everybody in the incident channel is told', async () => {
  lab = await startLab({ breakGlass: ['ben'] });
  const card = await open({ approvals: 2, breakGlass: [ids().ben] });

  await form('ben', card, 'Break glass', 'everybody else is on a plane');

  const said = await lab.slack.waitFor(() => message(lab, 'incidents', 'Glass broken on'));
  expect(said.thread_ts).toBeUndefined();
  const text = lab.slack.text(said);
  expect(text).toContain('@ben approved “Restart the operator” alone');
  expect(text).toContain('everybody else is on a plane');
  expect(text).toContain('@dora');
  expect(await proposal()).toMatchObject({ state: 'approved', approvals: [{ breakGlass: true }] });
  const entries = await lab.store.auditRange(1, 100);
  expect(entries.find(({ what }) => what === 'approved')?.values).toMatchObject({
    breakGlass: true,
    reason: 'everybody else is on a plane',
  });
  expect(entries.filter(({ what }) => what === 'approved')).toHaveLength(1);
});

it('nobody else may, an approver neither', async () => {
  lab = await startLab({ breakGlass: ['ben'] });
  const card = await open({ approvals: 2, breakGlass: [ids().ben] });

  await form('dora', card, 'Break glass', 'it is urgent');

  const refusal = await lab.told('dora', 'not listed under approvals.breakGlass');
  expect(refusal.thread_ts).toBe(message(lab, 'incidents', 'waiting for approval')?.thread_ts);
  expect(refusal.thread_ts).toBeDefined();
  expect((await proposal())?.state).toBe('proposed');
  expect(message(lab, 'incidents', 'Glass broken')).toBeUndefined();
});

it('who gave one of two approvals may break the glass after that', async () => {
  lab = await startLab({ breakGlass: ['ben'] });
  const card = await open({ approvals: 2, breakGlass: [ids().ben] });
  await lab.slack.click('ben', { ...card, text: 'Approve' }, { confirm: true });
  await lab.told('ben', 'One more approval is needed');

  await form('ben', card, 'Break glass', 'nobody else answers');

  await lab.slack.waitFor(() => message(lab, 'incidents', 'Glass broken on'));
  expect((await proposal())?.approvals).toHaveLength(1);
});

it('it does not waive the expiry', async () => {
  lab = await startLab({ breakGlass: ['ben'] });
  await lab.slack.command('ada', 'incidents', '/promfix', 'diagnose');
  await lab.slack.waitFor(() => message(lab, 'incidents', 'checking…'));
  await prepare(lab, 'inc-1.p1', { expiresInSeconds: 2, rule: { approvals: 2, breakGlass: [ids().ben] } });
  const shown = await lab.slack.waitFor(() => message(lab, 'incidents', 'waiting for approval'));
  await expect
    .poll(async () => (await lab.store.now()) > ((await proposal())?.expiresAt ?? ''), { timeout: 8_000 })
    .toBe(true);

  await form('ben', { channel: 'incidents', ts: shown.ts }, 'Break glass', 'too late');

  await lab.told('ben', 'This proposal expired');
});

it('without anybody listed the card has no such button', async () => {
  lab = await startLab(TWO);
  const card = await open({ approvals: 2 });

  expect(JSON.stringify(lab.slack.messages('incidents').find((one) => one.ts === card.ts)?.blocks)).not.toContain(
    'Break glass',
  );
});

it('re-checking an unknown outcome gives the worker a job, is audited, and is for approvers only', async () => {
  lab = await startLab();
  const card = await open({});
  await lab.slack.click('ben', { ...card, text: 'Approve' }, { confirm: true });
  const fence = { job: 1, attempt: 1 };
  const at = await lab.store.now();
  await apply(lab, 'inc-1.p1', { on: 'start', at, fence });
  await apply(lab, 'inc-1.p1', { on: 'step-intent', at, fence, step: 0 });
  await apply(lab, 'inc-1.p1', { on: 'lost', at, fence, code: 'cannot-read-back', values: {} });
  await lab.slack.waitFor(() =>
    lab.slack.messages('incidents').find((one) => one.ts === card.ts && one.text.includes('outcome unknown')),
  );
  for (const claimed of await lab.store.claim('queue', 9, 1000)) await lab.store.done(claimed);

  await lab.slack.click('ada', { ...card, text: 'Re-check' });
  await lab.told('ada', 'You are not an approver');
  await lab.slack.click('dora', { ...card, text: 'Re-check' });

  await expect.poll(async () => (await lab.store.claim('queue', 9, 1)).length).toBe(1);
  const what = (await lab.store.auditRange(1, 100)).map((entry) => entry.what);
  expect(what.slice(-2)).toEqual(['click-refused', 'asked-again']);
  expect(await lab.store.lockOwner((await proposal())?.plan?.steps[0]?.object.uid ?? '')).toBe('inc-1.p1');
});

it('a policy that lets everybody approve is refused at the start', async () => {
  await expect(
    startLab({ slack: { userGroups: [{ handle: 'sre', members: ['ada', 'ben', 'cleo', 'dora'] }] } }),
  ).rejects.toThrow('everybody-may-approve (low)');
  lab = await startLab();
});

it('rules that the listed approvers cannot meet are warned of at the start, and by doctor', async () => {
  lab = await startLab({ approvals: '{ users: [U012AB3CD], approvals: 3, self: never, expires: 30m }' });

  expect(lab.logged.filter((line) => line.startsWith('warn') && line.includes('cannot-be-met'))).toHaveLength(1);
  await lab.slack.command('ada', 'incidents', '/promfix', 'doctor');
  await lab.slack.waitFor(() => lab.slack.ephemerals('ada').find((one) => /3 approvals/.test(lab.slack.text(one))));
});
