type Sentence = (object: string, name: string) => string;

/** Who else writes an object that a plan changes, and what that does to the change. Helm only writes at an upgrade. */
const named = {
  argocd: (object, name) => `${object} belongs to the Argo CD Application ${name}; the change stays.`,
  healed: (object, name) => `${object} belongs to the Argo CD Application ${name}, which will put it back.`,
  helm: (object, name) => `${object} belongs to the Helm release ${name}; its next upgrade may put it back.`,
} satisfies Record<string, Sentence>;

const unnamed = {
  argocd: (object) => `${object} belongs to Argo CD; the change stays.`,
  healed: (object) => `${object} belongs to Argo CD, which will put it back.`,
  helm: (object) => `${object} belongs to Helm; the next upgrade may put it back.`,
} satisfies Record<keyof typeof named, Sentence>;

/** `name`: of the Application or the release, undefined where it is not known; both are escaped by the caller. */
export function ownershipSentence(
  object: string,
  { manager, survives }: { readonly manager: 'argocd' | 'helm'; readonly survives: boolean },
  name: string | undefined,
): string {
  const owner = manager === 'argocd' && !survives ? 'healed' : manager;
  return name === undefined ? unnamed[owner](object) : named[owner](object, name);
}
