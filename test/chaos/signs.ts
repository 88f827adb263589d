import type { Store } from '../../src/store/types.ts';

/** How often each loop of a process has come round; `any` counts whatever it asks its store. */
export type Signs = Readonly<Record<string, number>>;

/** What a process says about itself every now and then, over the IPC channel. */
export interface Beat {
  readonly signs: Signs;
}

export function isBeat(message: unknown): message is Beat {
  return typeof message === 'object' && message !== null && 'signs' in message;
}

const EVERY_MS = 1000;

/** The store, which counts what it is asked and tells it: whoever does anything asks it, and every loop of a bot does so each second or two. */
export function countingStore(store: Store, tell: (beat: Beat) => void): Store {
  const signs: Record<string, number> = {};
  const count = (name: string) => {
    signs[name] = (signs[name] ?? 0) + 1;
  };
  setInterval(() => tell({ signs }), EVERY_MS).unref();
  return new Proxy(store, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== 'function') return member;
      return (...given: readonly unknown[]) => {
        count('any');
        if (name === 'claim' || name === 'list') count(`${name} ${String(given[0])}`);
        return Reflect.apply(member, target, given);
      };
    },
  });
}
