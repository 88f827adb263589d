import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';

export interface Asset {
  readonly type: string;
  readonly body: string;
}

const SRC = new URL('../../', import.meta.url);
const LIT = new URL('./', import.meta.resolve('lit-html'));
/** Modules outside the page's folder that it imports. */
const SHARED = ['workspace/mrkdwn.ts', 'workspace/json.ts'];
const cache = new Map<string, Promise<Asset>>();

/** A file of the page by its path, or undefined. TypeScript is served without its types; nothing outside the two folders is served. */
export function asset(path: string): Promise<Asset> | undefined {
  const file = fileOf(path);
  if (file === undefined) return undefined;
  const known = cache.get(path);
  if (known !== undefined) return known;
  const read = load(file);
  cache.set(path, read);
  read.catch(() => cache.delete(path));
  return read;
}

function fileOf(path: string): URL | undefined {
  const own = /^\/src\/(demo\/page\/[a-z-]+\.(?:ts|css|svg))$/.exec(path)?.[1];
  if (own !== undefined) return new URL(own, SRC);
  const shared = SHARED.find((one) => path === `/src/${one}`);
  if (shared !== undefined) return new URL(shared, SRC);
  const vendor = /^\/vendor\/lit-html\/((?:directives\/)?[a-z-]+\.js)$/.exec(path)?.[1];
  return vendor === undefined ? undefined : new URL(vendor, LIT);
}

async function load(file: URL): Promise<Asset> {
  const text = await readFile(fileURLToPath(file), 'utf8');
  if (file.pathname.endsWith('.css')) return { type: 'text/css; charset=utf-8', body: text };
  if (file.pathname.endsWith('.svg')) return { type: 'image/svg+xml; charset=utf-8', body: text };
  const script = file.pathname.endsWith('.ts') ? stripTypeScriptTypes(text) : text;
  return {
    type: 'text/javascript; charset=utf-8',
    body: script.replace(/(from\s*|import\s*)'lit-html(\/[a-z/-]+\.js)?'/g, vendored),
  };
}

/** A browser knows no packages: their names become paths. */
const vendored = (_all: string, before: string, path: string | undefined): string =>
  `${before}'/vendor/lit-html${path ?? '/lit-html.js'}'`;

/** The page itself; its token goes along with every post. */
export async function page(token: string): Promise<Asset> {
  const html = await readFile(fileURLToPath(new URL('demo/page/index.html', SRC)), 'utf8');
  return { type: 'text/html; charset=utf-8', body: html.replace('{{token}}', token) };
}
