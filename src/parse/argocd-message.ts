const STATES = {
  'healthy state of': 'health',
  'completion of hook': 'hook',
  'deletion of': 'deletion',
  'deletion of hook': 'deletion',
} as const;

/** What a sync of Argo CD can wait for: an object's health, the end of a hook, or an object that is being deleted. */
type WaitState = (typeof STATES)[keyof typeof STATES];

/** What a running operation waits for, from its message; `what` is the first object, `batch/Job/x`. The wording is that of Argo CD 2.x to 3.x. */
export function waitsFor(
  message: string | undefined,
): { readonly state: WaitState; readonly what: string } | undefined {
  const match = /^waiting for (healthy state of|completion of hook|deletion of(?: hook)?) ([^\s,]+)/.exec(
    message ?? '',
  );
  const [, words, what] = match ?? [];
  if (words === undefined || what === undefined) return undefined;
  // The words are one of the keys: the expression names them all.
  return { state: STATES[words as keyof typeof STATES], what };
}
