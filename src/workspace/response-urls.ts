import { randomHex } from './ids.ts';

const LIFE_MS = 30 * 60_000;
const USES = 5;

/** Where a response URL leads: the person and channel of the command or click, and the message that was clicked. */
export interface ResponseTarget {
  readonly user: string;
  readonly channel: string;
  readonly message?: { readonly ts: string; readonly ephemeral: boolean };
}

/** Response URLs: bearer secrets that work 5 times within 30 minutes. */
export class ResponseUrls {
  readonly #now: () => Date;
  readonly #issued = new Map<string, { readonly target: ResponseTarget; readonly at: number; left: number }>();

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** The path below the workspace's address. */
  issue(target: ResponseTarget): string {
    const key = randomHex(12);
    this.#issued.set(key, { target, at: this.#now().getTime(), left: USES });
    return `/response/${key}`;
  }

  /** The target, or why the URL does not work any more. Does not count as a use. */
  find(key: string): ResponseTarget | 'no_such_url' | 'used_url' | 'expired_url' {
    const found = this.#issued.get(key);
    if (found === undefined) return 'no_such_url';
    if (this.#now().getTime() - found.at > LIFE_MS) return 'expired_url';
    return found.left > 0 ? found.target : 'used_url';
  }

  use(key: string): void {
    const found = this.#issued.get(key);
    if (found !== undefined) found.left -= 1;
  }
}
