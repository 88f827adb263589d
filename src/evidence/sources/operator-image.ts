/** What lives beside the operator and bears its name. */
const OTHERS = /(admission-webhook|config-reloader|configmap-reload|crd-upgrade)/;

/**
 * Whether an image is the prometheus-operator's: by the last part of its repository, whatever the registry, tag or digest. Mirrors keep the
 * name at the end (`mirrored-prometheus-operator-prometheus-operator`).
 */
export function isOperatorImage(image: string): boolean {
  const path = image.split('@')[0] ?? '';
  const base = (path.split('/').at(-1) ?? '').split(':')[0] ?? '';
  return /(^|[-_.])prometheus-operator$/.test(base) && !OTHERS.test(base);
}

/** The version in an image's tag, without the `v`. A digest says nothing. */
export function imageVersion(image: string): string | undefined {
  const path = (image.split('@')[0] ?? '').split('/').at(-1) ?? '';
  return /:v?(\d+\.\d+\.\d+(?:-(?:alpha|beta|rc)[.\d]*)?)/.exec(path)?.[1];
}

/** Mirrored releases carry no name in their image (OpenShift's are a digest in one big repository): there the container's name tells. */
export function isOperatorContainer(name: string, image: string): boolean {
  return isOperatorImage(image) || (name === 'prometheus-operator' && !OTHERS.test(image));
}
