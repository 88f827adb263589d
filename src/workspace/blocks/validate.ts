import { asList, asObject, asText, isObject, type Json, type JsonObject, objectsIn } from '../json.ts';
import { Refusal } from '../refusal.ts';
import { blocks } from './blocks.ts';
import { all, type Check, flag, may, must, object, oneOf, type Report, rule, type Surface, text } from './checks.ts';
import { LIMITS } from './limits.ts';
import { plainText } from './text-objects.ts';

/** One thing wrong, e.g. `must be less than 3001 characters` at `/blocks/0/text/text`. */
interface BlockProblem {
  readonly message: string;
  readonly pointer: string;
}

function judge(
  check: Check,
  value: Json,
  at: string,
  surface: Surface,
  unsupported: readonly string[],
): BlockProblem[] {
  const found: BlockProblem[] = [];
  const report: Report = {
    surface,
    unsupported,
    problem: (message, pointer) => void found.push({ message, pointer }),
  };
  check(value, at, report);
  return found;
}

const words = (problem: BlockProblem): string => `${problem.message} [json-pointer:${problem.pointer}]`;

/** Characters of all text in blocks. */
function writtenIn(value: Json): number {
  return [...objectsIn(value)].reduce((sum, one) => sum + asText(one['text']).length, 0);
}

/** Throws `invalid_blocks` or `msg_blocks_too_long` as chat.postMessage answers them. */
export function checkMessageBlocks(value: Json, unsupported: readonly string[] = []): readonly JsonObject[] {
  const found = judge(blocks, value, '/blocks', 'message', unsupported);
  if (found.length > 0) {
    throw new Refusal('invalid_blocks', {
      errors: found.map(words),
      response_metadata: { messages: found.map((one) => `[ERROR] ${words(one)}`) },
    });
  }
  if (writtenIn(value) > LIMITS.message.blockText) throw new Refusal('msg_blocks_too_long');
  return asList(value).filter(isObject);
}

const common = {
  blocks: must(blocks),
  private_metadata: may(text(LIMITS.view.privateMetadata, 0)),
  callback_id: may(text(LIMITS.view.callbackId, 0)),
  external_id: may(text(LIMITS.view.callbackId, 0)),
};
const modal: Check = all(
  object({
    type: must(oneOf('modal')),
    title: must(plainText(LIMITS.view.title)),
    submit: may(plainText(LIMITS.view.button)),
    close: may(plainText(LIMITS.view.button)),
    clear_on_close: may(flag),
    notify_on_close: may(flag),
    ...common,
  }),
  rule((view, at, report) => {
    if (view['submit'] !== undefined) return;
    for (const [index, block] of asList(view['blocks']).entries()) {
      if (asObject(block)['type'] !== 'input') continue;
      report.problem('must define `submit` to use an `input` block in modals', `${at}/blocks/${index}/input`);
    }
  }),
);
const home: Check = object({ type: must(oneOf('home')), ...common });

/** Throws `invalid_arguments` or `view_too_large` as views.open and its kin answer them. */
export function checkView(value: Json, surface: 'modal' | 'home', unsupported: readonly string[] = []): JsonObject {
  if (JSON.stringify(value).length > LIMITS.view.bytes) throw new Refusal('view_too_large');
  const found = judge(surface === 'modal' ? modal : home, value, '/view', surface, unsupported);
  if (found.length > 0) {
    throw new Refusal('invalid_arguments', {
      response_metadata: { messages: found.map((one) => `[ERROR] ${words(one)}`) },
    });
  }
  return asObject(value);
}
