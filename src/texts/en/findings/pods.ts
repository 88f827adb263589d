import type { pods } from '../../../runbooks/pods.ts';
import type { FindingTexts } from '../../finding-text.ts';

export const podsFindings = {
  'pods-ready': (say) => `${say('ready')} of ${say('wanted')} pods are ready.`,
  'some-pods-ready': (say) => `Only ${say('ready')} of ${say('wanted')} pods are ready.`,
  'scaled-to-zero': (say) => `The StatefulSet ${say('statefulSet')} has 0 replicas, as asked for: no pod is wanted.`,
  'no-node-wants-a-pod': (say) =>
    `No node matches what the DaemonSet ${say('statefulSet')} asks for (nodeSelector, affinity, tolerations), so it has no pod.`,
  'no-pods': (say, has) =>
    has('daemonSet')
      ? `The DaemonSet ${say('statefulSet')} has no pods.`
      : `The StatefulSet ${say('statefulSet')} has no pods.`,
  'no-statefulset-controller': (say, has) =>
    has('young')
      ? `The kube-controller-manager has not looked at the StatefulSet ${say('statefulSet')} yet, which is ${say('seconds')} seconds old: it may be about to.`
      : `Nobody has looked at the StatefulSet ${say('statefulSet')} for ${say('seconds')} seconds: the kube-controller-manager does not work.`,
  'pod-refused': (say) => `The API server refuses the pod: ${say('message')}`,
  'pod-refused-by-quota': (say) => `The quota ${say('quota')} refuses the pod: ${say('detail')}`,
  'pod-refused-by-policy': (say) => `${say('policy')} refuses the pod: ${say('detail')}`,
  'pod-refused-pod-security': (say) => `Pod Security (${say('level')}) refuses the pod: ${say('detail')}`,
  'pod-refused-service-account': (say) => `The pod’s ServiceAccount ${say('serviceAccount')} does not exist.`,
  'rollout-stuck': (say) =>
    `The pod ${say('pod')} fails and still has the revision from before the last change; because of ${say('why')}, the StatefulSet ${say('statefulSet')} waits for it.`,
  'rollout-under-way': (say) => `A change is being rolled out: ${say('updated')} of ${say('pods')} pods have it.`,
  'rollout-waits': (say) =>
    `A change waits until the old pods are deleted (update strategy OnDelete): ${say('updated')} of ${say('pods')} pods have it.`,
  'pod-starting': (say) => `The pod ${say('pod')} is ${say('seconds')} seconds old and starting.`,
  'pod-unschedulable': (say) => `The pod ${say('pod')} cannot be scheduled: ${say('detail')}`,
  'volume-not-provisioned': (say, has) => {
    if (!has('claim')) return `The pod ${say('pod')} waits for its volume: ${say('detail')}`;
    if (!has('storageClass'))
      return `The claim ${say('claim')} names no StorageClass${say('hasDefault') === 'false' ? ', and the cluster has no default one' : ''}, so the pod ${say('pod')} has no volume.`;
    if (say('classKnown') === 'false')
      return `The claim ${say('claim')} names the StorageClass ${say('storageClass')}, which does not exist, so the pod ${say('pod')} has no volume.`;
    return `The claim ${say('claim')} of class ${say('storageClass')} is not provisioned, so the pod ${say('pod')} waits: ${say('detail')}`;
  },
  'volume-missing': (say) => `The pod ${say('pod')} waits for a volume that cannot be mounted: ${say('detail')}`,
  'image-not-pulled': (say) => `The image ${say('image')} of the container ${say('container')} cannot be pulled.`,
  'container-not-created': (say) =>
    `The container ${say('container')} cannot be created (${say('reason')}): ${say('detail')}`,
  'container-crashes': (say, has) =>
    has('detail')
      ? `The container ${say('container')} of ${say('pod')} keeps exiting with code ${say('exitCode')} (${say('restarts')} restarts): ${say('detail')}`
      : `The container ${say('container')} of ${say('pod')} keeps exiting with code ${say('exitCode')} (${say('restarts')} restarts); its log says why.`,
  'container-killed-for-memory': (say) =>
    `The container ${say('container')} of ${say('pod')} was killed because it used more memory than its limit (${say('restarts')} restarts).`,
  'container-not-ready': (say) =>
    `The pod ${say('pod')} has been there for ${say('seconds')} seconds and its container ${say('container')} is not ready.`,
  'not-read': (say) => `Not read: ${say('source')}. Why the pods are not ready was not checked in full.`,
} satisfies FindingTexts<(typeof pods.codes)[number]>;
