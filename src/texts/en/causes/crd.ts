import type { CauseSlug } from '../../../diagnosis/causes.ts';
import type { CauseText } from '../../cause-text.ts';

/** Causes on the rungs `crd` and `resource`. */
export const crdCauses = {
  'crds-pruned': {
    title: 'The CRDs were deleted',
    what: 'The CRDs of monitoring.coreos.com existed and are gone: Argo CD pruned them, their Application was deleted, or somebody deleted a CRD. Deleting a CRD deletes every object of its kind in all namespaces, and with them their StatefulSets.',
    effect: 'The Prometheus no longer exists, and no resource of its kind can be created until the CRD is back.',
    proof:
      'The API server no longer serves the kind, while the operator fails to list kinds that it had listed before ("the server could not find the requested resource").',
    repair:
      'Apply the CRDs again with server-side apply, then sync the release so that the custom resources come back. An operator that had its controllers running picks them up by itself; one that was restarted in between needs one more restart. To make it last: annotate the CRDs with argocd.argoproj.io/sync-options: Prune=false,Delete=false.',
    vain: [
      {
        tried: 'Restarting the operator first',
        because: 'Without the CRD it comes up with the controller switched off, and then needs a second restart.',
      },
      {
        tried: 'Restoring the StatefulSet by hand',
        because: 'Without its owner it is an orphan that the operator will later refuse to adopt.',
      },
    ],
  },
  'csa-crd-too-long': {
    title: 'CRDs too long for client-side apply',
    what: 'Client-side apply stores the whole object in an annotation, and six of the ten CRDs are longer than the 262144 bytes that annotations may have. Only servicemonitors, podmonitors, probes and prometheusrules are applied: exactly the kinds that start no workload.',
    effect: 'The big CRDs are missing or outdated, so the custom resources are refused or run on a stale schema.',
    proof:
      'The Application or the apply says "metadata.annotations: Too long", the six big CRDs are missing (or old), the four small ones are there, and ServerSideApply is off.',
    repair:
      'Apply the CRDs with server-side apply, then restart the operator so that it sees them. To make it last: set ServerSideApply=true in the syncOptions of the Application.',
    vain: [
      {
        tried: 'Cutting descriptions out of the CRDs by hand',
        because: 'The next sync brings them back, and a stale or cut schema breaks the status later.',
      },
      {
        tried: 'Deleting the old CRD so that it can be created',
        because: 'That deletes every object of the kind in all namespaces.',
      },
    ],
  },
  'crd-missing': {
    title: 'The CRD is missing',
    what: 'The kind is not served by the API server: its CRD was never installed, is not yet Established, or is being deleted.',
    effect: 'The resource cannot exist, and the operator starts without the controller for it.',
    proof:
      'Discovery of monitoring.coreos.com does not list the kind, or the CRD is absent, not Established, or has a deletion timestamp.',
    repair:
      'Apply the CRDs of the operator’s version with server-side apply, wait until they are Established, then restart the operator. To make it last: install the CRDs first, in an Application or sync wave of their own, and keep skipCrds off unless something else installs them.',
    vain: [
      { tried: 'Creating the Prometheus again and again', because: 'The API server does not know the kind.' },
      {
        tried: 'helm upgrade',
        because: 'On an upgrade, Helm neither installs nor upgrades CRDs from the crds folder.',
      },
    ],
  },
  'wrong-kind-or-none': {
    title: 'No such Prometheus was asked for',
    what: 'The custom resource does not exist where it was looked for: prometheus.enabled is false, agentMode turned it into a PrometheusAgent, it lives in another namespace, or its creation was refused.',
    effect: 'The operator has nothing to make a StatefulSet from.',
    proof:
      'The API server answers "not found" for the resource although it serves the kind; what exists instead is listed.',
    repair:
      'Diagnose the one that exists, or enable it in the Helm values (prometheus.enabled=true, prometheus.agentMode=false) and sync.',
    vain: [
      { tried: 'Restarting the operator', because: 'It makes StatefulSets from resources, and there is no resource.' },
    ],
  },
} as const satisfies Partial<Record<CauseSlug, CauseText>>;
