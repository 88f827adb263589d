const form = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(undefined, options);
const FORMS: Readonly<Record<string, Intl.DateTimeFormat>> = {
  date_num: form({ year: 'numeric', month: '2-digit', day: '2-digit' }),
  date: form({ year: 'numeric', month: 'long', day: 'numeric' }),
  date_short: form({ year: 'numeric', month: 'short', day: 'numeric' }),
  date_long: form({ weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' }),
  time: form({ hour: '2-digit', minute: '2-digit' }),
  time_secs: form({ hour: '2-digit', minute: '2-digit', second: '2-digit' }),
};

/** Slack's `<!date^…>` in the reader's own zone. */
export function shownDate(seconds: number, format: string, fallback: string): string {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime()) || format === '') return fallback;
  return format.replace(/\{([a-z_]+)\}/g, (whole, name: string) => {
    const known = FORMS[name] ?? FORMS[name.replace('_pretty', '')];
    return known === undefined ? whole : known.format(date);
  });
}

export const clock = (ts: string): string => shownDate(Number(ts), '{time}', ts);
export const whole = (ts: string): string => shownDate(Number(ts), '{date_long} {time_secs}', ts);
