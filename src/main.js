#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
/**
 * The `promfix` executable: a command for the terminal, or one of the long-running roles. Modules are loaded for what was asked and nothing
 * else. The only place, with startup/compile-ahead.ts and config.ts, that reads the environment. Why it is JavaScript: startup/compile-cache.js.
 */
import { keepCompiled } from './startup/compile-cache.js';

keepCompiled(process.env);

const words = process.argv.slice(2);
const [word] = words;

if (word === 'bot' || word === 'worker' || word === 'start') {
  const { runRole } = await import('./roles/run.ts');
  // Not by itself: a connection that still looks for its Redis must not keep alive a role that has ended.
  process.exit(await runRole(word, process.env));
} else {
  const { loadTerminal } = await import('./startup/bundle.js');
  const { terminal } = await loadTerminal();
  process.exitCode = await terminal(process.env, words);
}
