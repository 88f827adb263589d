import type { ApplicationView, Evidence } from '../../evidence/types.ts';
import { waitsFor } from '../../parse/argocd-message.ts';

/**
 * What still waits in Argo CD once the repair is done, for the audit trail: `APPLICATION waits-for-hook batch/Job/x`. Argo CD looks at health
 * by itself; a hook and a sync may need a person. The result in the thread tells the same from the stored diagnosis.
 */
export function stillWaiting({ applications }: Evidence): readonly string[] {
  if (applications.state !== 'read') return [];
  return applications.value.flatMap((application) => {
    const waits = waitOf(application);
    return waits === undefined ? [] : [`${application.meta.name} ${waits}`];
  });
}

function waitOf({ operation, sync }: ApplicationView): string | undefined {
  if (operation?.phase === 'Running') {
    const waits = waitsFor(operation.message);
    return waits === undefined ? 'operation-running' : `waits-for-${waits.state} ${waits.what}`;
  }
  return sync?.status === 'OutOfSync' ? 'out-of-sync' : undefined;
}
