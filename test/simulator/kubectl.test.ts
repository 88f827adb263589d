import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { programPath } from '../cluster/paths.ts';
import { operatorVersion } from '../cluster/versions.ts';
import { lab } from './lab.ts';

const run = promisify(execFile);
/** The kubectl of the control plane's tests: only there where that was built. */
const KUBECTL = programPath('kubectl', operatorVersion());
const OPERATOR = 'deploy/prometheus-kube-prometheus-operator';

describe.skipIf(!existsSync(KUBECTL))('the real kubectl', () => {
  test('shows, changes and waits, and sees the incident end', { timeout: 60_000 }, async () => {
    const { simulator, file } = await lab({ snapshot: 'F58', pace: 0.3 });
    const config = file();
    const kubectl = async (...args: string[]): Promise<string> => {
      const env = { ...process.env, HOME: '/nonexistent' };
      const { stdout } = await run(KUBECTL, ['--kubeconfig', config, '-n', 'monitoring', ...args], { env });
      return stdout;
    };
    expect(await kubectl('get', 'prometheuses')).toMatch(
      /prometheus-kube-prometheus-prometheus +v3\.7\.3 +1 +<none>|v3\.7\.3 +1 +\d+[smh]/,
    );
    expect(await kubectl('get', 'applications', '-A')).toMatch(/kube-prometheus-stack +OutOfSync +Progressing/);
    expect(await kubectl('describe', OPERATOR)).toContain('prometheus-operator:v0.86.2');
    expect(await kubectl('logs', OPERATOR)).toContain('not installed in the cluster');
    await expect(kubectl('get', 'statefulset', 'prometheus-prometheus-kube-prometheus-prometheus')).rejects.toThrow(
      /NotFound/,
    );
    await kubectl('annotate', OPERATOR, 'note=seen');
    await kubectl('rollout', 'restart', OPERATOR);
    expect(await kubectl('rollout', 'status', OPERATOR, '--timeout=30s')).toContain('successfully rolled out');
    await kubectl('wait', 'prometheus', '--all', '--for=condition=Available', '--timeout=30s');
    await simulator.idle();
    expect(await kubectl('get', 'prometheuses')).toMatch(/True +True/);
    expect(await kubectl('get', 'pods', '--no-headers')).toMatch(/prometheus-prometheus-\S+-0 +2\/2 +Running/);
    await kubectl('scale', OPERATOR, '--replicas=0');
    await simulator.idle();
    expect(await kubectl('get', OPERATOR, '--no-headers')).toMatch(/ 0\/0 /);
    await kubectl('delete', 'statefulset', '--all', '--wait=false');
  });
});
