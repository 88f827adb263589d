const named = process.env['PROMFIX_ONLY']?.split(',');

/** Whether `--only` names it, or `all`. Without `--only` the short selection is played, to which it belongs or not. */
export function askedFor(name: string, byDefault = false): boolean {
  return named === undefined ? byDefault : named.includes(name) || named.includes('all');
}
