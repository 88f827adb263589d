import { parseGoFlags, splitList } from '../parse/go-flags.ts';
import { TARGETS } from './targets.ts';
import type { TargetKind } from './types.ts';

/** Annotation of a resource that names the operator it is for; the operator's own name is its flag `controller-id`. */
export const CONTROLLER_ID = 'operator.prometheus.io/controller-id';

/** In which namespaces an operator reconciles objects of a kind, as its flags say. */
interface NamespaceScope {
  /** The flag that limits them, without its dashes. */
  readonly flag: string;
  /** Undefined: all but the denied ones. */
  readonly allowed: readonly string[] | undefined;
  /** What `deny-namespaces` says; a list of allowed ones makes it void. */
  readonly denied: readonly string[];
}

/** The kind's own list wins over the general one. An empty flag counts as not set. */
export function namespaceScope(args: readonly string[], kind: TargetKind): NamespaceScope {
  const flags = parseGoFlags(args);
  const { namespaceFlag } = TARGETS[kind];
  const flag = splitList(flags.get(namespaceFlag)).length > 0 ? namespaceFlag : 'namespaces';
  const allowed = splitList(flags.get(flag));
  return {
    flag,
    allowed: allowed.length > 0 ? allowed : undefined,
    denied: splitList(flags.get('deny-namespaces')),
  };
}

/** Whether an object of a kind in this namespace is in the operator's scope, by its namespace flags alone. */
export function watches(args: readonly string[], kind: TargetKind, namespace: string): boolean {
  const { allowed, denied } = namespaceScope(args, kind);
  return allowed === undefined ? !denied.includes(namespace) : allowed.includes(namespace);
}

/** Namespaces the operator's informers look at: an allow list, or all of them. */
export function watchedNamespaces(args: readonly string[]): readonly string[] | undefined {
  const allowed = splitList(parseGoFlags(args).get('namespaces'));
  return allowed.length > 0 ? allowed : undefined;
}
