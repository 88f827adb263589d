import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const src = join(root, 'src');

/** Pure rooms: values in, values out. What each may import besides itself and types of any room. */
const PURE: Readonly<Record<string, readonly string[]>> = {
  parse: ['parse'],
  texts: ['texts'],
  diagnosis: ['diagnosis', 'runbooks', 'parse', 'evidence/pure'],
  runbooks: ['runbooks', 'parse', 'diagnosis', 'evidence/pure'],
  remediations: ['remediations', 'diagnosis', 'parse', 'runbooks', 'evidence/pure'],
  incidents: ['incidents', 'remediations', 'diagnosis', 'evidence/pure'],
  render: ['render', 'texts', 'diagnosis', 'remediations', 'incidents', 'parse', 'runbooks', 'evidence/pure'],
  'slack/views': [
    'slack/views',
    'texts',
    'render',
    'diagnosis',
    'incidents',
    'remediations',
    'runbooks',
    'evidence/pure',
  ],
};
/** Files of `evidence/` that hold types or pure functions and may be used by pure rooms. */
const PURE_EVIDENCE =
  /^evidence\/(types|content-hash|needs|targets|flags|operator-pod|rights|redact|unread-evidence|shards)(\/|\.ts$)/;
/** Packages without I/O. node:crypto hashes, node:util takes colours out of text; nothing more. */
const PURE_PACKAGES = ['zod', 'semver', 'canonicalize', 'shlex', 'yaml', 'node:crypto', 'node:util'];

/** Each vendor package appears in these rooms only. */
const VENDORS: readonly (readonly [package_: RegExp, rooms: readonly string[]])[] = [
  [/^@kubernetes\/client-node/, ['kubernetes']],
  [/^undici/, ['kubernetes']],
  [/^@slack\//, ['slack']],
  [/^bullmq$/, ['queue']],
  [/^ioredis$/, ['store', 'queue']],
  [/^pino$/, ['log.ts']],
  [/^commander$/, ['commands']],
];

/** Only for tests and the demo: not in the image, so nothing else may need them. */
const NOT_IN_IMAGE = ['workspace', 'simulator', 'demo'];

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

function modules(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? modules(join(dir, entry.name)) : /\.[jt]s$/.test(entry.name) ? [join(dir, entry.name)] : [],
  );
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const found = [
    ...text.matchAll(/^(?:import|export)\s+(type\s+)?(?:[^'"();]*?\sfrom\s+)?'([^']+)'/gm),
    ...text.matchAll(/\bimport\(()'([^']+)'\)/g),
  ];
  return found.map(([, type, to]) => ({
    from: relative(src, file),
    to: to?.startsWith('.') ? relative(src, resolve(dirname(file), to)) : (to ?? ''),
    typeOnly: Boolean(type),
  }));
}

const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');

/** What can be reached from the node over at least one arrow, the node itself included where the arrows lead back to it. */
function reached(from: string, arrows: ReadonlyMap<string, ReadonlySet<string>>): Set<string> {
  const seen = new Set<string>();
  const open = [...(arrows.get(from) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...(arrows.get(next) ?? []));
  }
  return seen;
}

/** Nodes that arrows lead back to: empty where there is no cycle. */
function cyclic(pairs: readonly (readonly [from: string, to: string])[]): string[] {
  const arrows = new Map<string, Set<string>>();
  for (const [from, to] of pairs) arrows.set(from, (arrows.get(from) ?? new Set()).add(to));
  return [...arrows.keys()].filter((node) => reached(node, arrows).has(node));
}

/** Names that a module exports, its own and those of others. */
function exportsOf(text: string): string[] {
  const own = text.matchAll(/^export (?:async )?(?:function\*?|const|class|interface|type) (\w+)/gm);
  const lists = text.matchAll(/^export (?:type )?\{([^}]*)\}/gm);
  return [
    ...[...own].map(([, name = '']) => name),
    ...[...lists].flatMap(([, names = '']) => names.match(/\w+(?=\s*(?:,|$))/g) ?? []),
  ];
}

const files = modules(src);
const imports = files.flatMap(importsOf);
const local = (one: Import) => one.to.endsWith('.ts') || one.to.startsWith('startup/');
const room = (path: string) => (path.startsWith('slack/views') ? 'slack/views' : (path.split('/')[0] ?? path));
const show = (one: Import) => `${one.from} → ${one.to}`;

describe('the arrows of the architecture', () => {
  it('are checked on every module of src', () => {
    expect(files.length).toBeGreaterThan(60);
    expect(imports.length).toBeGreaterThan(200);
  });

  it.each(Object.entries(PURE))(
    '%s is pure: it imports only pure rooms, types, and packages without I/O',
    (name, allowed) => {
      const own = imports.filter((one) => room(one.from) === name);
      const wrong = own.filter((one) => {
        if (one.typeOnly) return false;
        if (!local(one)) return !PURE_PACKAGES.some((name) => one.to === name || one.to.startsWith(`${name}/`));
        if (PURE_EVIDENCE.test(one.to)) return !allowed.includes('evidence/pure');
        return !allowed.some((path) => one.to.startsWith(`${path}/`) || one.to === `${path}.ts`);
      });

      expect(own.length, `${name} has modules`).toBeGreaterThan(0);
      expect(wrong.map(show)).toEqual([]);
    },
  );

  it.each(Object.keys(PURE))('%s has no clock, no randomness, no process and no console', (name) => {
    const wrong = files
      .filter((file) => room(relative(src, file)) === name)
      .filter((file) =>
        /\bDate\.now\(|new Date\(\)|Math\.random\(|\bprocess\.|\bconsole\.|\bset(Timeout|Interval)\(/.test(
          withoutComments(readFileSync(file, 'utf8')),
        ),
      );

    expect(wrong.map((file) => relative(src, file))).toEqual([]);
  });

  it('what is in the image imports the packages that package.json calls dependencies: all of them, and no others', () => {
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const needed = imports
      .filter((one) => !one.typeOnly && !NOT_IN_IMAGE.includes(room(one.from)))
      .filter((one) => !local(one) && !/^(node:|\.)/.test(one.to))
      .map(({ to }) => (/^(@[^/]+\/)?[^/]+/.exec(to) ?? [to])[0]);

    expect([...new Set(needed)].toSorted()).toEqual(Object.keys(dependencies).toSorted());
  });

  it.each(VENDORS)('%s appears in its own room only', (vendor, rooms) => {
    const wrong = imports.filter(
      (one) => vendor.test(one.to) && !one.typeOnly && ![...rooms, ...NOT_IN_IMAGE].includes(room(one.from)),
    );

    expect(wrong.map(show)).toEqual([]);
  });

  it('nothing of the image needs the workspace, the simulator or the demo', () => {
    const wrong = imports.filter(
      (one) => NOT_IN_IMAGE.includes(room(one.to)) && !NOT_IN_IMAGE.includes(room(one.from)),
    );

    expect(wrong.map(show)).toEqual([]);
  });

  it('what works for the commands does not know them', () => {
    const wrong = imports.filter(
      (one) => room(one.to) === 'commands' && ['evidence', 'queue', 'store', 'kubernetes'].includes(room(one.from)),
    );

    expect(wrong.map(show)).toEqual([]);
  });

  it('only the entries and config.ts read the environment', () => {
    const wrong = files
      .filter(
        (file) =>
          !['main.js', 'startup/compile-ahead.ts', 'config.ts'].includes(relative(src, file)) &&
          !NOT_IN_IMAGE.includes(room(relative(src, file))),
      )
      .filter((file) => readFileSync(file, 'utf8').includes('process.env'));

    expect(wrong.map((file) => relative(src, file))).toEqual([]);
  });

  it('no module imports itself on any way, types included, tests and scripts neither', () => {
    const all = ['src', 'test', 'scripts'].flatMap((folder) => modules(join(root, folder))).flatMap(importsOf);

    expect(cyclic(all.filter(local).map(({ from, to }) => [from, to]))).toEqual([]);
  });

  it('no room needs one that needs it: values go one way', () => {
    const values = imports.filter((one) => local(one) && !one.typeOnly);
    const between = values.filter(({ from, to }) => room(from) !== room(to));

    expect(cyclic(between.map(({ from, to }) => [room(from), room(to)]))).toEqual([]);
  });

  it('comments name only files that exist', () => {
    const all = ['src', 'test', 'scripts'].flatMap((folder) => modules(join(root, folder)));
    const names = new Set(all.map((file) => basename(file)));
    const wrong = files.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/\/\*\*[\s\S]*?\*\/|\/\/.*$/gm)]
        .flatMap(([comment]) => [...comment.matchAll(/`(?:[\w.-]+\/)*([\w-]+\.ts)`/g)])
        .filter(([, name = '']) => !names.has(name))
        .map(([path]) => `${relative(src, file)}: ${path}`),
    );
    expect(wrong).toEqual([]);
  });

  it('every import of a local file exists', () => {
    const known = new Set(files.map((file) => relative(src, file)));

    expect(imports.filter((one) => local(one) && !one.to.startsWith('..') && !known.has(one.to)).map(show)).toEqual([]);
  });

  it('exports what another module needs, a test or a script included, and nothing else', () => {
    const all = ['src', 'test', 'scripts'].flatMap((folder) => modules(join(root, folder)));
    const code = new Map(all.map((file) => [file, withoutComments(readFileSync(file, 'utf8'))]));
    const importers = new Map<string, string[]>();
    for (const [file, text] of code)
      for (const [, to = ''] of text.matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g)) {
        const target = resolve(dirname(file), to);
        importers.set(target, [...(importers.get(target) ?? []), file]);
      }
    const says = (file: string, name: RegExp) => name.test(code.get(file) ?? '');
    const needs = (file: string, name: RegExp): boolean =>
      (importers.get(file) ?? []).some(
        (one) => says(one, name) || (says(one, /^export (type )?\* from/m) && needs(one, name)),
      );

    const idle = files.flatMap((file) =>
      exportsOf(code.get(file) ?? '')
        .filter((name) => !needs(file, new RegExp(`\\b${name}\\b`)))
        .map((name) => `${relative(src, file)}: ${name}`),
    );
    expect(idle).toEqual([]);
  });
});
