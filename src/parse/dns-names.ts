/** Whether a certificate for these names is for the host, as a TLS client compares: a star stands for the first label. */
export function isFor(dnsNames: readonly string[], host: string): boolean {
  return dnsNames.includes(host) || dnsNames.includes(`*.${host.split('.').slice(1).join('.')}`);
}
