/**
 * What an API server, or the way to it, answered. The texts are those of Kubernetes 1.6 to 1.35.
 * `forbidden` is many things: rights, quota, Pod Security, policies, a namespace that ends, owner references.
 */
export type ApiError =
  | {
      readonly kind: 'rbac';
      readonly user?: string;
      readonly verb: string;
      /** With subresource: `prometheuses/status`. */
      readonly resource: string;
      readonly group: string;
      /** Absent = at the cluster scope. */
      readonly namespace?: string;
    }
  | { readonly kind: 'quota'; readonly quota: string; readonly detail: string }
  | { readonly kind: 'pod-security'; readonly level: string; readonly detail: string }
  | { readonly kind: 'policy'; readonly policy: string; readonly detail: string }
  | { readonly kind: 'namespace-terminating'; readonly namespace: string }
  | { readonly kind: 'owner-refs' }
  | { readonly kind: 'service-account-missing'; readonly name: string }
  | { readonly kind: 'webhook-denied'; readonly webhook: string; readonly detail: string }
  | { readonly kind: 'webhook-failed'; readonly webhook: string; readonly detail: string }
  | { readonly kind: 'no-such-kind'; readonly resource?: string }
  | { readonly kind: 'not-found'; readonly resource: string; readonly name: string }
  | { readonly kind: 'already-exists'; readonly resource: string; readonly name: string }
  | { readonly kind: 'immutable'; readonly detail: string }
  | { readonly kind: 'annotations-too-long' }
  | { readonly kind: 'unknown-field'; readonly field: string }
  | { readonly kind: 'undecodable'; readonly detail: string }
  | { readonly kind: 'unauthorized' }
  | { readonly kind: 'unreachable'; readonly detail: string }
  | { readonly kind: 'tls'; readonly detail: string }
  | { readonly kind: 'forbidden'; readonly detail: string };

type Rule = readonly [pattern: RegExp, make: (groups: Readonly<Record<string, string>>) => ApiError];

/** Bounded repetitions only: a pattern must stay linear on any input. */
const NAME = '[^"\\s]{1,253}';

/** In this order: the first that matches is the most specific. */
const RULES: readonly Rule[] = [
  [
    /failed calling (?:admission )?webhook "(?<webhook>[^"]{1,253})":? ?(?<detail>[\s\S]{0,600})/,
    ({ webhook = '', detail = '' }) => ({ kind: 'webhook-failed', webhook, detail }),
  ],
  [
    /admission webhook "(?<webhook>[^"]{1,253})" denied the request(?:: (?<detail>[\s\S]{0,600}))?/,
    ({ webhook = '', detail = '' }) => ({ kind: 'webhook-denied', webhook, detail }),
  ],
  [
    /ValidatingAdmissionPolicy '(?<policy>[^']{1,253})' (?:with binding '[^']{1,253}' )?denied request(?:: (?<detail>[\s\S]{0,600}))?/,
    ({ policy = '', detail = '' }) => ({ kind: 'policy', policy, detail }),
  ],
  [
    /exceeded quota: (?<quota>[^,]{1,253}), ?(?<detail>[\s\S]{0,600})/,
    ({ quota = '', detail = '' }) => ({ kind: 'quota', quota, detail }),
  ],
  [
    /failed quota: (?<quota>[^:]{1,253}): (?<detail>[\s\S]{0,600})/,
    ({ quota = '', detail = '' }) => ({ kind: 'quota', quota, detail }),
  ],
  [
    /violates? PodSecurity "(?<level>[^"]{1,80})":? ?(?<detail>[\s\S]{0,600})/,
    ({ level = '', detail = '' }) => ({ kind: 'pod-security', level, detail }),
  ],
  [/cannot set blockOwnerDeletion/, () => ({ kind: 'owner-refs' })],
  [
    /unable to create new content in namespace (?<namespace>\S{1,253}) because it is being terminated/,
    ({ namespace = '' }) => ({ kind: 'namespace-terminating', namespace }),
  ],
  [
    /error looking up service account (?<name>[^\s:]{1,400})/,
    ({ name = '' }) => ({ kind: 'service-account-missing', name }),
  ],
  [
    /User "(?<user>[^"]{1,400})" cannot (?<verb>[a-z*]{1,40}) resource "(?<resource>[^"]{1,253})" in API group "(?<group>[^"]{0,253})"(?: in the namespace "(?<namespace>[^"]{1,253})")?/,
    ({ user = '', verb = '', resource = '', group = '', namespace }) => ({
      kind: 'rbac',
      user,
      verb,
      resource,
      group,
      ...(namespace ? { namespace } : {}),
    }),
  ],
  [
    // before 1.12: `User "x" cannot update services in the namespace "y"`
    /User "(?<user>[^"]{1,400})" cannot (?<verb>[a-z*]{1,40}) (?<resource>[a-z/]{1,80})(?<group>(?:\.[a-z0-9.-]{1,200})?)(?: in the namespace "(?<namespace>[^"]{1,253})")?/,
    ({ user = '', verb = '', resource = '', group = '', namespace }) => ({
      kind: 'rbac',
      user,
      verb,
      resource,
      group: group.replace(/^\./, ''),
      ...(namespace ? { namespace } : {}),
    }),
  ],
  [
    // old clients, on a refusal whose body they could not read
    /unknown \((?<verb>get|put|post|patch|delete) (?<resource>[a-z]{1,80})(?:\.(?<group>[a-z0-9.-]{1,200}))?/,
    ({ verb = '', resource = '', group = '' }) => ({
      kind: 'rbac',
      verb: verb === 'get' ? 'list' : verb,
      resource,
      group,
    }),
  ],
  [
    /metadata\.annotations: Too long: (?:must have at most|may not be more than) \d+ bytes/,
    () => ({ kind: 'annotations-too-long' }),
  ],
  [
    /(?<field>\.[A-Za-z][^\s:]{0,253}): field not declared in schema/,
    ({ field = '' }) => ({ kind: 'unknown-field', field }),
  ],
  [
    /(?:strict decoding error: )?unknown field "(?<field>[^"]{1,253})"/,
    ({ field = '' }) => ({ kind: 'unknown-field', field }),
  ],
  [
    /(?<detail>json: cannot unmarshal [\s\S]{1,400}|quantities must match the regular expression[\s\S]{0,200}|unable to parse quantity's suffix|v1(?:alpha1|beta1)?\.[A-Za-z]+List\.Items: [\s\S]{1,400})/,
    ({ detail = '' }) => ({ kind: 'undecodable', detail }),
  ],
  [
    /(?:field is immutable when `immutable` is set|Forbidden: updates to \w+ spec for fields other than|field is immutable)(?<detail>[\s\S]{0,300})/,
    ({ detail = '' }) => ({ kind: 'immutable', detail }),
  ],
  [
    /(?<detail>x509: [\s\S]{1,300}|tls: failed to verify certificate[\s\S]{0,300})/,
    ({ detail = '' }) => ({ kind: 'tls', detail }),
  ],
  [
    /(?<detail>dial tcp [\s\S]{1,200}|net\/http: TLS handshake timeout|no route to host|connection refused|context deadline exceeded)/,
    ({ detail = '' }) => ({ kind: 'unreachable', detail }),
  ],
  [
    /the server could not find the requested resource(?: \((?:get|post|put|patch|delete) (?<resource>[a-z]{1,80})[^)]{0,200}\))?/,
    ({ resource }) => ({ kind: 'no-such-kind', ...(resource ? { resource } : {}) }),
  ],
  [
    new RegExp(`(?<resource>[A-Za-z]{1,80}(?:\\.[a-z0-9.-]{1,200})?) "(?<name>${NAME})" already exists`),
    ({ resource = '', name = '' }) => ({ kind: 'already-exists', resource, name }),
  ],
  [
    new RegExp(`(?<resource>[A-Za-z]{1,80}(?:\\.[a-z0-9.-]{1,200})?) "(?<name>${NAME})" not found`),
    ({ resource = '', name = '' }) => ({ kind: 'not-found', resource, name }),
  ],
  [/\bUnauthorized\b|the server has asked for the client to provide credentials/, () => ({ kind: 'unauthorized' })],
  [/is forbidden: (?<detail>[\s\S]{0,600})/, ({ detail = '' }) => ({ kind: 'forbidden', detail })],
];

/** Undefined when the text is none of the known answers. Looks at the first 8,192 characters. */
export function parseApiError(text: string): ApiError | undefined {
  const head = text.slice(0, 8192);
  for (const [pattern, make] of RULES) {
    const match = pattern.exec(head);
    if (match) return make(defined(match.groups));
  }
  return undefined;
}

function defined(groups: Record<string, string | undefined> | undefined): Readonly<Record<string, string>> {
  const out: Record<string, string> = {};
  for (const [key, value] of Object.entries(groups ?? {})) if (value !== undefined) out[key] = value;
  return out;
}
