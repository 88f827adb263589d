import type { TargetKind } from '../../evidence/types.ts';

/** Where the values of kube-prometheus-stack hold what it renders into a custom resource, as keys from the top. */
interface ChartPlace {
  readonly spec: readonly string[];
  /** Fields of the spec that a repair changes and that have a value of the same name. */
  readonly fields: readonly string[];
  readonly annotations: readonly string[];
  /** Absent where only `commonLabels` gives it labels, which go to every object. */
  readonly labels?: readonly string[];
}

/** With `prometheus.agentMode` the same values make a PrometheusAgent. */
const PROMETHEUS: ChartPlace = {
  spec: ['prometheus', 'prometheusSpec'],
  // Without a version of its own it is the image's tag.
  fields: ['paused', 'version'],
  annotations: ['prometheus', 'annotations'],
  labels: ['prometheus', 'additionalLabels'],
};

/** As the templates of the chart render them (chart 79). */
const CHART_VALUES: Readonly<Record<TargetKind, ChartPlace>> = {
  Prometheus: PROMETHEUS,
  PrometheusAgent: PROMETHEUS,
  Alertmanager: {
    spec: ['alertmanager', 'alertmanagerSpec'],
    fields: ['paused', 'version'],
    annotations: ['alertmanager', 'annotations'],
    labels: ['alertmanager', 'additionalLabels'],
  },
  ThanosRuler: {
    spec: ['thanosRuler', 'thanosRulerSpec'],
    fields: ['paused'],
    annotations: ['thanosRuler', 'annotations'],
  },
};

type Field = readonly ['spec' | 'labels' | 'annotations', string];

/** Where the chart's values hold a field, a label or an annotation of a custom resource; undefined where they can't say it. */
export function valueKeys(kind: TargetKind, [part, key]: Field): readonly string[] | undefined {
  const place = CHART_VALUES[kind];
  if (part === 'spec') return place.fields.includes(key) ? [...place.spec, key] : undefined;
  const above = place[part];
  return above && [...above, key];
}

/** `prometheus.annotations["operator.prometheus.io/controller-id"]` */
export function dotted(keys: readonly string[]): string {
  return keys.reduce((path, key) => {
    if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
    return path === '' ? key : `${path}.${key}`;
  }, '');
}

/** For a sentence about where a change lasts: empty where the chart has no value for it. */
export function valuePath(kind: TargetKind, field: Field): { readonly path?: string } {
  const keys = valueKeys(kind, field);
  return keys === undefined ? {} : { path: dotted(keys) };
}
