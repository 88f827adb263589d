import { describe, expect, it } from 'vitest';
import type { BindingView, RoleView } from '../../src/evidence/types.ts';
import { isRefused } from '../../src/remediations/parts/refuse.ts';
import { roleFor } from '../../src/remediations/rights/operator-roles.ts';
import { evidence, meta, NS, operator, read } from './world.ts';

const { deployment } = operator();
const ACCOUNT = { kind: 'ServiceAccount', name: deployment.serviceAccount, namespace: NS };
const rule = (group: string, ...resources: readonly string[]) => ({ groups: [group], resources, verbs: ['list'] });

function role(kind: RoleView['kind'], name: string, rules: RoleView['rules']): RoleView {
  const { namespace: _, ...clusterWide } = meta(name);
  return { kind, meta: kind === 'Role' ? meta(name) : clusterWide, contentHash: `hash-of-${name}`, rules };
}
function binding(kind: BindingView['kind'], of: RoleView): BindingView {
  return { kind, meta: meta(`bind-${of.meta.name}`), role: { kind: of.kind, name: of.meta.name }, subjects: [ACCOUNT] };
}

const WIDE = role('ClusterRole', 'operator', [rule('', 'secrets', 'configmaps'), rule('apps', 'statefulsets')]);
const NARROW = role('Role', 'operator', [rule('', 'configmaps')]);
const FOREIGN = role('Role', 'leader-election', [rule('coordination.k8s.io', 'leases')]);

function found(namespace: string | undefined, ...roles: readonly RoleView[]): string {
  const bindings = roles.map((one) => binding(one.kind === 'Role' ? 'RoleBinding' : 'ClusterRoleBinding', one));
  const answer = roleFor(evidence(), operator({ bindings: read(bindings), roles: read(roles) }), namespace);
  return isRefused(answer) ? answer.code : `${answer.view.kind} ${answer.view.meta.name}`;
}

describe('the role that gets what the operator lacks', () => {
  it('in a namespace is the Role there, however much the ClusterRole has', () => {
    expect(found(NS, WIDE, NARROW)).toBe('Role operator');
    expect(found(NS, NARROW, WIDE)).toBe('Role operator');
  });

  it('in a namespace is the ClusterRole where there is no Role, or one that is not about the operator’s work', () => {
    expect(found(NS, WIDE)).toBe('ClusterRole operator');
    expect(found(NS, FOREIGN, WIDE)).toBe('ClusterRole operator');
  });

  it('for the whole cluster is never one that holds in a namespace only', () => {
    expect(found(undefined, WIDE, NARROW)).toBe('ClusterRole operator');
    expect(found(undefined, NARROW)).toBe('no-role-bound');
    expect(found('elsewhere', NARROW)).toBe('no-role-bound');
  });
});
