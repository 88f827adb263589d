import { at, type Json, nameOf, object, objects, string, strings } from '../json.ts';
import { CRDS } from '../kinds.ts';
import { authorize } from '../rbac.ts';
import { labelMatcher } from '../selectors.ts';
import type { State } from '../state.ts';

/** The cluster as a cure looks at it. */
export interface Ward {
  readonly state: State;
  /** The Prometheus that is broken. */
  readonly prometheus: Json | undefined;
  readonly operator: Json | undefined;
}

export interface Cure {
  /** `operator-start`: looked at when a new process of the operator begins. `write`: after every write. */
  readonly at: 'operator-start' | 'write';
  /** Whether the cause is gone, so that what followed the repair on the real control plane follows here. */
  isGone(ward: Ward): boolean;
}

const MONITORING = 'monitoring.coreos.com';

/** When each snapshot's story begins. A new fault is added by copying the neighbour that it is most like. */
export const CURES: Readonly<Record<string, Cure>> = {
  F58: { at: 'operator-start', isGone: (ward) => passesStartCheck(ward) },
  F02: { at: 'operator-start', isGone: (ward) => passesStartCheck(ward) },
  F14: { at: 'operator-start', isGone: (ward) => passesStartCheck(ward) },
  F12: { at: 'write', isGone: (ward) => isSelected(ward) },
  F05: { at: 'write', isGone: ({ state }) => isServed(state, 'probes') },
  F27: { at: 'write', isGone: (ward) => may(ward, 'patch', 'prometheuses', 'status') },
  F30: {
    at: 'write',
    isGone: ({ prometheus }) => /^v?\d+\.\d+\.\d+/.test(string(prometheus, 'spec', 'version') ?? ''),
  },
  F38: {
    at: 'write',
    isGone: ({ prometheus }) => prometheus !== undefined && at(prometheus, 'spec', 'paused') !== true,
  },
  F50: {
    at: 'write',
    isGone: ({ state }) => hasVolume(state),
  },
  F60: { at: 'write', isGone: ({ state }) => webhooksTrust(state) },
};

/** The one-shot check of the Prometheus controller: its kind is served, and the operator may read it and write its status. */
function passesStartCheck(ward: Ward): boolean {
  return (
    isServed(ward.state, 'prometheuses') &&
    ['get', 'list', 'watch'].every((verb) => may(ward, verb, 'prometheuses')) &&
    may(ward, 'update', 'prometheuses', 'status')
  );
}

function isServed(state: State, plural: string): boolean {
  return state.list(CRDS).some((crd) => nameOf(crd) === `${plural}.${MONITORING}`);
}

function may({ state, operator }: Ward, verb: string, resource: string, subresource?: string): boolean {
  const namespace = string(operator, 'metadata', 'namespace') ?? '';
  const account = string(operator, 'spec', 'template', 'spec', 'serviceAccountName') ?? 'default';
  const user = {
    name: `system:serviceaccount:${namespace}:${account}`,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
  };
  return authorize(state, user, {
    verb,
    group: MONITORING,
    resource,
    ...(subresource !== undefined && { subresource }),
  }).allowed;
}

/** The operator has no instance selector, or the Prometheus has the labels that it asks for. */
function isSelected({ operator, prometheus }: Ward): boolean {
  const flag = '--prometheus-instance-selector=';
  const args = objects(object(operator, 'spec', 'template', 'spec')['containers']).flatMap((one) =>
    strings(one['args']),
  );
  const selector = args.find((arg) => arg.startsWith(flag))?.slice(flag.length);
  return selector === undefined || (prometheus !== undefined && labelMatcher(selector)(prometheus));
}

/** A default class would provide a volume, and one made by hand would do. */
function hasVolume(state: State): boolean {
  return (
    state.list('/apis/storage.k8s.io/v1/storageclasses').some(isDefaultClass) ||
    state.list('/api/v1/persistentvolumes').length > 0
  );
}

function isDefaultClass(item: Json): boolean {
  return at(item, 'metadata', 'annotations', 'storageclass.kubernetes.io/is-default-class') === 'true';
}

function webhooksTrust(state: State): boolean {
  const all = state.list('/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations');
  return all.every((one) =>
    objects(one['webhooks']).every((hook) => (string(hook, 'clientConfig', 'caBundle') ?? '') !== ''),
  );
}
