import { createHash, randomBytes } from 'node:crypto';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function base32(bytes: Uint8Array, length: number): string {
  return [...bytes.subarray(0, length)].map((byte) => BASE32[byte % 32]).join('');
}

/** Kinds of ids, by the letters that Slack's ids begin with. */
type IdPrefix = 'T' | 'U' | 'W' | 'B' | 'A' | 'C' | 'G' | 'D' | 'S' | 'V' | 'F' | 'Ev' | 'Bk';

/** The same id for the same name in every run, so that a test's configuration can name it. */
export function stableId(prefix: IdPrefix, name: string): string {
  return `${prefix}0${base32(createHash('sha256').update(`${prefix}:${name}`).digest(), 9)}`;
}

export const randomId = (prefix: IdPrefix): string => `${prefix}0${base32(randomBytes(9), 9)}`;
export const randomHex = (bytes: number): string => randomBytes(bytes).toString('hex');
export const randomBlockId = (): string => base32(randomBytes(5), 5);

/** Microseconds since the epoch as Slack's `ts`: seconds and six digits, always a string. */
export function formatTs(micros: number): string {
  return `${Math.floor(micros / 1_000_000)}.${String(micros % 1_000_000).padStart(6, '0')}`;
}

/** The path of a permalink: `p` and the ts without its dot, and the thread for a reply. */
export function permalink(team: string, channel: string, ts: string, thread: string | undefined): string {
  const path = `https://${team}.slack.test/archives/${channel}/p${ts.replace('.', '')}`;
  return thread === undefined || thread === ts ? path : `${path}?thread_ts=${thread}&cid=${channel}`;
}
