/** promfix's own annotation, whose change makes the operator look at a custom resource again. It is no part of a content hash. */
export const NUDGE = 'promfix.io/nudge';
