import type { CauseSlug } from '../../../diagnosis/causes.ts';
import type { CauseText } from '../../cause-text.ts';

const OPERATOR = {
  tried: 'Restarting the operator',
  because: 'It has done its part; the StatefulSet exists.',
} as const;

/** Causes on the rungs `pods` and `ready`: the operator did its work. */
export const podsCauses = {
  'pod-create-denied': {
    title: 'The Prometheus pods are refused',
    what: 'The StatefulSet exists, but the API server refuses its pods: a quota, Pod Security, a missing ServiceAccount, a LimitRange or another policy.',
    effect: 'There is a StatefulSet without pods.',
    proof: 'The StatefulSet’s event FailedCreate quotes the refusal, and no pod exists.',
    repair:
      'Fix what the refusal names: raise the quota or set limits in prometheusSpec.resources, restore the ServiceAccount by a sync, or make the pods comply with Pod Security.',
    vain: [
      {
        tried: 'Restarting the operator',
        because: 'It changes nothing, and under the same quota its new pod may be refused, too.',
      },
      { tried: 'Reading the operator’s log', because: 'The refusal is in the StatefulSet’s events only.' },
    ],
  },
  'no-sts-controller': {
    title: 'Nobody turns StatefulSets into pods',
    what: 'The kube-controller-manager does not work: the StatefulSet was never looked at. Deployments and garbage collection have stopped, too.',
    effect: 'There is a StatefulSet without pods, and without an event that says why.',
    proof: 'The StatefulSet’s status has no observedGeneration, there is no event and no pod.',
    repair: 'Bring the kube-controller-manager back (or its leader election); the pods follow by themselves.',
    vain: [OPERATOR, { tried: 'Deleting the StatefulSet', because: 'The new one is not looked at either.' }],
  },
  'pvc-pending': {
    title: 'The volume is not provisioned',
    what: 'The pod’s volume claim is not bound: no class and no default one, a provisioner that does not run, or storage that is used up.',
    effect: 'The pod waits for its volume.',
    proof: 'The claim is Pending, and its class, or the lack of one, and its events say why.',
    repair:
      'Bring the provisioner back or name a class that exists in prometheusSpec.storageSpec. The claim template cannot be changed in place: the operator recreates the StatefulSet for it, and the pending claim has to be deleted.',
    vain: [OPERATOR, { tried: 'Deleting a bound claim', because: 'That deletes the metrics in it.' }],
  },
  unschedulable: {
    title: 'The Prometheus pod cannot be scheduled',
    what: 'The scheduler cannot place the pod: selectors, affinity, taints or resource requests match no node.',
    effect: 'The pod stays Pending.',
    proof: 'The pod’s condition PodScheduled is False with the scheduler’s reason.',
    repair: 'Lower prometheusSpec.resources.requests, or correct nodeSelector, tolerations and affinity, or add room.',
    vain: [OPERATOR, { tried: 'Deleting the pod', because: 'The next one meets the same nodes.' }],
  },
  'rollout-stuck': {
    title: 'The repair does not reach the pod that fails',
    what: 'The spec was changed, but the StatefulSet waits for the old pod before it makes the new one: with podManagementPolicy OrderedReady until that pod is ready, which it never will be, and with the update strategy OnDelete until somebody deletes it.',
    effect: 'The pod keeps failing with the configuration from before the change.',
    proof:
      'The pod’s label controller-revision-hash is not the StatefulSet’s updateRevision, and the pod has a fault that does not end by itself.',
    repair:
      'Delete the pods that are named: the next ones are made by the new spec. Volumes stay. Operators from 0.90 on do it themselves with --repair-policy-for-statefulsets=delete.',
    vain: [OPERATOR, { tried: 'Changing the spec again', because: 'That makes one more revision that waits.' }],
  },
  'pod-start-failure': {
    title: 'The Prometheus pod does not become ready',
    what: 'The pod is placed, but a container does not start or stay up: the image cannot be pulled, a Secret or ConfigMap volume is missing, Prometheus crashes on its configuration or its volume, or it runs out of memory.',
    effect: 'The pod exists and is not ready.',
    proof:
      'The state of the container that is not ready names the reason; the condition’s message alone cannot tell a pull from a crash.',
    repair: 'Repair what the container’s state names. After that the status can lag by nearly a minute.',
    vain: [
      OPERATOR,
      { tried: 'Deleting the pod', because: 'The next one starts with the same image, volumes and configuration.' },
    ],
  },
} as const satisfies Partial<Record<CauseSlug, CauseText>>;
