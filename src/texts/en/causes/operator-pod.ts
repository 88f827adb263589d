import type { CauseSlug } from '../../../diagnosis/causes.ts';
import type { CauseText } from '../../cause-text.ts';

const NOT_RUNNING = 'No operator is running, so nobody turns the Prometheus into a StatefulSet.';
const DELETE_CR = {
  tried: 'Deleting and creating the Prometheus again',
  because: 'Nobody is there to act on it.',
} as const;

/** Causes on the rung `operator-pod`: there is no Ready operator pod. */
export const operatorPodCauses = {
  'operator-scaled-0': {
    title: 'The operator is scaled to 0',
    what: 'The operator’s Deployment has 0 replicas. All its conditions look good, and Argo CD calls a Deployment with 0 replicas Healthy.',
    effect: NOT_RUNNING,
    proof: 'spec.replicas of the operator’s Deployment is 0 and there is no pod.',
    repair:
      'Scale the Deployment to 1. The chart always asks for 1, so find out who scaled it down: a sync will put it back.',
    vain: [DELETE_CR, { tried: 'Waiting for Argo CD', because: 'Without self-heal it only shows the drift.' }],
  },
  'operator-missing': {
    title: 'There is no operator',
    what: 'No Deployment in the cluster runs the prometheus-operator: prometheusOperator.enabled is false, or it was deleted.',
    effect: NOT_RUNNING,
    proof: 'All Deployments were read and none has the operator’s image.',
    repair: 'Enable the operator in the Helm values (prometheusOperator.enabled=true) and sync the release.',
    vain: [DELETE_CR],
  },
  'admission-secret-missing': {
    title: 'The operator waits for its admission Secret',
    what: 'The operator’s pod mounts the Secret with its serving certificate, and that Secret does not exist. It is made by a hook Job of the chart (or by cert-manager), not by the chart itself.',
    effect: 'The pod stays in ContainerCreating, so no operator runs.',
    proof: 'The Secret that the Deployment mounts is absent, and the pod’s events say FailedMount: secret not found.',
    repair:
      'Run a full sync of the Application, so that the PreSync hook makes the Secret; end a running operation first. With Helm alone: helm upgrade to the version that is installed. By hand: run the chart’s admission-create Job, then the admission-patch Job, because a new CA needs a new caBundle.',
    vain: [
      {
        tried: 'Creating an empty Secret of that name',
        because: 'The operator then starts, finds no certificate in it, and exits.',
      },
      { tried: 'Waiting for self-heal', because: 'Self-heal skips hooks, and only a hook makes this Secret.' },
      {
        tried: 'Restarting a second, still running operator',
        because: 'It still runs on the copy it has mounted; once restarted, it waits as well.',
      },
    ],
  },
  'presync-hook-stuck': {
    title: 'The PreSync hook never finishes',
    what: 'Argo CD waits for the hook Job that makes the admission Secret, and that Job cannot finish: its image cannot be pulled, its pod is refused, or a sidecar keeps it alive.',
    effect: 'The Secret is never made, the operator’s pod waits for it, and the sync never gets to its next phase.',
    proof:
      'The Application\'s operation is Running and says "waiting for completion of hook", and the Job\'s pod shows why it does not finish.',
    repair:
      'Repair what the Job’s pod complains about (image, registry, pull secret, policy, sidecar), then end the operation and sync again. Before Argo CD 2.14.3 the Job could also vanish by its TTL before Argo CD saw it finish: upgrade, or raise the TTL.',
    vain: [
      {
        tried: 'Syncing again while the operation runs',
        because: 'Argo CD starts no second operation; end the running one first.',
      },
      {
        tried: 'Restarting an operator that still runs',
        because: 'The new pod waits for the missing Secret, too: this makes it worse.',
      },
    ],
  },
  'selfheal-skips-hooks': {
    title: 'Self-heal does not bring the Secret back',
    what: 'The admission Secret was lost. Argo CD heals by partial syncs, and partial syncs skip hooks; only a hook makes this Secret. The Application can look Synced all the while.',
    effect: 'The operator’s pod stays in ContainerCreating.',
    proof:
      'The Secret is absent, and the Application’s last operation was an automated partial sync (autoHealAttemptsCount above 0).',
    repair:
      'Run one full sync, without selecting resources. To make it last: let cert-manager issue the certificate (prometheusOperator.admissionWebhooks.certManager.enabled=true), or switch the webhooks’ TLS hook off by values.',
    vain: [
      {
        tried: 'Syncing the operator’s Deployment alone',
        because: 'A partial sync skips hooks, exactly like self-heal.',
      },
      { tried: 'A hard refresh', because: 'The Secret is not a tracked resource, so nothing is seen as missing.' },
    ],
  },
  'operator-image-pull': {
    title: 'The operator’s image cannot be pulled',
    what: 'The node cannot get the image: a wrong tag or registry, a missing pull secret, a rate limit, or an image of another architecture.',
    effect: NOT_RUNNING,
    proof: 'The container waits in ImagePullBackOff or ErrImagePull, and the pod’s events quote the registry’s answer.',
    repair:
      'Correct prometheusOperator.image or global.imageRegistry in the Helm values, or give the ServiceAccount a pull secret.',
    vain: [{ tried: 'Deleting the pod', because: 'The next one pulls the same image.' }],
  },
  'operator-pending': {
    title: 'The operator’s pod cannot be scheduled',
    what: 'The scheduler cannot place the pod: node selector, taints, affinity or resource requests match no node.',
    effect: NOT_RUNNING,
    proof: 'The pod’s condition PodScheduled is False with the scheduler’s reason.',
    repair:
      'Correct prometheusOperator.nodeSelector, tolerations or resources in the Helm values, or make room on a node.',
    vain: [{ tried: 'Reading the operator’s log', because: 'There is none: no container was started.' }],
  },
  'operator-pod-creation-denied': {
    title: 'The operator’s pod is refused',
    what: 'The API server refuses the pod of the operator: the ServiceAccount is missing, a quota is used up, or Pod Security or another policy forbids it.',
    effect: NOT_RUNNING,
    proof:
      'The Deployment’s condition ReplicaFailure is True and the ReplicaSet’s event FailedCreate quotes the refusal.',
    repair:
      'Fix what the refusal names: create the ServiceAccount by syncing the release, raise the quota, or make the pod comply by values.',
    vain: [{ tried: 'Restarting the Deployment', because: 'The next pod is refused for the same reason.' }],
  },
} as const satisfies Partial<Record<CauseSlug, CauseText>>;
