import { type Block, section } from './blocks.ts';
import { clean, codeBlock, entities } from './escape.ts';

/** Characters in one code block, as Slack counts them. */
const PER_BLOCK = 2_600;

/** Lines as code, in as many blocks as they need: a command or a value is never cut. */
export function codeBlocks(lines: readonly string[]): readonly Block[] {
  return chunks(lines.flatMap(pieces)).map((chunk) => section(codeBlock(chunk)));
}

/** Lines in as many code blocks as they need. */
function chunks(lines: readonly string[]): readonly (readonly string[])[] {
  return filled(lines, (line) => shown(line) + 1, { most: PER_BLOCK, count: Number.MAX_SAFE_INTEGER });
}

/** In order, in groups of so much and so many. */
export function filled<T>(
  all: readonly T[],
  size: (one: T) => number,
  { most, count }: { readonly most: number; readonly count: number },
): readonly (readonly T[])[] {
  const groups: T[][] = [];
  let room = 0;
  for (const one of all) {
    const last = groups.at(-1);
    room -= size(one);
    if (last && room >= 0 && last.length < count) last.push(one);
    else {
      groups.push([one]);
      room = most - size(one);
    }
  }
  return groups;
}

const shown = (text: string): number => entities(text).length;
/** What Slack counts for a character that is written as an entity. */
const COST: Readonly<Partial<Record<string, number>>> = { '&': 5, '<': 4, '>': 4 };

/** A line that is too long for one block goes on in the next: an ellipsis at its end and at the beginning of the next say so. */
function pieces(text: string): readonly string[] {
  const line = clean(text);
  if (shown(line) < PER_BLOCK) return [line];
  const found: string[] = [];
  let piece = '';
  let room = PER_BLOCK - 4;
  for (const character of line) {
    const size = COST[character] ?? character.length;
    room -= size;
    if (room < 0) {
      found.push(piece);
      piece = '';
      room = PER_BLOCK - 4 - size;
    }
    piece += character;
  }
  found.push(piece);
  return found.map((one, index) => `${index > 0 ? '…' : ''}${one}${index < found.length - 1 ? '…' : ''}`);
}
