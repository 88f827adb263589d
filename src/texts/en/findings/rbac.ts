import type { rbac } from '../../../runbooks/rbac.ts';
import type { FindingTexts } from '../../finding-text.ts';

export const rbacFindings = {
  'rights-not-checked': () => 'The operator’s rights were not checked.',
  'rights-complete': (say) =>
    `The operator has the rights it needs: ${say('allowed')} of ${say('asked')} access reviews say yes.`,
  'binding-missing': (say) =>
    `Nothing binds a role to the operator’s ServiceAccount ${say('namespace')}/${say('serviceAccount')}.`,
  'binding-wrong-subject': (say) =>
    `${say('binding')} names ${say('subjects')} and not the operator’s ServiceAccount ${say('namespace')}/${say('serviceAccount')}.`,
  'gate-rights-missing': (say) =>
    `The operator may not ${say('verbs')} ${say('resource')}. It checks that once, at its start, and then runs without this controller.`,
  'gate-rights-missing-at-start': (say) =>
    `At its start the operator lacked a right on ${say('resource')} and switched this controller off. It has the right now, and needs a restart to notice.`,
  'gate-status-right-missing': (say) =>
    `The operator may not update ${say('resource')}. It checks that once, at its start, and then runs without this controller.`,
  'gate-status-right-missing-at-start': (say) =>
    `At its start the operator lacked update on ${say('resource')} and switched this controller off. It has the right now, and needs a restart to notice.`,
  'kubelet-right-missing': (say) =>
    `The operator may not ${say('verbs')} ${say('resource')}, so the kubelet’s Service is not maintained.`,
  'list-right-missing': (say) =>
    `The operator may not ${say('verbs')} ${say('resource')}, which it needs before it reconciles anything.`,
  'list-right-not-used': (say) =>
    `The operator may not ${say('verbs')} ${say('resource')}. This release fills its caches by watching, and has: it does not need it.`,
  'namespaces-right-missing': (say) =>
    `The operator may not ${say('verbs')} namespaces, and exits at its start without it.`,
  'pods-right-missing': () => 'The operator may not list pods, which it needs to write the status.',
  'status-right-missing': (say) => `The operator may not patch ${say('resource')}, so the status is never written.`,
  'watch-right-missing': (say) => `The operator may list but not watch ${say('resource')}, so changes arrive late.`,
  'write-right-missing': (say) =>
    `The operator may not ${say('verbs')} ${say('resource')}, and a reconciliation needs that.`,
} satisfies FindingTexts<(typeof rbac)['codes'][number]>;
