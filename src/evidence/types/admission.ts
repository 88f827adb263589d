import type { Condition, Meta } from './meta.ts';
import type { PodView } from './pods.ts';

export interface WebhookView {
  readonly kind: 'MutatingWebhookConfiguration' | 'ValidatingWebhookConfiguration';
  readonly meta: Meta;
  /** Absent in captures of older versions. */
  readonly contentHash?: string;
  readonly webhooks: readonly {
    readonly name: string;
    readonly failurePolicy?: string;
    readonly timeoutSeconds?: number;
    readonly service?: {
      readonly namespace: string;
      readonly name: string;
      readonly path?: string;
      readonly port?: number;
    };
    readonly url?: string;
    /** Bytes of the decoded caBundle; 0 = empty. */
    readonly caBundleBytes: number;
    /** SHA-256 (hex) of the decoded caBundle, when there is one. */
    readonly caBundleSha256?: string;
    /** Who wrote the caBundle, by managedFields. */
    readonly caBundleManagers?: readonly string[];
    readonly rules: readonly {
      readonly groups: readonly string[];
      readonly resources: readonly string[];
      readonly operations: readonly string[];
    }[];
    /** Whether the Service it calls exists (asked once per distinct Service). */
    readonly serviceExists?: boolean;
    /** Number of ready endpoints of that Service. */
    readonly readyEndpoints?: number;
  }[];
}

/** The admission Secret: keys, sizes and the certificate's public part; the private key never leaves the source. */
export interface AdmissionSecretView {
  readonly meta: Meta;
  readonly type?: string;
  readonly keys: readonly { readonly name: string; readonly bytes: number }[];
  /** `versionHash` of the Secret. Absent in captures of older versions, like the four that follow. */
  readonly hash?: string;
  readonly immutable?: boolean;
  /** The keys in which the operator expects certificate and private key. */
  readonly serving?: { readonly cert: string; readonly key: string };
  /** The key with the CA: `ca`, `ca.crt`, or that of a certificate that signed itself. */
  readonly caKey?: string;
  readonly caNotAfter?: string;
  /** SHA-256 (hex) of the decoded CA, comparable with `WebhookView.caBundleSha256`. */
  readonly caSha256?: string;
  readonly certificate?: {
    readonly subject: string;
    readonly issuer: string;
    readonly notBefore: string;
    readonly notAfter: string;
    readonly dnsNames: readonly string[];
    readonly signedByCa?: boolean;
    readonly keyMatches?: boolean;
  };
}

export interface JobView {
  readonly meta: Meta;
  readonly conditions: readonly Condition[];
  readonly active: number;
  readonly failed: number;
  readonly succeeded: number;
  readonly pods: readonly PodView[];
}
