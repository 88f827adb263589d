import { expect } from 'vitest';
import { promfix } from '../cluster/harness.ts';

/** The fields of the published JSON that are compared. */
interface Answer {
  readonly verdict: string;
  readonly rootCause: { readonly cause: string; readonly certainty: string } | null;
  readonly notChecked: readonly {
    readonly source: string;
    readonly reason: string;
    readonly needs?: { readonly verb: string; readonly group: string; readonly resource: string };
  }[];
}

/** What `promfix diagnose … --output json` says. Fails the test where it says nothing. */
export async function ask(kubeconfig: string, ...words: readonly string[]): Promise<Answer> {
  const { stdout, stderr } = await promfix(['diagnose', ...words, '--output', 'json'], kubeconfig);
  expect(stdout, stderr).toMatch(/^\s*\{/);
  return JSON.parse(stdout) as Answer; // the published schema
}

/** Only the verdict and the cause. */
export async function named(kubeconfig: string, ...words: readonly string[]) {
  const { verdict, rootCause } = await ask(kubeconfig, ...words);
  return { verdict, cause: rootCause?.cause ?? null };
}
