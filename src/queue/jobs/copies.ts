import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { type Json, object, string } from '../../evidence/json.ts';
import { canonicalJson } from '../../incidents/canonical.ts';
import type { ClusterIdentity, ObjectRef } from '../../remediations/types.ts';
import type { Store } from '../../store/types.ts';
import type { Mark } from '../executor/mark.ts';

/** Seconds that a copy is kept at most: as long as somebody may need to get a worker running again. */
export const COPY_SECONDS = 7 * 24 * 3600;

/** The copy of one object that a step deletes and makes anew. */
export interface Copies {
  /** Resolves when the copy can be read again. */
  keep(object: Json): Promise<void>;
  /** `none`: never kept, or forgotten. `unreadable`: kept under another key, for another repair, or too long ago. */
  read(): Promise<{ readonly is: 'kept'; readonly object: Json } | { readonly is: 'none' | 'unreadable' }>;
}

export interface CopyPlace {
  readonly store: Pick<Store, 'keep' | 'kept' | 'forget' | 'now'>;
  /** The key that the worker is given, never the one that encrypts. */
  readonly secret: string;
  readonly cluster: ClusterIdentity;
  readonly mark: Mark;
  readonly object: ObjectRef;
}

/**
 * Copies in Redis that whoever can read or write Redis can neither read nor make, nor move to another repair, object or cluster:
 * AES-256-GCM, its key derived (HKDF-SHA-256) from one that is not there, with all of that as associated data.
 */
export function copiesOf({ store, secret, cluster, mark, object: ref }: CopyPlace): Copies {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'promfix.copy/v1', 32));
  const context = Buffer.from(
    canonicalJson({
      use: 'promfix.copy/v1',
      cluster: { uid: cluster.uid, caFingerprint: cluster.caFingerprint },
      job: mark.job,
      run: mark.run,
      object: ref,
    }),
  );
  return {
    async keep(copied) {
      const until = Date.parse(await store.now()) + COPY_SECONDS * 1000;
      await store.keep(nameOf(mark), seal(key, context, JSON.stringify({ until, object: copied })), COPY_SECONDS);
    },
    async read() {
      const sealed = await store.kept(nameOf(mark));
      if (sealed === undefined) return { is: 'none' };
      const opened = open(key, context, sealed);
      // Redis lets it go by itself; a copy that somebody put back is not taken either.
      if (opened === undefined || Number(opened['until']) < Date.parse(await store.now())) return { is: 'unreadable' };
      return { is: 'kept', object: object(opened, 'object') };
    },
  };
}

/** The copy is not needed any more. */
export async function forgetCopy(store: Pick<Store, 'forget'>, mark: Mark): Promise<void> {
  await store.forget(nameOf(mark));
}

function nameOf({ job }: Mark): string {
  return `copy:${job}`;
}

function seal(key: Buffer, context: Buffer, plain: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(context);
  const data = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
  const parts = { nonce, tag: cipher.getAuthTag(), data };
  return JSON.stringify(
    Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, part.toString('base64')])),
  );
}

/** Undefined for what was not sealed with this key for this purpose. */
function open(key: Buffer, context: Buffer, sealed: string): Json | undefined {
  try {
    const parts = object(JSON.parse(sealed));
    const [nonce, tag, data] = ['nonce', 'tag', 'data'].map((name) => Buffer.from(string(parts[name]) ?? '', 'base64'));
    if (nonce?.length !== 12 || tag?.length !== 16 || data === undefined) return undefined;
    const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(context).setAuthTag(tag);
    return object(JSON.parse(Buffer.concat([decipher.update(data), decipher.final()]).toString()));
  } catch {
    return undefined;
  }
}
