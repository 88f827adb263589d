import type { operatorPodRunbook } from '../../../runbooks/operator-pod.ts';
import type { FindingTexts } from '../../finding-text.ts';

export const operatorPodFindings = {
  'operators-not-checked': () => 'Whether an operator runs was not checked.',
  'operator-pods-not-checked': () => 'The operator’s pods were not read.',
  'events-not-checked': () => 'The events of the operator’s pod were not read.',
  'operator-missing': () => 'No Deployment in this cluster runs the prometheus-operator.',
  'operator-ready': (say, has) =>
    has('version')
      ? `The operator ${say('namespace')}/${say('deployment')} runs and is ready, version ${say('version')}.`
      : `The operator ${say('namespace')}/${say('deployment')} runs and is ready.`,
  'operator-not-ready': (say) => `The operator’s Deployment ${say('deployment')} has no ready pod.`,
  'operator-scaled-down': (say) => `The operator’s Deployment ${say('namespace')}/${say('deployment')} is scaled to 0.`,
  'operator-pod-refused': (say) =>
    `The pod of the operator’s Deployment ${say('deployment')} is refused: ${say('message')}`,
  'admission-secret-not-there': (say) =>
    `The operator’s pod ${say('pod')} waits for the Secret ${say('secret')}, which does not exist.`,
  'operator-image-not-pulled': (say) =>
    `The image ${say('image')} of the operator’s pod cannot be pulled (${say('reason')}).`,
  'operator-unscheduled': (say) => `The operator’s pod ${say('pod')} cannot be scheduled: ${say('message')}`,
  'admission-secret-unusable': (say) =>
    say('problem') === 'key-missing'
      ? `The Secret ${say('secret')} lacks what the operator is told to read: ${say('detail')}.`
      : `The certificate and the key in the Secret ${say('secret')} do not match.`,
  'both-namespace-flags': (say) =>
    `The operator has both --namespaces (${say('allowed')}) and --deny-namespaces (${say('denied')}), and exits without logging why.`,
  'operator-crashes': (say) =>
    `The operator’s pod ${say('pod')} exited with code ${say('exitCode')}, ${say('restarts')} restarts so far.`,
  'operator-killed-for-memory': (say, has) =>
    has('limit') ? `The operator was OOM-killed; its memory limit is ${say('limit')}.` : 'The operator was OOM-killed.',
  'operator-on-host-port': (say) =>
    `The operator’s pod uses the host’s network and listens on port ${say('port')} there.`,
  'operator-wrong-binary': (say) => `The binary in ${say('image')} is built for another architecture than the node’s.`,
  'operator-egress-denied': (say) =>
    `The NetworkPolicy ${say('policy')} lets nothing out of the operator’s pod, so it cannot reach the API server.`,
  'token-off': (say) => `The operator gets no API token: ${say('path')} is false.`,
} satisfies FindingTexts<(typeof operatorPodRunbook)['codes'][number]>;
