import type { Args } from './args.ts';
import { LIMITS } from './blocks/limits.ts';
import { normaliseBlocks } from './blocks/normalise.ts';
import { checkMessageBlocks } from './blocks/validate.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { broadcastsIn } from './mrkdwn.ts';
import { Refusal } from './refusal.ts';
import type { Slack } from './slack.ts';

/** What a message says, checked and normalised. */
export interface Content {
  readonly text: string;
  readonly blocks: readonly JsonObject[];
  readonly attachments?: readonly JsonObject[];
}

/** Reads and checks text, blocks and attachments of a post. Throws as chat.postMessage refuses. */
export function readContent(slack: Slack, args: Args): Content {
  const markdown = args.text('markdown_text');
  const sent = args.objects('blocks', 'invalid_blocks_format');
  const attachments = args.objects('attachments', 'invalid_attachments');
  if (markdown !== undefined && (args.has('text') || sent !== undefined)) throw new Refusal('markdown_text_conflict');
  if (markdown !== undefined && markdown.length > LIMITS.message.markdownText) throw new Refusal('msg_too_long');
  const text = (markdown ?? args.text('text') ?? '').slice(0, LIMITS.message.text);
  if (attachments !== undefined && attachments.length > LIMITS.message.attachments) {
    throw new Refusal('too_many_attachments');
  }
  const blocks = sent === undefined ? [] : checkMessageBlocks([...sent], slack.installation.unsupportedBlocks);
  if (text.trim() === '' && blocks.length === 0 && (attachments ?? []).length === 0) throw new Refusal('no_text');
  return {
    text,
    blocks: normaliseBlocks(blocks),
    ...(attachments === undefined || attachments.length === 0 ? {} : { attachments }),
  };
}

/** Reads metadata: an event type, and a payload of values with at most one level of nesting. Throws as Slack refuses. */
export function readMetadata(args: Args): JsonObject | undefined {
  const metadata = args.object('metadata', 'invalid_metadata_format');
  if (metadata === undefined || Object.keys(metadata).length === 0) return metadata;
  const payload = metadata['event_payload'];
  if (typeof metadata['event_type'] !== 'string' || metadata['event_type'] === '' || !isObject(payload)) {
    throw new Refusal('invalid_metadata_format');
  }
  if (!Object.values(payload).every((field) => isFlat(field, 1))) throw new Refusal('invalid_metadata_schema');
  if (JSON.stringify(metadata).length > LIMITS.message.metadataBytes) throw new Refusal('metadata_too_large');
  return metadata;
}

function isFlat(value: Json | undefined, levels: number): boolean {
  if (Array.isArray(value)) return levels > 0 && value.every((item) => isFlat(item, levels - 1));
  if (isObject(value)) return levels > 0 && Object.values(value).every((item) => isFlat(item, levels - 1));
  return value !== null;
}

/** Records what Slack would let pass and a person would suffer from. */
export function lintContent(slack: Slack, method: string, args: Args, content: Content): void {
  const { problems, installation } = slack;
  const text = content.text.slice(0, 200);
  for (const mention of broadcastsIn(content.text, content.blocks, content.attachments)) {
    problems.add({ kind: 'broadcast', mention, method, text });
  }
  if (!installation.lint) return;
  const lint = (rule: 'no_fallback_text' | 'unfurls_left_on' | 'parses_free_text'): void =>
    problems.add({ kind: 'lint', rule, method, text });
  if (content.text.trim() === '') lint('no_fallback_text');
  const unfurls = ['unfurl_links', 'unfurl_media'].some((name) => !args.has(name) || args.flag(name));
  if (method === 'chat.postMessage' && unfurls) lint('unfurls_left_on');
  if (args.flag('link_names') || args.text('parse') === 'full') lint('parses_free_text');
}
