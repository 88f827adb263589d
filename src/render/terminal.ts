/** Columns to which running text is wrapped; commands and quotes stay whole. */
const WIDTH = 100;

const STYLES = { bold: [1, 22], dim: [2, 22], red: [31, 39], yellow: [33, 39], green: [32, 39] } as const;
export type Style = keyof typeof STYLES;
export type Paint = (style: Style, text: string) => string;

export const plain: Paint = (_, text) => text;
export const colours: Paint = (style, text) => `\u001b[${STYLES[style][0]}m${text}\u001b[${STYLES[style][1]}m`;

/** Control characters from a cluster's text must not reach a terminal: they could move the cursor or hide words. */
export function printable(text: string): string {
  return text.replace(/(?![\t\n])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '').replace(/[\t\n]+/g, ' ');
}

/** Words of `text` in lines of at most 100 columns, the first with `first` in front and the others with as many blanks. */
export function wrap(text: string, first = ''): string {
  const indent = ' '.repeat(first.length);
  const lines: string[] = [];
  let line = first;
  for (const word of printable(text).split(' ')) {
    const empty = line.trim() === '' || line === first;
    if (!empty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = indent + word;
    } else {
      line += line === first || line === indent ? word : ` ${word}`;
    }
  }
  return [...lines, line].join('\n');
}
