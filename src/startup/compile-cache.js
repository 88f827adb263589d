import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Keeps what Node makes of the modules, so that the next start need not do it again. It is told the environment as well: processes that
 * are started from here then have it from their first module on. Where nothing can be written, nothing happens.
 *
 * JavaScript, as `main.js` is: Node's compiler for TypeScript takes 60 ms to load, and what runs before the cache is known would need it.
 *
 * @param {Record<string, string | undefined>} variables
 */
export function keepCompiled(variables) {
  const folder = folderFor(variables);
  if (folder === undefined) return;
  enableCompileCache(folder);
  variables['NODE_COMPILE_CACHE'] = folder;
}

/**
 * `NODE_COMPILE_CACHE` if it is set, else a folder of the user's own. Never Node's default below the temporary directory: what lies there
 * could be somebody else's, and is run.
 *
 * @param {Readonly<Record<string, string | undefined>>} variables
 * @returns {string | undefined}
 */
export function folderFor(variables) {
  const { NODE_COMPILE_CACHE: set, XDG_CACHE_HOME: caches } = variables;
  if (set) return set;
  try {
    return join(caches || join(homedir(), '.cache'), 'promfix', 'compiled');
  } catch {
    // A user without a home.
    return undefined;
  }
}
