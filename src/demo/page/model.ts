import type { Entered, Events, ShownMessage, Snapshot } from './wire.ts';

/** What the page knows. Only `update` changes it. */
export interface Model {
  readonly link: 'connecting' | 'open' | 'lost';
  readonly you: string;
  readonly seen: Snapshot | undefined;
  /** The open thread, by the ts of its first message. */
  readonly thread: string | undefined;
  /** The person closed it: it is not opened by itself any more. */
  readonly threadClosed: boolean;
  /** Something was done that has no answer yet. */
  readonly busy: ReadonlySet<string>;
  readonly notice: string | undefined;
  readonly asking: Asking | undefined;
  /** Fields of the modal, by block id. */
  readonly entered: Readonly<Record<string, Entered>>;
  readonly refused: Readonly<Record<string, string>>;
  /** Where the eye should go: a message that a link led to. */
  readonly marked: string | undefined;
}

/** A confirmation dialog: what it says, and what yes does. */
export interface Asking {
  readonly title: string;
  readonly text: string;
  readonly yes: string;
  readonly no: string;
  readonly danger: boolean;
  readonly act: () => void;
}

export const firstModel = (you: string): Model => ({
  link: 'connecting',
  you,
  seen: undefined,
  thread: undefined,
  threadClosed: false,
  busy: new Set(),
  notice: undefined,
  asking: undefined,
  entered: {},
  refused: {},
  marked: undefined,
});

export const isReply = (one: ShownMessage): boolean => one.thread_ts !== undefined && one.thread_ts !== one.ts;

const inOrder = (a: ShownMessage, b: ShownMessage): number => (a.ts < b.ts ? -1 : a.ts > b.ts ? 1 : 0);

/** Messages of the channel itself. */
export const roots = (seen: Snapshot): readonly ShownMessage[] =>
  seen.messages.filter((one) => !isReply(one)).toSorted(inOrder);

/** The replies of a thread. */
export const replies = (seen: Snapshot, thread: string): readonly ShownMessage[] =>
  seen.messages.filter((one) => isReply(one) && one.thread_ts === thread).toSorted(inOrder);

/** What an event of the server makes of what is known. */
export function received<Name extends keyof Events>(model: Model, name: Name, data: Events[Name]): Model {
  const event = { name, data } as { [One in keyof Events]: { name: One; data: Events[One] } }[keyof Events]; // one of the pairs, by the signature
  if (event.name === 'snapshot')
    return { ...model, link: 'open', seen: event.data, ...afterSnapshot(model, event.data) };
  const { seen } = model;
  if (seen === undefined) return model;
  switch (event.name) {
    case 'message':
      return {
        ...model,
        seen: { ...seen, messages: [...seen.messages.filter((one) => one.ts !== event.data.ts), event.data] },
      };
    case 'gone':
      return { ...model, seen: { ...seen, messages: seen.messages.filter((one) => one.ts !== event.data.ts) } };
    case 'views': {
      const same = event.data.at(-1)?.id === seen.views.at(-1)?.id;
      return { ...model, seen: { ...seen, views: event.data }, ...(same ? {} : { entered: {}, refused: {} }) };
    }
    case 'surroundings':
      return { ...model, seen: { ...seen, surroundings: event.data } };
  }
}

/** A thread that is no more is closed. */
function afterSnapshot(model: Model, seen: Snapshot): Partial<Model> {
  const there = model.thread !== undefined && seen.messages.some((one) => one.ts === model.thread);
  if (there) return {};
  return { thread: undefined, asking: undefined, ...(seen.messages.length === 0 && { threadClosed: false }) };
}

/** The thread of the incident opens by itself where there is room, until somebody closes it. */
export function withThread(model: Model, room: boolean): Model {
  if (!room || model.thread !== undefined || model.threadClosed || model.seen === undefined) return model;
  const { seen } = model;
  const last = roots(seen).findLast((one) => replies(seen, one.ts).length > 0);
  return last === undefined ? model : { ...model, thread: last.ts };
}
