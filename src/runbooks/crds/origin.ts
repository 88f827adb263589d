import type { Because } from '../../diagnosis/types.ts';
import { TARGETS } from '../../evidence/targets.ts';
import type { CrdView, Evidence } from '../../evidence/types.ts';
import { because, readValue } from '../because.ts';
import { ANNOTATION_LIMIT, LONG_CRDS, SHORT_CRDS } from '../crd-sizes.ts';
import { lateCrd } from '../operator-logs/gate.ts';
import { secondsBetween } from '../operator-story.ts';
import type { Coded } from '../types.ts';
import { isTooLong } from './missing.ts';

export const ORIGIN_CODES = ['annotation-size-not-blocking', 'csa-origin-not-proven', 'csa-origin-proven'] as const;
type Found = Coded<(typeof ORIGIN_CODES)[number]>;
type Seen = Pick<Evidence, 'target' | 'crds' | 'operators' | 'applications'>;

/** The long CRDs came at least this much later than the short ones when a first, client-side apply had failed for them. */
const CLEAR_GAP_SECONDS = 3;
/** Without the short ones' last-applied annotation the gap alone must be one that no single apply shows. */
const LONG_GAP_SECONDS = 60;

/**
 * The document asks whether the CRDs' annotation size blocks. With the CRD there it does not, now. It may still be the origin of the
 * race: a client-side apply brought only the four short CRDs, and the six long ones came later, by server-side apply.
 */
export function judgeOrigin(seen: Seen): readonly Found[] {
  const { plural } = TARGETS[seen.target.kind];
  const crds = readValue(seen.crds);
  const crd = crds?.find((one) => one.plural === plural);
  if (!crds || !crd) return [];
  const size = crd.meta.annotationBytes;
  const values = { plural, bytes: size, limit: ANNOTATION_LIMIT };
  const sized: Found = {
    kind: 'observation',
    code: 'annotation-size-not-blocking',
    certainty: 'proven',
    values,
    because: [
      because('crds', `${crd.meta.name}: metadata.annotations`, { quote: `${size} of ${ANNOTATION_LIMIT} bytes` }),
    ],
  };
  if (lateCrd(seen)?.late !== true) return [sized];
  const origin = proofOfOrigin(seen, crds);
  return [
    sized,
    {
      kind: 'observation',
      code: origin.proven ? 'csa-origin-proven' : 'csa-origin-not-proven',
      certainty: 'proven',
      values: { ...values, gapSeconds: origin.gap ?? 0 },
      because: origin.proof,
    },
  ];
}

function proofOfOrigin(
  seen: Seen,
  crds: readonly CrdView[],
): { readonly proven: boolean; readonly gap?: number; readonly proof: readonly Because[] } {
  const history = refusedBefore(seen);
  const times = gapBetween(crds);
  if (!times) return { proven: history.length > 0, proof: history };
  const { gap, firstLong, lastShort } = times;
  const applied = crds.filter(
    (one) => SHORT_CRDS.some((short) => short === one.plural) && one.lastAppliedBytes !== undefined,
  );
  const longApplied = crds.some(
    (one) => LONG_CRDS.some((long) => long === one.plural) && one.lastAppliedBytes !== undefined,
  );
  const clear =
    gap >= LONG_GAP_SECONDS || (gap >= CLEAR_GAP_SECONDS && applied.length === SHORT_CRDS.length && !longApplied);
  const proof = [
    because('crds', `${lastShort.meta.name}: the last of the four short CRDs`, { at: lastShort.meta.created }),
    because('crds', `${firstLong.meta.name}: the first of the six long CRDs`, { at: firstLong.meta.created }),
    ...applied.slice(0, 1).map((one) =>
      because('crds', `${one.meta.name}: annotation last-applied-configuration`, {
        quote: `${one.lastAppliedBytes} bytes`,
      }),
    ),
  ];
  return { proven: history.length > 0 || clear, gap, proof: [...history, ...proof] };
}

/** Seconds between the last short and the first long CRD; undefined when one is missing or they are mixed in time. */
function gapBetween(
  crds: readonly CrdView[],
): { readonly gap: number; readonly firstLong: CrdView; readonly lastShort: CrdView } | undefined {
  const all = (names: readonly string[]) =>
    names
      .flatMap((one) => crds.find((crd) => crd.plural === one) ?? [])
      .sort((a, b) => a.meta.created.localeCompare(b.meta.created) || a.plural.localeCompare(b.plural));
  const short = all(SHORT_CRDS);
  const long = all(LONG_CRDS);
  const lastShort = short.at(-1);
  const firstLong = long[0];
  if (!lastShort || !firstLong || short.length < SHORT_CRDS.length || long.length < LONG_CRDS.length) return undefined;
  const gap = secondsBetween(lastShort.meta.created, firstLong.meta.created);
  return gap === undefined ? undefined : { gap, firstLong, lastShort };
}

/** What the Application still tells of the failed apply. */
function refusedBefore(seen: Seen): readonly Because[] {
  return (readValue(seen.applications) ?? []).flatMap((application) => {
    const result = application.operation?.results.find((one) => isTooLong(one.message));
    const message =
      result?.message ??
      application.conditions.find((one) => isTooLong(one.message))?.message ??
      (isTooLong(application.operation?.message) ? application.operation?.message : undefined);
    return message === undefined
      ? []
      : [because('applications', `${application.meta.name}: refused before`, { quote: message })];
  });
}
