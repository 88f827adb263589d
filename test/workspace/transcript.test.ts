import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Workspace } from '../../src/workspace/index.ts';
import { broadcastsIn, decodeEntities, encodeEntities, readMrkdwn } from '../../src/workspace/mrkdwn.ts';
import { CAST, clientOf, quiet, section } from './bot.ts';

let slack: Workspace;
const now = new Date('2026-01-02T03:04:05Z');

beforeEach(async () => {
  slack = await Workspace.start({ ...CAST, now: () => now });
});
afterEach(() => slack.stop());

describe('what a person sees of mrkdwn', () => {
  it('has names for ids, labels for links, and decoded entities', () => {
    const seen = slack.read(
      `<@${slack.user('alice')}> of <!subteam^${slack.group('sre')}> in <#${slack.channel('incidents')}>: <https://example.com/?a=1&amp;b=2|the &lt;log&gt;>`,
    );

    expect(seen.text).toBe('@alice of @sre in #incidents: the <log> (https://example.com/?a=1&b=2)');
    expect(seen).toMatchObject({
      users: [slack.user('alice')],
      groups: [slack.group('sre')],
      broadcasts: [],
      links: [{ url: 'https://example.com/?a=1&b=2', label: 'the <log>' }],
    });
  });

  it('counts broadcasts, also in code and with a label, and shows dates by their fallback', () => {
    expect(slack.read('```<!channel>``` <!here|nobody>').broadcasts).toEqual(['channel', 'here']);
    expect(slack.read('<!date^1700000000^{date}|yesterday>')).toMatchObject({ text: 'yesterday', broadcasts: [] });
  });

  it('decodes entities once', () => {
    expect(slack.read('&amp;lt;!channel&amp;gt;')).toMatchObject({ text: '&lt;!channel&gt;', broadcasts: [] });
  });

  it('gives back whatever text was encoded, and never finds a mention in it', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('<!channel>', '<@U1>', '&lt;', ''), (text, inside) => {
        const encoded = encodeEntities(`${text}${inside}`);
        const names = { user: String, channel: String, group: String };
        expect(decodeEntities(encoded)).toBe(`${text}${inside}`);
        expect(readMrkdwn(encoded, names)).toMatchObject({ users: [], broadcasts: [], links: [] });
        expect(broadcastsIn(encoded, [])).toEqual([]);
      }),
    );
  });
});

describe('a transcript', () => {
  it('shows a channel with threads, blocks, buttons, edits, reactions, and what one person alone sees', async () => {
    const client = clientOf(slack);
    const channel = slack.channel('incidents');
    slack.appPosts('incidents', { app: 'Alertmanager', text: '*PrometheusDown* <https://example.com|runbook>' });
    const { ts } = await client.chat.postMessage({
      channel,
      text: 'lab: crd-race-at-start',
      ...quiet,
      blocks: [
        { type: 'header', text: { type: 'plain_text', text: 'lab & co' } },
        section(`asked by <@${slack.user('alice')}>`),
        {
          type: 'actions',
          elements: [
            { type: 'button', action_id: 'approve', text: { type: 'plain_text', text: 'Approve' } },
            {
              type: 'button',
              action_id: 'open',
              text: { type: 'plain_text', text: 'Open' },
              url: 'https://example.com/x',
            },
          ],
        },
        {
          type: 'table',
          rows: [
            ['rung', 'state'],
            ['crd', 'reached'],
          ].map((row) => row.map((text) => ({ type: 'raw_text', text }))),
        },
      ],
    });
    slack.say('alice', 'incidents', 'why, @bob?', { thread_ts: ts ?? '' });
    await client.chat.postMessage({ channel, thread_ts: ts ?? '', text: 'because of &lt;this&gt;', ...quiet });
    await client.reactions.add({ channel, timestamp: ts ?? '', name: 'eyes' });
    await client.chat.postEphemeral({ channel, user: slack.user('bob'), text: 'you may not' });

    expect(slack.transcript('incidents', 'bob')).toBe(`#incidents

03:04:05  Alertmanager APP
  *PrometheusDown* runbook (https://example.com)

03:04:05  promfix APP
  # lab & co
  asked by @alice
  [Approve] [Open → https://example.com/x]
  rung  state
  crd   reached
  :eyes: 1
    03:04:05  alice
      why, @bob?
    03:04:05  promfix APP
      because of <this>

03:04:05  promfix APP (only visible to bob)
  you may not`);
    expect(slack.transcript('incidents')).not.toContain('you may not');
  });
});
