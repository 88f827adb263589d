import { resourcePath } from '../../kubernetes/paths.ts';
import { failed, made, notAttempted, type Reading, rightTo } from '../reading.ts';
import type { OperatorMetrics, Read, ServiceView } from '../types.ts';

const MAX_BYTES = 4 * 1024 * 1024;
const SAMPLES_KEPT = 500;
/** Series that somebody judges. */
const KEPT =
  /^(prometheus_operator_(ready|spec_replicas|spec_shards|syncs|reconcile_operations_total|reconcile_errors_total|status_update_operations_total|status_update_errors_total|list_operations_failed_total|watch_operations_failed_total|managed_resources|build_info|kubernetes_client_http_requests_total|workqueue_unfinished_work_seconds|workqueue_depth)|process_start_time_seconds)$/;

/** The operator's metrics by the API server's Service proxy: optional, one right, one Service by name. */
export async function readMetrics(
  reading: Reading,
  services: Read<readonly ServiceView[]>,
  tls: boolean,
): Promise<Read<OperatorMetrics>> {
  if (services.state !== 'read')
    return services.state === 'absent' ? services : notAttempted('the Services of the operator could not be read');
  const service = services.value.find((candidate) => (candidate.readyEndpoints ?? 1) > 0 && candidate.ports.length > 0);
  if (service === undefined) return notAttempted('no Service with a ready endpoint selects the operator');
  const scheme = tls ? 'https' : 'http';
  const port =
    service.ports.find(
      (candidate) => candidate.name === scheme || candidate.name === 'https' || candidate.name === 'http',
    ) ?? service.ports[0];
  const namespace = service.meta.namespace;
  const name = `${scheme}:${service.meta.name}:${port?.name ?? port?.port ?? ''}`;
  try {
    const answer = await reading.client.text({
      method: 'GET',
      path: resourcePath('services', { namespace, name, subresource: 'proxy/metrics' }),
      accept: 'text/plain',
      timeoutMs: reading.requestMs,
      maxBytes: MAX_BYTES,
      signal: reading.signal,
    });
    return made(reading, { samples: parseSamples(answer.text) });
  } catch (error) {
    return failed(reading, error, rightTo('get', 'services', { namespace, name, subresource: 'proxy' }));
  }
}

/** Prometheus text format, only the series that somebody judges; anything that is not a sample is skipped. */
export function parseSamples(text: string): OperatorMetrics['samples'] {
  const samples: OperatorMetrics['samples'][number][] = [];
  for (const line of text.split('\n')) {
    const match = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? ([^ ]+)(?: \d+)?\s*$/.exec(line);
    const name = match?.[1];
    const value = Number(match?.[3]);
    if (name === undefined || !KEPT.test(name) || !Number.isFinite(value)) continue;
    samples.push({ name, labels: parseLabels(match?.[2] ?? ''), value });
    if (samples.length >= SAMPLES_KEPT) break;
  }
  return samples;
}

function parseLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const match of text.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g)) {
    if (match[1] !== undefined)
      labels[match[1]] = (match[2] ?? '').replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));
  }
  return labels;
}
