import type { KubeErrorKind } from '../../kubernetes/types.ts';

/** Sentences of the terminal surface. */
export const terminalText = {
  several: (targets: readonly string[]): string =>
    ['There are several; name one of them:', ...targets.map((target) => `  promfix diagnose ${target}`)].join('\n'),
  noTarget: (namespace: string | undefined): string =>
    namespace === undefined
      ? 'There is no Prometheus in this cluster. If one should be there, name it: promfix diagnose NAMESPACE/NAME'
      : `There is no Prometheus in the namespace ${namespace}. If one should be there, name it: promfix diagnose ${namespace}/NAME`,
  clusterError: (kind: KubeErrorKind, server: string, detail: string): string => {
    switch (kind) {
      case 'unauthorized':
        return `${server} does not accept these credentials. Log in again, or choose another context with --context. (${detail})`;
      case 'forbidden':
        return `${server} refuses this account. docs/permissions.md lists the rights a diagnosis needs. (${detail})`;
      case 'timeout':
        return `${server} did not answer in time. Check the network, or whether the API server is overloaded.`;
      case 'tls':
        return `The certificate of ${server} is not trusted. Check certificate-authority in the kubeconfig. (${detail})`;
      default:
        return `${server} could not be reached. Check the address in the kubeconfig and the network. (${detail})`;
    }
  },
  otherCapture: (path: string, target: string, cluster: string): string =>
    `${path} is a capture of ${target} in ${cluster} and tells nothing of another. Leave the target out, or name that one.`,
  emptyLog: (path: string): string => `${path} is empty.`,
  foreignLog: (path: string, lines: number): string =>
    lines === 1
      ? `The one line of ${path} is nothing that the operator, Argo CD or the API server is known to write.`
      : `None of the ${lines} lines of ${path} is anything that the operator, Argo CD or the API server is known to write.`,
  badCapture: (path: string, problem: string): string => `${path} is not a capture of promfix: ${problem}`,
  captured: (path: string, bytes: number, hidden: number): string =>
    `Saved ${path} (${bytes} bytes, ${hidden} values hidden). Judge it with: promfix diagnose --from ${path}\n`,
  cannotRead: (path: string, why: string): string => `${path} can’t be read: ${why}`,
  cannotWrite: (path: string, why: string): string => `${path} can’t be written: ${why}`,
  tooLarge: (path: string, bytes: number): string =>
    `${path} is larger than ${bytes} bytes, which no log or capture needs to be.`,
  unknownCause: (name: string, near: readonly string[]): string =>
    near.length > 0
      ? `There is no cause called ${name}. Did you mean ${near.join(' or ')}?`
      : `There is no cause called ${name}. “promfix explain” lists them.`,
  needsRedis: (): string => 'This command reads promfix’s records. Set REDIS_URL to the Redis that the bot uses.',
  redisDown: (why: string): string => `Redis can’t be reached: ${why}`,
  incidentsInSlack: (): string =>
    'Incidents are for Slack. In the terminal name the resource: promfix fix [REPAIR] [NAMESPACE/NAME]',
  internal: (message: string): string =>
    `promfix failed: ${message}\nRun it again with LOG_LEVEL=debug for the details, and please report it.`,
} as const;
