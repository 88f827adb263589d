import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type Json, keyOf, nameOf, namespaceOf, object, objects, same, string } from '../../../src/simulator/json.ts';
import type { SavedLog, SavedStory, ServingPair, Snapshot } from '../../../src/simulator/snapshot.ts';
import { ADMISSION, NS, OPERATOR, OPERATOR_CONTAINER } from '../../cluster/names.ts';
import type { Dump } from './dump.ts';
import type { Exercise } from './exercises.ts';
import type { Recording } from './record.ts';

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const PODS = '/api/v1/pods';
const SECRETS = '/api/v1/secrets';
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Raw recordings → snapshots and the evidence that was read of them. Nothing secret gets through. */
export function pack(folder: string, into: string, ids: readonly string[], say: (line: string) => void): void {
  for (const id of ids) {
    const file = join(folder, `${id}.json`);
    if (!existsSync(file)) {
      say(`${id} was not recorded`);
      continue;
    }
    // Written by `record` in this shape.
    const recording = JSON.parse(readFileSync(file, 'utf8')) as Recording;
    const { before } = recording;
    const bytes = write(into, `${id}.snapshot.json.gz`, snapshotOf(recording));
    const { verdict, cause, evidence } = before;
    write(into, `${id}.evidence.json.gz`, { verdict, cause, ...evidence });
    say(`${id}: ${Math.round(bytes / 1024)} KiB`);
  }
  packExercises(folder);
  packTables(folder, ids);
}

const TESTS = fileURLToPath(new URL('..', import.meta.url));
const KEPT_HEADERS = /^(content-type|warning|retry-after|cache-control|x-content-type-options)$/;

/** Single requests with the answers of the real server, for the test of the protocol. */
function packExercises(folder: string): void {
  const file = join(folder, 'exercises.json');
  if (!existsSync(file)) return;
  // Written by `record` in this shape.
  const all = JSON.parse(readFileSync(file, 'utf8')) as readonly Exercise[];
  const kept = all.map(({ answer, ...exercise }) => ({
    ...exercise,
    answer: {
      ...answer,
      headers: Object.fromEntries(Object.entries(answer.headers).filter(([name]) => KEPT_HEADERS.test(name))),
    },
  }));
  write(TESTS, 'exercises.json.gz', kept);
}

/** Rows of the real server's Tables, for the test of the printers. */
function packTables(folder: string, ids: readonly string[]): void {
  const tables = ids
    .filter((id) => ['F00', 'F58', 'F50', 'F12'].includes(id) && existsSync(join(folder, `${id}.json`)))
    .map((id) => {
      // Written by `record` in this shape.
      const { before } = JSON.parse(readFileSync(join(folder, `${id}.json`), 'utf8')) as Recording;
      const rows = Object.entries(before.dump.tables).flatMap(([path, one]): [string, unknown[]][] => {
        const own = objects(object(one)['rows']).filter((row) => !isRecorder(object(row, 'object')));
        return own.length === 0 ? [] : [[path, own.map((row) => row['cells'])]];
      });
      return [id, { at: before.dump.at, rows: Object.fromEntries(rows) }];
    });
  if (tables.length > 0) write(TESTS, 'tables.json.gz', Object.fromEntries(tables));
}

function write(into: string, name: string, value: unknown): number {
  const zipped = gzipSync(JSON.stringify(value), { level: 9 });
  writeFileSync(join(into, name), zipped);
  return zipped.length;
}

function snapshotOf({ id, cause, title, subject, before, repair }: Recording): Snapshot {
  const { dump } = before;
  const pairs = servingPairs(dump);
  const story = repair && storyOf(dump, repair.after.dump, repair.from);
  const metrics = metricsOf(dump);
  return {
    schema: 'promfix.snapshot/v1',
    at: dump.at,
    id,
    cause,
    title,
    subject,
    objects: reduced(dump.objects),
    discovery: plainDiscovery(dump),
    columns: columnsOf(dump),
    logs: logsOf(dump),
    ...(metrics !== undefined && { metrics }),
    servingPairs: pairs,
    ...(story && { story }),
  };
}

function plainDiscovery({ discovery }: Dump): Snapshot['discovery'] {
  // Discovery documents are JSON objects.
  return discovery as Snapshot['discovery'];
}

function columnsOf({ tables }: Dump): Snapshot['columns'] {
  return Object.fromEntries(
    Object.entries(tables).map(([path, one]) => [path, objects(object(one)['columnDefinitions'])]),
  );
}

function reduced(all: Readonly<Record<string, readonly Json[]>>): Record<string, readonly Json[]> {
  return Object.fromEntries(
    Object.entries(all).map(([path, items]) => [
      path,
      items.filter((item) => !isRecorder(item)).map((item) => reduce(path, item)),
    ]),
  );
}

/** The account that the evidence was read with. */
function isRecorder(item: Json): boolean {
  return namespaceOf(item) === 'promfix' || /^promfix(-bot|-limited)?$/.test(nameOf(item));
}

function reduce(path: string, item: Json): Json {
  if (path === CRDS) return withoutSchema(item);
  if (path === SECRETS) return withDummies(item);
  return item;
}

/** A CRD without its schemas; the annotation of a client-side apply keeps its length, which is what is judged of it. */
function withoutSchema(item: Json): Json {
  const spec = object(item, 'spec');
  const versions = objects(spec['versions']).map(({ schema: _, ...version }) => version);
  const annotations = { ...object(item, 'metadata', 'annotations') };
  const applied = annotations[LAST_APPLIED];
  if (typeof applied === 'string') annotations[LAST_APPLIED] = 'x'.repeat(Buffer.byteLength(applied));
  const metadata = { ...object(item, 'metadata'), ...(Object.keys(annotations).length > 0 && { annotations }) };
  return { ...item, metadata, spec: { ...spec, versions } };
}

/** Values of the same size, but public certificates as they are. */
function withDummies(item: Json): Json {
  const data = Object.entries(object(item, 'data')).map(([key, value]): [string, string] => {
    const bytes = Buffer.from(String(value), 'base64');
    const isPublic = /^-----BEGIN CERTIFICATE-----[\w+/=\s-]+-----END CERTIFICATE-----\s*$/.test(
      bytes.toString('latin1'),
    );
    return [key, isPublic ? String(value) : Buffer.alloc(bytes.length, 'x').toString('base64')];
  });
  return { ...item, ...(data.length > 0 && { data: Object.fromEntries(data) }) };
}

function servingPairs({ objects: all }: Dump): readonly ServingPair[] {
  const found = (all[SECRETS] ?? []).find((one) => namespaceOf(one) === NS && nameOf(one) === ADMISSION);
  if (found === undefined) return [];
  const read = (key: string): X509Certificate | undefined => {
    const text = string(found, 'data', key);
    return text === undefined ? undefined : new X509Certificate(Buffer.from(text, 'base64'));
  };
  const cert = read('cert');
  const ca = read('ca');
  if (cert === undefined || ca === undefined) return [];
  const part = (name: string, key: string): string | undefined => new RegExp(`^${key}=(.+)$`, 'm').exec(name)?.[1];
  const organization = part(cert.subject ?? '', 'O');
  const caOrganization = part(cert.issuer ?? '', 'O');
  return [
    {
      namespace: NS,
      secret: ADMISSION,
      cert: 'cert',
      key: 'key',
      ca: 'ca',
      commonName: part(cert.subject ?? '', 'CN') ?? '',
      ...(organization !== undefined && { organization }),
      caCommonName: part(cert.issuer ?? '', 'CN') ?? '',
      ...(caOrganization !== undefined && { caOrganization }),
      dnsNames: (cert.subjectAltName ?? '')
        .split(', ')
        .flatMap((name) => (name.startsWith('DNS:') ? [name.slice(4)] : [])),
      notBefore: cert.validFromDate.toISOString(),
      notAfter: cert.validToDate.toISOString(),
    },
  ];
}

function logsOf({ logs }: Dump): readonly SavedLog[] {
  return Object.entries(logs).flatMap(([key, { current, previous }]): SavedLog[] => {
    const [namespace = '', pod = '', container = ''] = key.split('/');
    if (current.status !== 200) return [];
    return [
      { namespace, pod, container, current: current.text, ...(previous.status === 200 && { previous: previous.text }) },
    ];
  });
}

function metricsOf({ proxies }: Dump): string | undefined {
  return Object.values(proxies).find(({ status }) => status === 200)?.text;
}

const isOperatorPod = (item: Json): boolean =>
  namespaceOf(item) === NS && string(item, 'metadata', 'labels', 'app') === 'kube-prometheus-stack-operator';

/** What the simulator's own controllers do, or what the repair itself was. */
const NOT_TOLD =
  /^\/api\/v1\/(nodes|namespaces|serviceaccounts|resourcequotas|limitranges)$|^\/apis\/(rbac|apiextensions|storage)\.|^\/apis\/apps\/v1\/(deployments|replicasets)$/;

function isTold(path: string, item: Json): boolean {
  if (NOT_TOLD.test(path)) return false;
  if (path === PODS) return !isOperatorPod(item);
  if (path === '/api/v1/events') return !(string(item, 'involvedObject', 'name') ?? '').startsWith(OPERATOR);
  if (path.endsWith('/endpointslices'))
    return string(item, 'metadata', 'labels', 'kubernetes.io/service-name') !== OPERATOR;
  return true;
}

function storyOf(before: Dump, after: Dump, repairedAt: string): SavedStory {
  const changed: Record<string, readonly Json[]> = {};
  const removed: SavedStory['removed'][number][] = [];
  for (const [path, items] of Object.entries(after.objects)) {
    const known = new Map<string, Json>((before.objects[path] ?? []).map((item) => [keyOf(item), item]));
    const fresh = items.filter(
      (item) => isTold(path, item) && !isRecorder(item) && !same(known.get(keyOf(item)), item),
    );
    if (fresh.length > 0) changed[path] = fresh.map((item) => reduce(path, item));
    for (const item of items) known.delete(keyOf(item));
    for (const item of known.values()) {
      const namespace = namespaceOf(item);
      if (isTold(path, item)) removed.push({ path, name: nameOf(item), ...(namespace !== undefined && { namespace }) });
    }
  }
  const pod = (after.objects[PODS] ?? []).find(isOperatorPod);
  const wasThere = (before.objects[PODS] ?? []).some((one) => nameOf(one) === nameOf(pod ?? {}));
  const log = after.logs[`${NS}/${nameOf(pod ?? {})}/${OPERATOR_CONTAINER}`]?.current.text ?? '';
  // The same process went on: only what it wrote since.
  const told = wasThere
    ? log
        .split(/(?<=\n)/)
        .filter((line) => line.slice(0, 20) >= before.at.slice(0, 20))
        .join('')
    : log;
  const metrics = metricsOf(after);
  return {
    from: wasThere ? repairedAt : log.slice(0, 24) || repairedAt,
    until: after.at,
    objects: changed,
    removed,
    log: told,
    goesOn: wasThere,
    ...(metrics !== undefined && { metrics }),
    ...(pod !== undefined && { operatorPod: pod }),
  };
}
