import type { Plan } from '../../remediations/types.ts';
import { type GitPaths, gitPatches } from '../../render/git-patch.ts';
import { slackText } from '../../texts/en/slack.ts';
import { type Block, LIMITS, type Message, message, section, weight } from './blocks.ts';
import { fitsCard, wholeDiff } from './card.ts';
import { codeBlocks, filled } from './code-blocks.ts';
import { prose } from './escape.ts';

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

/** Blocks in as many messages as they need. */
function paged(blocks: readonly Block[]): readonly (readonly Block[])[] {
  return filled(blocks, weight, { most: PER_MESSAGE, count: LIMITS.blocks - 2 });
}
