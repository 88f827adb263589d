import { at, type Json, object } from './json.ts';
import { badRequest } from './status.ts';

/** Label selectors of queries: equality, inequality, sets, existence. Throws the API server's refusal for anything else. */
export function labelMatcher(selector: string): (item: Json) => boolean {
  const terms = split(selector).map(labelTerm);
  return (item) => {
    const labels = object(item, 'metadata', 'labels');
    return terms.every((term) => term(labels));
  };
}

type LabelTerm = (labels: Json) => boolean;

/** At commas that are not within parentheses. */
function split(selector: string): string[] {
  return selector.split(/,(?![^(]*\))/).flatMap((term) => (term.trim() === '' ? [] : [term.trim()]));
}

function labelTerm(term: string): LabelTerm {
  const set = /^([\w./-]+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(term);
  if (set) {
    const [, key = '', operator, list = ''] = set;
    const values = list.split(',').map((value) => value.trim());
    const isIn = (labels: Json): boolean => {
      const value = labels[key];
      return typeof value === 'string' && values.includes(value);
    };
    return operator === 'in' ? isIn : (labels) => !isIn(labels);
  }
  const equal = /^([\w./-]+)\s*(==|=|!=)\s*([\w.-]*)$/.exec(term);
  if (equal) {
    const [, key = '', operator, value] = equal;
    return operator === '!=' ? (labels) => labels[key] !== value : (labels) => labels[key] === value;
  }
  const exists = /^(!?)\s*([\w./-]+)$/.exec(term);
  if (exists) {
    const [, not, key = ''] = exists;
    return not === '!' ? (labels) => !(key in labels) : (labels) => key in labels;
  }
  throw badRequest("unable to parse requirement: found '=', expected: identifier");
}

/** What every kind can be selected by. */
const EVERYWHERE = ['metadata.name', 'metadata.namespace'];
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  pods: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'status.phase',
    'status.podIP',
  ],
  events: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'reason',
    'type',
    'source',
    'reportingComponent',
  ],
  secrets: ['type'],
  namespaces: ['status.phase'],
  jobs: ['status.successful'],
};

/** Field selectors of queries: equality and inequality over the fields that the kind can be selected by. */
export function fieldMatcher(resource: string, selector: string): (item: Json) => boolean {
  const terms = split(selector).map((term): ((item: Json) => boolean) => {
    const match = /^([\w.]+)\s*(==|=|!=)\s*(.*)$/.exec(term);
    const [, field = term, operator, value] = match ?? [];
    if (!match) throw badRequest(`invalid selector: '${term}'; can't understand '${term}'`);
    if (![...EVERYWHERE, ...(FIELDS[resource] ?? [])].includes(field))
      throw badRequest(`field label not supported: ${field}`);
    const read = (item: Json): string => String(at(item, ...field.split('.')) ?? '');
    return operator === '!=' ? (item) => read(item) !== value : (item) => read(item) === value;
  });
  return (item) => terms.every((term) => term(item));
}
