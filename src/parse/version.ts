// The functions alone: the whole package is forty files.
import coerce from 'semver/functions/coerce.js';
import compare from 'semver/functions/compare.js';

/** Compares two version texts (`v0.86.2`, `0.86`); undefined when one of them is no version. */
export function compareVersions(a: string | undefined, b: string | undefined): number | undefined {
  const left = coerce(a?.slice(0, 64));
  const right = coerce(b?.slice(0, 64));
  return left && right ? compare(left, right) : undefined;
}

export function isOlder(version: string | undefined, than: string): boolean {
  const order = compareVersions(version, than);
  return order !== undefined && order < 0;
}
