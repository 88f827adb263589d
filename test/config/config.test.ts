import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ConfigError, parseEnvironment, parseFile, requireFor } from '../../src/config.ts';

function mistakes(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
}

describe('promfix.yaml', () => {
  it('is read from the example that ships', () => {
    const config = parseFile(readFileSync(new URL('../../promfix.example.yaml', import.meta.url), 'utf8'));

    expect(config.cluster).toBe('production-eu');
    expect(config.approvals.low).toMatchObject({ approvals: 1, self: 'with-reason', expires: 1800 });
    expect(config.timeouts).toEqual({ read: 10, verify: 300 });
  });

  it('needs only a cluster and a channel; nobody may approve then', () => {
    const config = parseFile('cluster: c\nslack: { incidentChannel: C012AB3CD }');

    expect(config.approvals).toEqual({});
    expect(config.slack.commandChannels).toEqual([]);
  });

  it('shows every mistake at once, each with an example of the right form', () => {
    const text = mistakes(() =>
      parseFile(
        'slack: { incidentChannel: "#incidents" }\napprovals: { low: { approvals: 0, users: [jane] } }\nclustr: x',
      ),
    );

    expect(text).toContain('5 mistakes in promfix.yaml');
    expect(text).toContain('cluster: is missing\n      for example  cluster: production-eu');
    expect(text).toContain('slack.incidentChannel: must be');
    expect(text).toContain('incidentChannel: C012AB3CD');
    expect(text).toContain('approvals.low.approvals: must be at least 1');
    expect(text).toContain('approvals.low.users.0: must be');
    expect(text).toContain('there is no setting called "clustr" here');
  });

  it('names the line of a syntax error', () => {
    expect(mistakes(() => parseFile('cluster: [a\nslack: {}'))).toMatch(/line \d/);
  });

  it('refuses a file that expands through aliases', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefghi'
        .split('')
        .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]`),
    ].join('\n');

    expect(mistakes(() => parseFile(bomb))).toContain('aliases');
  });

  it('refuses a file that is too large', () => {
    expect(mistakes(() => parseFile(`# ${'x'.repeat(70_000)}`))).toContain('larger than');
  });
});

describe('the environment', () => {
  it('never repeats the value of a secret', () => {
    const text = mistakes(() =>
      parseEnvironment({ SLACK_BOT_TOKEN: 'xoxp-secret-value', PROMFIX_APPROVAL_KEY: 'short-secret' }),
    );

    expect(text).toContain('SLACK_BOT_TOKEN');
    expect(text).toContain('PROMFIX_APPROVAL_KEY: must be at least 32');
    expect(text).not.toContain('secret-value');
    expect(text).not.toContain('short-secret');
  });

  it('takes an empty variable as not set', () => {
    expect(parseEnvironment({ REDIS_URL: '', LOG_LEVEL: '' })).toEqual({ LOG_LEVEL: 'info' });
  });

  it('makes the files for TLS a part of the address, and takes none that cannot be read or would not be used', () => {
    const here = import.meta.filename;
    const REDIS_URL = 'rediss://me:p%40ss@redis:6380/2';

    const { REDIS_URL: full = '' } = parseEnvironment({ REDIS_URL, REDIS_CA_FILE: here, REDIS_CERT_FILE: here });

    expect(full).toBe(`${REDIS_URL}?ca=${encodeURIComponent(here)}&cert=${encodeURIComponent(here)}`);
    expect(parseEnvironment({ REDIS_URL: full, REDIS_CA_FILE: here, REDIS_CERT_FILE: here }).REDIS_URL).toBe(full);
    expect(mistakes(() => parseEnvironment({ REDIS_URL, REDIS_CA_FILE: '/nowhere/ca.crt' }))).toMatch(
      /REDIS_CA_FILE: names a file that can’t be read/,
    );
    expect(mistakes(() => parseEnvironment({ REDIS_URL: 'redis://redis', REDIS_CA_FILE: here }))).toMatch(
      /REDIS_CA_FILE: is for TLS/,
    );
  });

  it('says for a role everything that it lacks', () => {
    const text = mistakes(() => requireFor('bot', parseEnvironment({ SLACK_BOT_TOKEN: 'xoxb-1' })));

    for (const name of ['SLACK_APP_TOKEN', 'REDIS_URL', 'PROMFIX_APPROVAL_KEY'])
      expect(text).toContain(`${name}: is not set`);
    expect(text).not.toContain('SLACK_BOT_TOKEN:');
  });
});
