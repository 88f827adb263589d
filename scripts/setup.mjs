// Entry of the README's two commands. Runs on the Node that is there (20 or newer), installs what is missing and goes on with the
// project's own Node 24 from node_modules. Only Node's built-in modules, and JavaScript: nothing is installed yet when this starts.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freshBundle } from '../src/startup/bundle.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const windows = process.platform === 'win32';

/** What Node made of the modules: from the second start on, and in every process, its compiler is not even loaded. */
const compileCache = {
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE || join(root, 'node_modules', '.cache', 'promfix'),
};

/**
 * What each task needs besides npm packages, and the programs it runs one after the other (stops at the first failure). What stands in
 * `beside` runs before them, all at once.
 */
const tasks = {
  test: {
    needs: ['redis-server', 'chromium'],
    beside: [
      ['node_modules/typescript/bin/tsc', '-p', '.'],
      ['node_modules/typescript/bin/tsc', '-p', 'src/demo/page'],
      ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings'],
    ],
    runs: [['node_modules/vitest/vitest.mjs', 'run']],
  },
  'test:cluster': { needs: ['redis-server', 'go', 'unshare', 'openssl'], runs: [['test/cluster/run.ts', 'test']] },
  demo: {
    needs: ['redis-server'],
    env: compileCache,
    runs: [['--disable-warning=ExperimentalWarning', 'src/demo/main.ts']],
  },
  promfix: {
    needs: [],
    env: compileCache,
    runs: [['--disable-warning=ExperimentalWarning', 'src/main.js']],
  },
  chaos: { needs: ['redis-server'], runs: [['--disable-warning=ExperimentalWarning', 'scripts/chaos.ts']] },
  screenshot: {
    needs: ['redis-server', 'chromium'],
    runs: [['--disable-warning=ExperimentalWarning', 'scripts/screenshot.ts']],
  },
};

/** Debian package and, for other systems, a line that says how to get a program. */
const programs = {
  'redis-server': {
    package: 'redis-server',
    how: 'install Redis (Debian: apt-get install redis-server; macOS: brew install redis), or set REDIS_SERVER_BIN',
  },
  chromium: {
    package: 'chromium',
    how: 'install Chromium (Debian: apt-get install chromium), or set CHROMIUM_BIN; the page of the demo is tested in it',
  },
  unshare: {
    package: 'util-linux',
    how: 'install util-linux; the control plane of the tests runs in a private Linux namespace',
  },
  ip: { package: 'iproute2', how: 'install iproute2' },
  openssl: { package: 'openssl', how: 'install openssl' },
  go: {
    how: 'install Go 1.26 or newer from https://go.dev/dl and put it on PATH; the control plane is built from published Go modules',
  },
};

function say(text) {
  process.stderr.write(`${text}\n`);
}

function fail(text) {
  say(`promfix: ${text}`);
  process.exit(1);
}

function onPath(program) {
  return (
    (process.env.PATH ?? '').split(':').some((dir) => dir && existsSync(join(dir, program))) ||
    (program === 'redis-server' && Boolean(process.env.REDIS_SERVER_BIN)) ||
    (program === 'chromium' && Boolean(process.env.CHROMIUM_BIN))
  );
}

function asRoot(command) {
  if (process.getuid?.() === 0) return command;
  if (onPath('sudo') && spawnSync('sudo', ['-n', 'true']).status === 0) return ['sudo', '-n', ...command];
  return undefined;
}

function installPrograms(needs) {
  const missing = [...needs, ...(needs.includes('unshare') ? ['ip'] : [])].filter((program) => !onPath(program));
  const debian = missing.filter((program) => programs[program].package);
  if (debian.length > 0 && onPath('apt-get')) {
    const packages = debian.map((program) => programs[program].package);
    const install = asRoot(['apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...packages]);
    if (install) {
      say(`promfix: installing ${packages.join(', ')} …`);
      const update = asRoot(['apt-get', 'update', '-qq']);
      spawnSync(update[0], update.slice(1), { stdio: ['ignore', 'ignore', 'inherit'] });
      spawnSync(install[0], install.slice(1), {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      });
    }
  }
  for (const program of missing) if (!onPath(program)) fail(`${program} is missing: ${programs[program].how}`);
}

/** True when node_modules is what the lock file says. */
function installed() {
  const marker = join(root, 'node_modules', '.package-lock.json');
  return (
    existsSync(marker) &&
    existsSync(join(root, 'node_modules', '.bin', 'node')) &&
    statSync(marker).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs
  );
}

/** True when there was something to install. */
function installPackages() {
  if (installed()) return false;
  say('promfix: installing npm packages …');
  const result = spawnSync(windows ? 'npm.cmd' : 'npm', ['ci', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (result.status !== 0) fail('npm ci did not succeed; its message is above');
  return true;
}

/** Beside everything else: the next `promfix` of this clone need not bundle or compile. Nobody waits for it, and it may fail. */
function prepareStart(node) {
  const bundleFirst = ['--import', './scripts/bundle.ts'];
  spawn(node, ['--disable-warning=ExperimentalWarning', ...bundleFirst, 'src/startup/compile-ahead.ts'], {
    cwd: root,
    stdio: 'ignore',
    detached: true,
    env: { ...process.env, ...compileCache },
  })
    .on('error', () => {})
    .unref();
}

/** The project's own Node: the npm package `node`. */
function nodeProgram() {
  const own = join(root, 'node_modules', 'node', 'bin', 'node');
  if (!existsSync(own))
    fail('the npm package "node" (Node 24) is not installed: run npm ci, and allow its install script');
  return own;
}

function run(node, command, extra, more) {
  return new Promise((resolve) => {
    const child = spawn(node, [...command, ...extra], {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, ...more, PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH}` },
    });
    const forward = (signal) => child.kill(signal);
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, forward);
    child.on('exit', (code, signal) => {
      for (const name of ['SIGINT', 'SIGTERM']) process.off(name, forward);
      resolve(code ?? (signal === 'SIGINT' ? 130 : 1));
    });
  });
}

const [name, ...extra] = process.argv.slice(2);
const task = tasks[name];
if (!task) fail(`unknown task ${JSON.stringify(name)}; there are: ${Object.keys(tasks).join(', ')}`);
if (Number(process.versions.node.split('.')[0]) < 20)
  fail(`Node ${process.versions.node} is too old: Node 20 or newer is needed to start`);
const engines = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).name;
if (engines !== 'promfix') fail('start this from a clone of promfix');
const fresh = installPackages();
installPrograms(task.needs);
const node = nodeProgram();
if (fresh) prepareStart(node);
const codes = await Promise.all((task.beside ?? []).map((command) => run(node, command, [], task.env)));
const failed = codes.find((code) => code !== 0);
if (failed !== undefined) process.exit(failed);
let code = 0;
for (const [index, command] of task.runs.entries()) {
  const last = index === task.runs.length - 1;
  code = await run(node, command, last ? extra : [], task.env);
  if (code !== 0) break;
}
// After an installation it is already under way.
if (name === 'promfix' && !fresh && freshBundle() === undefined) prepareStart(node);
process.exitCode = code;
