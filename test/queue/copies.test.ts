import { describe, expect, it } from 'vitest';
import { COPY_SECONDS, type CopyPlace, copiesOf, forgetCopy } from '../../src/queue/jobs/copies.ts';
import { CLUSTER } from '../remediations/world.ts';

const OBJECT = {
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'Prometheus',
  namespace: 'monitoring',
  name: 'main',
  uid: 'u',
};
const CONTENT = { spec: { remoteWrite: [{ basicAuth: { password: 'hidden-word' } }] } };

/** A store of one text, whose clock stands where it is put. */
function place(more: Partial<CopyPlace> = {}) {
  const self = { text: '', seconds: 0, at: Date.parse('2026-11-25T03:00:00Z') };
  const store: CopyPlace['store'] = {
    now: async () => new Date(self.at).toISOString(),
    keep: async (_name, text, seconds) => void Object.assign(self, { text, seconds }),
    kept: async () => (self.text === '' ? undefined : self.text),
    forget: async () => void Object.assign(self, { text: '' }),
  };
  const given = { secret: 'k'.repeat(32), cluster: CLUSTER, mark: { job: 'inc-1.p1', run: 'then' }, object: OBJECT };
  return { self, store, copies: (again: Partial<CopyPlace> = {}) => copiesOf({ store, ...given, ...more, ...again }) };
}

describe('a copy', () => {
  it('is read back as it was, and is nothing to read for anybody else', async () => {
    const { self, copies } = place();
    await copies().keep(CONTENT);

    expect(self.text).not.toMatch(/hidden-word|remoteWrite/);
    expect(self.seconds).toBe(COPY_SECONDS);
    expect(await copies().read()).toEqual({ is: 'kept', object: CONTENT });
  });

  it('is another text each time', async () => {
    const { self, copies } = place();
    await copies().keep(CONTENT);
    const first = self.text;
    await copies().keep(CONTENT);

    expect(self.text).not.toBe(first);
  });

  it.each([
    ['another key', { secret: 'x'.repeat(32) }],
    ['another repair', { mark: { job: 'inc-2.p1', run: 'then' } }],
    ['a repair of the same number in another time', { mark: { job: 'inc-1.p1', run: 'now' } }],
    ['another object', { object: { ...OBJECT, uid: 'other' } }],
    ['another cluster', { cluster: { ...CLUSTER, uid: 'other' } }],
  ])('cannot be read for %s', async (_what, other) => {
    const { copies } = place();
    await copies().keep(CONTENT);

    expect(await copies(other).read()).toEqual({ is: 'unreadable' });
  });

  it.each(['nonce', 'tag', 'data'])('cannot be read with another %s', async (part) => {
    const { self, copies } = place();
    await copies().keep(CONTENT);
    const parts = JSON.parse(self.text);
    const bytes = Buffer.from(parts[part], 'base64');
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    self.text = JSON.stringify({ ...parts, [part]: bytes.toString('base64') });

    expect(await copies().read()).toEqual({ is: 'unreadable' });
  });

  it('is not taken when its time is over, even if somebody put it back', async () => {
    const { self, copies } = place();
    await copies().keep(CONTENT);
    self.at += (COPY_SECONDS + 1) * 1000;

    expect(await copies().read()).toEqual({ is: 'unreadable' });
  });

  it('that never was, or was let go, is none', async () => {
    const { store, copies } = place();
    expect(await copies().read()).toEqual({ is: 'none' });

    await copies().keep(CONTENT);
    await forgetCopy(store, { job: 'inc-1.p1', run: 'then' });
    expect(await copies().read()).toEqual({ is: 'none' });
  });
});
