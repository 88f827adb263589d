import { describe, expect, test } from 'vitest';
import { LogBook, type LogLine, renderLog } from './logs.ts';

const lines: readonly LogLine[] = [
  { at: new Date('2026-01-01T00:00:00.000Z'), text: 'one' },
  { at: new Date('2026-01-01T00:00:10.000Z'), text: 'two' },
  { at: new Date('2026-01-01T00:00:20.000Z'), text: 'größer' },
];
const render = (query: string): string => renderLog(lines, new URLSearchParams(query));

describe('a container log, as the API server asks for it', () => {
  test('is whole unless something is asked', () => expect(render('')).toBe('one\ntwo\ngrößer\n'));
  test('can have times', () => expect(render('timestamps=true&tailLines=1')).toBe('2026-01-01T00:00:20.000Z größer\n'));
  test('begins at a time', () => expect(render('sinceTime=2026-01-01T00:00:10Z')).toBe('two\ngrößer\n'));
  test('has no lines when none are wanted', () => expect(render('tailLines=0')).toBe(''));
  test('is cut at bytes, not at characters', () =>
    expect(Buffer.byteLength(render('tailLines=1&limitBytes=4'))).toBe(4));
});

describe('the log of a container that starts again', () => {
  test('moves to the previous one', () => {
    const book = new LogBook();
    book.write('main', 'first life');
    book.turnPage('main');
    book.write('main', 'second life');
    expect(book.previous('main').map(({ text }) => text)).toEqual(['first life']);
    expect(book.current('main').map(({ text }) => text)).toEqual(['second life']);
  });
});
