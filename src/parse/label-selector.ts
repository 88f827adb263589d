/** Labels as they stand on an object. */
type Labels = Readonly<Record<string, string>>;

/**
 * Whether a label selector in its string form (`a=b,c!=d,e in (x,y),f notin (x),g,!h`) selects these labels. Undefined when the text
 * is no selector: then nothing may be concluded from it.
 */
export function selects(selector: string, labels: Labels): boolean | undefined {
  const requirements = split(selector).map((text) => requirement(text, labels));
  if (requirements.includes(undefined)) return undefined;
  return requirements.every((met) => met === true);
}

/**
 * The labels that an object lacks to be selected, where the selector leaves no choice: every requirement that is not met asks for one value of
 * a label that the object does not have. Undefined when there is a choice, a clash, or text that is no selector.
 */
export function neededLabels(selector: string, labels: Labels): Labels | undefined {
  const needed = new Map<string, string>();
  for (const text of split(selector)) {
    if (requirement(text, labels) === true) continue;
    const [label, value] = onlyValue(text) ?? [];
    if (label === undefined || value === undefined || labels[label] !== undefined) return undefined;
    needed.set(label, value);
  }
  const missing = Object.fromEntries(needed);
  return selects(selector, { ...labels, ...missing }) === true ? missing : undefined;
}

function onlyValue(text: string): readonly [label: string, value: string] | undefined {
  const equal = EQUAL.exec(text);
  if (equal?.[1] !== undefined) return equal[2] === '!=' ? undefined : [equal[1], equal[3] ?? ''];
  const set = SET.exec(text);
  const values = (set?.[3] ?? '').split(',').map((one) => one.trim());
  return set?.[1] !== undefined && set[2] === 'in' && values.length === 1 ? [set[1], values[0] ?? ''] : undefined;
}

/** Commas inside parentheses belong to the set. */
function split(selector: string): readonly string[] {
  return selector
    .split(/,(?![^()]*\))/)
    .map((text) => text.trim())
    .filter((text) => text !== '');
}

const KEY = '([A-Za-z0-9][A-Za-z0-9._/-]{0,316})';
const SET = new RegExp(`^${KEY} +(in|notin) +\\(([^()]*)\\)$`);
const EQUAL = new RegExp(`^${KEY} *(=|==|!=) *([A-Za-z0-9._-]{0,63})$`);
const EXISTS = new RegExp(`^(!?) *${KEY}$`);

function requirement(text: string, labels: Labels): boolean | undefined {
  const set = SET.exec(text);
  if (set?.[1]) {
    const value = labels[set[1]];
    const within =
      value !== undefined &&
      (set[3] ?? '')
        .split(',')
        .map((one) => one.trim())
        .includes(value);
    return set[2] === 'in' ? within : !within;
  }
  const equal = EQUAL.exec(text);
  if (equal?.[1]) return equal[2] === '!=' ? labels[equal[1]] !== equal[3] : labels[equal[1]] === equal[3];
  const exists = EXISTS.exec(text);
  return exists?.[2] ? (labels[exists[2]] !== undefined) !== (exists[1] === '!') : undefined;
}
