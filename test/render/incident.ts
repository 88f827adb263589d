import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { Diagnosis } from '../../src/diagnosis/types.ts';
import {
  absent,
  application,
  crd,
  evidence,
  log,
  meta,
  operator,
  owned,
  prometheus,
  read,
  unread,
  webhook,
} from '../builders/evidence.ts';

const WARNING =
  'ts=2026-03-01T12:00:01Z level=warn caller=main.go:82 msg="resource \\"prometheuses\\" (group: \\"monitoring.coreos.com/v1\\") not installed in the cluster"';
const TLS =
  'ts=2026-03-01T12:00:40Z level=error caller=server.go:3648 msg="http: TLS handshake error from 10.42.0.1:39468: remote error: tls: bad certificate"';

/** A first install whose CRD came after the operator had looked, under Argo CD. */
const incidentEvidence = evidence({
  resource: read(prometheus([])),
  statefulSet: absent(),
  pods: read([]),
  owned: read(owned(0)),
  crds: read([
    crd('prometheuses', {
      meta: meta('prometheuses.monitoring.coreos.com', { created: '2026-03-01T12:00:04Z' }),
      statusWritten: '2026-03-01T12:00:05Z',
    }),
  ]),
  operators: read([operator({ log: log([WARNING, TLS, TLS]) })]),
  webhooks: read([webhook({ caBundleBytes: 0 })]),
  applications: read([
    application({
      sync: { status: 'OutOfSync' },
      health: { status: 'Progressing', lastTransitionTime: '2026-03-01T12:00:10Z' },
      operation: {
        phase: 'Running',
        message: 'waiting for healthy state of monitoring.coreos.com/Prometheus/main',
        startedAt: '2026-03-01T12:00:10Z',
        partial: false,
        syncOptions: [],
        results: [],
      },
      resources: [
        {
          group: 'monitoring.coreos.com',
          kind: 'Prometheus',
          namespace: 'monitoring',
          name: 'main',
          status: 'OutOfSync',
        },
      ],
    }),
  ]),
  jobs: unread('forbidden', { verb: 'list', group: 'batch', resource: 'jobs', namespace: 'monitoring' }),
});

export const incident: Diagnosis = diagnose(incidentEvidence);
export const healthy: Diagnosis = diagnose(evidence());
