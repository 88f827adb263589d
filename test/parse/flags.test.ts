import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseGoFlags, splitList } from '../../src/parse/go-flags.ts';
import { selects } from '../../src/parse/label-selector.ts';
import { compareVersions, isOlder } from '../../src/parse/version.ts';

describe('arguments of the operator', () => {
  it('are read as Go reads them: one dash or two, value after = or after a space, the last one wins', () => {
    const flags = parseGoFlags(['--namespaces=a,b', '-controller-id', 'x', '--web.enable-tls', '--namespaces=c']);

    expect([...flags]).toEqual([
      ['namespaces', 'c'],
      ['controller-id', 'x'],
      ['web.enable-tls', 'true'],
    ]);
  });

  it('end at the first word that is no flag', () => {
    expect(parseGoFlags(['--a=1', 'word', '--b=2']).has('b')).toBe(false);
  });

  it('may hold blanks and empty names in a list', () => {
    expect(splitList(' a ,,b')).toEqual(['a', 'b']);
    expect(splitList(undefined)).toEqual([]);
  });
});

describe('label selectors', () => {
  it.each([
    ['team=a', { team: 'a' }, true],
    ['team=a', {}, false],
    ['team==a,tier!=x', { team: 'a' }, true],
    ['team in (a, b)', { team: 'b' }, true],
    ['team notin (a,b)', {}, true],
    ['team', { team: '' }, true],
    ['!team', { team: 'a' }, false],
    ['', { team: 'a' }, true],
  ])('%s', (selector, labels, expected) => {
    expect(selects(selector, labels)).toBe(expected);
  });

  it('are not guessed at when they are none', () => {
    expect(selects('a=(b', { a: 'b' })).toBeUndefined();
  });

  it('never throw', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 100 }), (text) => {
        selects(text, { a: 'b' });
        parseGoFlags([text, text]);
      }),
    );
  });
});

describe('versions', () => {
  it('are compared whatever their form', () => {
    expect(compareVersions('v0.86.2', '0.86.2')).toBe(0);
    expect(isOlder('0.59.1', '0.60.0')).toBe(true);
    expect(isOlder('latest', '0.60.0')).toBe(false);
    expect(compareVersions(undefined, '1.0.0')).toBeUndefined();
  });
});
