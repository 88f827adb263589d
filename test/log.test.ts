import { expect, it } from 'vitest';
import { createLogger } from '../src/log.ts';

function logged(data: object): string {
  const lines: string[] = [];
  createLogger('info', 'bot', { write: (line: string) => lines.push(line) }).info(data, 'a constant message');
  return lines.join('');
}

it.each([
  { title: 'a Slack token in a text', data: { text: 'failed with xoxb-123456-abcdef' }, secret: 'xoxb-123456-abcdef' },
  { title: 'a token under its name', data: { options: { token: 'plain-value' } }, secret: 'plain-value' },
  {
    title: 'a response URL',
    data: { body: { response_url: 'https://hooks.slack.com/commands/T1/2/abc' } },
    secret: 'commands/T1',
  },
  { title: 'a password in a URL', data: { url: 'redis://user:hunter22@redis:6379' }, secret: 'hunter22' },
  {
    title: 'a bearer token in an error with a cause',
    data: { err: new Error('x', { cause: new Error('Bearer abcdefgh.ijklmnop') }) },
    secret: 'abcdefgh',
  },
])('never logs $title', ({ data, secret }) => {
  const line = logged(data);

  expect(line).toContain('a constant message');
  expect(line).toContain('[hidden]');
  expect(line).not.toContain(secret);
});

it('keeps what is not secret, and the stack of an error', () => {
  const line = logged({ incident: 'inc-1', err: new TypeError('boom') });

  expect(JSON.parse(line)).toMatchObject({
    role: 'bot',
    level: 'info',
    incident: 'inc-1',
    err: { type: 'TypeError', message: 'boom' },
  });
  expect(line).toContain('log.test.ts');
});
