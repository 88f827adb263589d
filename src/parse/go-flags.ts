/** Boolean flags of the operator take no value after a space. */
const BOOLEAN =
  /^(?:watch-referenced-objects-in-all-namespaces|disable-unmanaged-prometheus-configuration|enable-config-reloader-probes|web\.enable-(?:tls|http2)|kubelet-(?:endpoints|endpointslice)|version|short-version|auto-gomemlimit.*|tls-insecure|help|h)$/;

/** The arguments of a Go program as its flag package reads them: `-a=b`, `--a=b`, `--a b`; the last one wins. Reading stops at the first argument that is no flag. */
export function parseGoFlags(args: readonly string[]): ReadonlyMap<string, string> {
  const flags = new Map<string, string>();
  for (let at = 0; at < args.length; at++) {
    const match = /^--?([^-=][^=]*)(?:=([\s\S]*))?$/.exec(args[at] ?? '');
    if (!match?.[1]) break;
    const [, name, value] = match;
    if (value !== undefined) flags.set(name, value);
    else if (BOOLEAN.test(name)) flags.set(name, 'true');
    else flags.set(name, args[++at] ?? '');
  }
  return flags;
}

/** A comma-separated list as the operator reads its namespace flags: blanks around names are dropped, empty names too. */
export function splitList(value: string | undefined): readonly string[] {
  return (value ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}
