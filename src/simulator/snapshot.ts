import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { Json } from './json.ts';

/** What was saved of a real control plane at one moment, and of its repair. Secrets hold dummies, see `servingPairs`. */
export interface Snapshot {
  readonly schema: 'promfix.snapshot/v1';
  /** Id of the scenario. */
  readonly id: string;
  /** The cause that is true, or `healthy`. */
  readonly cause: string;
  readonly title: string;
  /** `namespace/name` of the Prometheus that is asked about. */
  readonly subject: string;
  /** The server's clock. All times below are of this clock. */
  readonly at: string;
  /** Objects by the path of their collection. */
  readonly objects: Readonly<Record<string, readonly Json[]>>;
  /** Discovery documents by path. */
  readonly discovery: Readonly<Record<string, Json>>;
  /** Columns of the server-side Tables by the path of the collection. */
  readonly columns: Readonly<Record<string, readonly Json[]>>;
  readonly logs: readonly SavedLog[];
  /** Metrics of the operator; missing where it served none. */
  readonly metrics?: string;
  /** Secrets whose certificate and key are made anew when the snapshot is loaded. */
  readonly servingPairs: readonly ServingPair[];
  /** What the control plane did after the repair. */
  readonly story?: SavedStory;
}

export interface SavedLog {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** Lines as the kubelet sends them, with timestamps. */
  readonly current: string;
  readonly previous?: string;
}

export interface ServingPair {
  readonly namespace: string;
  readonly secret: string;
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
  readonly commonName: string;
  readonly organization?: string;
  readonly caCommonName: string;
  readonly caOrganization?: string;
  readonly dnsNames: readonly string[];
  readonly notBefore: string;
  readonly notAfter: string;
}

export interface SavedStory {
  /** When the operator's new process started, or where it did not restart, when the repair began. */
  readonly from: string;
  /** When it had worked. */
  readonly until: string;
  /** Objects that were made or changed, as they were at the end, by the path of their collection. */
  readonly objects: Readonly<Record<string, readonly Json[]>>;
  readonly removed: readonly { readonly path: string; readonly namespace?: string; readonly name: string }[];
  /** The log of the operator's new process; where the old one went on, what it wrote since. */
  readonly log: string;
  readonly goesOn: boolean;
  readonly metrics?: string;
  /** A pod of the operator, where the snapshot itself has none. */
  readonly operatorPod?: Json;
}

const FOLDER = fileURLToPath(new URL('./snapshots', import.meta.url));

/** Ids of the snapshots that are there. */
export function snapshotIds(): readonly string[] {
  return readdirSync(FOLDER)
    .flatMap((file) => (file.endsWith('.snapshot.json.gz') ? [file.slice(0, -'.snapshot.json.gz'.length)] : []))
    .sort();
}

/**
 * Loads a snapshot with all its times moved so that it was saved at `now`: in objects, log lines, messages and metrics alike. Without `now`
 * it stays as it was saved. Throws where there is none of that id.
 */
export function loadSnapshot(id: string, now?: Date): Snapshot {
  if (!snapshotIds().includes(id)) throw new Error(`no snapshot ${id}; there are ${snapshotIds().join(', ')}`);
  const text = gunzipSync(readFileSync(join(FOLDER, `${id}.snapshot.json.gz`))).toString();
  const saved = /^\{"schema":"promfix\.snapshot\/v1","at":"([^"]+)"/.exec(text)?.[1];
  if (saved === undefined) throw new Error(`the snapshot ${id} has another format`);
  // Whole seconds: the fractions of log lines stay as they were written.
  const offset = now === undefined ? 0 : Math.floor((now.getTime() - Date.parse(saved)) / 1000) * 1000;
  // The file was written by the packer in this shape; the schema name above says so.
  return JSON.parse(shiftTimes(text, (ms) => ms + offset)) as Snapshot;
}

/** RFC 3339, klog (`E1125 21:04:18.3`), Go's standard log (`2026/11/25 21:04:18`), and start times in metrics. */
const TIMES =
  /\b(20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z|\b(20\d\d)\/(\d\d)\/(\d\d) (\d\d:\d\d:\d\d)\b|(process_start_time_seconds) (\d\.\d+e\+09)/g;

/** Every time in a text through `move` (milliseconds since 1970). Fractions of a second stay unless `move` changes them. */
export function shiftTimes(text: string, move: (ms: number) => number): string {
  return text.replace(
    TIMES,
    (
      whole: string,
      iso: string | undefined,
      fraction: string | undefined,
      year: string | undefined,
      month: string,
      day: string,
      clock: string,
      metric: string | undefined,
      seconds: string,
    ) => {
      if (iso !== undefined) {
        const before = Date.parse(`${iso}Z`);
        const millis = Math.floor(Number(`0${fraction ?? ''}`) * 1000);
        const after = move(before + millis);
        if (fraction === undefined) return `${new Date(after).toISOString().slice(0, 19)}Z`;
        const digits = fraction.length - 1;
        const rest =
          (after - before - millis) % 1000 === 0
            ? fraction
            : `.${String(((after % 1000) + 1000) % 1000).padStart(3, '0')}`;
        return `${new Date(after).toISOString().slice(0, 19)}.${rest.slice(1).padEnd(digits, '0').slice(0, digits)}Z`;
      }
      if (year !== undefined)
        return new Date(move(Date.parse(`${year}-${month}-${day}T${clock}Z`)))
          .toISOString()
          .slice(0, 19)
          .replaceAll('-', '/')
          .replace('T', ' ');
      if (metric !== undefined)
        return `${metric} ${(move(Number(seconds) * 1000) / 1000).toExponential().replace('e+9', 'e+09')}`;
      return whole;
    },
  );
}
