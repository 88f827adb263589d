import { contentHash } from '../content-hash.ts';
import { boolean, defined, type Json, number, object, objects, string, strings } from '../json.ts';
import { projectConditions, projectMeta, selectorText } from '../meta.ts';
import type { Reading } from '../reading.ts';
import type { OperatorDeployment } from '../types.ts';
import { imageVersion, isOperatorContainer } from './operator-image.ts';
import { podSize } from './pod-size.ts';
import { projectVolumes } from './pods.ts';

/** Where the operator's serving certificate comes from. */
export interface ServingFiles {
  readonly secret: string;
  /** Keys of the Secret that hold certificate and private key. */
  readonly cert: string;
  readonly key: string;
}

/** A Deployment with what only other sources need of it. */
export interface ReadDeployment {
  readonly view: OperatorDeployment;
  readonly serving: ServingFiles | undefined;
  readonly tls: boolean;
}

export function projectDeployment(body: Json, reading: Reading): ReadDeployment {
  const spec = object(body, 'spec');
  const status = object(body, 'status');
  const template = object(spec, 'template', 'spec');
  const container = operatorContainer(template);
  const image = string(container, 'image') ?? '';
  const args = [...strings(container['command'], 100).slice(1), ...strings(container['args'], 200)].map(
    reading.redactor.text,
  );
  const automount = boolean(template, 'automountServiceAccountToken');
  const view = defined<OperatorDeployment>({
    meta: projectMeta(body, reading.redactor),
    contentHash: contentHash(body),
    replicas: number(spec, 'replicas') ?? 1,
    paused: boolean(spec, 'paused'),
    status: defined<OperatorDeployment['status']>({
      replicas: number(status, 'replicas') ?? 0,
      readyReplicas: number(status, 'readyReplicas') ?? 0,
      updatedReplicas: number(status, 'updatedReplicas') ?? 0,
      observedGeneration: number(status, 'observedGeneration'),
    }),
    conditions: projectConditions(status['conditions'], reading.redactor),
    selector: selectorText(object(spec, 'selector')) ?? '',
    serviceAccount: string(template, 'serviceAccountName') || 'default',
    automountToken: automount,
    hostNetwork: boolean(template, 'hostNetwork') ?? false,
    container: defined<OperatorDeployment['container']>({
      name: string(container, 'name') ?? '',
      image,
      version: imageVersion(image),
      args,
      memoryLimit: string(container, 'resources', 'limits', 'memory'),
    }),
    pod: podSize(spec, template),
    volumes: projectVolumes(template['volumes']).map((volume) =>
      defined<OperatorDeployment['volumes'][number]>({
        name: volume.name,
        secret: volume.secret,
        optional: volume.optional,
      }),
    ),
    templateAnnotations: projectMeta({ metadata: object(spec, 'template', 'metadata') }, reading.redactor).annotations,
  });
  return {
    view,
    serving: servingFiles(view, container),
    tls: args.some((arg) => /^--?web\.enable-tls(=true)?$/.test(arg)),
  };
}

function operatorContainer(template: Json): Json {
  const containers = objects(template['containers'], 20);
  return (
    containers.find((container) =>
      isOperatorContainer(string(container, 'name') ?? '', string(container, 'image') ?? ''),
    ) ??
    containers[0] ??
    {}
  );
}

/** The Secret mounted where `--web.cert-file` points to. */
function servingFiles(view: OperatorDeployment, container: Json): ServingFiles | undefined {
  const file = (name: string, fallback: string): string =>
    view.container.args.find((arg) => arg.replace(/^--?/, '').startsWith(`${name}=`))?.split('=')[1] ?? fallback;
  const cert = file('web.cert-file', '/etc/tls/private/tls.crt');
  const key = file('web.key-file', '/etc/tls/private/tls.key');
  const mount = objects(container['volumeMounts'], 100)
    .filter((candidate) => cert.startsWith(`${(string(candidate, 'mountPath') ?? '\0').replace(/\/$/, '')}/`))
    .sort((a, b) => (string(b, 'mountPath') ?? '').length - (string(a, 'mountPath') ?? '').length)[0];
  const volume = view.volumes.find((candidate) => candidate.name === string(mount, 'name'));
  if (volume?.secret === undefined) return undefined;
  return { secret: volume.secret, cert: cert.split('/').at(-1) ?? '', key: key.split('/').at(-1) ?? '' };
}
