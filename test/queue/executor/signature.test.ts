import { describe, expect, it } from 'vitest';
import { requestOf } from '../../../src/queue/executor/requests.ts';
import { signatureOf, signed } from '../../../src/queue/executor/signature.ts';
import type { Step } from '../../../src/remediations/types.ts';
import { exampleProposal } from '../../incidents/examples.ts';

const approval = (user: string) => ({ by: { team: 'T01', user }, at: '', mac: 'secret' });
const signature = signatureOf(exampleProposal({ approvals: [approval('U0ANN'), approval('U0BEN')] }));
const operation = {
  initiatedBy: { username: 'promfix' },
  info: [{ name: 'promfix', value: 'sync-application' }],
  sync: { revision: '79.5.0', prune: false },
};

describe('an operation that Argo CD is asked for', () => {
  it('carries the approver as who initiated it, and everybody who stands behind it', () => {
    expect(signed({ operation, status: { operationState: null } }, signature)).toEqual({
      operation: {
        ...operation,
        initiatedBy: { username: 'promfix/slack:U0BEN' },
        info: [
          { name: 'promfix', value: 'sync-application' },
          { name: 'proposal', value: 'inc-1.p1' },
          { name: 'asked by', value: 'slack:U0ASKER' },
          { name: 'approved by', value: 'slack:U0ANN, slack:U0BEN' },
        ],
      },
      status: { operationState: null },
    });
  });

  it('is what the plan says in everything else, and never calls itself automated', () => {
    const {
      initiatedBy,
      info: _info,
      ...rest
    } = (signed({ operation }, signature) as { operation: typeof operation }).operation;

    expect(rest).toEqual({ sync: operation.sync });
    expect(Object.keys(initiatedBy)).toEqual(['username']);
  });

  it('is signed by whoever asks for it: a terminal, or promfix itself', () => {
    const asked = (requestedBy: Parameters<typeof exampleProposal>[0]) =>
      signatureOf(exampleProposal(requestedBy)).askedBy;

    expect(asked({ requestedBy: { kind: 'terminal', name: 'ann' } })).toBe('terminal:ann');
    expect(asked({ requestedBy: { kind: 'system', role: 'bot' } })).toBe('promfix');
    expect(signed({ operation }, { proposal: 'inc-1.p1', askedBy: 'promfix', approvedBy: [] })).toMatchObject({
      operation: { initiatedBy: { username: 'promfix' } },
    });
  });
});

describe('any other change', () => {
  it('is not signed, and a rehearsal is not either', () => {
    const patch = { spec: { paused: false }, operation: null };
    expect(signed(patch, signature)).toBe(patch);
    const step: Step = {
      do: 'patch',
      object: { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', namespace: 'argocd', name: 'app', uid: 'u' },
      contentHash: '',
      patch: { operation },
    };
    const sending = { path: '/x', time: '', mark: { job: 'inc-1.p1', run: '' } };
    const read = { uid: 'u', resourceVersion: '1' };

    expect(requestOf(step, read, { ...sending, dryRun: true }).body).toMatchObject({ operation });
    expect(requestOf(step, read, { ...sending, signature }).body).toMatchObject({
      operation: { initiatedBy: { username: 'promfix/slack:U0BEN' } },
    });
  });
});
