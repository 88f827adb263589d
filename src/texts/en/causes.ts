import type { CauseSlug } from '../../diagnosis/causes.ts';
import type { CauseText } from '../cause-text.ts';
import { cachesCauses } from './causes/caches.ts';
import { controllerCauses } from './causes/controller.ts';
import { crdCauses } from './causes/crd.ts';
import { neighbourCauses } from './causes/neighbours.ts';
import { operatorPodCauses } from './causes/operator-pod.ts';
import { podsCauses } from './causes/pods.ts';
import { selectedCauses } from './causes/selected.ts';
import { startUpCauses } from './causes/start-up.ts';
import { statefulsetCauses } from './causes/statefulset.ts';
import { statusCauses } from './causes/status.ts';
import { syncCauses } from './causes/sync.ts';

/** The words for every cause; `docs/causes.md` and `promfix explain` are made of them. */
export const causeTexts: Record<CauseSlug, CauseText> = {
  ...crdCauses,
  ...operatorPodCauses,
  ...startUpCauses,
  ...controllerCauses,
  ...cachesCauses,
  ...selectedCauses,
  ...syncCauses,
  ...statefulsetCauses,
  ...podsCauses,
  ...statusCauses,
  ...neighbourCauses,
} satisfies Record<CauseSlug, CauseText>;
