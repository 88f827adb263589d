/** The kinds that go through the ladder. */
export const TARGET_KINDS = ['Prometheus', 'PrometheusAgent', 'Alertmanager', 'ThanosRuler'] as const;

export type TargetKind = (typeof TARGET_KINDS)[number];

/** What is under diagnosis. `cluster` is the configured name, shown first everywhere. */
export interface Target {
  readonly cluster: string;
  readonly kind: TargetKind;
  readonly namespace: string;
  readonly name: string;
}
