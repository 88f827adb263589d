/** The operator's command line, as far as it decides what the operator looks at. */

/** Value of `--flag=value` or `--flag value`; the last one wins, as in Go's flag package. A flag without a value is `true`. */
export function flag(args: readonly string[], name: string): string | undefined {
  let found: string | undefined;
  for (const [index, arg] of args.entries()) {
    const bare = arg.startsWith('--') ? arg : arg.startsWith('-') ? `-${arg}` : arg;
    if (bare.startsWith(`${name}=`)) found = bare.slice(name.length + 1);
    else if (bare === name) {
      const next = args[index + 1];
      found = next === undefined || next.startsWith('-') ? 'true' : next;
    }
  }
  return found;
}

/** A comma-separated set; an empty flag counts as not set. */
export function flagSet(args: readonly string[], name: string): readonly string[] | undefined {
  const values = (flag(args, name) ?? '')
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '');
  return values.length === 0 ? undefined : values;
}

/** Namespaces the operator's informers look at: an allow list, or all of them. */
export function watchedNamespaces(args: readonly string[]): readonly string[] | undefined {
  return flagSet(args, '--namespaces');
}

/** Whether an object of a kind in this namespace is in the operator's scope, by its namespace flags alone. */
export function watches(args: readonly string[], instanceFlag: string, namespace: string): boolean {
  const instances = flagSet(args, instanceFlag);
  if (instances !== undefined) return instances.includes(namespace);
  const allowed = watchedNamespaces(args);
  if (allowed !== undefined) return allowed.includes(namespace);
  return !(flagSet(args, '--deny-namespaces') ?? []).includes(namespace);
}
