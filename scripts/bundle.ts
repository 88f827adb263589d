// Writes dist/: the modules of the terminal's commands, packages included, as a few files that load quickly. `node scripts/bundle.ts`
// Does nothing where what is there is still right. Set-up and the image run it; without dist/ promfix runs from its source.
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type OutputChunk, rolldown } from 'rolldown';
import { contentsOf, freshBundle, PROJECT } from '../src/startup/bundle.js';

/** Milliseconds for which a bundle that is no longer used stays: a command that has begun may still load from it. */
const KEPT = 3_600_000;
const DIST = join(PROJECT, 'dist');

if (freshBundle() === undefined) await writeBundle();

async function writeBundle(): Promise<void> {
  const started = Date.now();
  const build = await rolldown({
    input: { terminal: join(PROJECT, 'src', 'terminal', 'main.ts') },
    platform: 'node',
    cwd: PROJECT,
    // It tells which import() loads nothing later, because another module imports the same at once. True, and no fault.
    checks: { ineffectiveDynamicImport: false },
  });
  const { output } = await build.generate({ format: 'esm' });
  const own = (await build.watchFiles)
    .map((file) => relative(PROJECT, file))
    .filter((file) => !/^\.\.|^node_modules/.test(file));
  const files = [...new Set([...own, 'package-lock.json'])].sort();
  // Whoever edits while this runs gets no bundle: it could be the old text under the new digest.
  if (files.some((file) => statSync(join(PROJECT, file)).mtimeMs >= started)) return;

  const sha256 = contentsOf(PROJECT, files);
  const chunks = output.filter((one): one is OutputChunk => one.type === 'chunk');
  const [entry] = chunks.filter(({ isEntry }) => isEntry);
  if (entry === undefined) throw new Error('rolldown gave no entry');
  mkdirSync(DIST, { recursive: true });
  // A folder of its own: somebody else may be writing, or loading, at the same time.
  const folder = mkdtempSync(join(DIST, 'terminal-'));
  // For everybody who may read the source: in the image that is another user.
  chmodSync(folder, 0o755);
  for (const { fileName, code } of chunks) writeFileSync(join(folder, fileName), code);
  const path = ({ fileName }: OutputChunk): string => relative(PROJECT, join(folder, fileName));
  use({ entry: path(entry), chunks: chunks.map(path), files, sha256 });
  forget();
}

/** From here on this bundle is the one that is used: whoever looks at this moment sees the old record or the new one, whole. */
function use(record: NonNullable<ReturnType<typeof freshBundle>>): void {
  const draft = join(DIST, `bundle.${process.pid}.json`);
  writeFileSync(draft, JSON.stringify(record));
  renameSync(draft, join(DIST, 'bundle.json'));
}

/** The one in use was written a moment ago. */
function forget(): void {
  for (const entry of readdirSync(DIST, { withFileTypes: true }).filter((one) => one.isDirectory())) {
    const folder = join(DIST, entry.name);
    if (statSync(folder).mtimeMs < Date.now() - KEPT) rmSync(folder, { recursive: true, force: true });
  }
}
