import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { crdsPath, HERE, type Part, programFolder } from './paths.ts';
import { KUBERNETES, type OperatorVersion } from './versions.ts';

interface Recipe {
  readonly part: Part;
  /** The folder under `build/` with the go.mod. */
  readonly module: string;
  /** Program by package. */
  readonly programs: Readonly<Record<string, string>>;
  readonly ldflags: string;
}

const STRIP = '-s -w';
const OPERATOR_MODULE = 'github.com/prometheus-operator/prometheus-operator';

/** The API server calls itself v0.0.0 without these, and the operator then takes it for Kubernetes 1.16. */
function kubernetesFlags(): string {
  const [major, minor] = KUBERNETES.slice(1).split('.');
  const values = {
    gitVersion: KUBERNETES,
    gitMajor: major,
    gitMinor: minor,
    gitTreeState: 'clean',
    buildDate: '2026-01-01T00:00:00Z',
  };
  const packages = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'];
  return packages
    .flatMap((name) => Object.entries(values).map(([key, value]) => `-X ${name}.${key}=${value}`))
    .join(' ');
}

function recipes(operator: OperatorVersion): readonly Recipe[] {
  const kube = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl'];
  return [
    { part: 'etcd', module: 'etcd', programs: { etcd: 'go.etcd.io/etcd/server/v3' }, ldflags: STRIP },
    {
      part: 'kube',
      module: 'kube',
      programs: Object.fromEntries(kube.map((name) => [name, `k8s.io/kubernetes/cmd/${name}`])),
      ldflags: `${STRIP} ${kubernetesFlags()}`,
    },
    {
      part: 'operator',
      module: `operator-${operator}`,
      programs: { 'prometheus-operator': `${OPERATOR_MODULE}/cmd/operator` },
      ldflags: `${STRIP} -X github.com/prometheus/common/version.Version=${operator}`,
    },
    { part: 'helm', module: 'helm', programs: { helm: 'helm.sh/helm/v3/cmd/helm' }, ldflags: STRIP },
  ];
}

interface BuildOptions {
  readonly operator: OperatorVersion;
  /** Build even what is in the cache. */
  readonly force?: boolean;
  /** A line of progress. */
  readonly say: (line: string) => void;
}

/**
 * Builds what is missing in the cache: the programs, and the operator's CRDs. Each program appears under its name when it is complete, so
 * that two builds at once cost time but do no harm. Throws an Error with one line for a person when Go is missing or a build fails.
 */
export async function build({ operator, force = false, say }: BuildOptions): Promise<void> {
  const missing = recipes(operator).flatMap((recipe) =>
    Object.entries(recipe.programs)
      .map(([program, source]) => ({ recipe, source, target: join(programFolder(recipe.part, operator), program) }))
      .filter(({ target }) => force || !existsSync(target)),
  );
  const crds = force || !existsSync(crdsPath(operator));
  if (missing.length === 0 && !crds) return;
  requireGo();
  if (missing.length > 0)
    say(`control plane: building ${missing.length} programs from Go modules (about six minutes on two cores, once)`);
  for (const [index, { recipe, source, target }] of missing.entries()) {
    const started = performance.now();
    say(`control plane: ${index + 1}/${missing.length} ${target.split('/').at(-1)} …`);
    await compile(recipe, source, target);
    say(`control plane: ${index + 1}/${missing.length} ${target.split('/').at(-1)} ready after ${seconds(started)} s`);
  }
  if (crds) await collectCrds(operator);
}

const seconds = (since: number): string => ((performance.now() - since) / 1000).toFixed(0);

function requireGo(): void {
  if (spawnSync('go', ['version'], { stdio: 'ignore' }).status === 0) return;
  throw new Error(
    'go is missing: install Go 1.26 or newer (https://go.dev/dl) and put it on PATH; the control plane is built from Go modules',
  );
}

async function compile(recipe: Recipe, source: string, target: string): Promise<void> {
  mkdirSync(dirname(target), { recursive: true });
  const work = mkdtempSync(join(dirname(target), '.building-'));
  try {
    const made = join(work, 'program');
    await go(recipe.module, ['build', '-trimpath', '-ldflags', recipe.ldflags, '-o', made, source]);
    renameSync(made, target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The CRDs of the operator's own module, joined into one file. */
async function collectCrds(operator: OperatorVersion): Promise<void> {
  const module = `operator-${operator}`;
  await go(module, ['mod', 'download', OPERATOR_MODULE]);
  const folder = (await go(module, ['list', '-m', '-f', '{{.Dir}}', OPERATOR_MODULE])).trim();
  const examples = join(folder, 'example', 'prometheus-operator-crd');
  const files = readdirSync(examples)
    .filter((name) => /^monitoring\.coreos\.com_\w+\.yaml$/.test(name))
    .sort();
  if (files.length !== 10)
    throw new Error(`the operator's module has ${files.length} CRDs in example/prometheus-operator-crd, not 10`);
  const documents = files.map((name) =>
    readFileSync(join(examples, name), 'utf8')
      .replace(/^---\n/, '')
      .trimEnd(),
  );
  const target = crdsPath(operator);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(`${target}.new`, `${documents.join('\n---\n')}\n`);
  renameSync(`${target}.new`, target);
}

/** Runs go in a folder under `build/`; resolves with its output, rejects with the end of its complaints. */
function go(module: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, GOFLAGS: '-mod=readonly', GOWORK: 'off', CGO_ENABLED: '0' };
    const child = spawn('go', args, { cwd: join(HERE, 'build', module), env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let complaints = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (complaints = (complaints + chunk).slice(-4000)));
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0
        ? resolve(output)
        : reject(new Error(`go ${args[0]} in test/cluster/build/${module} failed:\n${complaints.trim()}`)),
    );
  });
}
