import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/workspace/blocks/limits.ts';
import { normaliseBlocks } from '../../src/workspace/blocks/normalise.ts';
import { checkMessageBlocks, checkView } from '../../src/workspace/blocks/validate.ts';
import type { Json, JsonObject } from '../../src/workspace/json.ts';
import { Refusal } from '../../src/workspace/refusal.ts';

const plain = (text: string): JsonObject => ({ type: 'plain_text', text });
const mrkdwn = (text: string): JsonObject => ({ type: 'mrkdwn', text });
const section = (text: string): JsonObject => ({ type: 'section', text: mrkdwn(text) });
const button = (more: object = {}): JsonObject => ({ type: 'button', text: plain('Go'), action_id: 'go', ...more });
const actions = (...elements: readonly Json[]): JsonObject => ({ type: 'actions', elements });
const option = (value: string): JsonObject => ({ text: plain(value), value });
const many = <T>(count: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const modal = (more: object = {}): JsonObject => ({ type: 'modal', title: plain('Title'), blocks: [], ...more });
const input = (more: object = {}): JsonObject => ({
  type: 'input',
  label: plain('Why?'),
  element: { type: 'plain_text_input', action_id: 'reason' },
  ...more,
});

function refusalOf(check: () => unknown): Refusal {
  try {
    check();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('it was accepted');
}
const errorsOf = (...blocks: readonly Json[]): unknown => refusalOf(() => checkMessageBlocks(blocks)).extra['errors'];
const viewErrorsOf = (view: JsonObject): unknown =>
  refusalOf(() => checkView(view, 'modal')).extra['response_metadata'];

describe('blocks of a message', () => {
  it('are refused in exactly the shape of Slack', () => {
    const refused = refusalOf(() => checkMessageBlocks([section('x'.repeat(3_001))]));

    expect(refused.code).toBe('invalid_blocks');
    expect(refused.extra).toEqual({
      errors: ['must be less than 3001 characters [json-pointer:/blocks/0/text/text]'],
      response_metadata: { messages: ['[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]'] },
    });
  });

  it.each<[string, readonly Json[], string]>([
    ['51 blocks', many(51, () => ({ type: 'divider' })), 'no more than 50 items allowed [json-pointer:/blocks]'],
    ['an unknown type', [{ type: 'rainbow' }], 'unsupported type: rainbow [json-pointer:/blocks/0/type]'],
    ['an input', [input()], 'unsupported type: input [json-pointer:/blocks/0/type]'],
    ['a block that is text', ['hello'], 'must provide an object [json-pointer:/blocks/0]'],
    ['empty text', [section('')], 'must be more than 0 characters [json-pointer:/blocks/0/text/text]'],
    [
      'an unknown field',
      [{ ...section('a'), colour: 'red' }],
      'invalid additional property: colour [json-pointer:/blocks/0]',
    ],
    [
      'a section without text or fields',
      [{ type: 'section' }],
      'missing required field: text [json-pointer:/blocks/0]',
    ],
    [
      '11 fields',
      [{ type: 'section', fields: many(11, () => mrkdwn('a')) }],
      'no more than 10 items allowed [json-pointer:/blocks/0/fields]',
    ],
    [
      'a field of 2001 characters',
      [{ type: 'section', fields: [mrkdwn('x'.repeat(2_001))] }],
      'must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]',
    ],
    [
      'a long header',
      [{ type: 'header', text: plain('x'.repeat(151)) }],
      'must be less than 151 characters [json-pointer:/blocks/0/text/text]',
    ],
    [
      'a header in mrkdwn',
      [{ type: 'header', text: mrkdwn('a') }],
      'unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]',
    ],
    [
      'a button in mrkdwn',
      [actions(button({ text: mrkdwn('Go') }))],
      'unsupported type: mrkdwn [json-pointer:/blocks/0/elements/0/text/type]',
    ],
    ['no actions', [actions()], 'must provide at least 1 items [json-pointer:/blocks/0/elements]'],
    [
      '26 actions',
      [actions(...many(26, (index) => button({ action_id: `b${index}` })))],
      'no more than 25 items allowed [json-pointer:/blocks/0/elements]',
    ],
    [
      'a long value',
      [actions(button({ value: 'x'.repeat(2_001) }))],
      'must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]',
    ],
    [
      'an empty value',
      [actions(button({ value: '' }))],
      'must be more than 0 characters [json-pointer:/blocks/0/elements/0/value]',
    ],
    [
      'an own style',
      [actions(button({ style: 'blue' }))],
      'must be a valid enum value: primary, danger [json-pointer:/blocks/0/elements/0/style]',
    ],
    [
      'a bad URL',
      [actions(button({ url: 'javascript:1' }))],
      'must be a valid URL [json-pointer:/blocks/0/elements/0/url]',
    ],
    [
      'a long question',
      [actions(button({ confirm: { text: mrkdwn('x'.repeat(301)) } }))],
      'must be less than 301 characters [json-pointer:/blocks/0/elements/0/confirm/text/text]',
    ],
    [
      'one action_id twice',
      [actions(button(), button())],
      '`action_id` "go" already exists [json-pointer:/blocks/0/elements/1/action_id]',
    ],
    [
      'one block_id twice',
      [
        { ...section('a'), block_id: 'x' },
        { ...section('b'), block_id: 'x' },
      ],
      '`block_id` "x" already exists [json-pointer:/blocks/1/block_id]',
    ],
    [
      '11 in a context',
      [{ type: 'context', elements: many(11, () => mrkdwn('a')) }],
      'no more than 10 items allowed [json-pointer:/blocks/0/elements]',
    ],
    [
      'six in an overflow menu',
      [actions({ type: 'overflow', action_id: 'o', options: many(6, (index) => option(`o${index}`)) })],
      'no more than 5 items allowed [json-pointer:/blocks/0/elements/0/options]',
    ],
    [
      '101 options',
      [actions({ type: 'static_select', action_id: 's', options: many(101, (index) => option(`o${index}`)) })],
      'no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]',
    ],
    [
      'an initial option that is none',
      [actions({ type: 'static_select', action_id: 's', options: [option('a')], initial_option: option('b') })],
      'initial_option must be one of the options [json-pointer:/blocks/0/elements/0/initial_option]',
    ],
    [
      'options and groups of options',
      [
        actions({
          type: 'static_select',
          action_id: 's',
          options: [option('a')],
          option_groups: [{ label: plain('g'), options: [option('b')] }],
        }),
      ],
      'cannot provide both `options` and `option_groups` [json-pointer:/blocks/0/elements/0]',
    ],
    [
      'an image inside a network',
      [{ type: 'image', alt_text: 'a', image_url: 'http://grafana.monitoring.svc/a.png' }],
      'downloading image failed [json-pointer:/blocks/0/image_url]',
    ],
    [
      'an image without words',
      [{ type: 'image', image_url: 'https://example.com/a.png' }],
      'missing required field: alt_text [json-pointer:/blocks/0]',
    ],
    [
      'a ragged table',
      [
        {
          type: 'table',
          rows: [
            [{ type: 'raw_text', text: 'a' }],
            [
              { type: 'raw_text', text: 'a' },
              { type: 'raw_text', text: 'b' },
            ],
          ],
        },
      ],
      'all rows must have the same number of cells [json-pointer:/blocks/0/rows/1]',
    ],
    [
      'two tables',
      many(2, () => ({ type: 'table', rows: [[{ type: 'raw_text', text: 'a' }]] })),
      'only one table is allowed [json-pointer:/blocks]',
    ],
    [
      'a data table without a caption',
      [{ type: 'data_table', rows: many(2, () => [{ type: 'raw_text', text: 'a' }]) }],
      'missing required field: caption [json-pointer:/blocks/0]',
    ],
    [
      'a long alert',
      [{ type: 'alert', text: plain('x'.repeat(201)) }],
      'must be less than 201 characters [json-pointer:/blocks/0/text/text]',
    ],
    [
      'four buttons on a card',
      [{ type: 'card', title: mrkdwn('a'), actions: many(4, (index) => button({ action_id: `b${index}` })) }],
      'no more than 3 items allowed [json-pointer:/blocks/0/actions]',
    ],
    [
      '11 blocks in a container',
      [{ type: 'container', title: plain('a'), child_blocks: many(11, () => ({ type: 'divider' })) }],
      'no more than 10 items allowed [json-pointer:/blocks/0/child_blocks]',
    ],
    [
      'an unknown span',
      [{ type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [{ type: 'shout', text: 'a' }] }] }],
      'unsupported type: shout [json-pointer:/blocks/0/elements/0/elements/0/type]',
    ],
    [
      'a task in no known state',
      [{ type: 'task_card', task_id: 't', title: 'a', status: 'done' }],
      'must be a valid enum value: pending, in_progress, complete, error [json-pointer:/blocks/0/status]',
    ],
  ])('must not have %s', (_what, blocks, words) => {
    expect(errorsOf(...blocks)).toEqual([words]);
  });

  it('name every mistake at once', () => {
    expect(errorsOf(section(''), { type: 'rainbow' })).toHaveLength(2);
  });

  it('have at most 13 200 characters in all', () => {
    expect(refusalOf(() => checkMessageBlocks(many(5, () => section('x'.repeat(2_700))))).code).toBe(
      'msg_blocks_too_long',
    );
  });

  it('may be of a type that this workspace does not have yet', () => {
    const alert = { type: 'alert', text: plain('a'), level: 'error' };

    expect(checkMessageBlocks([alert])).toEqual([alert]);
    expect(refusalOf(() => checkMessageBlocks([alert], ['alert'])).extra['errors']).toEqual([
      'unsupported type: alert [json-pointer:/blocks/0/type]',
    ]);
  });

  it('are accepted up to every limit', () => {
    const full = actions(
      ...many(LIMITS.actions - 1, (index) => button({ action_id: `b${index}`, value: 'x' })),
      button({
        action_id: 'last',
        style: 'danger',
        url: 'https://example.com/',
        confirm: { title: plain('Sure?'), text: plain('x'.repeat(300)), confirm: plain('Yes'), deny: plain('No') },
      }),
    );
    const blocks = [
      section('x'.repeat(LIMITS.text)),
      { type: 'header', text: plain('x'.repeat(LIMITS.header)) },
      full,
      { type: 'context', elements: many(LIMITS.context, () => mrkdwn('a')) },
      {
        type: 'table',
        rows: [
          [
            { type: 'raw_text', text: 'a' },
            { type: 'raw_number', value: 1, text: '1' },
          ],
        ],
      },
      {
        type: 'rich_text',
        elements: [
          { type: 'rich_text_preformatted', elements: [{ type: 'text', text: 'log' }] },
          {
            type: 'rich_text_list',
            style: 'bullet',
            elements: [{ type: 'rich_text_section', elements: [{ type: 'user', user_id: 'U1' }] }],
          },
        ],
      },
      {
        ...section('menu'),
        accessory: {
          type: 'static_select',
          action_id: 's',
          options: [option('a')],
          initial_option: { text: { ...plain('a'), emoji: true }, value: 'a' },
        },
      },
    ];

    expect(checkMessageBlocks(blocks)).toEqual(blocks);
  });

  it('are kept with ids and with the defaults of text objects', () => {
    const [kept] = normaliseBlocks([actions(button({ action_id: undefined }))]);

    expect(kept).toMatchObject({
      block_id: expect.stringMatching(/^\w{5}$/),
      elements: [{ text: { type: 'plain_text', text: 'Go', emoji: true } }],
    });
  });
});

describe('views', () => {
  it.each<[string, JsonObject, string]>([
    [
      'a long title',
      modal({ title: plain('x'.repeat(25)) }),
      'must be less than 25 characters [json-pointer:/view/title/text]',
    ],
    [
      'a long submit button',
      modal({ submit: plain('x'.repeat(25)) }),
      'must be less than 25 characters [json-pointer:/view/submit/text]',
    ],
    ['no title', { type: 'modal', blocks: [] }, 'missing required field: title [json-pointer:/view]'],
    [
      'an input without submit',
      modal({ blocks: [input()] }),
      'must define `submit` to use an `input` block in modals [json-pointer:/view/blocks/0/input]',
    ],
    [
      'much private metadata',
      modal({ private_metadata: 'x'.repeat(3_001) }),
      'must be less than 3001 characters [json-pointer:/view/private_metadata]',
    ],
    [
      'a markdown block',
      modal({ blocks: [{ type: 'markdown', text: '# a' }] }),
      'unsupported type: markdown [json-pointer:/view/blocks/0/type]',
    ],
    [
      'a table',
      modal({ blocks: [{ type: 'table', rows: [[{ type: 'raw_text', text: 'a' }]] }] }),
      'unsupported type: table [json-pointer:/view/blocks/0/type]',
    ],
    [
      '101 blocks',
      modal({ blocks: many(101, () => ({ type: 'divider' })) }),
      'no more than 100 items allowed [json-pointer:/view/blocks]',
    ],
    [
      'a label in mrkdwn',
      modal({ submit: plain('Go'), blocks: [input({ label: mrkdwn('a') })] }),
      'unsupported type: mrkdwn [json-pointer:/view/blocks/0/label/type]',
    ],
  ])('must not have %s', (_what, view, words) => {
    expect(viewErrorsOf(view)).toEqual({ messages: [`[ERROR] ${words}`] });
  });

  it('are at most 250 kB', () => {
    expect(refusalOf(() => checkView(modal({ private_metadata: 'x'.repeat(250_001) }), 'modal')).code).toBe(
      'view_too_large',
    );
  });
});
