import { describe, expect, it } from 'vitest';
import { podSize } from '../../src/evidence/sources/pod-size.ts';
import type { LimitRangeView, PodSize, QuotaView } from '../../src/evidence/types.ts';
import { quotaRefusal } from '../../src/remediations/parts/quota.ts';
import { deployment, meta } from './world.ts';

type Amounts = Readonly<Record<string, string>>;
const container = (requests: Amounts, limits: Amounts = {}, runs: 'main' | 'beside' | 'before' = 'main') => ({
  name: `${runs}-one`,
  runs,
  requests,
  limits,
});
const size = (containers: PodSize['containers'], more: Partial<PodSize> = {}): PodSize => ({
  containers,
  addsMore: false,
  surge: 1,
  ...more,
});
const SMALL = size([container({ cpu: '100m', memory: '100Mi' }, { cpu: '200m', memory: '200Mi' })]);
const quota = (hard: Amounts, used: Amounts = {}, scopes?: readonly string[]): QuotaView => ({
  meta: meta('compute'),
  hard,
  used,
  ...(scopes && { scopes }),
});
const range = (limit: LimitRangeView['limits'][number]): LimitRangeView => ({
  meta: meta('defaults'),
  limits: [{ type: 'Container', ...limit }],
});

/** `room`, or the code of the refusal. */
function judge(pod: PodSize | undefined, quotas: QuotaView, limits?: readonly LimitRangeView[]): string {
  const operator = pod ? deployment({ pod }) : deployment();
  return quotaRefusal([quotas], operator, limits)?.code ?? 'room';
}

describe('a quota on CPU and memory', () => {
  it.each([
    ['leaves exactly enough', { 'requests.cpu': '2' }, { 'requests.cpu': '1900m' }, 'room'],
    ['lacks a thousandth', { 'requests.cpu': '2' }, { 'requests.cpu': '1901m' }, 'quota-full'],
    ['means requests by the bare name', { cpu: '2', memory: '1Gi' }, { cpu: '1900m', memory: '924Mi' }, 'room'],
    ['counts limits by themselves', { 'limits.memory': '1Gi' }, { 'limits.memory': '900Mi' }, 'quota-full'],
    ['is written in other units', { 'limits.memory': '1073741824' }, { 'limits.memory': '824Mi' }, 'room'],
    ['is overdrawn already', { 'limits.cpu': '1' }, { 'limits.cpu': '1500m' }, 'quota-full'],
    ['can’t be read as a number', { 'limits.cpu': 'much' }, {}, 'quota-unclear'],
    ['is about what the pod has not', { 'requests.nvidia.com/gpu': '0' }, {}, 'room'],
    ['is about the disk, of which the pod says nothing', { 'requests.ephemeral-storage': '1' }, {}, 'room'],
  ] as const)('%s', (_what, hard, used, answer) => {
    expect(judge(SMALL, quota(hard, used), [])).toBe(answer);
  });

  it('adds up what runs at the same time, and takes the largest moment of the start', () => {
    const pod = size([
      container({ memory: '100Mi' }),
      container({ memory: '50Mi' }, {}, 'beside'),
      container({ memory: '200Mi' }, {}, 'before'),
    ]);

    expect(judge(pod, quota({ memory: '250Mi' }), [])).toBe('room');
    expect(judge(pod, quota({ memory: '249Mi' }), [])).toBe('quota-full');
  });

  it('takes a limit for the request that is not stated', () => {
    const pod = size([container({}, { cpu: '1' })]);

    expect(judge(pod, quota({ 'requests.cpu': '1' }), [])).toBe('room');
    expect(judge(pod, quota({ 'requests.cpu': '900m' }), [])).toBe('quota-full');
  });

  it('refuses a container that states nothing, unless a LimitRange does', () => {
    const pod = size([container({})]);

    expect(judge(pod, quota({ 'limits.cpu': '9' }), [])).toBe('quota-wants-amount');
    expect(judge(pod, quota({ 'limits.cpu': '9' }), [range({ default: { cpu: '1' } })])).toBe('room');
    expect(judge(pod, quota({ 'requests.cpu': '9' }), [range({ defaultRequest: { cpu: '10' } })])).toBe('quota-full');
    expect(judge(pod, quota({ 'limits.cpu': '9' }), [range({ type: 'Pod', default: { cpu: '1' } })])).toBe(
      'quota-wants-amount',
    );
  });

  it('stays unclear where the defaults were not read, or contradict each other', () => {
    const pod = size([container({})]);
    const two = [range({ default: { cpu: '1' } }), range({ default: { cpu: '2' } })];

    expect(judge(pod, quota({ 'limits.cpu': '9' }))).toBe('quota-unclear');
    expect(judge(pod, quota({ 'limits.cpu': '9' }), two)).toBe('quota-unclear');
    expect(judge({ ...SMALL, addsMore: true }, quota({ 'limits.cpu': '9' }), [])).toBe('quota-unclear');
    expect(judge(undefined, quota({ 'requests.cpu': '9' }), [])).toBe('quota-unclear');
  });
});

describe('a rolling update', () => {
  it('needs no room for a pod that starts only when the old one has ended, but for its ReplicaSet', () => {
    const pod = { ...SMALL, surge: 0 };

    expect(judge(pod, quota({ pods: '1', 'requests.cpu': '1' }, { pods: '1', 'requests.cpu': '1' }), [])).toBe('room');
    expect(judge(pod, quota({ 'count/replicasets.apps': '1' }, { 'count/replicasets.apps': '1' }), [])).toBe(
      'quota-full',
    );
  });

  it.each([
    ['nothing said', {}, 1],
    ['Recreate', { strategy: { type: 'Recreate' } }, 0],
    ['no surge', { strategy: { rollingUpdate: { maxSurge: 0 } } }, 0],
    ['a share', { replicas: 3, strategy: { rollingUpdate: { maxSurge: '50%' } } }, 2],
  ])('is understood: %s', (_what, spec, surge) => {
    expect(podSize(spec, {}).surge).toBe(surge);
  });
});

describe('the scope of a quota', () => {
  const none = size([container({})]);
  const full = { pods: '1' };

  it.each([
    [['Terminating'], SMALL, 'room'],
    [['NotTerminating'], SMALL, 'quota-full'],
    [['BestEffort'], SMALL, 'room'],
    [['BestEffort'], none, 'quota-full'],
    [['NotBestEffort'], SMALL, 'quota-full'],
    [['NotBestEffort'], none, 'room'],
    [['NotTerminating', 'BestEffort'], SMALL, 'room'],
    [['PriorityClass'], SMALL, 'quota-unclear'],
    [['other'], SMALL, 'quota-unclear'],
  ] as const)('%j', (scopes, pod, answer) => {
    expect(judge(pod, quota(full, full, scopes), [])).toBe(answer);
  });

  it('does not matter where there is room', () => {
    expect(judge(SMALL, quota({ pods: '2' }, full, ['other']), [])).toBe('room');
  });
});
