import { describe, expect, it } from 'vitest';
import { Patience } from './patience.ts';

function waiting(slowness = 1) {
  let now = 0;
  const patience = new Patience(
    1000,
    () => slowness,
    () => now,
  );
  return (mark: string, afterMs: number) => {
    now += afterMs;
    return patience.isOver(mark);
  };
}

describe('patience', () => {
  it('ends when nothing gets on', () => {
    const look = waiting();

    expect([look('queued', 400), look('queued', 400), look('queued', 400), look('queued', 400)]).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });

  it('begins anew with every step', () => {
    const look = waiting();

    expect(
      ['queued', 'queued', 'queued', 'running', 'running', 'running'].map((mark) => look(mark, 450)),
    ).not.toContain(true);
  });

  it('lasts longer where processes take long to start', () => {
    const look = waiting(3);
    look('queued', 0);

    expect(Array.from({ length: 6 }, () => look('queued', 450))).not.toContain(true);
    expect(look('queued', 450)).toBe(true);
  });

  it('does not run out while nobody could look', () => {
    const look = waiting(10);
    look('queued', 0);

    expect(look('queued', 60_000)).toBe(false);
  });
});
