import { createHash } from 'node:crypto';
import { PROMFIX_ANNOTATIONS } from '../../evidence/content-hash.ts';
import { type Json, object, string } from '../../evidence/json.ts';
import { resourcePath } from '../../kubernetes/paths.ts';
import { type KubeClient, KubeError } from '../../kubernetes/types.ts';
import { segmentOf } from '../../parse/json-pointer.ts';
import type { RefusalCode } from '../../remediations/codes.ts';
import type { CaSource, StepOf } from '../../remediations/types.ts';
import { isMarked, type Mark, markOfStep } from './mark.ts';

/** Steps around a certificate: its private key is made, and its CA read, right before the write. */
export type CertificateStep = StepOf<'copy-ca'> | StepOf<'renew-certificate'>;

/** SHA-256 of the CA that a step made, written with it: the steps after it know by it that they copy this one. */
export const CA_ANNOTATION = `${PROMFIX_ANNOTATIONS}ca-sha256`;

/** JSON pointers of what such a step writes; `*` stands for the webhooks that it names. */
export function certificateFields(step: CertificateStep): readonly string[] {
  if (step.do === 'copy-ca') return ['/webhooks/*/clientConfig/caBundle'];
  const { ca, cert, key } = step.keys;
  return [
    ...[ca, cert, key].map((name) => `/data/${segmentOf(name)}`),
    `/metadata/annotations/${segmentOf(CA_ANNOTATION)}`,
  ];
}

export interface Resolving {
  readonly client: KubeClient;
  readonly mark: Mark;
  /** When the certificate begins (ISO). */
  readonly time: string;
  /** A dry run before the steps ahead of it were made: what they will make is stood in for. */
  readonly rehearsal: boolean;
}

export type Resolution = { readonly patch: Json } | { readonly code: RefusalCode };

/**
 * The merge patch of such a step, for the object as it was just read. Holds a private key for `renew-certificate`: it is sent and forgotten.
 * Throws KubeError for a Secret that can't be read.
 */
export async function certificatePatch(step: CertificateStep, object: Json, resolving: Resolving): Promise<Resolution> {
  if (step.do === 'renew-certificate') return renewal(step, resolving.time);
  const ca = await caOf(step.from, resolving);
  if (typeof ca === 'object' && ca !== null) return ca;
  return copy(step, object, ca);
}

async function renewal({ sans, days, keys }: StepOf<'renew-certificate'>, time: string): Promise<Resolution> {
  // Loaded where it is needed: nobody else waits for it.
  const { servingCertificate } = await import('../../certificates/serving.ts');
  const made = await servingCertificate({ sans, days, now: new Date(time) });
  return {
    patch: {
      metadata: { annotations: { [CA_ANNOTATION]: sha256(Buffer.from(made.ca)) } },
      data: { [keys.ca]: base64(made.ca), [keys.cert]: base64(made.cert), [keys.key]: base64(made.key) },
    },
  };
}

/** The CA as base64 of its PEM; null for none. */
async function caOf(from: CaSource, { client, mark, time, rehearsal }: Resolving): Promise<string | null | Resolution> {
  if (from === 'nothing') return null;
  if ('renewedBy' in from && rehearsal) {
    const { servingCertificate } = await import('../../certificates/serving.ts');
    const standIn = await servingCertificate({ sans: ['rehearsal'], days: 1, now: new Date(time) });
    return base64(standIn.ca);
  }
  const { namespace, name, uid } = from.secret;
  const { body } = await client.json({ method: 'GET', path: resourcePath('secrets', { namespace, name }) });
  if (string(body, 'metadata', 'uid') !== uid) return { code: 'object-replaced' };
  const bytes = Buffer.from(string(body, 'data', from.key) ?? '', 'base64');
  if (!isTheOneMeant(body, sha256(bytes), from, mark)) return { code: 'ca-changed' };
  const { publicPart } = await import('../../certificates/public-part.ts');
  const ca = publicPart(bytes);
  return ca === undefined ? { code: 'ca-not-public' } : base64(ca);
}

function isTheOneMeant(secret: Json, hash: string, from: Exclude<CaSource, 'nothing'>, mark: Mark): boolean {
  if ('sha256' in from) return hash === from.sha256;
  const noted = string(secret, 'metadata', 'annotations', CA_ANNOTATION);
  return isMarked(secret, markOfStep(mark, from.renewedBy)) && noted === hash;
}

/** A merge patch replaces a list as a whole: it is the list that was just read, with nothing changed but the caBundle. */
function copy({ webhooks: names }: StepOf<'copy-ca'>, configuration: Json, ca: string | null): Resolution {
  const webhooks = configuration['webhooks'];
  if (!Array.isArray(webhooks)) throw new KubeError('malformed', 'a webhook configuration without webhooks');
  const here = webhooks.map((webhook: unknown) => string(webhook, 'name'));
  if (names.some((name) => !here.includes(name))) return { code: 'object-changed' };
  return {
    patch: {
      webhooks: webhooks.map((webhook: unknown) => {
        if (!names.includes(string(webhook, 'name') ?? '')) return webhook;
        const { caBundle: _before, ...client } = object(webhook, 'clientConfig');
        return { ...object(webhook), clientConfig: { ...client, ...(ca !== null && { caBundle: ca }) } };
      }),
    },
  };
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const base64 = (pem: string): string => Buffer.from(pem).toString('base64');
