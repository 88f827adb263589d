import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CAUSES } from '../../src/diagnosis/causes.ts';
import { loadScenarios } from '../cluster/scenarios/load.ts';
import { LOGS } from './logs.ts';

const PROJECT = join(import.meta.dirname, '../..');
const GOLDEN = join(PROJECT, 'test', 'golden');

interface Note {
  /** Why no scenario plays it on the control plane. */
  readonly why: string;
  /** The test that shows it. */
  readonly shownIn: string;
}
const OLD = 'only operators of releases that are not in the suite do that: their own words are judged instead';
const PASTED = 'test/diagnosis/logs.ts';

const NOTES: Readonly<Record<string, Note>> = {
  'operator-crash-config': {
    why: 'with the chart’s flags and rights no operator of the suite ends so',
    shownIn: PASTED,
  },
  'rbac-operator-crd-access': { why: OLD, shownIn: PASTED },
  'operator-too-old-for-k8s': { why: OLD, shownIn: PASTED },
  'operator-bug-multi-namespace-listwatch': { why: OLD, shownIn: PASTED },
  'configured-namespace-missing': { why: OLD, shownIn: PASTED },
  'rbac-operator-cluster-scope': { why: 'an operator of the suite ends at its check at start before', shownIn: PASTED },
  'slow-list': { why: 'it takes a list of Secrets that lasts ten minutes', shownIn: PASTED },
  'rbac-operator-missing-resource': { why: 'a right of another controller: beside the path', shownIn: PASTED },
  'installer-rbac-escalation': { why: 'whoever installs sees it; nothing in the cluster tells of it', shownIn: PASTED },
  'daemonset-gate-off': { why: 'no Prometheus has that mode', shownIn: 'test/diagnosis/kinds.cluster.test.ts' },
  'rollout-stuck': { why: 'the default operator makes no such StatefulSet', shownIn: 'test/runbooks/rollout.test.ts' },
  'argocd-project-not-permitted': { why: 'Argo CD itself does not run', shownIn: 'test/runbooks/argocd.test.ts' },
  ignoreoninstallonly: { why: 'it takes two releases of the chart', shownIn: 'test/runbooks/argocd.test.ts' },
  'admission-not-trusted': {
    why: 'named only where somebody asks for the repair',
    shownIn: 'test/remediations/admission-certificate.test.ts',
  },
  'config-unmanaged-nil-selectors': {
    why: 'explained, never named: a configuration of one’s own is a choice, too',
    shownIn: 'src/texts/en/causes/neighbours.ts',
  },
};

/** The files are written by the suite that captures them. */
const goldenCause = (id: string) =>
  (JSON.parse(readFileSync(join(GOLDEN, id, 'expected.json'), 'utf8')) as { readonly cause: string | null }).cause;

const played = new Set((await loadScenarios(null)).flatMap(({ cause, later }) => [cause, later?.cause]));
const captured = new Set(readdirSync(GOLDEN).map(goldenCause));
const isShown = (cause: string): boolean => played.has(cause) || captured.has(cause);

it('every cause is played on the real control plane, or a note says why not and where it is shown', () => {
  expect(Object.keys(CAUSES).filter((cause) => !isShown(cause) && !(cause in NOTES))).toEqual([]);
});

it('no note is left over', () => {
  expect(Object.keys(NOTES).filter((cause) => isShown(cause) || !(cause in CAUSES))).toEqual([]);
});

it.each(Object.entries(NOTES))('%s is shown where its note says', (cause, { shownIn }) => {
  expect(readFileSync(join(PROJECT, shownIn), 'utf8')).toContain(cause);
  if (shownIn === PASTED) expect(LOGS.map((one) => one.cause)).toContain(cause);
});

it('every scenario has its capture', async () => {
  const packed = readdirSync(GOLDEN);
  expect((await loadScenarios(null)).map(({ id }) => id).filter((id) => !packed.includes(id))).toEqual([]);
});
