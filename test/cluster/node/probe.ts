import type { ChildProcess } from 'node:child_process';
import https from 'node:https';
import type { Container } from '../kinds.ts';
import type { NodeContext, NodePod } from './pod.ts';
import { podEvent } from './status.ts';

const KILL_AFTER_MS = 30_000;

/** GET /healthz over TLS, whoever signed the certificate; false on any failure. */
export function healthy(host: string, port: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = https.get(
      { host, port, path: '/healthz', rejectUnauthorized: false, timeout: 1000, agent: false, minVersion: 'TLSv1.3' },
      (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      },
    );
    request.on('error', () => resolve(false));
    request.on('timeout', () => request.destroy());
  });
}

/**
 * The liveness probe of the operator's container, from its start: three failures in a row, and it is told to end. This is what kills an
 * operator that waits for an API server that it can't reach. Returns what stops probing.
 */
export function startLivenessProbe(
  node: NodeContext,
  pod: NodePod,
  container: Container,
  port: string,
  child: ChildProcess,
): () => void {
  if (!container.livenessProbe) return () => {};
  const { periodSeconds = 10, failureThreshold = 3 } = container.livenessProbe;
  const host = pod.ip ?? node.nodeIp;
  let failures = 0;
  const probe = async () => {
    if (await healthy(host, port)) {
      failures = 0;
      return;
    }
    const failed = `probe failed: Get "https://${host}:${port}/healthz": dial tcp ${host}:${port}: connect: connection refused`;
    await podEvent(node, pod, 'Warning', 'Unhealthy', `Liveness ${failed}`);
    if (container.readinessProbe) await podEvent(node, pod, 'Warning', 'Unhealthy', `Readiness ${failed}`);
    failures += 1;
    if (failures < failureThreshold || pod.dead) return;
    await podEvent(
      node,
      pod,
      'Normal',
      'Killing',
      `Container ${container.name} failed liveness probe, will be restarted`,
    );
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS).unref();
  };
  const tick = () => void probe().catch(() => {});
  const first = setTimeout(tick, 1000);
  const timer = setInterval(tick, periodSeconds * 1000);
  return () => {
    clearTimeout(first);
    clearInterval(timer);
  };
}
