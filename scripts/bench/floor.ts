import { readFileSync } from 'node:fs';
import https from 'node:https';
import { join } from 'node:path';

const NS = 'monitoring';
const MONITORING = '/apis/monitoring.coreos.com';
const METADATA = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
const CONNECTIONS = 16;

interface Call {
  readonly path: string;
  readonly accept?: string;
  readonly body?: unknown;
}

/** What any diagnosis of this fault reads at least: 18 reads at once, then what the first of them lead to. */
const FIRST: readonly Call[] = [
  { path: '/version' },
  { path: '/api/v1/namespaces/kube-system' },
  { path: `/api/v1/namespaces/${NS}` },
  { path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', accept: METADATA },
  { path: `${MONITORING}/v1` },
  { path: `${MONITORING}/v1alpha1` },
  { path: `${MONITORING}/v1/prometheuses`, accept: METADATA },
  { path: `${MONITORING}/v1/namespaces/${NS}/prometheuses` },
  { path: `/apis/apps/v1/namespaces/${NS}/deployments?limit=500` },
  { path: `/apis/apps/v1/namespaces/${NS}/statefulsets?limit=500` },
  { path: `/api/v1/namespaces/${NS}/pods?limit=500` },
  { path: `/api/v1/namespaces/${NS}/services?limit=500` },
  { path: `/apis/discovery.k8s.io/v1/namespaces/${NS}/endpointslices?limit=500` },
  { path: `/api/v1/namespaces/${NS}/events?limit=500` },
  { path: `/api/v1/namespaces/${NS}/resourcequotas` },
  { path: '/apis/storage.k8s.io/v1/storageclasses' },
  { path: '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations' },
  { path: '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations' },
];

const REVIEWED: readonly string[] = [
  'prometheuses',
  'servicemonitors',
  'podmonitors',
  'probes',
  'prometheusrules',
  'scrapeconfigs',
  'statefulsets',
  'configmaps',
  'secrets',
  'pods',
  'services',
  'namespaces',
];

/** Twelve access reviews, the ServiceAccount, the hooks' Jobs, network policies and the operator's log. */
const second = (pod: string): readonly Call[] => [
  ...REVIEWED.map((resource) => ({
    path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: { user: `system:serviceaccount:${NS}:operator`, resourceAttributes: { verb: 'list', resource } },
    },
  })),
  { path: `/api/v1/namespaces/${NS}/serviceaccounts/default` },
  { path: `/apis/batch/v1/namespaces/${NS}/jobs` },
  { path: `/apis/networking.k8s.io/v1/namespaces/${NS}/networkpolicies` },
  { path: `/api/v1/namespaces/${NS}/pods/${pod}/log?limitBytes=1048576` },
];

interface Round {
  readonly requests: number;
  readonly bytes: number;
}

/** The least that can be asked for: 34 requests in two waves over kept-alive connections, and every answer is thrown away. */
export class BareClient {
  readonly #agent: https.Agent;
  readonly #server: URL;
  #pod: string | undefined;

  /** `pki` is the folder with the control plane's CA and cluster-admin's certificate. */
  constructor(server: string, pki: string) {
    this.#server = new URL(server);
    this.#agent = new https.Agent({
      keepAlive: true,
      maxSockets: CONNECTIONS,
      ca: readFileSync(join(pki, 'ca.crt')),
      cert: readFileSync(join(pki, 'admin.crt')),
      key: readFileSync(join(pki, 'admin.key')),
    });
  }

  async round(): Promise<Round> {
    this.#pod ??= await this.#operatorPod();
    const waves = [FIRST, second(this.#pod)];
    let bytes = 0;
    for (const wave of waves) {
      const answers = await Promise.all(wave.map((call) => this.#send(call)));
      for (const answer of answers) bytes += answer.length;
    }
    return { requests: waves.flat().length, bytes };
  }

  close(): void {
    this.#agent.destroy();
  }

  async #operatorPod(): Promise<string> {
    const list = (await this.#send({ path: `/api/v1/namespaces/${NS}/pods` })).toString();
    const name = /"name":"([a-z0-9.-]*operator-[a-z0-9]+-[a-z0-9]+)"/.exec(list)?.[1];
    if (name === undefined) throw new Error(`no pod of the operator in ${NS}`);
    return name;
  }

  #send({ path, accept, body }: Call): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const data = body === undefined ? undefined : JSON.stringify(body);
      const request = https.request(
        {
          agent: this.#agent,
          hostname: this.#server.hostname,
          port: this.#server.port,
          method: data === undefined ? 'GET' : 'POST',
          path,
          headers: {
            accept: accept ?? 'application/json',
            ...(data !== undefined && {
              'content-type': 'application/json',
              'content-length': Buffer.byteLength(data),
            }),
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            if ((response.statusCode ?? 500) < 400) resolve(Buffer.concat(chunks));
            else reject(new Error(`${response.statusCode} ${path}`));
          });
        },
      );
      request.on('error', reject);
      request.end(data);
    });
  }
}
