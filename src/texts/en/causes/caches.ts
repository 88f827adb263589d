import type { CauseSlug } from '../../../diagnosis/causes.ts';
import type { CauseText } from '../../cause-text.ts';

const STUCK =
  'The operator waits for its caches before it reconciles anything, so no Prometheus gets a StatefulSet; after ten minutes it exits and starts again.';
const RESTART = {
  tried: 'Restarting the operator again and again',
  because: 'It waits at the same list each time.',
} as const;

/** Causes on the rung `caches`. */
export const cachesCauses = {
  'rbac-operator-cluster-scope': {
    title: 'The operator has rights in one namespace only',
    what: 'The operator is set to watch all namespaces, but its ServiceAccount may list nothing, or hardly anything, at the cluster scope: a Role took the place of the ClusterRole.',
    effect: STUCK,
    proof: 'The log shows refused lists of several kinds, all "at the cluster scope".',
    repair: 'Bind the ClusterRole again, or limit the operator with --namespaces to the namespaces it has rights in.',
    vain: [RESTART, { tried: 'Granting one kind at a time', because: 'The next list is refused in the same way.' }],
  },
  'operator-bug-multi-namespace-listwatch': {
    title: 'This operator version cannot list several namespaces',
    what: 'Operator 0.40.0 misreads the resource versions of lists from several namespaces, so its watches never start.',
    effect: STUCK,
    proof: 'The log repeats "expected resource version to have N parts to match the number of ListerWatchers".',
    repair: 'Upgrade the operator.',
    vain: [RESTART],
  },
  'sibling-crd-missing': {
    title: 'A neighbouring CRD is missing',
    what: 'The controller also lists ServiceMonitors, PodMonitors, Probes and PrometheusRules. One of these kinds is not served, so its cache never fills.',
    effect: STUCK,
    proof:
      'The CRD is absent, and the log repeats "failed to list … the server could not find the requested resource" for exactly that kind.',
    repair: 'Apply the missing CRD with server-side apply; the operator goes on by itself within a minute.',
    vain: [RESTART, { tried: "Raising the probes' limits", because: 'The pod is not slow; a kind is missing.' }],
  },
  'rbac-list-informer': {
    title: 'The operator may not list something it caches',
    what: 'The operator’s ServiceAccount may not list one of the kinds that the controller keeps in its caches, at the scope it watches.',
    effect: STUCK,
    proof: 'The log repeats "failed to list … is forbidden", and the access review for list says no now.',
    repair: 'Grant list and watch on that kind at the scope the operator watches; it goes on by itself.',
    vain: [
      RESTART,
      {
        tried: 'Granting it in one namespace only',
        because: 'The operator lists the whole cluster unless --namespaces limits it.',
      },
    ],
  },
  'poison-object': {
    title: 'One malformed object blocks a whole list',
    what: 'One stored object does not decode into the operator’s type, typically written under an older or looser CRD. The whole list of that kind then fails. The object may be in any namespace.',
    effect: STUCK,
    proof:
      'The log repeats "json: cannot unmarshal" or a parse error for a list, and the raw objects show the field with the wrong type.',
    repair: 'Correct or delete that one object; the operator goes on by itself.',
    vain: [
      RESTART,
      { tried: 'Installing the CRDs again', because: 'That does not change the stored object.' },
      { tried: 'Looking with kubectl get', because: 'kubectl shows the object without complaint.' },
    ],
  },
  'slow-list': {
    title: 'The first list takes too long',
    what: 'A list, usually of Secrets or ConfigMaps, takes longer than the operator waits: too many objects or an overloaded API server.',
    effect: STUCK,
    proof: 'The log says "cache sync not yet completed" for one informer and shows no error beside it.',
    repair:
      'Let the operator cache less: prometheusOperator.secretFieldSelector, or fewer namespaces; or relieve the API server.',
    vain: [RESTART],
  },
  'configured-namespace-missing': {
    title: 'A namespace in the operator’s list does not exist',
    what: 'The operator is limited to namespaces by flag, and one of them does not exist (or a bug of an old version mixes several up), so an informer never fills.',
    effect: STUCK,
    proof: 'The log says that a listed namespace is not found, and the Deployment’s flags name it.',
    repair:
      'Correct the list in prometheusOperator.namespaces, or create the namespace; upgrade an operator older than 0.41.',
    vain: [RESTART],
  },
} as const satisfies Partial<Record<CauseSlug, CauseText>>;
