import { randomHex } from './ids.ts';
import { Refusal } from './refusal.ts';

const LIFE_MS = 3_000;

/** What a trigger lets the bot do: open a modal for this person, on top of this view if it came from one. */
interface Trigger {
  readonly user: string;
  readonly view?: string;
}

/** Trigger ids: they live 3 s and open one modal. */
export class Triggers {
  readonly #now: () => Date;
  readonly #issued = new Map<string, { readonly trigger: Trigger; readonly at: number; used: boolean }>();

  constructor(now: () => Date) {
    this.#now = now;
  }

  issue(trigger: Trigger): string {
    const at = this.#now().getTime();
    const id = `${at}.${this.#issued.size + 1}.${randomHex(16)}`;
    this.#issued.set(id, { trigger, at, used: false });
    return id;
  }

  /** Uses a trigger up. Throws `invalid_trigger_id`, `exchanged_trigger_id` or `expired_trigger_id`. */
  exchange(id: string): Trigger {
    const found = this.#issued.get(id);
    if (found === undefined) throw new Refusal('invalid_trigger_id');
    if (found.used) throw new Refusal('exchanged_trigger_id');
    if (this.#now().getTime() - found.at > LIFE_MS) throw new Refusal('expired_trigger_id');
    found.used = true;
    return found.trigger;
  }
}
