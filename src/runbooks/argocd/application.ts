import type { ApplicationView, Evidence } from '../../evidence/types.ts';
import { readValue } from '../because.ts';
import { responsible } from '../operator-story.ts';

type Seen = Pick<Evidence, 'target' | 'applications' | 'operators'>;

/** The Applications that have the target or its operator among their resources; all of them where none says so. */
export function concerned(seen: Seen): readonly ApplicationView[] {
  const all = readValue(seen.applications) ?? [];
  const some = all.filter((app) => holds(app, seen));
  return some.length > 0 ? some : all;
}

/** Whether an Application has the target or its operator among its resources. Names repeat in clusters: the namespace has to be the same, too. */
export function holds({ resources }: ApplicationView, seen: Pick<Evidence, 'target' | 'operators'>): boolean {
  const { target } = seen;
  const operator = responsible(seen)?.deployment.meta;
  return resources.some(
    ({ kind, name, namespace }) =>
      (kind === target.kind && name === target.name && namespace === target.namespace) ||
      (kind === 'Deployment' && name === operator?.name && namespace === operator.namespace),
  );
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
