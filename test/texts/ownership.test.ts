import { describe, expect, it } from 'vitest';
import { ownershipSentence } from '../../src/texts/en/ownership.ts';

const say = (manager: 'argocd' | 'helm', survives: boolean, name?: string) =>
  ownershipSentence('Deployment monitoring/operator', { manager, survives }, name);

describe('who else writes an object', () => {
  it.each([
    ['argocd', true, 'stack', 'belongs to the Argo CD Application stack; the change stays.'],
    ['argocd', false, 'stack', 'belongs to the Argo CD Application stack, which will put it back.'],
    ['argocd', false, undefined, 'belongs to Argo CD, which will put it back.'],
    ['helm', true, 'prom', 'belongs to the Helm release prom; its next upgrade may put it back.'],
    ['helm', true, undefined, 'belongs to Helm; the next upgrade may put it back.'],
  ] as const)('%s, survives %s, %s', (manager, survives, name, says) => {
    expect(say(manager, survives, name)).toBe(`Deployment monitoring/operator ${says}`);
  });
});
