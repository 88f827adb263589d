import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CAUSES } from '../../src/diagnosis/causes.ts';
import type { ApplicationView, Evidence } from '../../src/evidence/types.ts';
import { planFor, planOf, REMEDIATIONS } from '../../src/remediations/index.ts';
import { quantity } from '../../src/remediations/parts/quantity.ts';
import {
  AT,
  applicationWith,
  CLUSTER,
  deployment,
  diagnosis,
  evidence,
  meta,
  NS,
  OPERATOR,
  operator,
  planned,
  read,
} from './world.ts';

const scaledDown = {
  replicas: 0,
  status: { replicas: 0, readyReplicas: 0, updatedReplicas: 0, observedGeneration: 1 },
};
const scale = (world: Evidence) => planOf('scale-operator-up', world, diagnosis('operator-scaled-0'), CLUSTER);
const down = (more: Partial<Evidence> = {}) =>
  evidence({ operators: read([operator({ deployment: deployment(scaledDown) })]), ...more });
const paused = (spec: Record<string, unknown>) =>
  evidence({
    resource: read({
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'Prometheus',
      meta: meta('main'),
      spec,
      contentHash: 'h',
    }),
  });

function application(
  more: Partial<ApplicationView>,
  row: Partial<ApplicationView['resources'][number]> = {},
): ApplicationView {
  return {
    meta: meta('monitoring', { namespace: 'argocd' }),
    contentHash: 'a',
    sources: [],
    destination: {},
    syncOptions: [],
    operationRequested: false,
    conditions: [],
    resources: [{ group: 'apps', kind: 'Deployment', namespace: NS, name: OPERATOR, status: 'Synced', ...row }],
    resourceCount: 1,
    history: [],
    ...more,
  };
}

describe('scaling the operator up', () => {
  it('sets one replica and can be undone', () => {
    const plan = planned(scale(down()));

    expect(plan.steps).toMatchObject([{ do: 'scale', from: 0, to: 1, contentHash: 'hash-of-the-deployment' }]);
    expect(plan.undo).toMatchObject({ kind: 'steps', steps: [{ do: 'scale', from: 1, to: 0 }] });
    expect(plan.diff).toEqual([
      { object: `Deployment ${NS}/${OPERATOR}`, path: 'spec.replicas', before: '0', after: '1' },
    ]);
  });

  it('is of medium risk and warns of what was held back', () => {
    const plan = planned(scale(down()));

    expect(plan.risk).toBe('medium');
    expect(plan.effects?.map(({ code }) => code)).toContain('pending-changes-apply');
  });

  it('is refused when it has a replica, and when a new pod would not start', () => {
    expect(scale(evidence())).toMatchObject({ code: 'already-scaled-up' });
    expect(scale(down({ admissionSecret: { state: 'absent', how: 'no-such-object', at: AT } }))).toMatchObject({
      code: 'admission-secret-missing',
    });
  });
});

describe('who owns the Deployment', () => {
  const automated = { selfHeal: true };

  it('is nobody known without labels, and Helm by its release annotation', () => {
    expect(planned(scale(down())).ownership).toMatchObject([{ manager: 'nobody-known', survives: true }]);
    const byHelm = deployment({
      ...scaledDown,
      meta: meta(OPERATOR, { annotations: { 'meta.helm.sh/release-name': 'prometheus' } }),
    });

    expect(planned(scale(down({ operators: read([operator({ deployment: byHelm })]) }))).ownership).toMatchObject([
      { manager: 'helm', name: 'prometheus', survives: true },
    ]);
  });

  it('is Argo CD, which heals a change that Git does not know', () => {
    const world = down({ applications: read([application({ automated })]) });

    expect(planned(scale(world)).ownership).toMatchObject([
      { manager: 'argocd', name: 'monitoring', selfHeal: true, survives: false },
    ]);
  });

  it('is Argo CD, and the change survives when Git wants it, too', () => {
    const world = down({ applications: read([application({ automated }, { status: 'OutOfSync' })]) });

    expect(planned(scale(world)).ownership).toMatchObject([{ survives: true }]);
  });

  it.each([
    ['the annotation of a restart survives self-heal', [], true],
    ['but not a sync that replaces the object', ['Replace=true'], false],
  ] as const)('%s', (_what, syncOptions, survives) => {
    const world = evidence({ applications: read([application({ automated, syncOptions })]) });
    const plan = planned(planOf('restart-operator', world, diagnosis('crd-race-at-start'), CLUSTER));

    expect(plan.ownership).toMatchObject([{ manager: 'argocd', survives }]);
  });
});

describe('un-pausing', () => {
  const unpause = (world: Evidence) => planOf('unpause', world, diagnosis('paused'), CLUSTER);

  it('sets spec.paused to false and can be undone', () => {
    const plan = planned(unpause(paused({ paused: true })));

    expect(plan.steps).toMatchObject([
      { do: 'patch', patch: { spec: { paused: false } }, object: { kind: 'Prometheus', name: 'main' } },
    ]);
    expect(plan.undo).toMatchObject({ kind: 'steps', steps: [{ patch: { spec: { paused: true } } }] });
  });

  it('is refused when it is not paused', () => {
    expect(unpause(paused({}))).toMatchObject({ code: 'not-paused' });
  });
});

describe('the registry of remediations', () => {
  it('has every remediation of the folder, and only those', () => {
    const folder = join(import.meta.dirname, '../../src/remediations');
    const files = readdirSync(folder, { withFileTypes: true }).flatMap((one) => (one.isFile() ? [one.name] : []));
    const declared = files.flatMap((file) =>
      [...readFileSync(join(folder, file), 'utf8').matchAll(/^ {2}id: '([a-z-]+)'/gm)].map((match) => match[1]),
    );

    expect(REMEDIATIONS.map(({ id }) => id).sort()).toEqual(declared.sort());
    expect(declared.length).toBeGreaterThan(2);
  });

  it('knows every remediation that a cause names, and each one has a cause', () => {
    const named = new Set(Object.values(CAUSES).flatMap((cause) => [...cause.remediations]));

    expect([...named].sort()).toEqual(REMEDIATIONS.map(({ id }) => id).sort());
  });

  it.each([
    ['the README', 'README.md', /^README\.md$/],
    ['a test', 'test', /^(?!e2e|cluster).*\.test\.ts$/],
    ['a test on the real control plane', 'test/e2e', /\.ts$/],
  ])('has each repair in %s', (_, place, files) => {
    const root = join(import.meta.dirname, '../..');
    const all = place.endsWith('.md') ? [place] : readdirSync(join(root, place), { recursive: true, encoding: 'utf8' });
    const text = all
      .filter((file) => files.test(file))
      .map((file) => readFileSync(place.endsWith('.md') ? join(root, file) : join(root, place, file), 'utf8'))
      .join('\n');

    expect(REMEDIATIONS.map(({ id }) => id).filter((id) => !new RegExp(`['\`]${id}['\`]`).test(text))).toEqual([]);
  });

  it('declares for each what it may write', () => {
    for (const { id, writes } of REMEDIATIONS)
      expect(writes.flatMap(({ fields }) => fields).length, id).toBeGreaterThan(0);
  });

  it('offers for each cause its own repair or none at all', () => {
    const withArgoCd = evidence({ applications: read([applicationWith('Deployment', OPERATOR, 'Synced')]) });
    for (const [cause, { remediations }] of Object.entries(CAUSES)) {
      // The keys of CAUSES are its slugs.
      const offer = planFor(withArgoCd, diagnosis(cause as keyof typeof CAUSES), CLUSTER);
      const offered = [
        ...(offer.plan ? [offer.plan.remediation] : []),
        ...offer.refusals.map((one) => one.remediation),
      ];

      expect(
        offered.every((id) => remediations.some((one) => one === id)),
        cause,
      ).toBe(true);
      expect(offered.length > 0, cause).toBe(remediations.length > 0);
    }
  });

  it('offers nothing when nothing is broken, and refuses what it does not know', () => {
    expect(planFor(evidence(), diagnosis(null), CLUSTER)).toEqual({ refusals: [] });
    expect(planOf('delete-everything', evidence(), diagnosis('paused'), CLUSTER)).toMatchObject({
      code: 'unknown-remediation',
    });
  });
});

describe('a quantity', () => {
  it.each([
    ['10', 10],
    ['1500m', 1.5],
    ['1Gi', 2 ** 30],
    ['2k', 2000],
    ['5e3', 5000],
  ])('%s is %d', (text, value) => expect(quantity(text)).toBeCloseTo(value));

  it.each(['', 'lots', '1 Gi', '1Zi'])('“%s” is none', (text) => expect(quantity(text)).toBeUndefined());
});
