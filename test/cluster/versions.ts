/** What the control plane is made of. A change here makes new programs, and new snapshots, in the cache. */
export const KUBERNETES = 'v1.34.4';
export const ETCD = 'v3.6.10';
/** Renders promfix's own chart. */
export const HELM = 'v3.19.0';

/** Releases of the operator that exist as Go modules and have a go.mod under `build/`; the first is the default. */
export const OPERATORS = ['0.85.0', '0.88.0', '0.90.1'] as const;
export type OperatorVersion = (typeof OPERATORS)[number];

/**
 * The chart release that the manifests play. Its operator, v0.86.2, is not served as a Go module, so that the nearest earlier one runs
 * behind its image tag; the manifests and the CRDs' version annotation say what the chart says.
 */
export const CHART = { version: '79.5.0', operator: '0.86.2' } as const;

/** The operator that `PROMFIX_OPERATOR` asks for. Throws with the choices when there is no such one. */
export function operatorVersion(wanted: string | undefined = process.env['PROMFIX_OPERATOR']): OperatorVersion {
  if (!wanted) return OPERATORS[0];
  const found = OPERATORS.find((version) => version === wanted.replace(/^v/, ''));
  if (!found) throw new Error(`PROMFIX_OPERATOR=${wanted}: there are ${OPERATORS.join(', ')}`);
  return found;
}

/** The operator version that the objects in the cluster declare when this one runs. */
export function declaredVersion(operator: OperatorVersion): string {
  return operator === OPERATORS[0] ? CHART.operator : operator;
}
