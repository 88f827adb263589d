import type { Snapshot } from './snapshot.ts';
import { shiftTimes } from './snapshot.ts';

/** What containers have written so far, and what the operator's process tells of itself. */
export interface Processes {
  /** Lines with the kubelet's timestamps, those that are not written yet left out; undefined where no process ran. */
  log(namespace: string, pod: string, container: string, previous: boolean): string | undefined;
  /** Text of the operator's metrics; undefined where it serves none. */
  metrics(): string | undefined;
  setLog(namespace: string, pod: string, container: string, text: string): void;
  addLog(namespace: string, pod: string, container: string, text: string): void;
  setMetrics(text: string | undefined): void;
  forget(namespace: string, pod: string): void;
}

export function createProcesses(snapshot: Snapshot, now: () => Date): Processes {
  const current = new Map<string, string>();
  const previous = new Map<string, string>();
  let metrics = snapshot.metrics;
  for (const log of snapshot.logs) {
    const key = `${log.namespace}/${log.pod}/${log.container}`;
    current.set(key, log.current);
    if (log.previous !== undefined) previous.set(key, log.previous);
  }
  return {
    log(namespace, pod, container, wantsPrevious) {
      const text = (wantsPrevious ? previous : current).get(`${namespace}/${pod}/${container}`);
      return text === undefined ? undefined : written(text, now().toISOString());
    },
    metrics: () => metrics,
    setLog: (namespace, pod, container, text) => void current.set(`${namespace}/${pod}/${container}`, text),
    addLog(namespace, pod, container, text) {
      const key = `${namespace}/${pod}/${container}`;
      current.set(key, `${current.get(key) ?? ''}${text}`);
    },
    setMetrics(text) {
      metrics = text;
    },
    forget(namespace, pod) {
      for (const map of [current, previous])
        for (const key of map.keys()) if (key.startsWith(`${namespace}/${pod}/`)) map.delete(key);
    },
  };
}

/** The lines up to a moment. A log whose last line is older is given as it is. */
function written(text: string, until: string): string {
  const last = text.lastIndexOf('\n', text.length - 2) + 1;
  if (text.slice(last, last + 24) <= until) return text;
  return text
    .split(/(?<=\n)/)
    .filter((line) => line.slice(0, 24) <= until)
    .join('');
}

/** A log as if its first line had been written at `start`, with the time between lines multiplied by `pace`. */
export function replayed(text: string, start: number, pace: number): string {
  const first = Date.parse(text.slice(0, 24));
  if (Number.isNaN(first)) return text;
  return shiftTimes(text, (ms) => Math.round(start + (ms - first) * (ms >= first ? pace : 1)));
}
