import { type Act, type ActResult, EVENT_NAMES, type Events } from './wire.ts';

const token = document.querySelector<HTMLMetaElement>('meta[name="promfix-token"]')?.content ?? '';

/** Does something as a person. Never rejects: what went wrong is in the result. */
export async function act(you: string, what: Act): Promise<ActResult> {
  try {
    const response = await fetch(`/act?as=${encodeURIComponent(you)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-promfix-token': token },
      body: JSON.stringify(what),
    });
    // Our own server answers with an ActResult, errors included.
    return (await response.json()) as ActResult;
  } catch {
    return { error: 'The demo does not answer. Is it still running in your terminal?' };
  }
}

interface Listener {
  received<Name extends keyof Events>(name: Name, data: Events[Name]): void;
  lost(): void;
}

/** Hears what happens, as this person. The browser connects again by itself, and the first event is always everything. */
export function listen(you: string, listener: Listener): () => void {
  const source = new EventSource(`/events?as=${encodeURIComponent(you)}`);
  for (const name of EVENT_NAMES) {
    source.addEventListener(name, (event) => listener.received(name, JSON.parse(event.data)));
  }
  source.onerror = () => listener.lost();
  return () => source.close();
}
