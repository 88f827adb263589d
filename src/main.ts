#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
/**
 * The `promfix` executable: a command for the terminal, or one of the long-running roles. Modules are loaded for what was asked and nothing
 * else. The only place, with compile-ahead.ts and config.ts, that reads the environment.
 */
import { keepCompiled } from './compiled.ts';

keepCompiled(process.env);

const [word, ...rest] = process.argv.slice(2);

switch (word) {
  case 'bot':
  case 'worker':
  case 'start': {
    const { runRole } = await import('./roles/run.ts');
    end(await runRole(word, process.env));
    break;
  }
  default: {
    const [{ runTerminal }, { processIo }] = await Promise.all([
      import('./terminal/run.ts'),
      import('./terminal/process-io.ts'),
    ]);
    process.exitCode = await runTerminal(processIo(process.env), word === undefined ? ['help'] : [word, ...rest]);
  }
}

/** Not by itself: a connection that still looks for its Redis must not keep alive a role that has ended. */
function end(code: number): void {
  process.exit(code);
}
