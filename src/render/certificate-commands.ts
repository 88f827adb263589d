import { quote } from 'shlex';
import type { ObjectRef, StepOf } from '../remediations/types.ts';

const NEW_KEY = 'openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes';

/** Reads the CA out of the Secret and puts it into the named webhooks; needs jq. */
export function copyCaCommands({ object, webhooks, from }: StepOf<'copy-ca'>, resource: string): readonly string[] {
  const names = `(.webhooks[] | select(.name | IN(${webhooks.map((name) => JSON.stringify(name)).join(', ')})) | .clientConfig)`;
  const read = `kubectl get ${quote(resource)} ${quote(object.name)} -o json`;
  if (from === 'nothing') return [`${read} | jq ${quote(`${names} |= del(.caBundle)`)} | kubectl replace -f -`];
  const path = `{.data.${from.key.replaceAll('.', '\\.')}}`;
  return [
    `CA=$(${inNamespace(from.secret)} get secret ${quote(from.secret.name)} -o jsonpath=${quote(path)})`,
    `${read} | jq --arg ca "$CA" ${quote(`${names}.caBundle = $ca`)} | kubectl replace -f -`,
  ];
}

/** A CA, a certificate signed by it, and both into the Secret; needs OpenSSL 3. The CA's key is deleted: it is of no more use. */
export function renewCommands({ object, sans, days, keys }: StepOf<'renew-certificate'>): readonly string[] {
  const names = quote(`subjectAltName=${sans.map((name) => `DNS:${name}`).join(',')}`);
  const files = [keys.ca, keys.cert, keys.key].map((key) => `--from-file=${quote(key)}`).join(' ');
  return [
    `${NEW_KEY} -days ${days} -subj /O=nil1 -keyout ca.key -out ${quote(keys.ca)}`,
    `${NEW_KEY} -days ${days} -subj /O=nil2 -addext ${names} -addext basicConstraints=critical,CA:FALSE -CA ${quote(keys.ca)} -CAkey ca.key -keyout ${quote(keys.key)} -out ${quote(keys.cert)}`,
    `${inNamespace(object)} create secret generic ${quote(object.name)} ${files} --dry-run=client -o yaml | ${inNamespace(object)} replace -f -`,
    `rm ca.key ${[keys.ca, keys.cert, keys.key].map((key) => quote(key)).join(' ')}`,
  ];
}

const inNamespace = ({ namespace }: ObjectRef): string =>
  namespace === undefined ? 'kubectl' : `kubectl -n ${quote(namespace)}`;
