import { createAuthority } from './certificate.ts';
import { type Json, nameOf, namespaceOf, object } from './json.ts';
import type { ServingPair, Snapshot } from './snapshot.ts';

/**
 * Snapshots hold no private keys: certificates of the operator's webhooks are made anew, with the names and dates of the real ones, and put
 * wherever the real CA stood.
 */
export function withServingPairs(snapshot: Snapshot): Snapshot {
  return snapshot.servingPairs.reduce(renew, snapshot);
}

function renew(snapshot: Snapshot, pair: ServingPair): Snapshot {
  const dates = { notBefore: new Date(pair.notBefore), notAfter: new Date(pair.notAfter) };
  const authority = createAuthority({
    commonName: pair.caCommonName,
    ...(pair.caOrganization !== undefined && { organization: pair.caOrganization }),
    ...dates,
  });
  const leaf = authority.issue({
    commonName: pair.commonName,
    ...(pair.organization !== undefined && { organization: pair.organization }),
    dnsNames: pair.dnsNames,
    ...dates,
  });
  const secrets = snapshot.objects['/api/v1/secrets'] ?? [];
  const old = secrets.find((one) => nameOf(one) === pair.secret && namespaceOf(one) === pair.namespace);
  if (old === undefined) return snapshot;
  const data: Record<string, unknown> = { ...object(old, 'data') };
  const oldCa = data[pair.ca];
  const ca = base64(authority.cert);
  Object.assign(data, { [pair.ca]: ca, [pair.cert]: base64(leaf.cert), [pair.key]: base64(leaf.key) });
  const renewed: Json = { ...old, data };
  const replace = (item: Json): Json =>
    item === old ? renewed : typeof oldCa === 'string' ? withCa(item, oldCa, ca) : item;
  return {
    ...snapshot,
    objects: everywhere(snapshot.objects, replace),
    ...(snapshot.story !== undefined && {
      story: { ...snapshot.story, objects: everywhere(snapshot.story.objects, replace) },
    }),
  };
}

type Objects = Snapshot['objects'];

function everywhere(objects: Objects, replace: (item: Json) => Json): Objects {
  return Object.fromEntries(Object.entries(objects).map(([path, items]) => [path, items.map(replace)]));
}

/** Only webhook configurations carry the CA. */
function withCa(item: Json, before: string, after: string): Json {
  if (!/WebhookConfiguration$/.test(String(item['kind']))) return item;
  // Text was replaced by text within a JSON value.
  return JSON.parse(JSON.stringify(item).replaceAll(before, after)) as Json;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
