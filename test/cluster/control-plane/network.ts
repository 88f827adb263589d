import { execFileSync } from 'node:child_process';

/** Pods live in this range, on the namespace's own lo: connections to them are real. */
const POD_RANGE = '10.42.0.0/16';
/** Services have addresses of this range, which lead nowhere; the API server goes to the endpoints itself. */
export const SERVICE_RANGE = '10.43.0.0/16';
export const KUBERNETES_SERVICE_IP = '10.43.0.1';
export const NODE_IP = '10.42.255.1';

const ip = (...args: string[]): string =>
  execFileSync('ip', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** Names of interfaces that the kernel puts into every new namespace. */
const BUILT_IN = /^(lo|tunl|sit|gre|ip6|erspan|gretap|ip_vti|teql)/;

/** Throws unless this process is in a network namespace that has no way out. */
function assertPrivateNetwork(): void {
  // Not typed by anybody: `ip -j link` is an array of objects with at least ifname.
  const links = JSON.parse(ip('-j', 'link')) as { ifname: string }[];
  const others = links.map(({ ifname }) => ifname).filter((name) => !BUILT_IN.test(name));
  if (others.length > 0)
    throw new Error(
      `not in a private network namespace (found ${others.join(', ')}): start this with node test/cluster/run.ts -- …`,
    );
}

/** Gives the namespace its addresses. May be called again. */
export function setUpNetwork(): void {
  assertPrivateNetwork();
  ip('link', 'set', 'lo', 'up');
  attempt('addr', 'add', POD_RANGE.replace('0.0/', '0.1/'), 'dev', 'lo');
  attempt('route', 'add', SERVICE_RANGE, 'dev', 'lo'); // routed to lo, yet nobody's address there: dropped without an answer
}

/**
 * What a NetworkPolicy without egress does to packets for the API server's Service: rejected by most (somebody's address, no listener)
 * or dropped (nobody's address).
 */
export function serviceAddressAnswers(rejects: boolean): void {
  attempt('addr', rejects ? 'add' : 'del', `${KUBERNETES_SERVICE_IP}/32`, 'dev', 'lo');
}

function attempt(...args: string[]): void {
  try {
    ip(...args);
  } catch {
    // it is so already
  }
}
