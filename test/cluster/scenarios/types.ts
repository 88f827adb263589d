import type { Cluster, StartOptions } from '../control-plane/cluster.ts';

/** What later releases of the operator make of the same: they do without, mend it by themselves, or break in another way. */
export interface Later {
  /** The first release that does. */
  readonly from: string;
  /** The slug that a diagnosis must name then; `healthy` unless said. */
  readonly cause?: string;
  /** Whether the operator has been through it. Asked again and again. */
  shows(cluster: Cluster): Promise<unknown> | unknown;
}

/**
 * One fault, or none, on a real control plane. Files in this folder, and in the folder given to the suite, have an array of these as their
 * default export.
 */
export interface Scenario {
  /** `F…` for faults, `N…` for what only looks like one. */
  readonly id: string;
  /** The slug that a diagnosis must name; `healthy` where nothing is wrong. */
  readonly cause: string;
  /** One line for people. */
  readonly title: string;
  /** `empty`: a cluster with nothing in it, instead of the healthy stack. */
  readonly from?: 'empty';
  readonly start?: Pick<StartOptions, 'apiServerArgs'>;
  /** `namespace/name` of the Prometheus that is asked about; the chart's unless said. */
  readonly subject?: string;
  /** Operator releases to which something else happens: the suite waits until that shows, and expects its cause. */
  readonly later?: Later;
  inject(cluster: Cluster): Promise<unknown> | unknown;
  /** Whether the fault's symptoms show. Asked again and again. */
  settled(cluster: Cluster): Promise<unknown> | unknown;
  /** The repair. */
  fix?(cluster: Cluster): Promise<unknown> | unknown;
  /** Whether the repair worked; by default the Prometheus becomes Available. */
  recovered?(cluster: Cluster): Promise<unknown> | unknown;
}
