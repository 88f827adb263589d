import { REMEDIATIONS } from './index.ts';
import { isSensitive, SWITCHES, type Switch, switchHolds } from './switches.ts';
import type { DeclaredWrite } from './types.ts';

/** All that the worker may write, whatever it is granted. */
export function declaredWrites(): readonly DeclaredWrite[] {
  return REMEDIATIONS.flatMap(({ writes }) => writes);
}

/** The writes to the kinds that need no switch, and to Secrets: their deletion is granted by hand, by name. */
export function ordinaryWrites(): readonly DeclaredWrite[] {
  return declaredWrites().filter(({ resource }) => !isSensitive(resource) || resource === 'secrets');
}

/**
 * The writes to the kinds of a switch: all of them, as a policy that knows only some would refuse the others. So it is with the kinds on
 * which the switch lets the worker hold rights.
 */
export function switchWrites(value: Switch['value']): readonly DeclaredWrite[] {
  const resources: readonly string[] = [
    ...SWITCHES.filter((one) => one.value === value).flatMap(({ kinds }) => kinds.map(({ resource }) => resource)),
    ...(value === 'operatorRights' ? ROLES_BY_HAND : []),
    ...switchHolds(value).flatMap((rule) => rule.resources),
  ];
  return declaredWrites().filter(({ resource }) => resources.includes(resource));
}

/** Kinds on which a switch lets the worker hold rights, and that no repair writes: it may not use them. */
export function onlyHeld(value: Switch['value']): readonly Pick<DeclaredWrite, 'group' | 'resource'>[] {
  const written = new Set(declaredWrites().map(({ group, resource }) => `${group}/${resource}`));
  const kinds = switchHolds(value).flatMap(({ apiGroups, resources }) =>
    apiGroups.flatMap((group) =>
      resources.map((resource) => ({ group, resource: resource.split('/')[0] ?? resource })),
    ),
  );
  const held = new Map(kinds.map((kind) => [`${kind.group}/${kind.resource}`, kind]));
  return [...held].filter(([key]) => !written.has(key)).map(([, kind]) => kind);
}

/** Granted by hand where an operator works in single namespaces; the policy of their cluster-wide siblings bounds them as well. */
const ROLES_BY_HAND = ['roles', 'rolebindings'];
