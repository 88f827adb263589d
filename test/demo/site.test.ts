import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FAULTS } from '../../src/demo/faults.ts';
import { type Site, startSite } from '../../src/demo/site/site.ts';
import { Stage } from '../../src/demo/stage.ts';
import { Workspace } from '../../src/workspace/index.ts';

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

describe('the server of the page', () => {
  let site: Site;
  let stage: Stage;
  let token: string;

  /** As a browser would not let a script do it: any Host, any Origin. */
  function ask(path: string, headers: Readonly<Record<string, string>> = {}, body?: object): Promise<Answer> {
    const { port } = new URL(site.url);
    const method = body === undefined ? 'GET' : 'POST';
    return new Promise((resolve, reject) => {
      const sent = request(
        { host: '127.0.0.1', port, path, method, headers: { host: `127.0.0.1:${port}`, ...headers } },
        (response) => {
          let text = '';
          response.on('data', (part) => {
            text += part;
          });
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, body: text, headers: response.headers }),
          );
        },
      );
      sent.on('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
  const said = (): readonly string[] => stage.workspace?.messages('incidents').map((one) => one.text) ?? [];

  beforeAll(async () => {
    stage = new Stage({
      faults: FAULTS,
      fault: 'F58',
      cluster: 'test',
      real: false,
      open: async () => {
        const workspace = await Workspace.start({ people: ['maya', 'noor', 'tom'], channels: ['incidents'] });
        return { workspace, stop: () => workspace.stop() };
      },
    });
    site = await startSite(stage, 0);
    await stage.begin('F58');
    token = /promfix-token" content="([^"]+)"/.exec((await ask('/')).body)?.[1] ?? '';
  });
  afterAll(async () => {
    await site.stop();
    await stage.stop();
  });

  it('does what a person does when the page asks', async () => {
    const answer = await ask('/act?as=tom', { 'x-promfix-token': token }, { act: 'say', text: 'hello' });
    expect(answer).toMatchObject({ status: 200, body: '{}' });
    expect(said()).toEqual(['hello']);
  });

  it.each([
    ['a name that somebody points at this machine', { host: 'evil.example:80' }],
    ['another port', { host: '127.0.0.1:1' }],
    ['another site', { origin: 'https://evil.example' }],
    ['another server of this machine', { 'sec-fetch-site': 'same-site' }],
    ['a frame without an origin', { origin: 'null' }],
  ])('refuses %s, even with the token', async (_what, headers) => {
    const answer = await ask('/act', { 'x-promfix-token': token, ...headers }, { act: 'say', text: 'evil' });
    expect(answer.status).toBe(403);
    expect((await ask('/events', headers)).status).toBe(403);
    expect(said()).not.toContain('evil');
  });

  it('refuses a post without the page’s token, and what it does not understand', async () => {
    expect((await ask('/act', {}, { act: 'say', text: 'evil' })).status).toBe(403);
    expect(
      (await ask('/act', { 'x-promfix-token': 'x'.repeat(token.length) }, { act: 'say', text: 'evil' })).status,
    ).toBe(403);
    expect((await ask('/act', { 'x-promfix-token': token }, { act: 'explode' })).status).toBe(400);
    expect(said()).not.toContain('evil');
  });

  it('serves the page and its modules, and no other file', async () => {
    for (const path of ['/src/demo/page/main.ts', '/src/workspace/mrkdwn.ts', '/vendor/lit-html/lit-html.js'])
      expect(await ask(path)).toMatchObject({
        status: 200,
        headers: { 'content-type': expect.stringContaining('javascript') },
      });
    for (const path of [
      '/src/demo/stage.ts',
      '/src/demo/page/../stage.ts',
      '/src/demo/page/..%2fstage.ts',
      '/src/workspace/workspace.ts',
      '/vendor/lit-html/package.json',
      '/package.json',
      '//etc/passwd',
    ])
      expect([path, (await ask(path)).status]).toEqual([path, 404]);
  });

  it('allows the page no inline script and nothing from elsewhere', async () => {
    const { headers, body } = await ask('/');
    expect(headers['content-security-policy']).toMatch(/default-src 'none'; script-src 'self'; /);
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect(headers['access-control-allow-origin']).toBeUndefined();
    expect(body).not.toMatch(/<script(?![^>]*src=)|style=|https?:/);
  });
});
