import type { ApplicationView, Evidence, Meta } from '../../evidence/types.ts';
import type { Ownership } from '../types.ts';

/** The Application that has an object among its resources, and that object's row. */
interface Owned {
  readonly application: ApplicationView;
  readonly row: ApplicationView['resources'][number];
}

export function applicationOf(evidence: Evidence, kind: string, meta: Meta): Owned | undefined {
  if (evidence.applications.state !== 'read') return undefined;
  for (const application of evidence.applications.value) {
    const row = application.resources.find(
      (one) => one.kind === kind && one.name === meta.name && (one.namespace ?? meta.namespace) === meta.namespace,
    );
    if (row) return { application, row };
  }
  return undefined;
}

/** Whether an Application applies an object by replacing it: then every field that is not in Git goes. */
export function replaces(application: ApplicationView, meta: Meta): boolean {
  const own = (meta.annotations['argocd.argoproj.io/sync-options'] ?? '').split(',').map((option) => option.trim());
  const options = own.some((option) => option.startsWith('Replace=')) ? own : application.syncOptions;
  return options.includes('Replace=true');
}

export function isAutomated({ automated }: ApplicationView): boolean {
  return automated !== undefined && automated.enabled !== false;
}

export function selfHeals(application: ApplicationView): boolean {
  return isAutomated(application) && application.automated?.selfHeal === true;
}

/** The release that Helm put the object there for, when Helm itself did it. */
function helmRelease(meta: Meta): string | undefined {
  const release = meta.annotations['meta.helm.sh/release-name'];
  if (release !== undefined) return release;
  const label = meta.labels['app.kubernetes.io/managed-by'] ?? meta.labels['heritage'];
  return label === 'Helm' ? (meta.labels['release'] ?? meta.labels['app.kubernetes.io/instance'] ?? '') : undefined;
}

/**
 * Who would put the object back. `survivesArgo` says whether the change outlives the next sync of an Application; Helm and unknown owners do
 * nothing by themselves, so a change lasts until their next upgrade.
 */
export function ownership(
  evidence: Evidence,
  object: string,
  kind: string,
  meta: Meta,
  survivesArgo: (owned: Owned) => boolean,
): Ownership & { readonly object: string } {
  const owned = applicationOf(evidence, kind, meta);
  if (owned)
    return {
      object,
      manager: 'argocd',
      name: owned.application.meta.name,
      selfHeal: selfHeals(owned.application),
      survives: survivesArgo(owned),
    };
  const release = helmRelease(meta);
  if (release !== undefined)
    return { object, manager: 'helm', ...(release !== '' && { name: release }), survives: true };
  return { object, manager: 'nobody-known', survives: true };
}
