import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diagnosis, TARGET } from '../remediations/world.ts';
import { ended, type Lab, message, PEOPLE, prepare, startLab } from '../slack/lab.ts';

/** What people get who are not where, or who, promfix works for. */
let lab: Lab;
afterEach(() => ended(lab));

const answerTo = (who: string, after = 0) =>
  lab.slack.waitFor(() => lab.slack.ephemerals(who)[after], { what: `an answer to ${who}`, timeoutMs: 15_000 });

/** What a command is answered. Redis may be too slow for it on a busy machine; then it may not be done, and the answer says to try again. */
async function answered(who: string, line: string, tries = 5): Promise<string> {
  const before = lab.slack.ephemerals(who).length;
  await lab.slack.command(who, 'incidents', '/promfix', line);
  const { text } = await answerTo(who, before);
  return text.includes('Please try again') && tries > 1 ? answered(who, line, tries - 1) : text;
}

describe('in a channel that is not listed', () => {
  beforeEach(async () => {
    lab = await startLab();
  });

  it('nothing of the cluster is told when Redis is down', async () => {
    await lab.redis.stop();

    await lab.slack.command('cleo', 'random', '/promfix', 'diagnose');

    const answer = await answerTo('cleo');
    expect(answer.text).toContain('Please ask in');
    expect(lab.slack.text(answer)).not.toContain('operator');
  });

  it('the names of what there is are not told', async () => {
    lab.seen.targets = [TARGET, { ...TARGET, namespace: 'secret-project' }];

    await lab.slack.command('cleo', 'random', '/promfix', 'diagnose');

    const answer = await answerTo('cleo');
    expect(answer.text).toContain('Please ask in');
    expect(lab.slack.text(answer)).not.toContain('secret-project');
  });
});

it('somebody of another workspace is told nothing, and opens nothing', async () => {
  lab = await startLab({
    slack: {
      people: [...PEOPLE.people, { name: 'eve', external: true }],
      channels: [{ name: 'incidents', members: ['ada', 'ben', 'eve'] }, 'ops'],
    },
  });

  await lab.slack.mention('eve', 'incidents', 'diagnose');

  const answer = await lab.slack.waitFor(() => message(lab, 'incidents', 'only work for people of this workspace'));
  expect(answer).toBeDefined();
  expect(await lab.store.list('incident', 'all', 10)).toEqual([]);
});

it('asking over and over reads once, and keeps no card waiting', async () => {
  lab = await startLab();
  lab.seen.judge = () => ({ ...diagnosis('crd-race-at-start'), at: new Date().toISOString() });
  await lab.slack.command('ada', 'incidents', '/promfix', 'diagnose');
  await lab.slack.waitFor(() => message(lab, 'incidents', 'checking…'));

  for (let times = 0; times < 3; times += 1) {
    await lab.slack.command('gil', 'incidents', '/promfix', 'diagnose');
    expect((await answerTo('gil', times)).text).toMatch(
      /was read \d+ s ago, and that still holds\. Ask again in \d+ s/,
    );
  }

  expect((await lab.store.get('incident', 'inc-1'))?.value.diagnoses).toEqual(['inc-1.d1']);
  expect((await lab.store.auditRange(1, 1000)).filter(({ what }) => what === 'diagnosed')).toHaveLength(1);
});

it('a look that says the same posts nothing, and keeps nothing', async () => {
  lab = await startLab();
  await lab.slack.command('ada', 'incidents', '/promfix', 'diagnose');
  await lab.slack.waitFor(() => message(lab, 'incidents', 'checking…'));
  const posted = lab.slack.messages('incidents').length;

  lab.seen.judge = () => ({ ...diagnosis('crd-race-at-start'), at: '2026-01-01T03:04:05Z' });
  await lab.slack.command('gil', 'incidents', '/promfix', 'diagnose');

  const said = await lab.slack.waitFor(() => lab.slack.ephemerals('gil').find(({ text }) => text.includes('the same')));
  expect(said.text).toContain('Read again at 03:04 UTC');
  await expect
    .poll(() => lab.slack.messages('incidents').some((one) => JSON.stringify(one.blocks).includes('Read again at')))
    .toBe(true);
  expect(lab.slack.messages('incidents')).toHaveLength(posted);
  expect((await lab.store.get('incident', 'inc-1'))?.value.diagnoses).toEqual(['inc-1.d1']);
});

it('a person who asks without end is told when to ask again, and the next person is answered', async () => {
  lab = await startLab();
  for (let times = 0; times < 7; times += 1) {
    await lab.slack.command('ada', 'incidents', '/promfix', 'diagnose monitoring/nowhere');
    await answerTo('ada', times);
  }

  expect(lab.slack.ephemerals('ada')[6]?.text).toMatch(/^Ask again in ([1-9]|10) s/);
  await lab.slack.command('ben', 'incidents', '/promfix', 'diagnose monitoring/nowhere');
  expect((await answerTo('ben')).text).toContain('Check the name');
});

describe('an incident of somebody else', () => {
  beforeEach(async () => {
    lab = await startLab();
    await lab.slack.command('ada', 'incidents', '/promfix', 'diagnose');
    await lab.slack.waitFor(() => message(lab, 'incidents', 'checking…'));
  });
  const card = async () => (await lab.store.get('proposal', 'inc-1.p1'))?.value;
  const status = async () => (await lab.store.get('incident', 'inc-1'))?.value.status;

  it('is not closed by a guest before they took it, which everybody sees', async () => {
    expect(await answered('gil', 'close')).toContain('so it stays open. Take it with /promfix take inc-1');
    expect(await status()).not.toBe('closed');

    await answered('gil', 'take inc-1');
    const said = await answered('gil', 'close');
    expect(await status(), said).toBe('closed');
  });

  it.each(['ada', 'ben', 'cleo'])('is closed by who asked for it, and by approvers: %s', async (who) => {
    const said = await answered(who, 'close');
    expect(await status(), said).toBe('closed');
  });

  it('keeps its undecided card until they took it, whatever else a guest asks to repair', async () => {
    await expect.poll(card, { timeout: 8_000 }).toMatchObject({ state: 'preparing' });
    await prepare(lab, 'inc-1.p1');

    expect(await answered('gil', 'fix test-chart-version inc-1')).toContain(
      'so that card stays. Take it with /promfix take inc-1',
    );
    expect(await card()).toMatchObject({ state: 'proposed' });

    await answered('ben', 'fix test-chart-version inc-1');
    expect(await card()).toMatchObject({ state: 'superseded' });
  });
});
