import { chartFrameHash } from '../../evidence/content-hash.ts';
import { at, type Json, object, string } from '../../evidence/json.ts';
import { segmentOf } from '../../parse/json-pointer.ts';
import type { StepOf } from '../../remediations/types.ts';

export type VersionStep = StepOf<'set-chart-version'>;

/** JSON pointer of the version. */
export function sourceField({ source }: Pick<VersionStep, 'source'>): string {
  return source === undefined
    ? '/spec/source/targetRevision'
    : `/spec/sources/${segmentOf(String(source))}/targetRevision`;
}

/** JSON pointers of what such a step writes. */
export function versionFields(step: VersionStep): readonly string[] {
  return [sourceField(step), ...(step.endsSync ? ['/status/operationState/phase'] : [])];
}

/** The hash of an Application just read, comparable with the step's. */
export function frameOf({ source }: VersionStep, application: Json): string {
  return chartFrameHash(application, source);
}

/** Whether the Application is still as the step was planned for. */
export function unfitApplication(
  step: VersionStep,
  application: Json,
): 'object-changed' | 'being-deleted' | 'application-hydrated' | 'operation-in-progress' | undefined {
  if (at(application, 'metadata', 'deletionTimestamp') !== undefined) return 'being-deleted';
  if (at(application, 'spec', 'sourceHydrator') !== undefined) return 'application-hydrated';
  const source = sourceOf(step, application);
  if (string(source, 'chart') !== step.chart || string(source, 'targetRevision') !== step.from) return 'object-changed';
  return !step.endsSync && (isRunning(application) || at(application, 'operation') !== undefined)
    ? 'operation-in-progress'
    : undefined;
}

/** A merge patch replaces a list as a whole: it is the list that was just read, with nothing changed but the version. */
export function versionPatch(step: VersionStep, application: Json): Json {
  const { source, to } = step;
  const sources = at(application, 'spec', 'sources');
  const spec =
    source === undefined
      ? { source: { targetRevision: to } }
      : {
          sources: (Array.isArray(sources) ? sources : []).map((one: unknown, index) =>
            index === source ? { ...object(one), targetRevision: to } : one,
          ),
        };
  const ends = step.endsSync && isRunning(application) && syncedRevision(step, application) === step.from;
  return { spec, ...(ends && { status: { operationState: { phase: 'Terminating' } } }) };
}

function sourceOf({ source }: VersionStep, application: Json): Json {
  if (source === undefined) return object(application, 'spec', 'source');
  const sources = at(application, 'spec', 'sources');
  return object(Array.isArray(sources) ? sources[source] : undefined);
}

function isRunning(application: Json): boolean {
  return string(application, 'status', 'operationState', 'phase') === 'Running';
}

/** Of this step's source: what the newest operation syncs, or has synced. */
export function syncedRevision({ source }: Pick<VersionStep, 'source'>, application: Json): string | undefined {
  const state = at(application, 'status', 'operationState');
  const places = [at(state, 'syncResult'), at(state, 'operation', 'sync')];
  return places
    .map((place) => {
      if (source === undefined) return string(place, 'revision');
      const revisions = at(place, 'revisions');
      return Array.isArray(revisions) ? string(revisions[source]) : undefined;
    })
    .find((revision) => revision !== undefined && revision !== '');
}
