/**
 * A strict local Slack, in this process: what the tests ask whether the bot behaves, and what the demo talks to. It answers the Web API,
 * delivers by Socket Mode, and refuses what Slack refuses: a wrong token, a missing scope, a channel the bot is not in, a block that is
 * too long, a trigger that was used. The bot knows it only by its address.
 *
 * ```ts
 * const slack = await Workspace.start({
 *   people: ['alice', 'bob', { name: 'gil', guest: 'multi' }],
 *   channels: ['incidents', { name: 'secret', private: true, members: ['alice'] }],
 *   userGroups: [{ handle: 'sre', members: ['alice'] }],
 * });
 * // the bot: SLACK_API_URL=slack.apiUrl  SLACK_BOT_TOKEN=slack.botToken  SLACK_APP_TOKEN=slack.appToken
 * await slack.command('alice', 'incidents', '/promfix', 'diagnose');          // { acked, ackMs, error?, response? }
 * const card = await slack.waitFor(() => slack.messages('incidents').find((one) => one.text.includes('approve')));
 * await slack.click('alice', { channel: 'incidents', ts: card.ts, text: 'Approve' }, { confirm: true });
 * await slack.submit('alice', { reason: 'it is 3 a.m.' });
 * console.log(slack.transcript('incidents'));
 * slack.assertClean();                                                        // in afterEach
 * await slack.stop();
 * ```
 *
 * **People** are named by name or id, channels by name or id. They can do only what Slack lets them: `click` finds the element in the
 * stored message and throws when it is not there, a confirmation dialog must be answered, a modal is its owner's alone, required fields
 * are required, an initial value is submitted when nothing is typed.
 *
 * **Problems.** `assertClean()` throws when anything went wrong that the test did not declare with `expect({ kind, … })`:
 * - `unknown_method`: the bot called a method that does not exist here;
 * - `refused`: an `ok: false` answer, a 429, or a refused response URL (`method`, `error`); injected faults are not listed;
 * - `ui_error`: a person saw something fail (`user`, `error`: `operation_timeout`, `dispatch_failed`, `invalid_command`,
 *   `invalid_response`, `refused_fields`);
 * - `broadcast`: a message notified a whole channel (`mention`: `channel`, `here`, `everyone`), nearly always unescaped text;
 * - `lint`: blocks without fallback text (`no_fallback_text`), a post without `unfurl_links: false, unfurl_media: false`
 *   (`unfurls_left_on`), `link_names` or `parse: full` (`parses_free_text`); `lint: false` switches these off;
 * - `protocol`: an ack for nothing, a second ack, or a payload in an ack that takes none.
 *
 * **Time.** `now` is behind ts values, triggers (3 s, once), response URLs (30 min, 5 times) and rate limits. Waiting for acks (`ackMs`,
 * 3 s) and redelivery of events (`retryMs`: at once, 1 min, 5 min) uses real timers; tests pass shorter ones. Rate limits are off unless
 * `rateLimits: true`: then chat.postMessage takes about one a second per channel with a burst of four, other methods their tier's calls
 * per minute, and the rest gets HTTP 429 with `Retry-After`.
 *
 * **The app** is as its manifest says: scopes, subscriptions, no home tab, no direct messages. Tests of other settings pass their own.
 *
 * **An old client** still shows a message as it was: `click(who, where, { seen: message })`.
 *
 * **Faults.** `faults.add({ method, fault: 'drop_after_commit' })` and the like: see `faults.ts`.
 *
 * **Live.** `onChange` tells every change as it happens, so that a page can show the workspace.
 *
 * **Restart.** `Workspace.start({ ...options, snapshot: slack.snapshot(), port })` comes back at the same address with its state (but with
 * new tokens unless `tokens` are given).
 *
 * **Delivery by HTTP** is a second implementation of `Delivery` (`delivery.ts`) beside `SocketMode`.
 *
 * Where Slack's own behaviour is not documented the stricter reading is built: a broadcast inside a code fence counts, plain_text is shown
 * without decoding entities, `thread_ts` must be the ts of a parent.
 */

export type { Change, Ephemeral, Message } from './data.ts';
export type { CallFault } from './faults.ts';
export type { Seen } from './mrkdwn.ts';
export { DEFAULT_SCOPES, type WorkspaceOptions } from './options.ts';
export type { Acted } from './people.ts';
export type { Problem } from './problems.ts';
export { Workspace } from './workspace.ts';
