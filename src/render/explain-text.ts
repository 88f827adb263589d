import type { CauseSlug } from '../diagnosis/causes.ts';
import { renderText, rungNames } from '../texts/en/render.ts';
import { explainJson } from './explain-json.ts';
import { colours, plain, wrap } from './terminal.ts';

/** A cause explained for the terminal. */
export function explainText(cause: CauseSlug, options: { readonly colour?: boolean } = {}): string {
  const paint = options.colour === true ? colours : plain;
  const one = explainJson(cause);
  const { explain } = renderText;
  const part = (heading: string, ...lines: string[]): string => [paint('bold', heading), ...lines].join('\n');
  return `${[
    `${paint('bold', one.title)}\n${one.cause}`,
    ...(one.aliases.length > 0 ? [part(explain.alias, wrap(one.aliases.join(', '), '  '))] : []),
    part(explain.rung, `  ${one.rung === null ? renderText.beside : rungNames[one.rung]}`),
    part(explain.what, wrap(one.what, '  ')),
    part(explain.effect, wrap(one.effect, '  ')),
    part(explain.proof, wrap(one.proof, '  ')),
    part(explain.repair, wrap(one.repair.text, '  ')),
    part(explain.commands, ...one.repair.commands.map((command) => `  ${command}`)),
    part(explain.vain, ...one.vain.map(({ tried, because }) => wrap(renderText.tried(tried, because), '  - '))),
    ...(one.remediations.length > 0
      ? [
          part(
            explain.remediations,
            ...one.remediations.map(({ title, remediation }) => `  - ${title} (${remediation})`),
          ),
        ]
      : []),
    ...(one.byHand === undefined ? [] : [part(explain.byHand, wrap(one.byHand, '  '))]),
  ].join('\n\n')}\n`;
}
