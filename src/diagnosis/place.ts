import { CAUSES, type Cause, type CauseSlug } from './causes.ts';
import type { ReportedCause } from './choose.ts';
import type { Diagnosis, Finding, Placed, Reported } from './types.ts';

type Observation = Reported<Extract<Finding, { kind: 'observation' }>>;

const entry = (slug: CauseSlug): Cause => CAUSES[slug];

/** Codes that some cause brings about: seen without such a cause they are noise. Everything else is plain observation. */
const LOUD: ReadonlySet<string> = new Set(Object.values<Cause>(CAUSES).flatMap((one) => one.explains));

/** Puts what is loud in its place: consequence of the root or of another cause, or noise. */
export function place(
  observations: readonly Observation[],
  causes: readonly ReportedCause[],
  root: ReportedCause | undefined,
  next: readonly ReportedCause[],
): Pick<Diagnosis, 'consequences' | 'noise' | 'observations'> {
  const consequences: Placed[] = [];
  const noise: Placed[] = [];
  const plain: Observation[] = [];
  for (const finding of observations) {
    const explainedBy = [...(root ? [root] : []), ...next].find((one) =>
      entry(one.cause).explains.includes(finding.code),
    );
    if (explainedBy) consequences.push({ finding, explainedBy: explainedBy.cause });
    else if (LOUD.has(finding.code)) noise.push({ finding });
    else plain.push(finding);
  }
  if (root) consequences.push(...broughtAbout(causes, root));
  return { consequences, noise, observations: plain };
}

/** Causes that exist only because of the root. */
function broughtAbout(causes: readonly ReportedCause[], root: ReportedCause): readonly Placed[] {
  return causes
    .filter((one) => entry(root.cause).explains.includes(one.cause))
    .map((finding) => ({ finding, explainedBy: root.cause }));
}
