import type { ApplicationView, Evidence } from '../../evidence/types.ts';
import { readValue } from '../because.ts';
import { responsible } from '../operator-story.ts';

type Seen = Pick<Evidence, 'target' | 'applications' | 'operators'>;

/** The Applications that have the target or its operator among their resources; all of them where none says so. */
export function concerned(seen: Seen): readonly ApplicationView[] {
  const all = readValue(seen.applications) ?? [];
  const operator = responsible(seen)?.deployment.meta;
  const has = (app: ApplicationView): boolean =>
    app.resources.some(
      (row) =>
        (row.kind === seen.target.kind && row.name === seen.target.name) ||
        (row.kind === 'Deployment' && row.name === operator?.name && row.namespace === operator.namespace),
    );
  const some = all.filter(has);
  return some.length > 0 ? some : all;
}

export function nameOf(app: ApplicationView): string {
  return `${app.meta.namespace ?? ''}/${app.meta.name}`;
}

/** A value of the Helm values of any source, by its dotted path. */
export function helmValue(app: ApplicationView, path: string): string | number | boolean | undefined {
  return app.sources.map((source) => source.values[path]).find((value) => value !== undefined);
}

export function skipsCrds(app: ApplicationView): boolean {
  return app.sources.some((source) => source.skipCrds === true) || helmValue(app, 'crds.enabled') === false;
}

export function serverSideApply(app: ApplicationView): boolean {
  return app.syncOptions.includes('ServerSideApply=true');
}

/** `Kind/name`, as rows are shown to people. */
export function rowName(row: { readonly kind: string; readonly name: string }): string {
  return `${row.kind}/${row.name}`;
}

/** The first names, and how many more there are. */
export function someNames(names: readonly string[], most = 5): string {
  const first = names.slice(0, most).join(', ');
  return names.length > most ? `${first} (+${names.length - most})` : first;
}

/** What a running operation waits for, from its message. The wording is that of Argo CD 2.x to 3.x. */
export function waitsFor(
  message: string | undefined,
): { readonly state: 'health' | 'hook' | 'deletion'; readonly what: string } | undefined {
  const match =
    /^waiting for (healthy state|completion of hook|deletion) of (?:hook )?([^\s,]+)|^waiting for completion of hook ([^\s,]+)/.exec(
      message ?? '',
    );
  const what = match?.[2] ?? match?.[3];
  if (what === undefined) return undefined;
  const state = match?.[1] === 'healthy state' ? 'health' : match?.[1] === 'deletion' ? 'deletion' : 'hook';
  return { state, what };
}
