import type { Evidence, FieldManager, Meta } from '../../evidence/types.ts';
import { named } from '../../remediations/parts/operator.ts';
import type { Check, Plan } from '../../remediations/types.ts';
import { FIELD_MANAGER } from '../executor/requests.ts';

/**
 * What is said of a change that somebody put back: of which object, and who has written it since, as its managed fields say. `since` is when
 * the change was made (ISO).
 */
export function putBack({ steps }: Plan, evidence: Evidence, since: string): Check {
  const written = steps.map(({ object }) => ({ object, meta: metas(evidence).find(({ uid }) => uid === object.uid) }));
  const found = written.map(({ object, meta }) => ({ object, by: meta && writerSince(meta, since) }));
  const known = found.find(({ by }) => by !== undefined) ?? found[0];
  return {
    code: 'put-back',
    values: {
      object: known === undefined ? '' : named(known.object),
      ...(known?.by !== undefined && { by: known.by.manager }),
    },
  };
}

/** What is read of the objects that somebody is known to put back. */
function metas({ operators }: Evidence): readonly Meta[] {
  const [operator] = operators.state === 'read' ? operators.value : [];
  return [operator?.roles, operator?.bindings].flatMap((read) =>
    read?.state === 'read' ? read.value.map(({ meta }) => meta) : [],
  );
}

/** The newest writer but promfix. Times there are in whole seconds. */
function writerSince({ managers }: Meta, since: string): FieldManager | undefined {
  const from = Math.floor(Date.parse(since) / 1000) * 1000;
  return managers
    .filter(({ manager, time }) => manager !== FIELD_MANAGER && time !== undefined && Date.parse(time) >= from)
    .sort((a, b) => (a.time ?? '').localeCompare(b.time ?? ''))
    .at(-1);
}
