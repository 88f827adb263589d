import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * What `scripts/bundle.ts` writes last, into `dist/bundle.json`. All paths are relative to the project's folder.
 *
 * @typedef {object} BundleRecord
 * @property {string} entry the module that exports what `src/terminal/main.ts` exports
 * @property {readonly string[]} chunks all modules of the bundle, the entry among them
 * @property {readonly string[]} files every file of the project that went into it, and the lock file, which stands for the packages
 * @property {string} sha256 `contentsOf` these files
 */

/** The folder in which promfix stands: that of package.json. */
export const PROJECT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * The terminal's commands: from the bundle where there is a fresh one, which takes half the time of loading 480 modules, else from the source.
 *
 * @returns {Promise<typeof import('../terminal/main.ts')>}
 */
export async function loadTerminal(project = PROJECT) {
  const bundle = freshBundle(project);
  return bundle === undefined ? import('../terminal/main.ts') : import(urlOf(project, bundle.entry));
}

/**
 * The bundle, if one was written and nothing that went into it has changed since; else undefined. It is compared by contents: a stale bundle
 * would be an older promfix that judges a cluster.
 *
 * @returns {BundleRecord | undefined}
 */
export function freshBundle(project = PROJECT) {
  try {
    /** @type {BundleRecord} */
    const record = JSON.parse(readFileSync(join(project, 'dist', 'bundle.json'), 'utf8'));
    const isFresh =
      contentsOf(project, record.files) === record.sha256 &&
      record.chunks.every((chunk) => existsSync(join(project, chunk)));
    return isFresh ? record : undefined;
  } catch {
    // Never written, being written, of an older form, or one of the files is gone: all the same, there is none to use.
    return undefined;
  }
}

/**
 * SHA-256, in hex, over names, lengths and contents of files. Throws where one cannot be read.
 *
 * @param {string} project
 * @param {readonly string[]} files
 */
export function contentsOf(project, files) {
  const hash = createHash('sha256');
  for (const file of files) {
    const content = readFileSync(join(project, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/**
 * @param {string} project
 * @param {string} file
 */
export function urlOf(project, file) {
  return pathToFileURL(join(project, file)).href;
}
