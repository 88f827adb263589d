import type { z } from 'zod';

interface Problem {
  readonly where: string;
  readonly problem: string;
  readonly example?: string;
}

/** Sentences about promfix.yaml and the environment. */
export const configText = {
  problems: (source: string, problems: readonly Problem[]): string =>
    [
      problems.length === 1 ? `One mistake in ${source}:` : `${problems.length} mistakes in ${source}:`,
      ...problems.map((one) =>
        one.example
          ? `  ${one.where}: ${one.problem}\n      for example  ${one.example}`
          : `  ${one.where}: ${one.problem}`,
      ),
    ].join('\n'),
  issue: (issue: z.core.$ZodIssue): string => {
    switch (issue.code) {
      case 'unrecognized_keys':
        return `there is no setting called ${issue.keys.map((key) => JSON.stringify(key)).join(', ')} here`;
      case 'invalid_type':
        return issue.input === undefined ? 'is missing' : `must be ${issue.expected}`;
      case 'invalid_format':
        return `must be ${issue.message.replace(/^Invalid string: must match pattern.*$/, 'in the form of the example')}`;
      case 'invalid_value':
        return `must be one of ${issue.values.map(String).join(', ')}`;
      case 'too_small':
        return `must be at least ${String(issue.minimum)}`;
      case 'too_big':
        return `must be at most ${String(issue.maximum)}`;
      default:
        return issue.message;
    }
  },
  tooLarge: (bytes: number): string => `is larger than ${bytes} bytes`,
  aliases: (): string => 'uses YAML aliases that expand too far; write the values out',
  unreadable: (): string => 'names a file that can’t be read',
  withoutTls: (): string => 'is for TLS, and REDIS_URL does not start with rediss://',
  notSet: (): string => 'is not set',
  fileMissing: (path: string): string =>
    `There is no ${path}. Copy promfix.example.yaml to promfix.yaml, or name another file in PROMFIX_CONFIG.`,
};
