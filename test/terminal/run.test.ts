import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { captureText } from '../../src/evidence/capture.ts';
import type { Evidence } from '../../src/evidence/types.ts';
import { diagnosisSchema } from '../../src/render/diagnosis-schema.ts';
import { TerminalError, type TerminalIo } from '../../src/terminal/io.ts';
import { runTerminal } from '../../src/terminal/run.ts';

/** A capture of what the real control plane showed in a scenario. */
function capture(scenario: string): string {
  const evidence: Evidence = JSON.parse(
    readFileSync(new URL(`../golden/${scenario}/evidence.json`, import.meta.url), 'utf8'),
  );
  return captureText(evidence);
}

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly written: Readonly<Record<string, string>>;
}

async function run(
  words: readonly string[],
  files: Readonly<Record<string, string>> = {},
  variables: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const said = { out: '', err: '' };
  const written: Record<string, string> = {};
  const io: TerminalIo = {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    variables: { HOME: '/nonexistent', ...variables },
    userName: 'maya',
    colour: false,
    now: () => new Date('2026-01-23T03:00:00Z'),
    readText: async (path) => {
      const text = files[path];
      if (text === undefined) throw new TerminalError(66, `${path} can't be read`);
      return text;
    },
    writeText: async (path, text) => {
      written[path] = text;
    },
  };
  return { code: await runTerminal(io, words), ...said, written };
}

describe('exit codes', () => {
  it.each([
    { scenario: 'F00', code: 0, verdict: 'healthy' },
    { scenario: 'F58', code: 1, verdict: 'broken' },
    { scenario: 'F27', code: 1, verdict: 'degraded' },
  ])('$code for $verdict ($scenario)', async ({ scenario, code, verdict }) => {
    const ran = await run(['diagnose', '--from', 'c.json', '-o', 'json'], { 'c.json': capture(scenario) });

    expect(ran.code).toBe(code);
    expect(JSON.parse(ran.out)).toMatchObject({ verdict });
  });

  it('2 when nothing can be said', async () => {
    expect((await run(['diagnose', '--log', '-'], { '-': 'a line that proves nothing\n' })).code).toBe(2);
  });

  it.each([
    { words: ['diagnos'], code: 64, says: 'Did you mean `diagnose`?' },
    { words: ['diagnose', '--colour'], code: 64, says: 'no option “--colour”' },
    { words: ['diagnose', 'a/b/c/d'], code: 64, says: 'does not name a resource' },
    { words: ['diagnose', '-o', 'yaml'], code: 64, says: 'text or json' },
    { words: ['diagnose', '--from', 'a', '--log', 'b'], code: 64, says: 'not both' },
    { words: ['explain', 'race'], code: 64, says: 'crd-race-at-start' },
    { words: ['explain', 'crd-race'], code: 64, says: 'Did you mean crd-race-at-start' },
    { words: ['help', 'bogus'], code: 64, says: 'I don’t know “bogus”' },
    { words: ['diagnose', '--from', 'missing.json'], code: 66, says: 'missing.json' },
    { words: ['diagnose'], code: 78, says: 'Set KUBECONFIG' },
    { words: ['status'], code: 78, says: 'REDIS_URL' },
  ])('$code with a sentence that helps: promfix $words', async ({ words, code, says }) => {
    const ran = await run(words);

    expect(ran.code).toBe(code);
    expect(ran.err).toContain(says);
    expect(ran.out).toBe('');
  });

  it('66 for a file that is no capture, saying what it lacks', async () => {
    const ran = await run(['diagnose', '--from', 'c.json'], { 'c.json': '{"kind":"List"}' });

    expect(ran.code).toBe(66);
    expect(ran.err).toContain('c.json is not a capture');
  });

  it('69 when the API server refuses the connection', async () => {
    const kubeconfig = new URL('./refused.kubeconfig', import.meta.url).pathname;
    const ran = await run(['diagnose', '-n', 'monitoring'], {}, { KUBECONFIG: kubeconfig });

    expect(ran.code).toBe(69);
    expect(ran.err).toContain('https://127.0.0.1:9');
  });
});

describe('promfix diagnose --from', () => {
  it.each([['other/thing'], ['-n', 'other'], ['--context', 'zzz']])(
    'answers about no other target: %s %s',
    async (...words) => {
      const ran = await run(['diagnose', '--from', 'c.json', ...words], { 'c.json': capture('F58') });

      expect(ran).toMatchObject({ code: 64, out: '' });
      expect(ran.err).toContain('is a capture of prometheus/monitoring/');
    },
  );

  it('takes the words of the captured target', async () => {
    const ran = await run(['diagnose', '--from', 'c.json', '-n', 'monitoring'], { 'c.json': capture('F58') });

    expect(ran.code).toBe(1);
  });

  it('prints the documented JSON', async () => {
    const ran = await run(['diagnose', '--from', 'c.json', '--output', 'json'], { 'c.json': capture('F58') });
    const answer = diagnosisSchema.parse(JSON.parse(ran.out));

    expect(answer.rootCause).toMatchObject({ cause: 'crd-race-at-start', rung: 'controller', certainty: 'proven' });
    expect(answer.consequences.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['tls-handshake-errors', 'ca-bundle-empty', 'argocd-out-of-sync', 'argocd-progressing']),
    );
    expect(answer.proposals.map(({ remediation }) => remediation)).toEqual(['restart-operator']);
  });

  it('says cluster, target, verdict and cause in the first line, and ends with commands that it does not run', async () => {
    const { out } = await run(['diagnose', '--from', 'c.json'], { 'c.json': capture('F58') });

    expect(out.split('\n')[0]).toMatch(
      /Prometheus monitoring\/\S+ is broken: The operator started before the CRD was there/,
    );
    expect(out).toContain('kubectl -n monitoring rollout restart deployment/prometheus-kube-prometheus-operator');
    expect(out).toContain('promfix runs none of them');
  });
});

describe('promfix diagnose --log', () => {
  it('says first that no line is one it knows', async () => {
    const ran = await run(['diagnose', '--log', 'x.log'], { 'x.log': 'myhost\n' });

    expect(ran.code).toBe(2);
    expect(ran.err).toContain('The one line of x.log is nothing');
  });

  it('takes no empty file', async () => {
    expect(await run(['diagnose', '--log', 'x.log'], { 'x.log': '\n\n' })).toMatchObject({ code: 66, out: '' });
  });
});

it('promfix --version says which', async () => {
  expect(await run(['--version'])).toMatchObject({ code: 0, out: expect.stringMatching(/^promfix \d+\.\d+/) });
});

describe('promfix explain', () => {
  it('lists the causes by rung when none is named', async () => {
    const { code, out } = await run(['explain']);

    expect(code).toBe(0);
    expect(out).toMatch(/controller: crd-race-at-start/);
  });

  it.each(['crd-race-at-start', 'skipcrds-then-crds'])('%s as JSON', async (cause) => {
    const ran = await run(['explain', cause, '-o', 'json']);

    expect(ran.code).toBe(0);
    expect(JSON.parse(ran.out)).toMatchObject({ cause, rung: 'controller' });
  });

  it('knows older names', async () => {
    expect(JSON.parse((await run(['explain', 'operator-oom', '-o', 'json'])).out)).toMatchObject({
      cause: 'operator-oomkilled',
      aliases: ['operator-oom'],
    });
  });
});

it('promfix help lists every command of the terminal, with the roles', async () => {
  const { out, code } = await run(['help']);

  expect(code).toBe(0);
  for (const word of ['diagnose', 'capture', 'explain', 'audit', 'pause', 'resume', 'doctor', 'bot', 'worker', 'start'])
    expect(out).toContain(word);
});

it.each([
  ['fix', 'promfix fix test-chart-version --version 79.4.0', 'promfix fix nudge inc-12'],
  ['diagnose', 'promfix diagnose --from outage.json', 'takes the only Prometheus of the cluster, or asks which one'],
  ['audit', 'promfix audit export --since 2026-01-01', undefined],
])('promfix help %s shows what the terminal takes, not what Slack takes', async (word, own, slack) => {
  const { out } = await run(['help', word]);

  expect(out).toContain(own);
  if (slack !== undefined) expect(out).not.toContain(slack);
});

it('promfix help COMMAND shows the examples of a command that is the same in both', async () => {
  expect((await run(['help', 'doctor'])).out).toContain('promfix doctor');
});
