import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/** What the browser may do with the page: nothing from elsewhere, no inline script, no markup made from text. */
const HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types lit-html',
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

export function setHeaders(response: ServerResponse): void {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
}

export const newToken = (): string => randomBytes(24).toString('base64url');

/**
 * Why a request is refused, or undefined. The page's address is loopback, so a name that somebody points at it (DNS rebinding) shows in
 * `Host`; a form or script of another site shows in `Origin` and `Sec-Fetch-Site`, and does not know the token.
 */
export function refusalOf(request: IncomingMessage, port: number, token: string): string | undefined {
  const { host, origin } = request.headers;
  const hosts = LOOPBACK.map((name) => `${name}:${port}`);
  if (host === undefined || !hosts.includes(host)) return 'this address is served on loopback only';
  if (origin !== undefined && origin !== `http://${host}`) return 'the request comes from another site';
  const site = request.headers['sec-fetch-site'];
  const navigates = request.headers['sec-fetch-mode'] === 'navigate' && request.method === 'GET';
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !navigates)
    return 'the request comes from another site';
  if (request.method === 'GET') return undefined;
  if (request.method !== 'POST') return 'only GET and POST are answered';
  const given = request.headers['x-promfix-token'];
  return typeof given === 'string' && same(given, token)
    ? undefined
    : 'the token of the page is missing; reload the page';
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
