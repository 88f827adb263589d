import { execFileSync, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ObjectRef, Step } from '../../src/remediations/types.ts';
import { planCommands } from '../../src/render/step-commands.ts';

const deployment: ObjectRef = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'monitoring', name: 'operator' };
const prometheus: ObjectRef = {
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'Prometheus',
  namespace: 'monitoring',
  name: 'main',
};
const secret: ObjectRef = { apiVersion: 'v1', kind: 'Secret', namespace: 'monitoring', name: 'prometheus-main' };
const contentHash = 'hash';
const commands = (...steps: Step[]): readonly string[] => planCommands({ steps });

/** As a shell reads them. */
function wordsOf(command: string): readonly string[] {
  const script = `set -- ${command}; printf '%s\\0' "$@"`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

describe('a plan as commands', () => {
  it('restarts and waits for the rollout', () => {
    expect(commands({ do: 'restart', object: deployment, contentHash })).toEqual([
      'kubectl -n monitoring rollout restart deployment.apps/operator',
      'kubectl -n monitoring rollout status deployment.apps/operator --timeout=120s',
    ]);
  });

  it('scales only from what was shown', () => {
    expect(commands({ do: 'scale', object: deployment, contentHash, from: 0, to: 1 })[0]).toBe(
      'kubectl -n monitoring scale deployment.apps/operator --current-replicas=0 --replicas=1',
    );
  });

  it('patches exactly the fields of the plan', () => {
    expect(commands({ do: 'patch', object: prometheus, contentHash, patch: { spec: { paused: false } } })).toEqual([
      `kubectl -n monitoring patch prometheus.monitoring.coreos.com main --type=merge -p '{"spec":{"paused":false}}'`,
    ]);
  });

  it.skipIf(spawnSync('jq', ['--version']).status !== 0)(
    'waits until the controller is done with one step before the next, and takes no failure for an end',
    () => {
      const awaits = [
        { path: '/operation', is: [null] },
        { path: '/status/operationState/phase', is: ['Failed', 'Error'] },
      ];
      const [, line = ''] = commands({ do: 'patch', object: prometheus, contentHash, patch: {}, awaits });
      const program = wordsOf(/^until .* \| (jq .*); do sleep 2; done$/.exec(line)?.[1] ?? '');
      const ends = (input: string) => spawnSync(program[0] ?? '', program.slice(1), { input }).status === 0;

      expect(line).toContain('until kubectl -n monitoring get prometheus.monitoring.coreos.com main -o json | jq -ne ');
      expect(ends('{"status":{"operationState":{"phase":"Failed"}}}')).toBe(true);
      expect(ends('{"operation":{"sync":{}},"status":{"operationState":{"phase":"Failed"}}}')).toBe(false);
      expect(ends('{"status":{"operationState":{"phase":"Terminating"}}}')).toBe(false);
      expect(ends('')).toBe(false);
    },
  );

  it('nudges with the time of the shell', () => {
    expect(commands({ do: 'nudge', object: prometheus, contentHash })).toEqual([
      'kubectl -n monitoring annotate prometheus.monitoring.coreos.com main promfix.io/nudge="$(date +%s)" --overwrite',
    ]);
  });

  it('deletes with the fate of the dependents said', () => {
    expect(commands({ do: 'delete', object: secret, contentHash, propagation: 'Orphan', owner: 'uid' })).toEqual([
      'kubectl -n monitoring delete secret prometheus-main --cascade=orphan',
    ]);
  });

  it('makes a resource anew from what was read, in one line', () => {
    const step = { do: 'recreate', object: prometheus, contentHash, propagation: 'Background', by: 'promfix' } as const;

    expect(commands({ ...step, without: [] })).toEqual([
      'kubectl -n monitoring get prometheus.monitoring.coreos.com main -o yaml | kubectl -n monitoring replace --force --cascade=background -f -',
    ]);
  });

  it('copies a CA without showing it', () => {
    const object: ObjectRef = {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      name: 'admission',
    };
    const from = { secret, key: 'ca.crt', sha256: 'hash' };

    expect(commands({ do: 'copy-ca', object, contentHash, webhooks: ['rules', 'alerts'], from })).toEqual([
      `CA=$(kubectl -n monitoring get secret prometheus-main -o jsonpath='{.data.ca\\.crt}')`,
      `kubectl get validatingwebhookconfiguration.admissionregistration.k8s.io admission -o json | jq --arg ca "$CA" '(.webhooks[] | select(.name | IN("rules", "alerts")) | .clientConfig).caBundle = $ca' | kubectl replace -f -`,
    ]);
  });

  it('makes a certificate for the names of the plan, and leaves no key behind', () => {
    const keys = { ca: 'ca', cert: 'cert', key: 'key' };
    const lines = commands({
      do: 'renew-certificate',
      object: secret,
      contentHash,
      sans: ['a', 'a.svc'],
      days: 9,
      keys,
    });

    expect(lines[1]).toContain('-days 9 -subj /O=nil2 -addext subjectAltName=DNS:a,DNS:a.svc');
    expect(lines[2]).toContain('create secret generic prometheus-main --from-file=ca --from-file=cert --from-file=key');
    expect(lines.at(-1)).toBe('rm ca.key ca cert key');
  });

  it('keeps every value one word, whatever is in it', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme-ascii' }), (evil) => {
        const [command = ''] = commands({
          do: 'patch',
          object: { ...prometheus, name: evil },
          contentHash,
          patch: { a: evil },
        });
        expect(wordsOf(command).slice(4)).toEqual([
          'prometheus.monitoring.coreos.com',
          evil,
          '--type=merge',
          '-p',
          JSON.stringify({ a: evil }),
        ]);
      }),
    );
  });
});
