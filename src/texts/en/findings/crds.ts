import type { crds } from '../../../runbooks/crds.ts';
import type { FindingTexts } from '../../finding-text.ts';

export const crdsFindings = {
  'crds-not-checked': () => 'The CRDs were not read.',
  'served-not-checked': () => 'What the API server serves was not read.',
  'crd-served': (say) => `The kind ${say('plural')} is served.`,
  'crd-missing': (say) => `The CRD ${say('plural')}.monitoring.coreos.com does not exist.`,
  'crd-not-served': (say) => `The CRD of ${say('plural')} exists, but the API server does not serve the kind yet.`,
  'crd-terminating': (say) => `The CRD of ${say('plural')} is being deleted.`,
  'crd-too-long': (say, has) =>
    has('missing')
      ? `Client-side apply cannot create CRDs of this size: the annotation it adds is longer than allowed. Missing: ${say('missing')}.`
      : 'Client-side apply cannot create this CRD: the annotation it adds is longer than allowed.',
  'crds-removed': (say) =>
    `The CRD of ${say('plural')} was there and has been removed, and every resource of its kind went with it. Missing now: ${say('missing')}.`,
  'sibling-crd-absent': (say) =>
    `The CRD of ${say('plural')} does not exist, and the controller lists that kind without checking whether it exists.`,
  'resource-not-checked': () => 'The resource itself was not read.',
  'resource-missing': (say) => `There is no ${say('kind')} ${say('name')} in the namespace ${say('namespace')}.`,
  'resource-none': (say) => `There is no ${say('kind')} in this cluster at all.`,
  'resource-elsewhere': (say) =>
    `There is no ${say('kind')} ${say('namespace')}/${say('name')}; there is ${say('found')}.`,
  'resource-other-kind': (say) =>
    `There is no ${say('kind')} ${say('name')}; there is ${say('found')}, which is another kind.`,
  'annotation-size-not-blocking': (say) =>
    `The annotations of the ${say('plural')} CRD have ${say('bytes')} of ${say('limit')} bytes: their size does not block anything now.`,
  'csa-origin-proven': (say) =>
    `The origin of the late CRD is the annotation size: a client-side apply brought only the four short CRDs, and the six long ones came ${say('gapSeconds')} seconds later, by server-side apply.`,
  'csa-origin-not-proven': () =>
    'Whether a failed client-side apply made the CRD late is not proven: the CRDs’ times and the Application’s history do not show one.',
} satisfies FindingTexts<(typeof crds)['codes'][number]>;
