import { describe, expect, it } from 'vitest';
import type { Evidence, OperatorView } from '../../src/evidence/types.ts';
import { isPlan, planOf } from '../../src/remediations/index.ts';
import { startUpRights } from '../../src/remediations/rights/start-up-rights.ts';
import { repairSentence } from '../../src/texts/en/results.ts';
import {
  ADMISSION,
  AT,
  CLUSTER,
  deny,
  deployment,
  diagnosis,
  evidence,
  forbidden,
  meta,
  NS,
  OPERATOR,
  operator,
  planned,
  quota,
  RIGHTS,
  read,
  resource,
  SECRET,
} from './world.ts';

const restart = (world: Evidence) => planOf('restart-operator', world, diagnosis('crd-race-at-start'), CLUSTER);
const withOperator = (more: Partial<OperatorView>) => evidence({ operators: read([operator(more)]) });

describe('the plan to restart the operator', () => {
  it('is one step on the Deployment that was read, bound to its uid and content', () => {
    expect(planned(restart(evidence())).steps).toEqual([
      {
        do: 'restart',
        object: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: NS, name: OPERATOR, uid: `uid-${OPERATOR}` },
        contentHash: 'hash-of-the-deployment',
      },
    ]);
  });

  it('shows the annotation that changes, with what stands there now', () => {
    const templateAnnotations = { 'kubectl.kubernetes.io/restartedAt': '2026-01-01T00:00:00Z' };
    const { diff } = planned(restart(withOperator({ deployment: deployment({ templateAnnotations }) })));

    expect(diff).toEqual([
      {
        object: `Deployment ${NS}/${OPERATOR}`,
        path: 'spec.template.metadata.annotations[kubectl.kubernetes.io/restartedAt]',
        before: '2026-01-01T00:00:00Z',
        after: '<time of the restart>',
      },
    ]);
  });

  it('counts everything that this operator manages, and nothing of another one', () => {
    const resources = read([
      resource('Prometheus', 'main'),
      resource('Prometheus', 'second', 'team-a'),
      resource('Alertmanager', 'main'),
      resource('Prometheus', 'foreign', 'elsewhere'),
    ]);
    const container = {
      ...deployment().container,
      args: [...deployment().container.args, `--namespaces=${NS}, team-a`],
    };
    const world = evidence({ resources, operators: read([operator({ deployment: deployment({ container }) })]) });

    expect(planned(restart(world)).manages).toEqual([
      { kind: 'Prometheus', count: 2 },
      { kind: 'Alertmanager', count: 1 },
    ]);
  });

  it('has no undo and says why', () => {
    expect(planned(restart(evidence())).undo).toEqual({
      kind: 'none',
      because: { code: 'restart-needs-none', values: {} },
    });
  });

  it('asks for get and patch of that one Deployment, nothing more', () => {
    const place = { group: 'apps', resource: 'deployments', namespace: NS, name: OPERATOR };

    expect(planned(restart(evidence())).rights).toEqual([
      { verb: 'get', ...place },
      { verb: 'patch', ...place },
    ]);
  });

  it('says everything in whole sentences', () => {
    const { checks, effects, untouched, undo, permanent } = planned(restart(evidence()));
    const said = [
      ...checks,
      ...(effects ?? []),
      ...untouched,
      permanent,
      ...(undo.kind === 'none' ? [undo.because] : []),
    ].map(repairSentence);

    expect(said.length).toBeGreaterThan(12);
    for (const sentence of said) expect(sentence).toMatch(/^(?!.*undefined)[A-Z].*\.$/);
  });

  it('is the same for the same evidence', () => {
    expect(restart(evidence())).toEqual(restart(evidence()));
  });

  it.each([
    ['crd-race-at-start', 'crds-before-operator'],
    ['skipcrds-then-crds', 'crds-with-operator'],
    ['rbac-gate-status-update', 'rbac-at-its-source'],
  ] as const)('says for %s what makes it last', (cause, code) => {
    expect(planned(planOf('restart-operator', evidence(), diagnosis(cause), CLUSTER)).permanent.code).toBe(code);
  });
});

const without = (...gone: string[]) =>
  read({
    v1: ['prometheuses', 'servicemonitors', 'podmonitors', 'prometheusrules', 'probes'].filter(
      (one) => !gone.includes(one),
    ),
    v1alpha1: [],
  });
const labelled = (level: string) =>
  read({ meta: meta(NS, { labels: { 'pod-security.kubernetes.io/enforce': level } }) });
const status = (more: object) => deployment({ status: { ...deployment().status, ...more } });

/** Each world differs from one in which the restart is offered by one thing. */
const REFUSED: readonly (readonly [why: string, world: Evidence, code: string])[] = [
  ['the CRD is not served yet', evidence({ served: without('prometheuses') }), 'crd-not-served'],
  ['a kind that the caches wait for is not served', evidence({ served: without('probes') }), 'crd-not-served'],
  ['discovery was not read', evidence({ served: forbidden }), 'not-checked'],
  [
    'another kind that it manages is gone',
    evidence({ served: without(), resources: read([resource('Alertmanager', 'main')]) }),
    'other-kind-not-served',
  ],
  ['what it manages was not read', evidence({ resources: forbidden }), 'not-checked'],
  ['the operators were not read', evidence({ operators: forbidden }), 'not-checked'],
  ['there is no operator', evidence({ operators: read([]) }), 'operator-not-found'],
  [
    'the right to list is missing',
    withOperator({ rights: read(deny('list', 'prometheuses')) }),
    'operator-right-missing',
  ],
  [
    'the right to update the status is missing',
    withOperator({ rights: read(deny('update', 'prometheuses/status')) }),
    'operator-right-missing',
  ],
  [
    'the right to patch the status is missing',
    withOperator({ rights: read(deny('patch', 'prometheuses/status')) }),
    'operator-right-missing',
  ],
  [
    'the right to watch namespaces is missing',
    withOperator({ rights: read(deny('watch', 'namespaces')) }),
    'operator-right-missing',
  ],
  ['an informer’s list is denied', withOperator({ rights: read(deny('list', 'secrets')) }), 'operator-right-missing'],
  [
    'a right was not asked about',
    withOperator({ rights: read(RIGHTS.filter((one) => one.resource !== 'probes')) }),
    'not-judged',
  ],
  ['the rights could not be asked', withOperator({ rights: forbidden }), 'not-checked'],
  [
    'the admission Secret is gone',
    evidence({ admissionSecret: { state: 'absent', how: 'no-such-object', at: AT } }),
    'admission-secret-missing',
  ],
  ['the admission Secret was not read', evidence({ admissionSecret: forbidden }), 'not-checked'],
  [
    'the admission Secret has other keys',
    evidence({ admissionSecret: read({ ...SECRET, keys: [{ name: 'tls.crt', bytes: 9 }] }) }),
    'admission-secret-bad',
  ],
  [
    'the admission Secret’s key is empty',
    evidence({
      admissionSecret: read({
        ...SECRET,
        keys: [
          { name: 'cert', bytes: 9 },
          { name: 'key', bytes: 0 },
        ],
      }),
    }),
    'admission-secret-bad',
  ],
  [
    'the pod mounts a Secret that was not looked at',
    withOperator({
      deployment: deployment({
        volumes: [
          { name: 'a', secret: ADMISSION },
          { name: 'b', secret: 'other' },
        ],
      }),
    }),
    'not-judged',
  ],
  [
    'the quota has no room for one more pod',
    withOperator({ quotas: quota({ pods: '10' }, { pods: '10' }) }),
    'quota-full',
  ],
  [
    'the quota counts ReplicaSets and is full',
    withOperator({ quotas: quota({ 'count/replicasets.apps': '3' }, { 'count/replicasets.apps': '3' }) }),
    'quota-full',
  ],
  [
    'a quota on CPU leaves it unclear',
    withOperator({ quotas: quota({ 'requests.cpu': '2' }, { 'requests.cpu': '1500m' }) }),
    'quota-unclear',
  ],
  ['the quotas were not read', withOperator({ quotas: forbidden }), 'not-checked'],
  [
    'Pod Security refuses the host’s network',
    withOperator({ deployment: deployment({ hostNetwork: true }), namespace: labelled('baseline') }),
    'pod-security-refuses',
  ],
  ['the namespace was not read', withOperator({ namespace: forbidden }), 'not-checked'],
  ['the Deployment is paused', withOperator({ deployment: deployment({ paused: true }) }), 'deployment-paused'],
  [
    'its condition says that it is paused',
    withOperator({
      deployment: deployment({ conditions: [{ type: 'Progressing', status: 'Unknown', reason: 'DeploymentPaused' }] }),
    }),
    'deployment-paused',
  ],
  ['it has no replica', withOperator({ deployment: deployment({ replicas: 0 }) }), 'no-replicas'],
  ['a rollout is under way', withOperator({ deployment: status({ updatedReplicas: 0 }) }), 'rollout-in-progress'],
  ['the old pod of a rollout still runs', withOperator({ deployment: status({ replicas: 2 }) }), 'rollout-in-progress'],
  [
    'its controller has not seen the last change',
    withOperator({ deployment: deployment({ meta: meta(OPERATOR, { generation: 2 }) }) }),
    'rollout-in-progress',
  ],
  [
    'it is being deleted',
    withOperator({ deployment: deployment({ meta: meta(OPERATOR, { deleting: AT }) }) }),
    'being-deleted',
  ],
  [
    'the cluster is another one',
    evidence({ cluster: read({ uid: 'other', server: 'https://other' }) }),
    'other-cluster',
  ],
  ['the cluster’s identity was not read', evidence({ cluster: forbidden }), 'not-checked'],
  ['it is a pasted log', evidence({ pasted: ['level=warn …'] }), 'not-live'],
];

describe('the restart is not offered when', () => {
  it.each(REFUSED)('%s', (_why, world, code) => {
    const answer = restart(world);

    expect(answer).toMatchObject({ refused: true, remediation: 'restart-operator', code });
    if (!isPlan(answer)) expect(repairSentence(answer)).toMatch(/^[A-Z].*[.…”]$/);
    if (!isPlan(answer)) expect(repairSentence(answer)).not.toMatch(/undefined|\[object/);
  });

  it('something was not read, and names the right that is missing', () => {
    expect(restart(evidence({ admissionSecret: forbidden }))).toMatchObject({
      needs: { verb: 'get', resource: 'secrets', name: ADMISSION },
    });
  });

  it('the root cause is another one, and says which repair would help', () => {
    expect(planOf('restart-operator', evidence(), diagnosis('operator-scaled-0'), CLUSTER)).toMatchObject({
      code: 'wrong-cause',
      values: { cause: 'operator-scaled-0', instead: 'scale-operator-up' },
    });
  });

  it('nothing is broken', () => {
    expect(planOf('restart-operator', evidence(), diagnosis(null), CLUSTER)).toMatchObject({ code: 'nothing-broken' });
  });

  it('the cause is only possible', () => {
    const unsure = diagnosis('crd-race-at-start', { certainty: 'possible' });

    expect(planOf('restart-operator', evidence(), unsure, CLUSTER)).toMatchObject({ code: 'not-certain' });
  });
});

describe('where only some namespaces may be read, the restart', () => {
  const limited = (flags: readonly string[], listed: Evidence['listed']) => {
    const container = { ...deployment().container, args: [...deployment().container.args, ...flags] };
    const operators = read([operator({ deployment: deployment({ container }) })]);
    return restart(evidence({ resources: forbidden, operators, ...(listed && { listed }) }));
  };
  const seen = read({
    namespaces: [NS, 'team'],
    resources: [resource('Prometheus', 'main'), resource('Alertmanager', 'main'), resource('Prometheus', 'b', 'team')],
  });

  it('is offered when the operator’s flags keep it to these, and counts what it manages there', () => {
    expect(planned(limited([`--namespaces=${NS}`], seen)).manages).toEqual([
      { kind: 'Alertmanager', count: 1 },
      { kind: 'Prometheus', count: 1 },
    ]);
    expect(planned(limited([`--namespaces=${NS},team`], seen)).manages).toEqual([
      { kind: 'Prometheus', count: 2 },
      { kind: 'Alertmanager', count: 1 },
    ]);
  });

  it.each<readonly [string, readonly string[], string, object]>([
    ['the operator is limited by nothing', [], 'manages-everywhere', { read: `${NS}, team` }],
    ['only some namespaces are denied to it', [`--deny-namespaces=${NS}`], 'manages-everywhere', {}],
    ['one kind alone is limited', [`--prometheus-instance-namespaces=${NS}`], 'manages-everywhere', {}],
    ['one of its namespaces may not be read', [`--namespaces=${NS},x,w`], 'manages-elsewhere', { unseen: 'w, x' }],
    [
      'one kind’s own list leads elsewhere',
      [`--namespaces=${NS}`, '--alertmanager-instance-namespaces=x'],
      'manages-elsewhere',
      { unseen: 'x' },
    ],
  ])('is refused, with what would help, when %s', (_why, flags, code, values) => {
    const answer = limited(flags, seen);

    expect(answer).toMatchObject({ refused: true, code, values });
    if (!isPlan(answer)) expect(repairSentence(answer)).toMatch(/^Not offered, because .*resourcesEverywhere/);
  });

  it('is refused when these could not be read either, or nothing says which they are', () => {
    expect(limited([`--namespaces=${NS}`], forbidden)).toMatchObject({ code: 'not-checked' });
    expect(limited([`--namespaces=${NS}`], undefined)).toMatchObject({ code: 'not-checked' });
  });

  it('judges what it manages there: a kind that is no longer served', () => {
    const world = evidence({
      resources: forbidden,
      listed: seen,
      served: without(),
      operators: read([
        operator({
          deployment: deployment({ container: { ...deployment().container, args: [`--namespaces=${NS}`] } }),
        }),
      ]),
    });

    expect(restart(world)).toMatchObject({ code: 'other-kind-not-served', values: { kind: 'Alertmanager' } });
  });
});

describe('of another kind that the operator manages, the restart', () => {
  const resources = read([resource('Prometheus', 'main'), resource('Alertmanager', 'main')]);
  const all = startUpRights('Alertmanager', []).map((right) => ({ ...right, allowed: true }));
  const withRights = (furtherRights: OperatorView['furtherRights']) =>
    restart(evidence({ resources, operators: read([operator(furtherRights && { furtherRights })]) }));

  it('is offered when each of its rights is there, too', () => {
    expect(isPlan(withRights(read(all)))).toBe(true);
  });

  it('is refused when one of its rights was lost: its controller would stay off', () => {
    const lost = all.map((one) => (one.verb === 'update' ? { ...one, allowed: false } : one));

    expect(withRights(read(lost))).toMatchObject({
      code: 'operator-right-missing',
      values: { verb: 'update', resource: 'alertmanagers/status' },
    });
  });

  it('is refused when one was not asked about, or none could be', () => {
    expect(withRights(read(all.filter(({ verb }) => verb !== 'watch')))).toMatchObject({ code: 'not-judged' });
    expect(withRights(forbidden)).toMatchObject({ code: 'not-checked' });
  });

  it('is planned from the capture of an older version, which has none of them', () => {
    expect(isPlan(withRights(undefined))).toBe(true);
  });
});

describe('the restart is offered although', () => {
  it.each<readonly [string, Evidence]>([
    [
      'the pod needs no Secret and none was read',
      evidence({
        admissionSecret: forbidden,
        operators: read([operator({ deployment: deployment({ volumes: [] }) })]),
      }),
    ],
    ['a quota on pods has room', withOperator({ quotas: quota({ pods: '10' }, { pods: '9' }) })],
    [
      'a quota counts other things',
      withOperator({ quotas: quota({ 'count/secrets': '1' }, { 'count/secrets': '1' }) }),
    ],
    [
      'a memory quota has room for its limit',
      withOperator({
        deployment: deployment({ container: { ...deployment().container, memoryLimit: '128Mi' } }),
        quotas: quota({ 'limits.memory': '1Gi' }, { 'limits.memory': '512Mi' }),
      }),
    ],
    ['the namespace is restricted', withOperator({ namespace: labelled('restricted') })],
    [
      'it polls namespaces without the right to watch them',
      withOperator({
        rights: read(deny('watch', 'namespaces')),
        deployment: deployment({ container: { ...deployment().container, args: [`--namespaces=${NS}`] } }),
      }),
    ],
  ])('%s', (_why, world) => {
    expect(isPlan(restart(world))).toBe(true);
  });
});

describe('for an Alertmanager', () => {
  const target = { cluster: 'staging', kind: 'Alertmanager', namespace: NS, name: 'main' } as const;
  const rights = (listed: boolean) =>
    RIGHTS.flatMap((one) => {
      if (one.resource === 'prometheuses') return [{ ...one, resource: 'alertmanagers' }];
      return one.resource === 'probes' ? [{ ...one, resource: 'alertmanagerconfigs', allowed: listed }] : [one];
    });
  const world = (v1alpha1: readonly string[], listed: boolean) =>
    evidence({
      target,
      resources: read([resource('Alertmanager', 'main')]),
      served: read({ v1: ['alertmanagers'], v1alpha1 }),
      operators: read([operator({ rights: read(rights(listed)) })]),
    });

  it('its configurations have to be served and listable: without them the caches never fill', () => {
    expect(restart(world([], true))).toMatchObject({
      code: 'crd-not-served',
      values: { plural: 'alertmanagerconfigs' },
    });
    expect(restart(world(['alertmanagerconfigs'], false))).toMatchObject({
      code: 'operator-right-missing',
      values: { resource: 'alertmanagerconfigs' },
    });
  });

  it('is planned where both are, although they are served in v1alpha1', () => {
    expect(planned(restart(world(['alertmanagerconfigs'], true))).checks).toContainEqual({
      code: 'crds-served',
      values: { count: 2, plural: 'alertmanagers' },
    });
  });
});
