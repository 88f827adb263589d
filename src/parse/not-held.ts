/** A rule in an answer of the API server to whoever hands out what they lack. */
export interface NotHeld {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
}

const LACKS = /is attempting to grant RBAC permissions not currently held:/;
const LIST = '\\[(?<LIST>(?:"[^"]{0,253}"(?:, )?){1,64})\\]';
const list = (name: string): string => LIST.replace('LIST', name);
const RULE = new RegExp(
  `\\{APIGroups:${list('groups')}, Resources:${list('resources')}(?:, ResourceNames:[^}]{0,400})?, Verbs:${list('verbs')}\\}`,
);

/**
 * The first right that the sender of a request would have handed out without having it. Undefined when the answer is about something else,
 * or its rules can't be read.
 */
export function notHeld(message: string): NotHeld | undefined {
  if (!LACKS.test(message)) return undefined;
  const groups = RULE.exec(message.slice(0, 20_000))?.groups;
  const first = (name: string) => /"([^"]*)"/.exec(groups?.[name] ?? '')?.[1];
  const [group, resource, verb] = [first('groups'), first('resources'), first('verbs')];
  return group === undefined || resource === undefined || verb === undefined ? undefined : { verb, group, resource };
}
