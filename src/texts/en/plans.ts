import type { Values } from '../../diagnosis/types.ts';
import type {
  CheckCode,
  EffectCode,
  NoUndoCode,
  PermanentCode,
  UntouchedCode,
  WarningCode,
} from '../../remediations/codes.ts';
import type { RepairId } from '../../remediations/ids.ts';

type Sentence = (values: Values) => string;

/** What a repair is called: on the card, on its button, in the result. */
export const remediationTitle = {
  'restart-operator': 'Restart the operator',
  'scale-operator-up': 'Start the operator',
  unpause: 'Unpause the resource',
  nudge: 'Make the operator retry now',
  'relabel-statefulset': 'Show the operator its StatefulSet again',
  'orphan-delete-statefulset': 'Replace the StatefulSet, keep its pods',
  'remove-owned-conflict': 'Remove the object in the way',
  'fix-controller-id': 'Correct the controller id',
  'add-instance-label': 'Add the label the operator selects by',
  'set-version': 'Set a version the operator can parse',
  undo: 'Take the repair back',
  'admission-certificate': 'Restore trust in the operator’s webhooks',
  'refresh-application': 'Refresh the Argo CD Application',
  'sync-application': 'Let Argo CD sync everything, hooks included',
  'terminate-operation': 'End Argo CD’s stuck operation and sync again',
  'server-side-apply': 'Switch Argo CD to server-side apply and sync',
  'recreate-resource': 'Delete and re-create the resource',
  'test-chart-version': 'Test another chart version',
  'repair-operator-rights': 'Give the operator its rights back',
} as const satisfies Record<RepairId, string>;

/** Facts that hold, and let the repair be offered. */
export const checkText = {
  'crds-served': (v) =>
    `The API server serves ${v['plural']} and the other kinds that its controller lists (${v['count']} in all).`,
  'operator-rights': (v) => `The operator’s account has the ${v['count']} rights that it needs to start working.`,
  'admission-secret-there': (v) => `Secret ${v['secret']}, which the new pod mounts, is there with its keys.`,
  'no-secret-needed': () => 'The operator’s pod needs no Secret to start.',
  'quota-leaves-room': (v) => `The quotas of ${v['namespace']} leave room for the new pod.`,
  'no-quota': (v) => `No quota limits ${v['namespace']}.`,
  'pod-security-allows': (v) =>
    `Pod Security in ${v['namespace']} is “${v['level']}”, and nothing speaks against the operator’s pod.`,
  'rollout-settled': (v) => `No other rollout of ${v['name']} is under way.`,
  'scaled-to-zero': (v) => `Deployment ${v['name']} has 0 replicas.`,
  'is-paused': (v) => `${v['name']} is paused.`,
  'name-is-free': (v) => `Nothing has the name ${v['statefulSet']} any more, so the operator can make its StatefulSet.`,
  'storage-class-there': (v) => `StorageClass ${v['name']} exists now.`,
  'operator-has-right': (v) => `The operator’s account may ${v['verb']} ${v['resource']} now.`,
  'quota-has-room': (v) => `Quota ${v['quota']} has room now for what was refused.`,
  'quota-gone': (v) => `Quota ${v['quota']}, which refused, is gone.`,
  'webhook-lets-through': (v) => `Webhook ${v['webhook']} is gone, reachable again or no longer fails closed.`,
  'statefulset-is-ours': (v) => `StatefulSet ${v['name']} is owned by this very ${v['owner']}.`,
  'object-is-ours': (v) => `${v['object']} is owned by this very ${v['owner']}.`,
  'operator-id': (v) =>
    v['id'] === ''
      ? `Operator ${v['operator']} runs without a controller id, and no other operator has the one that is set.`
      : `Operator ${v['operator']} runs with the controller id ${v['id']}, and no other operator has the one that is set.`,
  'operator-selects': (v) => `Operator ${v['operator']} selects by ${v['selector']}, and no label says otherwise.`,
  'version-from-image': (v) => `${v['version']} is the tag of the image that is set (${v['image']}).`,
  'version-without-digest': (v) => `${v['version']} is the part of ${v['before']} before the digest.`,
  'certificate-good': (v) =>
    `The certificate in ${v['object']} is good: for ${v['names']}, until ${v['until']}, and its key and CA fit.`,
  'certificate-unusable': (v) => `${v['object']} lacks a certificate, key or CA that the operator can use.`,
  'certificate-key-mismatch': (v) => `Certificate and key in ${v['object']} do not belong together.`,
  'certificate-wrong-ca': (v) => `The certificate in ${v['object']} is not signed by the CA that is there.`,
  'certificate-expired': (v) => `The certificate or the CA in ${v['object']} has expired (certificate: ${v['until']}).`,
  'certificate-wrong-name': (v) =>
    `The certificate in ${v['object']} is for ${v['found'] || 'no name'}; the operator is called as ${v['names']}.`,
  'certificate-expires-soon': (v) =>
    `The certificate or the CA in ${v['object']} expires within 30 days (certificate: ${v['until']}).`,
  'nothing-runs-for-it': (v) =>
    `No StatefulSet belongs to ${v['name']}: nothing runs that would be lost with it. Pods and volume claims are checked again right before the delete.`,
  'made-again-by-promfix': () =>
    'promfix re-creates it itself, from an encrypted copy that it makes before it deletes anything.',
  'made-again-by-argocd': (v) =>
    `Argo CD re-creates it: Application ${v['application']} self-heals, its last sync succeeded, no operation runs, and no sync window is set. If it takes over a minute, promfix does it from its encrypted copy.`,
  'argocd-heals-not': (v) =>
    `Application ${v['application']} does not self-heal, so promfix re-creates it from its encrypted copy.`,
  'argocd-sync-not-done': (v) =>
    `The last sync of Application ${v['application']} did not succeed for its revision, which turns self-heal off: promfix re-creates it from its encrypted copy.`,
  'argocd-is-busy': (v) =>
    `An operation of Application ${v['application']} runs, during which it does not self-heal: promfix re-creates it from its encrypted copy.`,
  'argocd-window-unclear': (v) =>
    `A sync window may keep Application ${v['application']} from self-healing, so promfix re-creates it from its encrypted copy.`,
  'restart-was-in-vain': () =>
    'A restart of the operator alone was tried in this incident, and the same cause came back.',
  'process-restarted-in-vain': (v) =>
    v['count'] === 1
      ? 'The operator’s process was restarted once, and ended in the same way.'
      : `The operator’s process was restarted ${v['count']} times, and ended in the same way.`,
  'restart-not-excluded': () =>
    'A restart was tried in this incident, but against another cause: it may be all that this one needs.',
  'restart-unknown': () =>
    'From here I can’t see whether a restart was tried; in Slack this is offered only after a restart did not help.',
  'same-operator': (v) =>
    `${v['version']} brings the same operator (v${v['to']}): what it changes is the rest of the chart, and the restart.`,
  'other-operator': (v) => `${v['version']} brings operator v${v['to']} instead of v${v['from']}.`,
  'crd-schemas-equal': (v) => `The CRDs of ${v['from']}, of ${v['to']} and those in the cluster have the same schema.`,
  'crds-from-elsewhere': (v) => `Application ${v['application']} brings no CRDs, so none changes.`,
  'argocd-syncs-by-itself': (v) =>
    `Application ${v['application']} syncs by itself, belongs to no other Application, does not prune, and no operation or sync window stands in the way.`,
  'as-the-repair-left-it': (v) => `The objects are the same ones, and the fields are as ${v['id']} left them.`,
  'application-idle': (v) => `Application ${v['application']} runs no operation, and Argo CD can compare it with Git.`,
  'no-windows': (v) => `Project ${v['project']} has no sync window for it.`,
  'windows-open': (v) => `The sync windows of project ${v['project']} let a sync through now.`,
  'operation-stuck': (v) =>
    `Application ${v['application']} has been running the same operation since ${v['since']}: “${v['message']}”`,
  'written-client-side': (v) =>
    v['crds'] === ''
      ? `Application ${v['application']} applies client-side, and its last sync failed on CRDs that are too long for that.`
      : `Application ${v['application']} applies client-side, which these CRDs are too long for: ${v['crds']}.`,
  'crds-in-application': (v) => `Application ${v['application']} has the CRDs that are missing: ${v['crds']}.`,
  'application-heals': (v) =>
    `Application ${v['application']} self-heals, and its last sync of this revision succeeded.`,
  'rights-are-refused': (v) =>
    v['count'] === 1
      ? `The API server refuses ${v['account']} one right that it needs (asked by access review, not read in a log).`
      : `The API server refuses ${v['account']} ${v['count']} rights that it needs (asked by access review, not read in a log).`,
  'rights-from-table': (v) =>
    v['version'] === v['release']
      ? `Each of them is in the rules that operator ${v['version']} is published with.`
      : `Each of them is in the rules that operator ${v['release']} is published with, the nearest release before ${v['version']} that I know.`,
  'role-is-the-operators': (v) => `${v['object']} is bound to ${v['account']} and to nobody else that I know of.`,
  'pod-runs-as': (v) => `The operator’s pod runs as ${v['account']}.`,
  'role-within-table': (v) =>
    `None of the ${v['count']} rules of ${v['object']} allows more than an operator is published with.`,
} as const satisfies Record<CheckCode, Sentence>;

/** `inc-12.p1, 03:12 UTC`: which attempt is meant. */
export const attemptOf = (v: Values) => `${v['id']}, ${String(v['at']).slice(11, 16)} UTC`;

/** What became of the same repair earlier in the incident: above everything else on the card. */
export const warningText = {
  'before-helped': (v) => `Tried before (${attemptOf(v)}): it helped, and it is broken again.`,
  'before-in-vain': (v) => `Tried before (${attemptOf(v)}): it was carried out and did not help.`,
  'before-got-further': (v) =>
    `Tried before (${attemptOf(v)}): its cause was gone then, and the resource still was not healthy.`,
  'before-put-back': (v) => `Tried before (${attemptOf(v)}): it was carried out, and somebody put it back.`,
  'before-not-tested': (v) => `Tried before (${attemptOf(v)}): Argo CD did not apply the version in time.`,
  'before-undone': (v) => `Tried before (${attemptOf(v)}): people took it back.`,
  'before-denied': (v) => `Proposed before (${attemptOf(v)}): it was denied.`,
  'before-failed': (v) => `Tried before (${attemptOf(v)}): it could not be carried out, and nothing was changed.`,
  'before-unknown': (v) => `Tried before (${attemptOf(v)}): nobody has said yet whether it was made.`,
  'found-again': () => 'What is found now is the same as then.',
  'found-otherwise': () => 'What is found now is not the same as then.',
} as const satisfies Record<WarningCode, Sentence>;

/** What people will notice. */
export const effectText = {
  'operator-is-replaced': (v) =>
    `A new operator pod starts before the old one ends; that takes about ${v['seconds']} seconds.`,
  'everything-is-checked-again': (v) =>
    v['count'] === 1
      ? 'The new operator looks at the one resource that it manages; if that is as it should be, nothing happens to it.'
      : `The new operator looks at all ${v['count']} resources that it manages; those that are as they should be are left alone.`,
  'blind-until-ready': (v) =>
    `Monitoring by ${v['name']} stays blind until its first pod is ready, usually within ${v['minutes']} minutes.`,
  'pending-changes-apply': (v) =>
    v['count'] === 1
      ? 'Whatever was changed in the resource meanwhile is carried out now: its pods may be replaced.'
      : `Whatever was changed meanwhile in the ${v['count']} resources that it manages is carried out now: pods may be replaced.`,
  'operator-tries-again': (v) =>
    `The operator looks at ${v['name']} within a second, instead of after its back-off of up to a quarter of an hour.`,
  'operator-sees-it': (v) => `The operator sees StatefulSet ${v['name']} at once and goes on.`,
  'operator-takes-it': (v) => `Operator ${v['operator']} takes ${v['name']} over at once; it needs no restart.`,
  'made-anew': (v) =>
    `${v['object']} is deleted and re-created by the operator within seconds; running pods keep what they have mounted.`,
  'pods-are-adopted': (v) =>
    `StatefulSet ${v['name']} is deleted without its pods; the operator makes a new one, which takes them over. They may then be restarted one by one.`,
  'digest-no-longer-pinned': () =>
    'The digest no longer pins the image: set spec.image to IMAGE@sha256:… where that matters.',
  'operator-starts': (v) => `The operator starts within about ${v['seconds']} seconds.`,
  'rules-are-checked-again': (v) =>
    v['count'] === 1
      ? 'The API server trusts one webhook of the operator again: PrometheusRules are checked when they are written.'
      : `The API server trusts ${v['count']} webhooks of the operator again: PrometheusRules are checked when they are written.`,
  'operator-reloads-certificate': (v) =>
    `The running operator takes the new certificate by itself, within about ${v['minutes']} minutes; until then its webhooks can’t be called, and those that fail closed refuse every PrometheusRule.`,
  'deleted-and-made-again': (v) =>
    `${v['kind']} ${v['name']} is missing for a few seconds. Whatever the operator made for it (configuration, rules) is garbage-collected and re-created.`,
  'argocd-syncs-version': (v) =>
    `Argo CD syncs all of ${v['application']} to ${v['version']}, dashboards and rules included.`,
  'version-restarts-operator': () =>
    'A new version may restart the operator, which looks at everything that it manages again.',
  'returns-unless-better': (v) =>
    `Then I diagnose again. Unless it is better, I set ${v['version']} again: the way back is part of this approval, and it is not taken if anybody changed the Application meanwhile.`,
  'fault-may-return': (v) => `What the repair fixed (${v['cause']}) may be back.`,
  'argocd-syncs-all': (v) =>
    `Argo CD applies all ${v['count']} objects of ${v['application']} at ${v['revision']} and runs its hooks; what was changed by hand goes back to what Git says.`,
  'last-state-goes': (v) =>
    `What ${v['application']} shows of its last operation is overwritten; this diagnosis keeps it.`,
  'windows-not-read': (v) =>
    `The sync windows of ${v['application']} could not be read. If one is closed, the sync waits and starts by itself when it opens.`,
  'operation-ends': (v) =>
    `The running operation of ${v['application']} ends as failed within about half a minute; its hooks are removed.`,
  'hook-starts-again': (v) =>
    v['reason'] === ''
      ? `${v['job']} starts again. What stopped it has to be gone, or it hangs again.`
      : `${v['job']} starts again. What stopped it (${v['reason']}) has to be gone, or it hangs again.`,
  'argocd-looks-now': (v) =>
    `Argo CD compares ${v['application']} within seconds instead of minutes, and brings back by itself what is missing.`,
  'fields-change-hands': () =>
    'Argo CD takes over every field that its manifests name, from whoever wrote it before; others’ fields stay.',
  'operator-may-need-restart': () =>
    'An operator that started without the CRDs has to be restarted afterwards; the next diagnosis says whether.',
  'operator-gets-rights': (v) =>
    v['count'] === 1
      ? `${v['account']} gets one more right in the cluster, effective immediately.`
      : `${v['account']} gets ${v['count']} more rights in the cluster, effective immediately.`,
  'operator-is-bound': (v) => `${v['account']} gets all the rights of ${v['object']}, effective immediately.`,
  'operator-lists-again': () => 'The operator tries again by itself, within a minute.',
} as const satisfies Record<EffectCode, Sentence>;

export const untouchedText = {
  workloads: () => 'StatefulSets, pods and volumes of what is monitored and of what monitors.',
  pods: () => 'Running pods: they are left behind on purpose.',
  volumes: () => 'Volumes and the data on them.',
  'volumes-stay-behind': () =>
    'Volumes and the data on them: the claims stay, whatever the retention policy says, because they are orphaned, too.',
  'no-volumes': () => 'Volumes: this StatefulSet has none, its data goes with its pods.',
  'claims-stay': () =>
    'Volumes and the data on them: claims of an earlier StatefulSet stay, whatever the retention policy says, and the next pods take them again.',
  'no-claims': () =>
    'Volumes: this resource asks for none, so its data goes with its pods, of which there are none now.',
  'other-resources': () => 'Other custom resources, and what runs for them.',
  spec: () => 'The rest of the custom resource.',
  'rest-of-the-objects': () => 'Every other field of these objects.',
  'custom-resources': () => 'Prometheus, Alertmanager and other custom resources.',
  secrets: () => 'Secrets.',
  git: () => 'Anything in Git.',
  'crd-schemas': () => 'The schemas of the CRDs.',
  'nothing-is-pruned': () => 'Objects that the other version lacks: nothing is pruned.',
  'nothing-pruned': () => 'Objects that Git no longer has: nothing is pruned.',
  'other-rules': () => 'The existing rules: none is changed or removed.',
  'role-itself': () => 'The role that is bound.',
} as const satisfies Record<UntouchedCode, Sentence>;

export const noUndoText = {
  'restart-needs-none': () =>
    'A restart can’t be taken back and needs no undo: the operator keeps no state, the same version starts again.',
  'nudge-needs-none': () => 'There is nothing to take back: the annotation means nothing but “look again”.',
  'operator-makes-it-anew': (v) =>
    `${v['object']} is not kept: the operator makes it from the custom resource, and would not find the old one either.`,
  'secret-is-never-kept': (v) =>
    `What was in ${v['object']} is not kept: promfix never keeps the contents of a Secret.`,
  'old-ca-did-not-fit': () =>
    'The old caBundle is from a CA that did not sign the operator’s certificate: putting it back would not help.',
  'made-again-as-it-was': (v) =>
    `${v['name']} is re-created with the same content, so there is nothing to take back; its former uid and status are gone.`,
  'repair-again': (v) => `The repair itself can be proposed again: /promfix fix ${v['remediation']}.`,
  'sync-needs-none': () => 'A sync applies what Git says and can’t be taken back; to get something else, change Git.',
  'operation-cannot-be-resumed': () =>
    'An operation that was ended can’t be resumed, and the sync that follows applies what Git says.',
  'refresh-needs-none': () => 'There is nothing to take back: Argo CD takes the annotation off by itself.',
  'only-the-operators-account': (v) =>
    `The account that was in ${v['object']} is not put back: promfix binds nobody but the account that the operator runs as.`,
} as const satisfies Record<NoUndoCode, Sentence>;

/** The chart's value that holds it, where there is one. */
const chartValue = (v: Values): string => (v['path'] === undefined ? '' : `, in the chart’s values ${v['path']}`);

/** The change that makes it last, where the objects come from. */
export const permanentText = {
  'crds-before-operator': () =>
    'Install the CRDs before the operator: in an Application of their own, or in an earlier sync wave that waits until they are established. Until then the next fresh install can lose the same race.',
  'crds-with-operator': () =>
    'Order the Application that brings the CRDs before the one that runs the operator, or let the chart bring them (crds.enabled: true, skipCrds off).',
  'rbac-at-its-source': () =>
    'Nothing has to change in the chart’s values: it renders these rules and the binding itself, as long as global.rbac.create is on. Where they come from elsewhere, correct them there: a right that is missing at the next start switches the controller off again.',
  'find-what-blocked': () => 'The restart frees the operator; find out what blocked it, or it can happen again.',
  'keep-the-token': () => 'Don’t delete the operator’s ServiceAccount while it runs; its token ends with it.',
  'replicas-at-their-source': () =>
    'Nothing has to change in the chart’s values: the chart always renders 1 replica. If a Kustomize patch, a post-renderer or an autoscaler sets 0, change it there, or the next sync takes it away again.',
  'paused-at-its-source': (v) =>
    `Remove paused: true where the resource comes from${chartValue(v)}, or the next sync sets it again.`,
  'keep-what-was-mended': () =>
    'What was in the way is gone; see to it that it stays gone, where it came from (Git, Terraform, the platform team).',
  'name-of-its-own': (v) =>
    `Make sure that nothing else in ${v['namespace']} has the name of this StatefulSet: the operator deletes what it finds there.`,
  'resource-label-at-its-source': (v) =>
    `Take the label (${v['labels']}) off ${v['name']} where it comes from${chartValue(v)} (or commonLabels, or the tool that adds it), or the StatefulSet disappears again at the next sync.`,
  'who-took-the-label': (v) =>
    `Nothing has to change in Git: the operator makes the StatefulSet itself. Find out who took the label away (${v['labels']}): a cleanup job, a policy or a tool that labels everything. Otherwise it happens again.`,
  'who-changed-the-object': (v) =>
    `Find out who changed ${v['object']} (its managedFields name the tool): a policy that makes Secrets immutable or a tool that strips labels has to leave the operator’s objects alone.`,
  'controller-id-at-its-source': (v) =>
    `Change the annotation of ${v['name']} where it comes from${chartValue(v)}, or the next sync brings it back.`,
  'instance-label-at-its-source': (v) =>
    `Add ${v['labels']} to ${v['name']} where it comes from${chartValue(v)}, or take the selector off the operator.`,
  'version-at-its-source': (v) =>
    `Set ${v['version']} where the resource comes from${chartValue(v)}, or the next sync brings the old one back.`,
  'hook-copies-the-same-ca': () =>
    'Nothing has to change in Git: the chart renders no caBundle, and its hook copies the same CA at the next full sync. A sync of single resources and self-heal skip the hook; run a full one after a webhook configuration was deleted.',
  'cert-manager-renews': () =>
    'Nothing has to change in Git: the chart’s hook keeps a Secret that is there and copies its CA. It never renews one; cert-manager does (values: prometheusOperator.admissionWebhooks.certManager.enabled).',
  'chart-version-at-its-source': (v) =>
    `If ${v['version']} is kept, set it as targetRevision in the manifest that Application ${v['application']} comes from; otherwise the next apply of that manifest takes it back.`,
  'take-back-at-its-source': () =>
    'Where the repair was made in Git as well, take it back there, too, or the next sync brings it again.',
  'full-sync-for-hooks': () =>
    'Self-heal and a sync of single resources never run hooks: after something that a hook made was lost, run a full sync. Where the Secret goes again and again, let cert-manager keep it (values: prometheusOperator.admissionWebhooks.certManager.enabled).',
  'hook-with-deadline': () =>
    'Find out why the hook or the resource never finished. A Job without activeDeadlineSeconds holds up a sync forever, and Argo CD has no time limit of its own unless one is set (controller.sync.timeout.seconds).',
  'server-side-apply-at-its-source': () =>
    'Add ServerSideApply=true to spec.syncPolicy.syncOptions where the Application itself comes from, or whoever applies it next takes the option away again.',
  'crds-kept': () =>
    'Let CRDs outlive their Application: an Application of their own that syncs first, with the sync option Prune=false on them.',
} as const satisfies Record<PermanentCode, Sentence>;
