import type { DirectoryPort } from '../../src/ports.ts';

/** A workspace in which nobody is known: whatever is asked for must not depend on it. */
export const nobody: DirectoryPort = {
  groupMembers: () => Promise.resolve([]),
  isFullMember: () => Promise.resolve(false),
  isSharedChannel: () => Promise.resolve(false),
  countMembers: () => Promise.resolve(0),
};
