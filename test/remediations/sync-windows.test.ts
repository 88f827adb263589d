import { describe, expect, it } from 'vitest';
import type { SyncWindow } from '../../src/evidence/types.ts';
import { manualSync } from '../../src/remediations/argocd/sync-windows.ts';

/** A Wednesday. */
const AT = '2026-11-25T03:00:30.000Z';
const window = (kind: string, schedule: string, duration = '1h', more: Partial<SyncWindow> = {}): SyncWindow => ({
  kind,
  schedule,
  duration,
  ...more,
});

describe('the sync windows of a project', () => {
  it.each<[what: string, windows: readonly SyncWindow[], answer: string]>([
    ['none', [], 'open'],
    ['a deny that is active', [window('deny', '30 2 * * *')], 'closed'],
    ['a deny that lets people pass', [window('deny', '30 2 * * *', '1h', { manualSync: true })], 'open'],
    [
      'one of two that does not',
      [window('deny', '30 2 * * *', '1h', { manualSync: true }), window('deny', '0 3 * * *')],
      'closed',
    ],
    ['a deny that is over', [window('deny', '30 1 * * *')], 'open'],
    ['a deny that has just begun', [window('deny', '0 3 * * *', '1m')], 'closed'],
    ['an allow that is active', [window('allow', '0 22 * * *', '8h')], 'open'],
    ['an allow that is not', [window('allow', '0 10 * * *', '8h')], 'closed'],
    ['an allow that is not, and lets people pass', [window('allow', '0 10 * * *', '8h', { manualSync: true })], 'open'],
    ['an allow beside a deny, both active', [window('allow', '* * * * *'), window('deny', '* * * * *')], 'closed'],
    ['another zone', [window('deny', '0 4 * * *', '30m', { timeZone: 'Europe/Berlin' })], 'closed'],
    ['another zone, not yet', [window('deny', '0 4 * * *', '30m', { timeZone: 'Europe/London' })], 'open'],
    ['days of the week by name', [window('deny', '0 3 * * MON-WED', '1h')], 'closed'],
    ['other days of the week', [window('deny', '0 3 * * thu,5', '1h')], 'open'],
    ['Sunday as 7', [window('deny', '0 0 * * 7', '24h')], 'open'],
    ['either day, when both are restricted', [window('deny', '0 3 1 * 3', '1h')], 'closed'],
    ['steps', [window('deny', '*/15 */3 * * *', '5m')], 'closed'],
    ['a month by name', [window('deny', '0 3 * nov *', '1h')], 'closed'],
    ['a descriptor', [window('deny', '@daily')], 'unclear'],
    ['a value out of range', [window('deny', '61 * * * *')], 'unclear'],
    ['no duration', [window('deny', '* * * * *', '')], 'unclear'],
    ['a duration of weeks', [window('deny', '* * * * *', '500h')], 'unclear'],
    ['an unknown zone', [window('deny', '* * * * *', '1h', { timeZone: 'Mars/Olympus' })], 'unclear'],
    ['an unknown kind', [window('maybe', '* * * * *')], 'unclear'],
  ])('%s', (_what, windows, answer) => {
    expect(manualSync(windows, AT)).toBe(answer);
  });
});
