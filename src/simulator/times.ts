/** A time as the API server writes it: `2026-01-31T03:12:00Z`. */
export function seconds(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}
