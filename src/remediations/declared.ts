import { REMEDIATIONS } from './index.ts';
import { isSensitive, SWITCHES, type Switch } from './switches.ts';
import type { DeclaredWrite } from './types.ts';

/** All that the worker may write, whatever it is granted. */
export function declaredWrites(): readonly DeclaredWrite[] {
  return REMEDIATIONS.flatMap(({ writes }) => writes);
}

/** The writes to the kinds that need no switch, and to Secrets: their deletion is granted by hand, by name. */
export function ordinaryWrites(): readonly DeclaredWrite[] {
  return declaredWrites().filter(({ resource }) => !isSensitive(resource) || resource === 'secrets');
}

/** The writes to the kinds of a switch: all of them, as a policy that knows only some would refuse the others. */
export function switchWrites(value: Switch['value']): readonly DeclaredWrite[] {
  const resources: readonly string[] = SWITCHES.filter((one) => one.value === value).flatMap(({ kinds }) =>
    kinds.map(({ resource }) => resource),
  );
  return declaredWrites().filter(({ resource }) => resources.includes(resource));
}
