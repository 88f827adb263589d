import { parse } from 'yaml';
import type { TargetKind } from '../../src/evidence/types.ts';
import type { GitPatch } from '../../src/render/git-patch.ts';

/** What of a custom resource the chart's values decide, of all that repairs change. */
export interface Rendered {
  readonly spec: Readonly<Record<string, unknown>>;
  readonly labels: Readonly<Record<string, unknown>>;
  readonly annotations: Readonly<Record<string, unknown>>;
}
type Json = Readonly<Record<string, unknown>>;

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const part = (value: unknown, ...keys: readonly string[]): Json =>
  keys.reduce<Json>(
    (json, key) => {
      const next = json[key];
      return isJson(next) ? next : {};
    },
    isJson(value) ? value : {},
  );

/**
 * kube-prometheus-stack 79 as far as repairs are concerned, after its templates: `version` is the image's tag unless it is set, a ThanosRuler
 * gets none and no labels of its own, the labels of the release come first.
 */
export function render(kind: TargetKind, values: Json): Rendered {
  const top = {
    Prometheus: 'prometheus',
    PrometheusAgent: 'prometheus',
    Alertmanager: 'alertmanager',
    ThanosRuler: 'thanosRuler',
  }[kind];
  const own = part(values, top);
  const spec = part(own, `${top}Spec`);
  const release = { release: 'prometheus', heritage: 'Helm' };
  return {
    spec: {
      paused: spec['paused'] ?? false,
      ...(kind !== 'ThanosRuler' && { version: spec['version'] || part(spec, 'image')['tag'] }),
    },
    labels: {
      ...release,
      ...part(values, 'commonLabels'),
      ...(kind !== 'ThanosRuler' && part(own, 'additionalLabels')),
    },
    annotations: part(own, 'annotations'),
  };
}

/** The values as somebody who follows the patch leaves them. */
export function followed(values: Json, patches: readonly GitPatch[]): Json {
  return patches.reduce((all, { yaml, without }) => {
    const merged = yaml === undefined ? all : merge(all, part(parse(yaml)));
    return without.reduce((rest, path) => removed(rest, keysOf(path)), merged);
  }, values);
}

function merge(one: Json, other: Json): Json {
  const entries = Object.entries(other).map(([key, value]) => [
    key,
    isJson(value) ? merge(part(one, key), value) : value,
  ]);
  return { ...one, ...Object.fromEntries(entries) };
}

/** `a.b["c.d/e"]` */
function keysOf(path: string): readonly string[] {
  return [...path.matchAll(/\["([^"]+)"\]|([^.[\]]+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

function removed(json: Json, [key = '', ...rest]: readonly string[]): Json {
  const { [key]: _gone, ...others } = json;
  return rest.length === 0 ? others : { ...json, [key]: removed(part(json, key), rest) };
}
