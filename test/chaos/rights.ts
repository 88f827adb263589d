/** What the storm's processes may do: read and patch Deployments. Everybody may ask about their own rights. */
export const WRITING_RULES = [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'patch'] }] as const;
