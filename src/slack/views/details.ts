import type { Plan } from '../../remediations/types.ts';
import { type GitPaths, gitPatches } from '../../render/git-patch.ts';
import { slackText } from '../../texts/en/slack.ts';
import { type Block, LIMITS, type Message, message, section, weight } from './blocks.ts';
import { fitsCard, wholeDiff } from './card.ts';
import { clean, codeBlock, entities, prose } from './escape.ts';

/** Characters in one code block, as Slack counts them. */
const PER_BLOCK = 2_600;
/** Room for a message's title and for the sentence that something is left out, which never has to be said here. */
const PER_MESSAGE = LIMITS.total - 300;

/**
 * What the card has no room for: the whole diff, and the change that makes the repair last, in as many messages as they need. Nothing of it is
 * cut or left out, since it is what the approval is for. None when the card shows all there is.
 */
export function planDetails(plan: Plan, git: GitPaths | undefined): readonly Message[] {
  const diff = fitsCard(plan) ? [] : codeBlocks(wholeDiff(plan));
  const patches = gitPatches(plan, git);
  const pages = paged([
    ...diff,
    ...patches.flatMap(({ file, yaml, without }) => [
      ...(yaml === undefined ? [] : titled(slackText.inGit(file), yaml.split('\n'))),
      ...(without.length === 0 ? [] : titled(slackText.outOfGit(file), without)),
    ]),
  ]);
  const files = patches.map(({ file }) => file).join(', ');
  return pages.map((blocks, index) => {
    const whole = pages.length > 1 ? slackText.wholeDiffPart(index + 1, pages.length) : slackText.wholeDiff;
    const title = diff.length > 0 ? whole : slackText.lasting(files);
    const heading = diff.length > 0 ? [section(`*${whole}*`)] : [];
    return message(title, [...heading, ...blocks], { omitted: slackText.omitted });
  });
}

function titled(title: string, lines: readonly string[]): readonly Block[] {
  return [section(prose(title)), ...codeBlocks(lines)];
}

function codeBlocks(lines: readonly string[]): readonly Block[] {
  return chunks(lines.flatMap(pieces)).map((chunk) => section(codeBlock(chunk)));
}

/** Blocks in as many messages as they need. */
function paged(blocks: readonly Block[]): readonly (readonly Block[])[] {
  return filled(blocks, weight, { most: PER_MESSAGE, count: LIMITS.blocks - 2 });
}

/** Lines in as many code blocks as they need. */
function chunks(lines: readonly string[]): readonly (readonly string[])[] {
  return filled(lines, (line) => shown(line) + 1, { most: PER_BLOCK, count: Number.MAX_SAFE_INTEGER });
}

function filled<T>(
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
