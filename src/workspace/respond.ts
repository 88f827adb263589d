import { Args } from './args.ts';
import { type Content, lintContent, readContent } from './content.ts';
import type { Ephemeral, Message } from './data.ts';
import { isObject, type JsonObject } from './json.ts';
import { findThread } from './methods/find.ts';
import { botMessage, postEphemeral, postMessage } from './posting.ts';
import { Refusal } from './refusal.ts';
import { parseJson } from './request.ts';
import type { ResponseTarget } from './response-urls.ts';
import type { Slack } from './slack.ts';

/** Answers a POST to a response URL: 200 `ok`, 404 for a URL that is used up, 400 with the reason for a bad message. */
export function respond(slack: Slack, key: string, body: string): { readonly status: number; readonly text: string } {
  const target = slack.responseUrls.find(key);
  if (typeof target === 'string') return refuse(slack, 404, target);
  const message = parseJson(body);
  if (!isObject(message)) return refuse(slack, 400, 'invalid_payload');
  try {
    postResponse(slack, target, message, 'response_url');
  } catch (error) {
    if (error instanceof Refusal) return refuse(slack, 400, error.code);
    throw error;
  }
  slack.responseUrls.use(key);
  return { status: 200, text: 'ok' };
}

function refuse(slack: Slack, status: number, error: string): { status: number; text: string } {
  slack.problems.add({ kind: 'refused', method: 'response_url', error });
  return { status, text: error };
}

/**
 * Posts what was answered to a command or click: by default visible to that person only. It can also replace or delete the message
 * that was clicked. Works where the bot is no member. Throws a Refusal for a bad message.
 */
export function postResponse(
  slack: Slack,
  target: ResponseTarget,
  body: JsonObject,
  method: string,
): Message | Ephemeral | undefined {
  const args = new Args(body);
  const channel = slack.state.channel(target.channel);
  if (channel === undefined) throw new Refusal('channel_not_found');
  if (args.flag('delete_original')) return deleteOriginal(slack, target);
  const content = readContent(slack, args);
  lintContent(slack, method, args, content);
  if (args.flag('replace_original')) return replaceOriginal(slack, target, content);
  const thread = findThread(slack, channel, args);
  const place = thread === undefined ? {} : { thread_ts: thread };
  return args.text('response_type') === 'in_channel'
    ? postMessage(slack, channel, content, place)
    : postEphemeral(slack, channel, target.user, content, place);
}

function original(slack: Slack, target: ResponseTarget): { message?: Message; whisper?: Ephemeral } {
  const { message: clicked } = target;
  if (clicked === undefined) throw new Refusal('message_not_found');
  if (!clicked.ephemeral) {
    const message = slack.state.message(target.channel, clicked.ts);
    if (message === undefined) throw new Refusal('message_not_found');
    return { message };
  }
  const whisper = slack.state.data.ephemerals.find((one) => one.ts === clicked.ts && one.recipient === target.user);
  if (whisper === undefined) throw new Refusal('message_not_found');
  return { whisper };
}

function deleteOriginal(slack: Slack, target: ResponseTarget): undefined {
  const { message, whisper } = original(slack, target);
  if (message !== undefined) slack.state.remove(message);
  if (whisper !== undefined) slack.state.removeWhisper(whisper);
}

function replaceOriginal(slack: Slack, target: ResponseTarget, content: Content): Message | Ephemeral | undefined {
  const { message, whisper } = original(slack, target);
  const { ts: _ts, ...fresh } = botMessage(slack, target.channel, content, {});
  if (whisper !== undefined) {
    const next = { ...whisper, ...fresh };
    slack.state.changeWhisper(whisper, next);
    return next;
  }
  return message === undefined ? undefined : slack.state.change(message, { ...message, ...fresh });
}
