import { describe, expect, it } from 'vitest';
import { Liveness, type Watched } from './liveness.ts';

/** Processes whose signs a test moves, and the sentences of those that hang; a look a second. */
function watching(...roles: readonly Watched['role'][]) {
  let now = 0;
  const places = roles.map((role, index) => ({
    role,
    pid: 100 + index,
    isUp: true,
    signs: {} as Record<string, number>,
    failed: undefined as Error | undefined,
  }));
  const liveness = new Liveness(
    places,
    () => 1,
    () => now,
  );
  const signs = (index: number) => {
    const place = places[index];
    if (place === undefined) throw new Error('no such place');
    return place;
  };
  return {
    place: signs,
    isSuspect: (index: number) => liveness.isSuspect(signs(index)),
    found: () => liveness.found.aborted,
    /** Seconds pass; `each` does what the processes do in one. */
    run(seconds: number, each: () => void): readonly string[] {
      for (let second = 0; second < seconds; second += 1) {
        now += 1000;
        each();
        liveness.look();
      }
      return liveness.broken.map(({ detail }) => detail);
    },
    does(index: number, name: string, times = 1): void {
      const { signs: counts } = signs(index);
      counts['any'] = (counts['any'] ?? 0) + times;
      if (name !== 'any') counts[name] = (counts[name] ?? 0) + times;
    },
  };
}

describe('a process that hangs', () => {
  it('is told when it does nothing at all', () => {
    const world = watching('bot', 'bot');
    const both = world.run(40, () => {
      world.does(0, 'claim slack');
      world.does(1, 'claim slack');
    });
    expect(both).toEqual([]);

    expect(world.run(19, () => world.does(1, 'claim slack'))).toEqual([]);
    expect(world.isSuspect(0), 'the storm leaves it alone').toBe(true);
    expect(world.isSuspect(1)).toBe(false);
    const [said] = world.run(5, () => world.does(1, 'claim slack'));
    expect(said).toContain('the bot with pid 100 is alive, was not frozen, and does nothing any more');
    expect(world.found()).toBe(true);
  });

  it('is told when one of its loops alone stands still', () => {
    const world = watching('bot');
    world.run(5, () => {
      world.does(0, 'claim slack');
      world.does(0, 'claim queue');
    });

    expect(world.run(40, () => world.does(0, 'claim queue'))).toEqual([
      expect.stringContaining(
        'the bot with pid 100 is alive, was not frozen, and does not come round to “claim slack”',
      ),
    ]);
  });

  it('is told of a worker when the others had much to do, and not when nobody had', () => {
    const world = watching('worker', 'worker');
    expect(world.run(120, () => {})).toEqual([]);
    expect(world.run(40, () => world.does(1, 'any', 10))).toEqual([]);

    const [said] = world.run(120, () => world.does(1, 'any', 10));
    expect(said).toContain('the worker with pid 100');
  });

  it('is none that was frozen, killed, or got on late', () => {
    const world = watching('bot', 'worker', 'worker');
    const [bot, worker] = [world.place(0), world.place(1)];
    const work = () => world.does(2, 'any', 100);
    world.run(15, work);
    world.does(0, 'any');
    world.run(1, work);
    bot.isUp = false;
    world.run(60, work);
    bot.isUp = true;
    world.run(15, work);
    bot.pid = 200;
    bot.signs = {};

    // All that while the worker was away, too.
    expect(world.run(0, work).filter((said) => said.includes('bot'))).toEqual([]);
    worker.pid = 300;
    expect(world.run(15, () => world.does(0, 'any')).filter((said) => said.includes('bot'))).toEqual([]);
  });

  it('ends the run when it can’t be started any more', () => {
    const world = watching('bot');
    world.place(0).failed = new Error('never ready');

    expect(world.run(1, () => {})).toEqual([]);
    expect(world.found()).toBe(true);
  });
});
