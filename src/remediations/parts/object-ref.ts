import type { Right } from '../../evidence/types.ts';
import type { ObjectRef } from '../types.ts';

/** The API group of an object; empty for the core group. */
export function groupOf({ apiVersion }: Pick<ObjectRef, 'apiVersion'>): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
}

/** Where a right on this very object holds. */
export function placeOf(object: ObjectRef, resource: string): Omit<Right, 'verb'> {
  const { namespace, name } = object;
  return { group: groupOf(object), resource, ...(namespace !== undefined && { namespace }), name };
}

/** Nothing is deleted in the namespaces of the cluster itself, nor what is in none. */
export function isProtected({ namespace }: Pick<ObjectRef, 'namespace'>): boolean {
  return namespace === undefined || PROTECTED.includes(namespace);
}

const PROTECTED: readonly string[] = ['kube-system', 'kube-public', 'kube-node-lease'];
