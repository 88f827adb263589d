import type { Because } from '../../diagnosis/types.ts';
import { TARGETS } from '../../evidence/targets.ts';
import type { Evidence } from '../../evidence/types.ts';
import { because, readValue } from '../because.ts';
import { LONG_CRDS, SHORT_CRDS } from '../crd-sizes.ts';
import { readStory, those } from '../operator-story.ts';
import type { Coded } from '../types.ts';

export const MISSING_CODES = [
  'crd-missing',
  'crd-not-served',
  'crd-terminating',
  'crd-too-long',
  'crds-removed',
  'sibling-crd-absent',
] as const;
type Found = Coded<(typeof MISSING_CODES)[number]>;
type Seen = Pick<Evidence, 'target' | 'crds' | 'served' | 'operators' | 'applications' | 'pasted' | 'statefulSet'>;

/** The target's kind, or one its controller lists beside it, is not there now. */
export function judgeMissing(seen: Seen): readonly Found[] {
  if (seen.pasted !== undefined) return pastedTooLong(seen);
  const { plural, version } = TARGETS[seen.target.kind];
  const known = readValue(seen.crds);
  const served = readValue(seen.served) ?? (seen.served.state === 'absent' ? { v1: [], v1alpha1: [] } : undefined);
  const crd = known?.find((one) => one.plural === plural);
  const notServed = served !== undefined && !served[version].includes(plural);
  const gone = (known !== undefined && !crd) || (known === undefined && notServed);
  if (gone) return [whyGone(seen, served)];
  if (crd?.meta.deleting !== undefined) {
    return [
      {
        kind: 'cause',
        cause: 'crd-missing',
        code: 'crd-terminating',
        certainty: 'proven',
        values: { plural, finalizers: crd.meta.finalizers.join(', ') },
        because: [because('crds', `${crd.meta.name}: metadata.deletionTimestamp`, { at: crd.meta.deleting })],
      },
    ];
  }
  if (crd && notServed) {
    return [
      {
        kind: 'cause',
        cause: 'crd-missing',
        code: 'crd-not-served',
        certainty: 'proven',
        values: { plural },
        because: [because('served', version, { quote: `without ${plural}` })],
      },
    ];
  }
  return siblings(seen);
}

function siblings(seen: Seen): readonly Found[] {
  const known = readValue(seen.crds);
  if (!known) return [];
  return TARGETS[seen.target.kind].siblings.flatMap(({ plural }): Found[] => {
    if (known.some((one) => one.plural === plural)) return [];
    return [
      {
        kind: 'cause',
        cause: 'sibling-crd-missing',
        code: 'sibling-crd-absent',
        certainty: 'proven',
        values: { plural },
        because: [because('crds', `${plural}.monitoring.coreos.com`, { quote: 'not found' })],
      },
    ];
  });
}

/** Why the target's CRD is gone: refused for its size, removed after it was there, or never brought. */
function whyGone(
  seen: Seen,
  served: { readonly v1: readonly string[]; readonly v1alpha1: readonly string[] } | undefined,
): Found {
  const { plural, version } = TARGETS[seen.target.kind];
  const absent = because(seen.crds.state === 'read' ? 'crds' : 'served', `${plural}.monitoring.coreos.com`, {
    quote: 'not found',
  });
  const values = { plural, missing: missingOf(seen).join(', ') };
  const refused = tooLong(seen);
  if (refused)
    return {
      kind: 'cause',
      cause: 'csa-crd-too-long',
      code: 'crd-too-long',
      certainty: refused.certainty,
      values,
      because: [...refused.proof, absent],
    };
  const removed = removedProof(seen);
  if (removed.length > 0)
    return {
      kind: 'cause',
      cause: 'crds-pruned',
      code: 'crds-removed',
      certainty: 'proven',
      values,
      because: [absent, ...removed],
    };
  const more = served ? [because('served', version, { quote: served[version].join(', ') || 'nothing' })] : [];
  return {
    kind: 'cause',
    cause: 'crd-missing',
    code: 'crd-missing',
    certainty: 'proven',
    values,
    because: [absent, ...more],
  };
}

function missingOf(seen: Seen): readonly string[] {
  const known = readValue(seen.crds)?.map((one) => one.plural);
  return known
    ? [...SHORT_CRDS, ...LONG_CRDS].filter((one) => !known.includes(one)).sort()
    : [TARGETS[seen.target.kind].plural];
}

/** The refusal itself, in the Application's sync result; or its trace: exactly the short CRDs are there, made by client-side apply. */
function tooLong(
  seen: Seen,
): { readonly certainty: 'proven' | 'likely'; readonly proof: readonly Because[] } | undefined {
  for (const application of readValue(seen.applications) ?? []) {
    const texts = [
      ...(application.operation?.results ?? []).map(
        (one) => [`syncResult ${one.kind}/${one.name}`, one.message] as const,
      ),
      ['status.operationState.message', application.operation?.message] as const,
      ...application.conditions.map((one) => [`status.conditions[${one.type}]`, one.message] as const),
    ];
    const [path, message] = texts.find(([, text]) => isTooLong(text)) ?? [];
    if (path !== undefined && message !== undefined)
      return {
        certainty: 'proven',
        proof: [because('applications', `${application.meta.name}: ${path}`, { quote: message })],
      };
  }
  const known = readValue(seen.crds) ?? [];
  const missing = missingOf(seen);
  const applied = known.filter((one) => one.lastAppliedBytes !== undefined);
  const pattern =
    LONG_CRDS.every((one) => missing.includes(one)) &&
    SHORT_CRDS.every((one) => known.some((crd) => crd.plural === one));
  if (!pattern) return undefined;
  return {
    certainty: applied.length > 0 ? 'proven' : 'likely',
    proof: [
      because('crds', 'there', {
        quote: known
          .map((one) => one.plural)
          .sort()
          .join(', '),
      }),
      ...applied.slice(0, 1).map((one) =>
        because('crds', `${one.meta.name}: annotation last-applied-configuration`, {
          quote: `${one.lastAppliedBytes} bytes`,
        }),
      ),
    ],
  };
}

export const isTooLong = (text: string | undefined): boolean =>
  text !== undefined && /metadata\.annotations: Too long/.test(text);

function pastedTooLong(seen: Seen): readonly Found[] {
  const line = seen.pasted?.findIndex((one) => isTooLong(one)) ?? -1;
  const text = seen.pasted?.[line];
  if (text === undefined) return [];
  return [
    {
      kind: 'cause',
      cause: 'csa-crd-too-long',
      code: 'crd-too-long',
      certainty: 'proven',
      values: { plural: /"([a-z]+)\.monitoring\.coreos\.com"/.exec(text)?.[1] ?? '', missing: '' },
      because: [because('pasted', `line ${line + 1}`, { quote: text })],
    },
  ];
}

/** Traces that the kind was there before: an informer of the running operator still lists it, or its StatefulSet is left. */
function removedProof(seen: Seen): readonly Because[] {
  const story = readStory(seen);
  const goType = `*${TARGETS[seen.target.kind].version}.${seen.target.kind}`;
  const lists = those(story.current, 'reflector').filter(
    (one) => one.message.type === goType && one.message.api?.kind === 'no-such-kind',
  );
  const statefulSet = readValue(seen.statefulSet);
  const left = statefulSet?.meta.owners.some((one) => one.kind === seen.target.kind) === true;
  return [
    ...lists.slice(-1).map((one) => one.proof),
    ...(left && statefulSet
      ? [
          because('statefulSet', `StatefulSet/${statefulSet.meta.name}: metadata.ownerReferences`, {
            quote: `${seen.target.kind}/${seen.target.name}`,
          }),
        ]
      : []),
  ];
}
