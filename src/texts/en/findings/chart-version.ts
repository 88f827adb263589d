import type { chartVersion } from '../../../runbooks/chart-version.ts';
import type { FindingTexts } from '../../finding-text.ts';

export const chartVersionFindings = {
  versions: (say) =>
    `Operator ${say('operatorVersion')}, CRD ${say('crdVersion')}, chart ${say('chart')}, Prometheus ${say('prometheusVersion')}.`,
  'crd-version-matches': (say) =>
    `The CRD (${say('crdVersion')}) is from the operator’s release (${say('operatorVersion')}).`,
  'crd-version-unknown': (say) => `The CRD ${say('crd')} does not say which release it is from.`,
  'crd-older': (say) => `The CRD (${say('crdVersion')}) is older than the operator (${say('operatorVersion')}).`,
  'crd-newer': (say) =>
    `The CRD (${say('crdVersion')}) is newer than the operator (${say('operatorVersion')}); that is harmless.`,
  'downgrade-proves-nothing': () =>
    'A chart downgrade is not needed as a test: any change of the chart restarts the operator, so it cannot tell the version from the restart. If a restart did not help: /promfix fix test-chart-version tries the nearest version and goes back unless it is better.',
  'not-read': (say) => `Not read: ${say('source')}. Which versions run was not checked.`,
} satisfies FindingTexts<(typeof chartVersion.codes)[number]>;
