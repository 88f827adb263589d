/** CRDs whose last-applied annotation does not fit: a client-side apply can't create them. */
export const LONG_CRDS = [
  'alertmanagerconfigs',
  'alertmanagers',
  'prometheusagents',
  'prometheuses',
  'scrapeconfigs',
  'thanosrulers',
] as const;
/** CRDs that a client-side apply can create. */
export const SHORT_CRDS = ['podmonitors', 'probes', 'prometheusrules', 'servicemonitors'] as const;

/** Bytes that all annotations of an object may have together. */
export const ANNOTATION_LIMIT = 262_144;
