import type { Message } from './data.ts';

/** Finds messages by their ts and by their thread, also among a hundred thousand. */
export class MessageIndex {
  readonly #all: Message[];
  readonly #places = new Map<string, number>();
  /** Places of a thread's replies, in the order they were posted. */
  readonly #threads = new Map<string, number[]>();

  /** Messages are added, changed and removed through the index from now on. */
  constructor(all: Message[]) {
    this.#all = all;
    this.#build();
  }

  /** Whether it is of this list. */
  covers(all: Message[]): boolean {
    return this.#all === all;
  }

  find(channel: string, ts: string): Message | undefined {
    const place = this.#places.get(key(channel, ts));
    return place === undefined ? undefined : this.#all[place];
  }

  replies(channel: string, ts: string): readonly Message[] {
    return (this.#threads.get(key(channel, ts)) ?? []).flatMap((place) => this.#all[place] ?? []);
  }

  add(message: Message): void {
    this.#all.push(message);
    this.#note(message, this.#all.length - 1);
  }

  replace(old: Message, next: Message): void {
    const place = this.#all.indexOf(old, this.#places.get(key(old.channel, old.ts)));
    this.#all.splice(place, 1, next);
    if (old.channel !== next.channel || old.ts !== next.ts || old.thread_ts !== next.thread_ts) this.#build();
  }

  remove(message: Message): void {
    this.#all.splice(this.#all.indexOf(message), 1);
    this.#build();
  }

  #build(): void {
    this.#places.clear();
    this.#threads.clear();
    for (const [place, message] of this.#all.entries()) this.#note(message, place);
  }

  #note({ channel, ts, thread_ts }: Message, place: number): void {
    if (!this.#places.has(key(channel, ts))) this.#places.set(key(channel, ts), place);
    if (thread_ts === undefined || thread_ts === ts) return;
    const thread = this.#threads.get(key(channel, thread_ts));
    if (thread) thread.push(place);
    else this.#threads.set(key(channel, thread_ts), [place]);
  }
}

const key = (channel: string, ts: string): string => `${channel} ${ts}`;
