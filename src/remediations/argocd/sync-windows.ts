import type { SyncWindow } from '../../evidence/types.ts';

/**
 * Whether a sync that a person starts is let through now, by the windows that are meant for an Application. `unclear` when one of them can't
 * be understood. Argo CD's rules: a deny that is active wins; where there are allows, one has to be active; `manualSync` lets people pass.
 *
 * @param at ISO time
 */
export function manualSync(windows: readonly SyncWindow[], at: string): 'open' | 'closed' | 'unclear' {
  const judged = windows.map((window) => ({ ...window, active: isActive(window, Date.parse(at)) }));
  if (judged.some(({ active, kind }) => active === undefined || (kind !== 'allow' && kind !== 'deny')))
    return 'unclear';
  const denies = judged.filter(({ kind, active }) => kind === 'deny' && active);
  if (denies.length > 0) return denies.every((one) => one.manualSync === true) ? 'open' : 'closed';
  const allows = judged.filter(({ kind }) => kind === 'allow');
  if (allows.length === 0 || allows.some(({ active }) => active)) return 'open';
  return allows.every((one) => one.manualSync === true) ? 'open' : 'closed';
}

const MINUTE = 60_000;
/** Windows longer than that are not looked through minute by minute. */
const LONGEST = 8 * 24 * 60;

/** Whether the schedule began within the duration; undefined when that can't be said. */
function isActive({ schedule, duration, timeZone }: SyncWindow, now: number): boolean | undefined {
  const minutes = durationMinutes(duration ?? '');
  const begins = matcher(schedule ?? '');
  const clock = clockOf(timeZone ?? 'UTC');
  if (minutes === undefined || minutes > LONGEST || begins === undefined || clock === undefined) return undefined;
  const latest = Math.floor(now / MINUTE);
  for (let ago = 0; ago * MINUTE < minutes * MINUTE; ago++) if (begins(clock((latest - ago) * MINUTE))) return true;
  return false;
}

function durationMinutes(text: string): number | undefined {
  const match = /^(?:(\d+)h)?(?:(\d+)m)?(?:0*(?:\.0+)?s)?$/.exec(text);
  const [, hours, minutes] = match ?? [];
  return hours === undefined && minutes === undefined ? undefined : Number(hours ?? 0) * 60 + Number(minutes ?? 0);
}

/** Minute, hour, day of the month, month, day of the week: the order of cron. */
type Moment = readonly number[];

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

function clockOf(timeZone: string): ((time: number) => Moment) | undefined {
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: timeZone === 'Local' || timeZone === '' ? 'UTC' : timeZone,
      hourCycle: 'h23',
      minute: 'numeric',
      hour: 'numeric',
      day: 'numeric',
      month: 'numeric',
      weekday: 'short',
    });
    return (time) => {
      const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, value]));
      const number = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type));
      return [
        number('minute'),
        number('hour'),
        number('day'),
        number('month'),
        DAYS.indexOf((parts.get('weekday') ?? '').toLowerCase()),
      ];
    };
  } catch {
    return undefined;
  }
}

const RANGES: readonly (readonly [from: number, to: number, names: readonly string[], first: number])[] = [
  [0, 59, [], 0],
  [0, 23, [], 0],
  [1, 31, [], 0],
  [1, 12, MONTHS, 1],
  [0, 7, DAYS, 0],
];

/** A schedule of five fields as a predicate; undefined for anything else. Day of month and of week: either, when both are restricted. */
function matcher(schedule: string): ((moment: Moment) => boolean) | undefined {
  const fields = schedule.trim().split(/\s+/);
  if (fields.length !== RANGES.length) return undefined;
  const sets = fields.map((field, index) => valuesOf(field, RANGES[index] ?? [0, 0, [], 0]));
  if (sets.some((set) => set === undefined)) return undefined;
  const [isDayFree, isWeekdayFree] = [2, 4].map((index) => /^[*?]/.test(fields[index] ?? ''));
  return (moment) => {
    const [minute, hour, day, month, weekday] = moment.map(
      (value, index) => sets[index]?.has(value) === true || (index === 4 && value === 0 && sets[4]?.has(7) === true),
    );
    const isDay = isDayFree || isWeekdayFree ? day && weekday : day || weekday;
    return Boolean(minute && hour && month && isDay);
  };
}

function valuesOf(field: string, [from, to, names, first]: (typeof RANGES)[number]): ReadonlySet<number> | undefined {
  const values = new Set<number>();
  const numberOf = (text: string): number => {
    const at = names.indexOf(text.toLowerCase());
    return at >= 0 ? at + first : /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  };
  for (const part of field.split(',')) {
    const [range = '', step = '1', ...more] = part.split('/');
    const [low = '', high, ...rest] = range === '*' || range === '?' ? [String(from), String(to)] : range.split('-');
    const begin = numberOf(low);
    const end = high === undefined ? (part.includes('/') ? to : begin) : numberOf(high);
    const every = Number(step);
    const isSound = more.length === 0 && rest.length === 0 && begin >= from && end <= to && begin <= end && every >= 1;
    if (!isSound) return undefined;
    for (let value = begin; value <= end; value += every) values.add(value);
  }
  return values;
}
