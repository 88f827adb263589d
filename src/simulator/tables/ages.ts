/** `46m`, `2d3h`: as kubectl shows ages. */
export function since(iso: string | undefined, now: Date): string {
  if (iso === undefined) return '<unknown>';
  const seconds = Math.floor((now.getTime() - Date.parse(iso)) / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 120) return `${Math.max(0, seconds)}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return two(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return two(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  if (days < 8) return two(days, 'd', hours % 24, 'h');
  if (days < 730) return `${days}d`;
  return two(Math.floor(days / 365), 'y', days % 365, 'd');
}

const two = (a: number, unit: string, b: number, small: string): string =>
  b === 0 ? `${a}${unit}` : `${a}${unit}${b}${small}`;
