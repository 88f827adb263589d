import type { Answer, ClickAnswer } from '../../commands/answers.ts';
import type { Target } from '../../evidence/types.ts';
import type { Incident } from '../../incidents/types.ts';
import { type AnswerContext, answerLines, type HelpEntry, targetName } from '../../texts/en/answers.ts';
import { clickSentence, notRecordedText, recordedText } from '../../texts/en/clicks.ts';
import { slackText } from '../../texts/en/slack.ts';
import { actions, type Block, button, context, type Message, message, section } from './blocks.ts';
import { ACTIONS } from './card.ts';
import { link } from './escape.ts';
import { plainInk, slackInk } from './ink.ts';
import { diagnosisMessage } from './thread.ts';

interface AnswerView {
  readonly answer: Answer;
  readonly help: readonly HelpEntry[];
  /** Permalinks of incidents that were posted, by id. */
  readonly links: Readonly<Record<string, string>>;
}

/** What a command came to, as a private answer (or a reply in the thread in which the bot was mentioned). */
export function answerMessage({ answer, help, links }: AnswerView): Message {
  if (answer.say === 'diagnosed') {
    const shown = diagnosisMessage({ id: '', incident: '', diagnosis: answer.diagnosis, refusals: answer.refusals });
    return message(shown.text, [...shown.blocks, context(slackText.noIncident)], {
      keep: 1,
      omitted: slackText.omitted,
    });
  }
  const shared = { surface: 'slack', help } as const;
  const shown: AnswerContext = {
    ...shared,
    ink: slackInk,
    incidentLink: (incident: Incident) => {
      const url = links[incident.id];
      return url === undefined ? undefined : link(url, incident.id);
    },
  };
  const plain = answerLines(answer, { ...shared, ink: plainInk });
  const blocks: Block[] = chunks(answerLines(answer, shown)).map(section);
  const choices = answer.say === 'choose-target' ? answer.targets.slice(0, 20) : [];
  return message(plain[0] ?? '', [...blocks, ...chooser(choices)], {
    keep: choices.length > 0 ? 1 : 0,
    omitted: slackText.omitted,
  });
}

/** Already escaped lines, in as few blocks as fit. */
function chunks(lines: readonly string[]): string[] {
  const texts: string[] = [];
  for (const line of lines) {
    const last = texts.at(-1);
    if (last !== undefined && last.length + line.length < 2_900) texts[texts.length - 1] = `${last}\n${line}`;
    else texts.push(line);
  }
  return texts;
}

/** One button per target; its value is what the person could have typed. */
function chooser(targets: readonly Target[]): Block[] {
  if (targets.length === 0) return [];
  const buttons = targets.map((target, index) =>
    button({
      id: `${ACTIONS.diagnose}_${index}`,
      label: slackText.chooseButton(`${target.namespace}/${target.name}`),
      spoken: slackText.chooseSpoken(targetName(target)),
      value: `${target.kind.toLowerCase()}/${target.namespace}/${target.name}`,
    }),
  );
  return [actions('promfix:choose', buttons)];
}

/** The private answer to a click. */
export function clickMessage(answer: ClickAnswer): Message {
  const { shown, plain } = clickTexts(answer);
  return message(plain, [section(shown)], { omitted: slackText.omitted });
}

function clickTexts(answer: ClickAnswer): { readonly shown: string; readonly plain: string } {
  const both = (text: string) => ({ shown: text, plain: text });
  switch (answer.say) {
    case 'not-recorded':
      return both(notRecordedText);
    case 'recorded':
      return both(recordedText(answer.decision, answer.waiting));
    case 'reason-needed':
      return both(clickSentence('reason-needed', {}, plainInk));
    case 'refused':
      return {
        shown: clickSentence(answer.code, answer.values, slackInk),
        plain: clickSentence(answer.code, answer.values, plainInk),
      };
  }
}
