import type { scope } from '../../../runbooks/scope.ts';
import type { FindingTexts } from '../../finding-text.ts';

export const scopeFindings = {
  'scope-not-checked': () => 'Whether the operator manages this resource was not checked.',
  'in-scope': () => 'The operator’s filters include this resource.',
  'namespace-not-listed': (say) =>
    `The operator watches ${say('allowed')} only (--${say('flag')}), and not the namespace ${say('namespace')}.`,
  'namespace-denied': (say) =>
    `The operator is told to leave the namespace ${say('namespace')} alone (--deny-namespaces).`,
  'label-not-selected': (say) =>
    `The operator takes only resources with ${say('selector')} (--${say('flag')}), and this one is not labelled so.`,
  'controller-id-differs': (say, has) =>
    has('own')
      ? `The resource’s controller-id is not that of the operator: ${say('wanted')} instead of ${say('own')}.`
      : `The resource asks for the operator with the controller-id ${say('wanted')}, and this operator has none.`,
  'resource-being-deleted': (say, has) =>
    has('finalizers')
      ? `The resource has been terminating since ${say('since')}, held by ${say('finalizers')}; the operator leaves it alone.`
      : `The resource has been terminating since ${say('since')}; the operator leaves it alone.`,
  'resource-paused': () => 'The resource is paused, so the operator does nothing for it.',
  'operators-overlap': (say) => `${say('count')} operators manage this resource: ${say('operators')}.`,
  'other-operator': (say) => `Another operator runs, too, and leaves this resource alone: ${say('operators')}.`,
  'statefulset-churn': (say) => `The StatefulSet was changed ${say('generation')} times in ${say('minutes')} minutes.`,
} satisfies FindingTexts<(typeof scope)['codes'][number]>;
