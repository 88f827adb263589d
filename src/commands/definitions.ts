import valid from 'semver/functions/valid.js';
import { z } from 'zod';
import { commandText, optionText } from '../texts/en/commands.ts';
import { incidentWord, namespaceWord, targetWord } from './target.ts';
import { command } from './types.ts';

const BOTH = ['slack', 'terminal'] as const;
const output = { flags: '-o, --output <format>', about: optionText.output, only: 'terminal' } as const;
const target = { syntax: '[target]', about: optionText.target } as const;
const namespace = { flags: '-n, --namespace <namespace>', about: optionText.namespace } as const;
const kubeContext = { flags: '--context <context>', about: optionText.context, only: 'terminal' } as const;
const reason = { syntax: '[reason...]', about: optionText.reason } as const;
const format = z.enum(['text', 'json'], 'the output is text or json').default('text');
const said = z
  .array(z.string())
  .default([])
  .transform((words) => words.join(' ').slice(0, 500));

/** `[inc-12] [reason...]`: a first word that is no incident belongs to the reason. */
const incidentAndReason = z.object({ words: z.array(z.string()).default([]) }).transform(({ words }) => {
  const named = incidentWord.safeParse(words[0]);
  return {
    ...(named.success && { incident: named.data }),
    reason: words
      .slice(named.success ? 1 : 0)
      .join(' ')
      .slice(0, 500),
  };
});

export const diagnose = command({
  name: 'diagnose',
  aliases: ['diag'],
  summary: commandText.diagnose.summary,
  examples: commandText.diagnose.examples,
  terminalExamples: commandText.diagnose.terminalExamples,
  surfaces: BOTH,
  arguments: [target],
  options: [
    namespace,
    kubeContext,
    output,
    { flags: '--from <file>', about: optionText.from, only: 'terminal' },
    { flags: '--log <file>', about: optionText.log, only: 'terminal' },
  ],
  input: z
    .object({
      target: targetWord.optional(),
      namespace: namespaceWord.optional(),
      context: z.string().optional(),
      output: format,
      from: z.string().optional(),
      log: z.string().optional(),
    })
    .refine(
      (input) =>
        input.target?.namespace === undefined ||
        input.namespace === undefined ||
        input.target.namespace === input.namespace,
      {
        message: 'two different namespaces are given',
      },
    )
    .refine((input) => input.from === undefined || input.log === undefined, {
      message: 'give --from or --log, not both',
    }),
});

/** The one repair that is told a version. */
const VERSIONED = 'test-chart-version';

/** `[REPAIR] [VERSION] [inc-12 or KIND/NAMESPACE/NAME]` in any order: an incident has its number, a target its slash, a version its dots. */
const repairAndWhere = z
  .object({
    words: z.array(z.string()).max(4).default([]),
    namespace: namespaceWord.optional(),
    context: z.string().optional(),
    version: z.string().max(100).optional(),
  })
  .transform(({ words, version: option, ...options }, issues) => {
    const incident = words.find((word) => incidentWord.safeParse(word).success);
    const where = words.find((word) => word.includes('/'));
    const typed = words.filter((word) => /^v?\d+\.\d/.test(word));
    const versions = new Set([...(option === undefined ? [] : [option]), ...typed].map((one) => valid(one) ?? one));
    const [version] = versions;
    const [repair, ...more] = words.filter((word) => word !== incident && word !== where && !typed.includes(word));
    const target = where === undefined ? undefined : targetWord.safeParse(where);
    const problem =
      more.length > 0
        ? 'name one repair at most'
        : versions.size > 1
          ? 'two different versions are given'
          : version !== undefined && repair !== VERSIONED
            ? `only ${VERSIONED} takes a version`
            : version !== undefined && valid(version) === null
              ? `“${version.slice(0, 100)}” is no version: type one like 79.4.0`
              : repair !== undefined && !/^[a-z][a-z-]{0,99}$/.test(repair)
                ? `“${repair.slice(0, 100)}” is no name of a repair`
                : target?.error?.issues[0]?.message;
    if (problem !== undefined) {
      issues.addIssue({ code: 'custom', message: problem });
      return z.NEVER;
    }
    return {
      ...options,
      ...(repair !== undefined && { repair }),
      ...(version !== undefined && { version }),
      ...(incident !== undefined && { incident }),
      ...(target?.data !== undefined && { target: target.data }),
    };
  });

export const fix = command({
  name: 'fix',
  aliases: ['repair'],
  summary: commandText.fix.summary,
  examples: commandText.fix.examples,
  terminalExamples: commandText.fix.terminalExamples,
  surfaces: BOTH,
  arguments: [{ syntax: '[words...]', about: `${optionText.repair}; ${optionText.incident}, ${optionText.target}` }],
  options: [
    { ...namespace, only: 'terminal' },
    kubeContext,
    { flags: '--version <version>', about: optionText.version, only: 'terminal' },
  ],
  input: repairAndWhere,
});

export const status = command({
  name: 'status',
  aliases: ['incidents'],
  summary: commandText.status.summary,
  examples: commandText.status.examples,
  surfaces: BOTH,
  arguments: [{ syntax: '[incident]', about: optionText.incident }],
  options: [],
  input: z.object({ incident: incidentWord.optional() }),
});

export const take = command({
  name: 'take',
  aliases: ['owner', 'own'],
  summary: commandText.take.summary,
  examples: commandText.take.examples,
  surfaces: ['slack'],
  arguments: [{ syntax: '[incident]', about: optionText.incident }],
  options: [],
  input: z.object({ incident: incidentWord.optional() }),
});

export const close = command({
  name: 'close',
  aliases: [],
  summary: commandText.close.summary,
  examples: commandText.close.examples,
  surfaces: BOTH,
  arguments: [{ syntax: '[words...]', about: `${optionText.incident}; ${optionText.reason}` }],
  options: [],
  input: incidentAndReason,
});

export const explain = command({
  name: 'explain',
  aliases: [],
  summary: commandText.explain.summary,
  examples: commandText.explain.examples,
  terminalExamples: commandText.explain.terminalExamples,
  surfaces: BOTH,
  arguments: [{ syntax: '[cause]', about: optionText.cause }],
  options: [output],
  input: z.object({ cause: z.string().max(100).optional(), output: format }),
});

export const audit = command({
  name: 'audit',
  aliases: [],
  summary: commandText.audit.summary,
  examples: commandText.audit.examples,
  terminalExamples: commandText.audit.terminalExamples,
  surfaces: BOTH,
  arguments: [
    { syntax: '[action]', about: optionText.auditAction },
    { syntax: '[of]', about: optionText.auditOf },
  ],
  options: [{ flags: '--since <time>', about: optionText.since, only: 'terminal' }, output],
  input: z
    .object({
      action: z.enum(['verify', 'list', 'export'], 'audit does verify, list or export').default('verify'),
      of: z.string().max(1000).optional(),
      since: z
        .string()
        .regex(/^\d{4}-\d{2}-\d{2}(T[\d:.]+Z?)?$/, 'a time is written 2026-01-31 or 2026-01-31T08:00:00Z')
        .optional(),
      output: format,
    })
    .transform(({ of, ...input }, context) => {
      if (of === undefined) return input;
      if (input.action === 'verify') return { ...input, file: of };
      const named = incidentWord.safeParse(of);
      if (named.success) return { ...input, incident: named.data };
      context.addIssue({ code: 'custom', message: named.error.issues[0]?.message ?? '' });
      return z.NEVER;
    }),
});

export const pause = command({
  name: 'pause',
  aliases: ['stop'],
  summary: commandText.pause.summary,
  examples: commandText.pause.examples,
  surfaces: BOTH,
  arguments: [reason],
  options: [],
  input: z.object({ reason: said }),
});

export const resume = command({
  name: 'resume',
  aliases: [],
  summary: commandText.resume.summary,
  examples: commandText.resume.examples,
  surfaces: BOTH,
  arguments: [reason],
  options: [],
  input: z.object({ reason: said }),
});

export const capture = command({
  name: 'capture',
  aliases: [],
  summary: commandText.capture.summary,
  examples: commandText.capture.examples,
  surfaces: ['terminal'],
  arguments: [target],
  options: [{ flags: '-o, --output <file>', about: optionText.outFile }, namespace, kubeContext],
  input: z.object({
    target: targetWord.optional(),
    namespace: namespaceWord.optional(),
    context: z.string().optional(),
    output: z.string('name the file with -o FILE').min(1),
  }),
});

export const doctor = command({
  name: 'doctor',
  aliases: [],
  summary: commandText.doctor.summary,
  examples: commandText.doctor.examples,
  surfaces: BOTH,
  arguments: [],
  options: [kubeContext],
  input: z.object({ context: z.string().optional() }),
});

export const help = command({
  name: 'help',
  aliases: ['?'],
  summary: commandText.help.summary,
  examples: commandText.help.examples,
  surfaces: BOTH,
  arguments: [{ syntax: '[command]', about: optionText.command }],
  options: [],
  input: z.object({ command: z.string().max(100).optional() }),
});

/** Everything a person can type, in the order help shows it. */
export const COMMANDS = {
  diagnose,
  fix,
  status,
  take,
  close,
  explain,
  audit,
  pause,
  resume,
  capture,
  doctor,
  help,
} as const;
export type CommandName = keyof typeof COMMANDS;
export type InputOf<Name extends CommandName> = z.output<(typeof COMMANDS)[Name]['input']>;
