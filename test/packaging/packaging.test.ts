import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { environmentSchema, parseFile } from '../../src/config.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const variables = Object.keys(environmentSchema.shape);
const packageJson = JSON.parse(read('package.json'));

describe('docker-compose.yml', () => {
  const { services } = parse(read('docker-compose.yml'), { merge: true });

  it('sets only variables that promfix reads', () => {
    for (const role of ['bot', 'worker'])
      expect(variables).toEqual(expect.arrayContaining(Object.keys(services[role].environment)));
  });

  it('gives the worker no Slack token', () => {
    expect(Object.keys(services.worker.environment).filter((name) => name.startsWith('SLACK'))).toEqual([]);
  });

  it('runs a Redis that loses nothing and evicts nothing', () => {
    expect(services.redis.command.join(' ')).toContain('--appendonly yes --appendfsync always');
    expect(services.redis.command.join(' ')).toContain('--maxmemory-policy noeviction');
  });
});

describe('the Helm chart', () => {
  it('sets only variables that promfix reads, and gives the worker no Slack token', () => {
    const used = (file: string) =>
      [...read(`helm/promfix/templates/${file}`).matchAll(/name: ([A-Z][A-Z_]+),/g)].map(([, name]) => name ?? '');

    // One is the chart's own: it stands in REDIS_URL.
    expect([...variables, 'REDIS_PASSWORD']).toEqual(
      expect.arrayContaining([...used('bot.yaml'), ...used('worker.yaml'), ...used('_helpers.tpl')]),
    );
    expect(used('bot.yaml')).toContain('SLACK_BOT_TOKEN');
    expect(used('worker.yaml').filter((name) => name.startsWith('SLACK'))).toEqual([]);
  });

  it('has defaults that are a valid promfix.yaml once cluster and channel are named', () => {
    const { config } = parse(read('helm/promfix/values.yaml'));

    expect(() =>
      parseFile(JSON.stringify({ ...config, cluster: 'c', slack: { ...config.slack, incidentChannel: 'C012AB3CD' } })),
    ).not.toThrow();
  });

  it('has the version of the package', () => {
    expect(parse(read('helm/promfix/Chart.yaml'))).toMatchObject({
      version: packageJson.version,
      appVersion: packageJson.version,
    });
  });
});

describe('the image', () => {
  it('copies what production needs and nothing of the tests or the demo', () => {
    const ignored = read('.dockerignore').split('\n');

    for (const dir of ['workspace', 'simulator', 'demo']) expect(ignored).toContain(`src/${dir}`);
    expect(read('Dockerfile')).toMatch(/USER \d+:\d+/);
    expect(read('Dockerfile')).toMatch(/FROM node:24/);
  });

  it('names no registry in the lock file', () => {
    const lock = JSON.parse(read('package-lock.json'));

    expect(
      Object.values<{ resolved?: string }>(lock.packages).filter(({ resolved }) => resolved?.startsWith('http')),
    ).toEqual([]);
  });
});

describe('documents', () => {
  it.each(['README.md', 'CONTRIBUTING.md', 'docs/threat-model.md', 'docs/redis.md', 'docs/permissions.md'])(
    '%s links only to files that exist',
    (file) => {
      const folder = file.includes('/') ? 'docs/' : '';
      const links = [...read(file).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link]) => link ?? '');

      expect(links.filter((link) => !existsSync(new URL(`../../${folder}${link}`, import.meta.url)))).toEqual([]);
    },
  );

  it.each([
    'README.md',
    'CONTRIBUTING.md',
    'src/README.md',
    'test/README.md',
    'test/cluster/README.md',
    'docs/decisions.md',
    'docs/threat-model.md',
    'docs/redis.md',
  ])('%s names only files that exist', (file) => {
    const named = [...read(file).matchAll(/`((?:src|test|scripts|docs|helm)\/[\w./-]+)`/g)].map(
      ([, path]) => path ?? '',
    );

    expect(named.filter((path) => !existsSync(new URL(`../../${path}`, import.meta.url)))).toEqual([]);
  });

  it('README names only scripts that exist', () => {
    const named = [...read('README.md').matchAll(/npm run (?:-s )?([\w:]+)/g)].map(([, name]) => name ?? '');

    expect(Object.keys(packageJson.scripts)).toEqual(expect.arrayContaining(named));
  });

  it('the manifest of the Slack app is one document with Socket Mode on', () => {
    const [manifest, ...others] = parseAllDocuments(read('docs/manifest.yaml'));

    expect(others).toEqual([]);
    expect(manifest?.toJS()).toMatchObject({ settings: { socket_mode_enabled: true } });
  });
});
