import {
  admissionSecretRule,
  metricsRule,
  type RoleRule,
  readingRules,
  writingRules,
} from '../remediations/parts/rules.ts';
import { switchGrants } from '../remediations/policy/declared.ts';

/** Names of the chart's release in the snapshots. */
const NAMESPACE = 'monitoring';
const OPERATOR = 'prometheus-kube-prometheus-operator';
const ADMISSION = 'prometheus-kube-prometheus-admission';

interface DemoRights {
  readonly cluster: readonly RoleRule[];
  readonly namespaced: Readonly<Record<string, readonly RoleRule[]>>;
}

/** What the Helm chart grants with its switches for the operator's rights and the admission certificate on; that for Argo CD stays off. */
const SWITCHED = [
  ...switchGrants('operatorRights', { clusterRoles: [OPERATOR], clusterRoleBindings: [OPERATOR] }),
  ...switchGrants('admissionCertificate', {
    secrets: [ADMISSION],
    mutatingWebhookConfigurations: [ADMISSION],
    validatingWebhookConfigurations: [ADMISSION],
  }),
];
const switched = (place: 'cluster' | 'operator') =>
  SWITCHED.filter((one) => one.place === place).flatMap(({ rules }) => rules);

const READING = [...readingRules(), metricsRule(`https:${OPERATOR}:https`)];
const SECRET = admissionSecretRule(ADMISSION);

/** Exactly the rights that are declared for each, as in the Helm chart. */
export const DEMO_RIGHTS: { readonly bot: DemoRights; readonly worker: DemoRights } = {
  bot: { cluster: READING, namespaced: { [NAMESPACE]: [SECRET] } },
  worker: {
    cluster: [...READING, ...switched('cluster')],
    namespaced: { [NAMESPACE]: [SECRET, ...writingRules(), ...switched('operator')] },
  },
};
