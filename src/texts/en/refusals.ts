import { quote } from 'shlex';
import type { Values } from '../../diagnosis/types.ts';
import type { RefusalCode } from '../../remediations/codes.ts';
import { byHandText } from './by-hand.ts';
import { attemptOf, noUndoText } from './plans.ts';

/** Slugs come out of records. */
const byHand: Readonly<Record<string, string | undefined>> = { ...byHandText };
/** Codes come out of records. */
const NO_UNDO: Readonly<Record<string, (values: Values) => string>> = noUndoText;

const right = (v: Values) => `${v['verb']} ${v['resource']}${v['namespace'] ? ` in ${v['namespace']}` : ''}`;
const said = (v: Values) => (v['message'] === undefined || v['message'] === '' ? '' : ` It said: “${v['message']}”`);

/** The line that makes a Role with exactly the missing right; to be bound to the worker's ServiceAccount. */
const role = (v: Values) => {
  if (v['verb'] === undefined) return '';
  const [plural, subresource] = String(v['resource']).split('/');
  const resource = `${plural}${v['group'] ? `.${v['group']}` : ''}${subresource === undefined ? '' : `/${subresource}`}`;
  const kind = v['namespace'] ? ['-n', String(v['namespace']), 'create', 'role'] : ['create', 'clusterrole'];
  const named = v['name'] === undefined ? [] : [`--resource-name=${v['name']}`];
  const words = ['kubectl', ...kind, 'promfix-missing', `--verb=${v['verb']}`, `--resource=${resource}`, ...named];
  // As code: elsewhere in Slack an asterisk is written as a look-alike. A cluster role may have nearly any name.
  return ` A role with just that: \`${words.map(quote).join(' ')}\``;
};

/** Why a repair is not offered, or was turned down before anything was changed. The first words carry the meaning. */
export const refusalText = {
  'unknown-remediation': (v) => `There is no repair called “${v['id']}”.`,
  'nothing-broken': () => 'Nothing is broken now, so there is nothing to repair.',
  'advice-only': (v) =>
    `promfix has no repair for ${v['cause']}; the diagnosis says what to do, with the commands. ${byHand[String(v['cause'])] ?? ''}`.trim(),
  'wrong-cause': (v) =>
    `This repair does not help against ${v['cause']}.${v['instead'] === undefined ? '' : ` What does: ${v['instead']}.`}`,
  'not-certain': (v) => `The cause (${v['cause']}) is only one of several that fit; a repair needs better proof.`,
  'not-live': () => 'Pasted text or a saved capture is never acted on. Diagnose the cluster itself first.',
  'other-cluster': (v) => `What was read is not from cluster ${v['name']}, so nothing is offered for it.`,
  'not-checked': (v) =>
    `Not offered, because I could not read ${v['what']} (${v['because']}). A repair is never based on a guess.`,
  'too-long-to-show': () =>
    'Not offered: it would change more than can be shown here, and nobody should approve what they were not shown. Make the change by hand.',
  'not-judged': (v) => `Not offered, because I can’t judge ${v['what']}. A repair is never based on a guess.`,
  'operator-not-found': () => 'No Deployment that runs the operator was found.',
  'manages-everywhere': (v) =>
    `Not offered, because operator ${v['operator']} looks after resources in all namespaces, and I may read only those in ${v['read']}, so nobody could tell you what else this would touch. Let bot and worker list prometheuses, prometheusagents, alertmanagers and thanosrulers everywhere (chart: read.resourcesEverywhere=true), or limit the operator by its flag --namespaces.`,
  'manages-elsewhere': (v) =>
    `Not offered, because operator ${v['operator']} looks after resources in ${v['unseen']} as well, which I may not read, so nobody could tell you what else this would touch. Add these to read.namespaces, or let bot and worker list prometheuses, prometheusagents, alertmanagers and thanosrulers everywhere (chart: read.resourcesEverywhere=true).`,
  'crd-not-served': (v) =>
    `The API server does not serve ${v['plural']} now, so a new operator would leave its controller off as well. Bring the CRD first.`,
  'other-kind-not-served': (v) =>
    `The API server does not serve ${v['kind']} now: a restart would switch off the controller that still runs for it.`,
  'operator-right-missing': (v) =>
    `The operator’s account may not ${right(v)} now, so a restart would not help. Restore the right first; then the restart is offered.`,
  'admission-secret-missing': (v) =>
    `Secret ${v['namespace']}/${v['secret']} is missing: a new operator pod could not start without it.`,
  'admission-secret-bad': (v) =>
    `Secret ${v['secret']} has no usable “${v['key']}”: a new operator pod would not get through its start.`,
  'quota-full': (v) =>
    `Quota ${v['quota']} has no room for one more pod (${v['resource']}: ${v['used']} of ${v['hard']}), which a restart needs for a moment.`,
  'quota-unclear': (v) =>
    `Quota ${v['quota']} limits ${v['resource']} (${v['used']} of ${v['hard']}), and I can’t tell whether the new pod fits.`,
  'quota-wants-amount': (v) =>
    `Quota ${v['quota']} insists on ${v['resource']}, which container ${v['container']} does not state and no LimitRange fills in: a new operator pod would be refused.`,
  'pod-security-refuses': (v) =>
    `Pod Security “${v['level']}” in ${v['namespace']} would refuse the operator’s new pod, which uses the host’s network.`,
  'deployment-paused': (v) =>
    `Deployment ${v['name'] ?? ''} is paused: a change to it would start no rollout. Resume it first (\`kubectl rollout resume\`).`,
  'no-replicas': (v) => `Deployment ${v['name']} has 0 replicas, so there is nothing to restart.`,
  'rollout-in-progress': (v) =>
    `A rollout of ${v['name']} is under way already (${v['updated']} of ${v['replicas']} replicas updated). Wait for it, then diagnose again.`,
  'already-scaled-up': (v) => `Deployment ${v['name']} already asks for ${v['replicas']} replicas.`,
  'not-paused': (v) => `${v['name']} is not paused.`,
  'being-deleted': (v) => `${v['object']} is being deleted.`,
  'resource-absent': (v) => `There is no ${v['kind']} ${v['name']}.`,
  'storage-class-still-missing': (v) =>
    `StorageClass ${v['name']} still does not exist: another try would fail the same way. Create it, or name one that exists; then ask again.`,
  'right-still-missing': (v) =>
    `The operator’s account still may not ${right(v)}: another try would fail the same way. Restore the right; then ask again.`,
  'right-not-asked': (v) => `Not offered, because my checks don’t cover whether the operator may ${right(v)}.`,
  'quota-still-full': (v) =>
    `Quota ${v['quota']} is still full (${v['resource']}: ${v['used']} of ${v['hard']}): another try would fail the same way. Raise it; then ask again.`,
  'webhook-still-down': (v) =>
    `Webhook ${v['webhook']} still fails closed and has no ready endpoint: another try would fail the same way. Bring it back; then ask again.`,
  'label-is-right': (v) => `StatefulSet ${v['name']} has the labels that the operator looks for.`,
  'not-owned': (v) =>
    v['object'] === undefined
      ? 'The object is not owned by this resource, so it is not deleted.'
      : `${v['object']} is not owned by this resource: somebody else made it, so promfix leaves it alone. Ask its owner.`,
  'held-by-finalizer': (v) =>
    `${v['object']} is held by a finalizer (${v['finalizers']}) and would not go away. promfix removes no finalizers.`,
  'protected-namespace': () => 'Nothing is deleted in the cluster’s own namespaces.',
  'controller-id-fits': () => 'The controller id already matches the operator’s.',
  'another-operator-claims': (v) =>
    v['id'] === ''
      ? `Operator ${v['operator']} takes resources without a controller id: this one may be its own. Decide which operator it belongs to.`
      : `Operator ${v['operator']} has the controller id ${v['id']}: this resource may be its own. Look at that operator first.`,
  'selector-unclear': (v) =>
    `The operator selects by ${v['selector']}, which leaves a choice or contradicts a label that is set. Decide which label is right.`,
  'selector-fits': () => 'The operator’s selector already fits the labels.',
  'version-is-readable': (v) => `${v['version']} is a version that the operator can read.`,
  'version-unknown': (v) =>
    `Which version is it? Neither “${v['version']}”${v['image'] === undefined ? '' : ` nor the image ${v['image']}`} says so. Set spec.version to the one that the image contains (such as v3.7.3).`,
  'certificate-in-order': (v) =>
    `The certificate in ${v['object']} is good, and each of the operator’s webhooks has its CA: there is nothing to renew.`,
  'cert-manager-keeps': (v) =>
    `${v['object']} is managed by cert-manager, which would put it back. Renew it there: cmctl renew -n ${v['namespace']} ${v['certificate']}`,
  'cert-manager-injects': (v) =>
    `cert-manager injects the caBundle of ${v['object']} (from ${v['from']}). Look at its cainjector: \`kubectl -n cert-manager logs deployment/cert-manager-cainjector\``,
  'kept-by-another': (v) => `${v['object']} is managed by ${v['owner']}, which would put it back. Change it there.`,
  'ca-bundle-from-git': (v) =>
    `The caBundle of ${v['object']} comes from Git (${v['manager']} wrote it) and would be put back. Change it there, or take prometheusOperator.admissionWebhooks.caBundle out of the values.`,
  'secret-immutable': (v) =>
    `${v['object']} is immutable. Delete it and run a full sync (with Helm alone: helm upgrade to the version that is installed), so that the hook creates it again.`,
  'webhooks-of-another': (v) =>
    `The webhooks for PrometheusRules call ${v['service']}, which is no Service of this operator. If that release is gone, delete its webhook configurations.`,
  'no-webhooks': () => 'No webhook calls this operator, so nobody has to trust its certificate.',
  'owns-a-workload': (v) =>
    `${v['object']} belongs to this resource and would be deleted with it. promfix re-creates a resource only while nothing runs for it.${v['instead'] === undefined ? '' : ` What helps without that: ${v['instead']}.`}`,
  'volumes-would-go': (v) =>
    `Volume claim ${v['claim']} belongs to this resource and would be deleted with it, data and all. Not offered.${v['instead'] === undefined ? '' : ` What helps without that: ${v['instead']}.`}`,
  'restart-first': (v) =>
    `Not offered until a restart has failed to help in this incident: a new version restarts the operator, so you could not tell whether the restart alone had helped. First: ${v['instead']}.`,
  'tried-in-vain': (v) =>
    `Carried out in this incident (${attemptOf(v)}), and it did not help; what is found is the same. To have it proposed all the same: /promfix fix ${v['again']}`,
  'tried-put-back': (v) =>
    `Carried out in this incident (${attemptOf(v)}), and somebody put it back; what is found is the same. To have it proposed all the same: /promfix fix ${v['again']}`,
  'tried-not-tested': (v) =>
    `Carried out in this incident (${attemptOf(v)}), but Argo CD did not apply the version in time; what is found is the same. To have it proposed all the same: /promfix fix ${v['again']}`,
  'tried-denied': (v) =>
    `Denied in this incident (${attemptOf(v)}), and what is found is the same. To have it proposed all the same: /promfix fix ${v['again']}`,
  'tried-undone': (v) =>
    `Carried out in this incident and taken back by people (${attemptOf(v)}); what is found is the same. To have it proposed all the same: /promfix fix ${v['again']}`,
  'tried-unknown': (v) =>
    `Whether ${v['id']} was made can’t be said yet, so nothing else is proposed: an approver has to look and say it on its card.`,
  'not-argocds': () =>
    'No Argo CD Application brings this operator, so there is no version to set. With Helm: helm upgrade RELEASE prometheus-community/kube-prometheus-stack --version VERSION --reuse-values.',
  'no-chart-source': (v) =>
    `Application ${v['application']} does not take ${v['chart']} from a chart repository in exactly one of its sources, so its version is set in Git.`,
  'chart-version-unknown': (v) =>
    `I don’t know what version ${v['version']} brings, so I can’t say what testing it would change. Known: ${v['known']}.`,
  'chart-version-unreadable': (v) =>
    `“${v['version']}” is not an exact version. Pin one (such as 79.5.0) in the manifest of the Application first.`,
  'chart-version-runs': (v) => `${v['version']} is the version that runs already.`,
  'no-older-chart-known': (v) => `I know no version before ${v['version']} that could be tested.`,
  'no-newer-chart-known': (v) => `I know no version after ${v['version']} that could be tested.`,
  'crd-schema-unknown': (v) =>
    `The CRDs in the cluster are of operator ${v['version']}, whose schema I don’t know: another chart version could remove fields that objects use.`,
  'crd-schema-shrinks': (v) =>
    `The CRDs that ${v['version']} brings lack fields that those of operator v${v['live']} have: objects that use them would lose them. Make this change by hand, in Git.`,
  'application-has-parent': (v) =>
    `Application ${v['application']} is managed by ${v['parent']}, which would undo the change: set the version where ${v['parent']} gets it from.`,
  'application-hydrated': (v) =>
    `Application ${v['application']} gets its source from a hydrator, so its version is set in Git.`,
  'auto-sync-off': (v) =>
    `Application ${v['application']} does not sync by itself, so a new version would not be rolled out: sync it by hand.`,
  'auto-prune-on': (v) =>
    `Application ${v['application']} prunes: Argo CD would delete what the other version lacks. Switch automated.prune off first.`,
  'sync-window-unclear': (v) =>
    `A sync window may keep Application ${v['application']} from syncing to the other version or back. Not offered while its project has any, or can’t be read.`,
  'operation-in-progress': (v) =>
    `An operation${v['application'] === undefined ? '' : ` of Application ${v['application']}`} is in progress: Argo CD begins nothing new before it ends.`,
  'application-not-compared': (v) =>
    `Argo CD can’t compare Application ${v['application']}, so it would not sync it.${said(v)}`,
  'no-application': () => 'No Argo CD Application contains this resource or its operator, so Argo CD can’t be asked.',
  'application-unclear': (v) => `Several Applications are involved (${v['applications']}); I don’t choose one.`,
  'application-elsewhere': (v) =>
    `Application ${v['application']} deploys to ${v['destination']}, and I can’t tell whether that is this cluster.`,
  'application-managed': (v) =>
    `${v['parent']} manages Application ${v['application']} and would take the change back. Make it in Git: spec.syncPolicy.syncOptions: [ServerSideApply=true], beside the options that are there.`,
  'reconcile-off': (v) =>
    `Application ${v['application']} has the annotation argocd.argoproj.io/skip-reconcile: Argo CD does nothing for it until that is gone.`,
  'operation-running': (v) =>
    `Application ${v['application']} is running an operation${v['since'] ? ` since ${v['since']}` : ''}${v['message'] ? ` (“${v['message']}”)` : ''}; another one would be lost. Wait for its end, or end it (terminate-operation).`,
  'operation-not-running': (v) => `Application ${v['application']} runs no operation that could be ended.`,
  'operation-not-stuck': (v) =>
    `Application ${v['application']} has been running its operation for ${v['seconds']} seconds; it counts as stuck once it has waited for the same thing for five minutes.`,
  'comparison-fails': (v) =>
    `Argo CD can’t compare Application ${v['application']} with Git, so every sync would fail: “${v['message']}”`,
  'sync-window-closed': (v) =>
    v['window'] === 'unclear'
      ? `I can’t tell whether a sync window of Application ${v['application']} is open; a sync that one blocks would start by itself later.`
      : `A sync window keeps Application ${v['application']} from syncing now; a sync that was asked for would start by itself when it opens.`,
  'revision-unknown': (v) =>
    `Argo CD has not said which revision Application ${v['application']} was compared with, and a sync has to name it.`,
  'changes-held-back': (v) =>
    `Auto-sync is off for Application ${v['application']}, and ${v['count']} of its objects differ from Git: a sync would roll those out as well. Sync it by hand (argocd app sync) once they may go.`,
  'heals-not': (v) => `Application ${v['application']} does not self-heal, so a comparison alone would change nothing.`,
  'last-sync-failed': (v) =>
    `The last sync of Application ${v['application']} did not succeed for this revision, so Argo CD does nothing by itself.`,
  'crds-not-in-application': (v) =>
    `Application ${v['application']} does not have the missing CRDs among its resources (skipCrds, or another one brings them).`,
  'needs-server-side': (v) =>
    `Application ${v['application']} applies client-side, and some of the missing CRDs are too long for that (${v['crds']}). Switch it to server-side apply first.`,
  'already-server-side': (v) => `Application ${v['application']} applies server-side already.`,
  'rights-in-order': (v) =>
    `${v['account']} has all the rights that I ask about now. What was missing when the operator started takes a restart, not a new right.`,
  'operator-version-unknown': (v) =>
    `Which rights belong to operator “${v['version']}” is not known to me, so none is given. Take them from the chart that it came with.`,
  'beyond-the-table': (v) =>
    v['verb'] === undefined
      ? 'This would hand out more than an operator is published with. Nothing was sent.'
      : `The operator may not ${right(v)}, and the rules that operator ${v['version']} is published with don’t have it either: it is not given.`,
  'no-role-bound': (v) =>
    `No role is bound to ${v['account']}${v['namespace'] === undefined ? ' for the whole cluster' : ` in ${v['namespace']}`}, so there is nowhere to add a right. promfix creates no bindings; restore the chart’s ClusterRole and its binding.`,
  'argocd-reverts-rights': (v) =>
    `Argo CD (Application ${v['application']}) would put ${v['object']} back within seconds. Change it in Git; or let promfix’s chart keep a ClusterRole for the operator beforehand (worker.repairs.operatorRights.operatorServiceAccount).`,
  'own-rights': (v) =>
    `${v['object'] ?? 'This'} is promfix’s own. promfix never changes its own rights, whoever approves.`,
  'role-of-kubernetes': (v) => `${v['object']} is Kubernetes’ own: it is not changed for the operator.`,
  'role-is-aggregated': (v) =>
    `${v['object']} gathers its rules from other ClusterRoles, so a rule that is added goes away again. Change the one that it gathers from.`,
  'role-is-shared': (v) =>
    `${v['object']} is bound to ${v['subject']} as well, who would get the right, too. Give the operator a role of its own.`,
  'role-gone': (v) => `${v['object']} binds ${v['role']}, which does not exist. Restore it from the chart.`,
  'role-beyond-table': (v) =>
    `${v['object']} allows more than an operator is published with, so promfix binds nobody to it. Look at it, and correct the binding by hand.`,
  'no-pod-with-account': (v) =>
    `No running pod of the operator uses ${v['account']}, so I can’t tell which account to bind. Start the operator first.`,
  'no-binding-meant': (v) =>
    `No binding seems to be intended for ${v['account']}. promfix creates none; restore it from the chart.`,
  'several-bindings-meant': (v) =>
    `Several bindings look meant for the operator (${v['objects']}). Decide which one is, and correct it by hand.`,
  'worker-right-missing': (v) =>
    `promfix itself may not ${right(v)}. Grant it to the worker’s ServiceAccount, then ask again.${role(v)}`,
  'write-forbidden': (v) => `The API server does not let promfix make this change.${said(v)}${role(v)}`,
  'write-conflict': (v) =>
    `Somebody else kept changing the object at the same time (${v['times']} attempts). Nothing was changed.`,
  'write-invalid': (v) => `The API server does not accept this change.${said(v)}`,
  'write-refused': (v) => `A webhook, quota or policy of the cluster refuses this change.${said(v)}`,
  'pod-security-warns': (v) => `The operator’s new pod would be refused by Pod Security.${said(v)}`,
  'changes-more': (v) =>
    `The rehearsal changed more than was asked for (${v['field']}): something in the cluster rewrites the object. Not offered.`,
  'change-not-stored': (v) =>
    `The API server would accept the change and drop ${v['field']}: this release of Argo CD does not know it, or it is written in another way there.`,
  'not-as-expected': () =>
    'What this rests on changed meanwhile: an operation of Argo CD began or ended. This step changed nothing; diagnose again for a fresh plan.',
  'object-gone': () => 'The object is gone. Nothing was changed.',
  'object-replaced': () => 'The object was deleted and re-created since it was shown. Nothing was changed.',
  'object-changed': () =>
    'The object was changed since it was shown. Nothing was changed by promfix; diagnose again for a fresh plan.',
  'ca-changed': () =>
    'The CA in the Secret is not the one that was shown. Nothing was changed; diagnose again for a fresh plan.',
  'ca-not-public': () =>
    'The Secret’s CA is not a certificate, or holds more than certificates: it is not copied to where everybody can read it.',
  'nothing-to-undo': () => 'There is no repair that could be taken back.',
  'undo-of-an-undo': (v) => `${v['id']} took a repair back. That repair can be proposed again: /promfix fix.`,
  'undo-not-applied': (v) => `${v['id']} changed nothing that could be taken back (${v['state']}).`,
  'undone-already': (v) => `${v['id']} was taken back already, by ${v['by']}.`,
  'undo-none': (v) => {
    const because = String(v['because']);
    return Object.hasOwn(NO_UNDO, because) ? (NO_UNDO[because]?.(v) ?? because) : `${v['id']} can’t be taken back.`;
  },
  'undo-not-vouched-for': (v) =>
    `The record of ${v['id']} is not the one that was approved (${v['because']}): nothing of it is carried out. Take the change back by hand.`,
  'undo-not-judged': (v) => `I can’t tell whether the change of ${v['what']} is still there. Take it back by hand.`,
  'undo-not-as-left': (v) =>
    `${v['object']} is no longer as the repair left it: ${v['field']} is ${v['now']} now. Somebody changed it since; it stays as it is.`,
  'rights-not-held': (v) =>
    `The API server lets nobody hand out a right that they lack, and promfix may not ${right(v)} itself. Grant it to the worker’s ServiceAccount (worker.repairs.operatorRights does), then ask again.${role(v)}`,
  'not-declared': (v) => `This repair may not change ${v['field']}. Nothing was sent.`,
  'no-rule': (v) => `Nobody may approve a repair of ${v['risk']} risk here. Add a rule for it to promfix.yaml.`,
  drifted: (v) =>
    v['again'] === false
      ? `The cluster changed since this was shown, and the repair no longer fits (${v['now']}). Nothing was changed.`
      : 'The cluster changed since this was shown. Nothing was changed; a fresh plan follows.',
  'drifted-twice': (v) =>
    `The cluster changed ${v['drifts']} times between the proposal and its execution, so I stop proposing. Find out who changes it, then type /promfix diagnose.`,
  'copy-lost': (v) =>
    `${v['kind']} ${v['name']} is gone, and promfix has no copy of it that it can read (Redis lost it, its key was changed, or it is too old). Apply it from Git or with Helm now.`,
} as const satisfies Record<RefusalCode, (values: Values) => string>;
