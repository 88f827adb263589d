import { REMEDIATIONS } from '../index.ts';
import type { DeclaredWrite, RoleRule } from '../types.ts';
import { isSensitive, SWITCHES, type Switch, switchHolds, switchRule } from './switches.ts';

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
    ...(value === 'operatorRights' ? BY_HAND : []),
    ...switchHolds(value).flatMap((rule) => rule.resources),
  ];
  return declaredWrites().filter(({ resource }) => resources.includes(resource));
}

/** What the chart grants when a switch is on, by the place of its Role: the named objects of its kinds, and what is held to be handed on. */
export function switchGrants(
  value: Switch['value'],
  names: Readonly<Record<string, readonly string[]>>,
): readonly { readonly place: Switch['place']; readonly rules: readonly RoleRule[] }[] {
  const granted = SWITCHES.filter((one) => one.value === value).map(({ place, kinds }) => ({
    place,
    rules: kinds.flatMap(({ resource, namesFrom }) => {
      const rule = switchRule(resource, declaredWrites());
      const resourceNames = names[namesFrom] ?? [];
      // Without a name nothing is granted: a rule without names would be about all objects.
      return rule && resourceNames.length > 0 ? [{ ...rule, resourceNames }] : [];
    }),
  }));
  return [...granted, { place: 'cluster', rules: switchHolds(value) }];
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

/** Granted by hand if at all; the policy of their cluster-wide sibling bounds them as well. */
const BY_HAND = ['rolebindings'];
