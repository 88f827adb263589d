import fc from 'fast-check';
import { split } from 'shlex';
import { describe, expect, it } from 'vitest';
import { CAUSES, type CauseSlug } from '../../src/diagnosis/causes.ts';
import { commandsFor, commandValues } from '../../src/render/kubectl-commands.ts';
import { incident } from './incident.ts';

// The keys of CAUSES are exactly the slugs.
const slugs = Object.keys(CAUSES) as CauseSlug[];

describe('commands', () => {
  it('are filled with the target and its operator', () => {
    expect(commandValues(incident)).toMatchObject({
      namespace: 'monitoring',
      name: 'main',
      operatorNamespace: 'monitoring',
      operator: 'operator',
      plural: 'prometheuses',
      statefulSet: 'prometheus-main',
    });
  });

  it.each(slugs)('of %s are whole command lines', (cause) => {
    const commands = commandsFor(cause);
    expect(commands.length).toBeGreaterThan(0);
    for (const command of commands) expect(command).toMatch(/^(kubectl|argocd) \S/);
  });

  it('never delete a custom resource, a CRD, a StatefulSet or a volume', () => {
    const deletions = slugs.flatMap((cause) => commandsFor(cause)).filter((command) => / delete /.test(command));
    expect(deletions.length).toBeGreaterThan(0);
    for (const command of deletions) expect(command).toMatch(/ delete (secret|configmap|pod) /);
  });

  it('leave a value that is not known as a gap to fill in', () => {
    expect(commandsFor('operator-scaled-0')[0]).toBe(
      'kubectl -n <operatorNamespace> scale deployment/<operator> --replicas=1',
    );
  });

  it('let no value become a second command or a second word', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme-ascii' }), (evil) => {
        const [command = ''] = commandsFor('operator-scaled-0', { operatorNamespace: evil, operator: 'x' });
        expect(split(command)).toEqual(['kubectl', '-n', evil, 'scale', 'deployment/x', '--replicas=1']);
      }),
    );
  });

  it('quote a patch', () => {
    expect(commandsFor('paused', { namespace: 'm', resource: 'p', name: 'n' })[0]).toBe(
      `kubectl -n m patch p n --type=merge -p '{"spec":{"paused":false}}'`,
    );
  });

  it('let the shell make the time of a nudge', () => {
    const [nudge] = commandsFor('webhook-down-fail-closed', { namespace: 'm', resource: 'p', name: 'n' }).slice(-1);
    expect(nudge).toBe('kubectl -n m annotate p n nudge="$(date +%s)" --overwrite');
  });
});
