import { boolean, defined, type Json, object, objects, string, strings } from '../json.ts';
import { getObject, type Reading } from '../reading.ts';
import type { ApplicationView, SyncWindow } from '../types.ts';

const MOST = 100;

/** Adds the sync windows of its project. Without the right to read that, nothing is added: the windows are unknown then. */
export async function withWindows(reading: Reading, view: ApplicationView): Promise<ApplicationView> {
  const { namespace } = view.meta;
  const project = await getObject(reading, 'appprojects', { namespace, name: view.project ?? 'default' });
  if (project.state !== 'read') return view;
  const all = objects(object(project.value, 'spec')['syncWindows'], MOST);
  return { ...view, windows: all.filter((one) => isMeant(one, view)).map(projectWindow) };
}

const IN_CLUSTER = ['https://kubernetes.default.svc', 'in-cluster'] as const;

/**
 * As Argo CD matches: by any of the three lists, or by all that are given with `andOperator`. The cluster that it runs in goes by both its
 * names: some releases work the other one out before they match.
 */
function isMeant(window: Json, { meta, destination }: ApplicationView): boolean {
  const named = [destination.server, destination.name];
  const clusters = IN_CLUSTER.some((one) => named.includes(one)) ? [...named, ...IN_CLUSTER] : named;
  const lists: readonly (readonly [patterns: readonly string[], names: readonly (string | undefined)[]])[] = [
    [strings(window['applications'], MOST), [meta.name]],
    [strings(window['namespaces'], MOST), [destination.namespace]],
    [strings(window['clusters'], MOST), clusters],
  ];
  const given = lists.filter(([patterns]) => patterns.length > 0);
  const matches = ([patterns, names]: (typeof lists)[number]): boolean =>
    names.some((name) => name !== undefined && patterns.some((pattern) => glob(pattern).test(name)));
  if (given.length === 0) return false;
  return boolean(window, 'andOperator') === true ? given.every(matches) : given.some(matches);
}

function glob(pattern: string): RegExp {
  const escaped = pattern.slice(0, 253).replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/\*+/g, '.*').replaceAll('?', '.')}$`);
}

function projectWindow(window: Json): SyncWindow {
  return defined<SyncWindow>({
    kind: string(window, 'kind'),
    schedule: string(window, 'schedule'),
    duration: string(window, 'duration'),
    timeZone: string(window, 'timeZone'),
    manualSync: boolean(window, 'manualSync'),
  });
}
