import { z } from 'zod';
import { CAUSES, type CauseSlug } from '../diagnosis/causes.ts';
import { RUNGS } from '../diagnosis/ladder.ts';
import { TARGET_KINDS, UNREAD_REASONS } from '../evidence/types.ts';

// The keys of CAUSES are exactly the slugs; Object.keys only forgets their type.
const slugs = Object.keys(CAUSES) as [CauseSlug, ...CauseSlug[]];
const cause = z
  .enum(slugs)
  .describe('Slug of a cause; `promfix explain CAUSE` and docs/causes.md say more.')
  .meta({ id: 'Cause' });
const rung = z.enum(RUNGS).describe('Step of the path on which the cause breaks it.').meta({ id: 'Rung' });
const certainty = z.enum(['proven', 'likely', 'possible']);
const text = z.string().describe('A whole sentence for people; its wording may change between releases.');

const because = z
  .object({
    source: z.string().describe('Which part of the evidence: `resource`, `operators`, `applications`, …'),
    path: z.string().describe('Field path or place within the source.'),
    at: z.string().optional().describe('ISO 8601 time of what was read, where it has one.'),
    quote: z.string().optional().describe('What stood there, scrubbed of secrets.'),
    text,
  })
  .meta({ id: 'Proof' });

const named = z.object({
  cause,
  rung: rung.nullable().describe('null: beside the path.'),
  certainty,
  title: text,
  summary: text,
  because: z.array(because),
});

/** The public, versioned form of a diagnosis. Fields are only ever added within v1. */
export const diagnosisSchema = z
  .object({
    schema: z.literal('promfix.diagnosis/v1'),
    target: z.object({ cluster: z.string(), kind: z.enum(TARGET_KINDS), namespace: z.string(), name: z.string() }),
    at: z.string().describe('ISO 8601 time at which the collection ended.'),
    verdict: z
      .enum(['healthy', 'degraded', 'broken', 'inconclusive'])
      .describe('degraded: it runs now, and a proven fault will break the next change or hides its state.'),
    scaledToZero: z
      .literal(true)
      .optional()
      .describe('Healthy, but by its own spec no pod is wanted: monitoring is off.'),
    blindSince: z.string().optional().describe('Since when monitoring is blind, where the evidence shows it.'),
    blindAtLeast: z.literal(true).optional().describe('It may be longer than since blindSince.'),
    rootCause: named.extend({ effect: text, repair: z.object({ text, commands: z.array(z.string()) }) }).nullable(),
    next: z.array(named).describe('Further causes that stand on their own, once the root cause is repaired.'),
    consequences: z
      .array(z.object({ code: z.string(), text, why: text.optional(), explainedBy: cause.optional() }))
      .describe('What was seen and follows from the root cause, from the cause outwards.'),
    noise: z.array(z.object({ code: z.string(), text, explainedBy: cause.optional() })),
    ruledOut: z.array(z.object({ cause, text, because: z.array(because) })),
    notChecked: z.array(
      z.object({
        source: z.string(),
        reason: z.enum(UNREAD_REASONS),
        needs: z
          .object({
            verb: z.string(),
            group: z.string(),
            resource: z.string(),
            namespace: z.string().optional(),
            name: z.string().optional(),
          })
          .optional()
          .describe('The right that is missing.'),
        text,
      }),
    ),
    ladder: z.array(z.object({ rung, state: z.enum(['reached', 'not-reached', 'unknown']) })),
    proposals: z
      .array(
        z.object({
          remediation: z.string(),
          risk: z.enum(['low', 'medium', 'high']).optional(),
          title: text,
          commands: z.array(z.string()).describe('Shell commands a person may run under their own rights.'),
          refused: z.object({ code: z.string(), text }).optional().describe('Why it is not offered now.'),
        }),
      )
      .describe('Repairs that promfix can carry out once approved; never executed from a terminal.'),
    advice: z.array(z.object({ code: z.string(), text })),
  })
  .meta({ title: 'promfix diagnosis', description: 'What `promfix diagnose --output json` prints.' });

export type DiagnosisJson = z.infer<typeof diagnosisSchema>;
