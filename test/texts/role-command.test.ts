import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { prose } from '../../src/slack/views/escape.ts';
import { repairSentence } from '../../src/texts/en/results.ts';

/** The words of the line, as a shell reads them where it is copied from Slack. */
function pasted(code: string, values: Readonly<Record<string, string>>): readonly string[] {
  const shown = prose(repairSentence({ code, values }));
  const line = /`(kubectl [^`]*)`/.exec(shown)?.[1] ?? '';
  const script = `set -- ${line.replaceAll('&amp;', '&').replaceAll('&lt;', '<').replaceAll('&gt;', '>')}; printf '%s\\0' "$@"`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

describe('the line that makes the role that is missing', () => {
  it('keeps its asterisk in Slack, and for every shell', () => {
    expect(pasted('rights-not-held', { verb: '*', group: 'apps', resource: 'statefulsets' })).toEqual([
      'kubectl',
      'create',
      'clusterrole',
      'promfix-missing',
      '--verb=*',
      '--resource=statefulsets.apps',
    ]);
  });

  it('is one command, whatever a role is called', () => {
    const name = "a; touch /tmp/x && $(id) <b> 'c'";
    const values = { verb: 'patch', group: 'rbac.authorization.k8s.io', resource: 'clusterroles', name };

    expect(pasted('worker-right-missing', values).at(-1)).toBe(`--resource-name=${name}`);
  });
});
