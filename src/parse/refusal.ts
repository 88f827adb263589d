/**
 * Why the API server refused something, from the text of its error. The same words mean different things: "is forbidden" is said by a
 * quota, by rights, by a policy, by Pod Security, by a namespace that is going away and by the check of owner references. Total: any
 * text gives an answer, `undefined` when it is none of these.
 */
export type Refusal =
  | { readonly why: 'unauthorized' }
  /** Rights: `user` may not do `verb` on `resource`. */
  | {
      readonly why: 'rights';
      readonly user: string;
      readonly verb: string;
      readonly resource: string;
      readonly group: string;
      readonly namespace?: string;
    }
  | { readonly why: 'owner-reference' }
  /** `exceeded`: used up; otherwise the quota wants requests or limits that the object does not have. */
  | { readonly why: 'quota'; readonly quota: string; readonly exceeded: boolean; readonly detail: string }
  | { readonly why: 'namespace-terminating'; readonly namespace: string }
  | { readonly why: 'policy'; readonly policy: string; readonly detail: string }
  | { readonly why: 'webhook-denied'; readonly webhook: string; readonly detail: string }
  /** A webhook could not be called and fails closed. */
  | { readonly why: 'webhook-failed'; readonly webhook: string; readonly detail: string }
  | { readonly why: 'pod-security'; readonly level: string; readonly detail: string }
  | { readonly why: 'service-account-missing'; readonly serviceAccount: string }
  | { readonly why: 'limit-range'; readonly detail: string }
  | { readonly why: 'already-exists'; readonly resource: string; readonly name: string }
  | { readonly why: 'immutable'; readonly detail: string }
  | { readonly why: 'too-long'; readonly limit: number; readonly detail: string }
  | { readonly why: 'schema'; readonly detail: string }
  | { readonly why: 'forbidden'; readonly detail: string };

type Reader = (text: string) => Refusal | undefined;

/** Runs `read` on the groups of the first match. */
function on(
  pattern: RegExp,
  read: (groups: Readonly<Record<string, string | undefined>>, text: string) => Refusal | undefined,
): Reader {
  return (text) => {
    const match = pattern.exec(text);
    return match ? read(match.groups ?? {}, text) : undefined;
  };
}

const tail = (text: string, from: string): string => text.slice(text.indexOf(from));

/** Most telling first: a text may match several. */
const READERS: readonly Reader[] = [
  on(/cannot set blockOwnerDeletion/, () => ({ why: 'owner-reference' })),
  on(/exceeded quota: (?<quota>[^\s,]+)/, (g, text) => ({
    why: 'quota',
    quota: g['quota'] ?? '',
    exceeded: true,
    detail: tail(text, 'exceeded quota'),
  })),
  on(/failed quota: (?<quota>[^\s:]+)/, (g, text) => ({
    why: 'quota',
    quota: g['quota'] ?? '',
    exceeded: false,
    detail: tail(text, 'failed quota'),
  })),
  on(/unable to create new content in namespace (?<namespace>\S+) because it is being terminated/, (g) => ({
    why: 'namespace-terminating',
    namespace: g['namespace'] ?? '',
  })),
  on(/ValidatingAdmissionPolicy '(?<policy>[^']+)'[^:]*denied request: (?<detail>[\s\S]*)/, (g) => ({
    why: 'policy',
    policy: g['policy'] ?? '',
    detail: g['detail'] ?? '',
  })),
  on(/admission webhook "(?<webhook>[^"]+)" denied the request:? ?(?<detail>[\s\S]*)/, (g) => ({
    why: 'webhook-denied',
    webhook: g['webhook'] ?? '',
    detail: g['detail'] ?? '',
  })),
  on(/failed calling (?:admission )?webhook "(?<webhook>[^"]+)":? ?(?<detail>[\s\S]*)/, (g) => ({
    why: 'webhook-failed',
    webhook: g['webhook'] ?? '',
    detail: g['detail'] ?? '',
  })),
  on(/violates PodSecurity "(?<level>[^"]+)":? ?(?<detail>[\s\S]*)/, (g) => ({
    why: 'pod-security',
    level: g['level'] ?? '',
    detail: g['detail'] ?? '',
  })),
  on(/unable to validate against any (?:security context constraint|pod security policy)(?<detail>[\s\S]*)/, (g) => ({
    why: 'pod-security',
    level: 'security context constraints',
    detail: (g['detail'] ?? '').replace(/^: ?/, ''),
  })),
  on(/error looking up service account (?<account>[^:\s]+)|serviceaccounts? "(?<name>[^"]+)" not found/, (g) => ({
    why: 'service-account-missing',
    serviceAccount: g['account'] ?? g['name'] ?? '',
  })),
  on(/(?<detail>(?:maximum|minimum) (?:cpu|memory|[\w./-]+) (?:usage|limit to request ratio)[\s\S]*)/, (g) => ({
    why: 'limit-range',
    detail: g['detail'] ?? '',
  })),
  on(
    /User "(?<user>[^"]+)" cannot (?<verb>[a-z]+) resource "(?<resource>[^"]+)" in API group "(?<group>[^"]*)"(?: in the namespace "(?<namespace>[^"]+)")?/,
    (g) => ({
      why: 'rights',
      user: g['user'] ?? '',
      verb: g['verb'] ?? '',
      resource: g['resource'] ?? '',
      group: g['group'] ?? '',
      ...(g['namespace'] === undefined ? {} : { namespace: g['namespace'] }),
    }),
  ),
  on(/(?<resource>[a-z.]+) "(?<name>[^"]+)" already exists/, (g) => ({
    why: 'already-exists',
    resource: g['resource'] ?? '',
    name: g['name'] ?? '',
  })),
  on(/field is immutable/, (_, text) => ({ why: 'immutable', detail: text })),
  on(/Too long: (?:must have at most|may not be (?:more|longer) than) (?<limit>\d+)/, (g, text) => ({
    why: 'too-long',
    limit: Number(g['limit']),
    detail: text,
  })),
  on(/field not declared in schema|strict decoding error|unknown field "/, (_, text) => ({
    why: 'schema',
    detail: text,
  })),
  on(/(?:^|: )Unauthorized\s*$/, () => ({ why: 'unauthorized' })),
  on(/ is forbidden: (?<detail>[\s\S]*)/, (g) => ({ why: 'forbidden', detail: g['detail'] ?? '' })),
];

export function parseRefusal(text: string): Refusal | undefined {
  for (const read of READERS) {
    const refusal = read(text);
    if (refusal) return refusal;
  }
  return undefined;
}
