import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/commands/definitions.ts';
import { parseLine, parseWords } from '../../src/commands/parse.ts';
import { targetWords } from '../../src/commands/target.ts';
import { plainLine, wordsOf } from '../../src/commands/words.ts';
import { TARGET_KINDS } from '../../src/evidence/types.ts';
import { commandText } from '../../src/texts/en/commands.ts';

const problem = (line: string) => {
  const parsed = parseLine(line);
  return parsed.ok ? `understood as ${parsed.call.name}` : parsed.problem;
};
const input = (line: string) => {
  const parsed = parseLine(line);
  return parsed.ok ? parsed.call.input : parsed.problem;
};

describe('a line as phones and Slack write it', () => {
  it.each([
    ['an em dash for two dashes', 'diagnose —namespace monitoring', 'diagnose --namespace monitoring'],
    ['an em dash for one dash', 'diagnose —n monitoring', 'diagnose -n monitoring'],
    ['an en dash before one letter', 'diagnose –n monitoring', 'diagnose -n monitoring'],
    ['an en dash before a word', 'diagnose –namespace=monitoring', 'diagnose --namespace=monitoring'],
    ['dashes inside names stay', 'diagnose monitoring/kube-prom-x -n a-b', 'diagnose monitoring/kube-prom-x -n a-b'],
    ['curly quotes', 'close “it is fixed”', 'close "it is fixed"'],
    ['a no-break space', 'diagnose\u00a0-n\u202fmonitoring', 'diagnose -n monitoring'],
    ['a mention', 'take <@U012AB3CD|ada>', 'take U012AB3CD'],
    ['a channel', 'status <#C012AB3CD|ops>', 'status C012AB3CD'],
    [
      'a host that became a link',
      'diagnose <http://prometheus.monitoring|prometheus.monitoring>',
      'diagnose prometheus.monitoring',
    ],
    ['entities', 'close a &amp; b &lt;c&gt;', 'close a & b <c>'],
    ['characters nobody sees', 'diag\u200bnose\ufeff', 'diagnose'],
  ])('reads %s', (_, written, meant) => {
    expect(plainLine(written)).toBe(meant);
  });

  it('takes an apostrophe for an apostrophe', () => {
    expect(wordsOf("close it's fixed")).toEqual(['close', "it's", 'fixed']);
    expect(wordsOf('close "it is" fixed')).toEqual(['close', 'it is', 'fixed']);
  });

  it('never throws, whatever is typed', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc
            .array(
              fc.constantFrom(
                'diagnose',
                'close',
                '-n',
                '--',
                '—',
                '"',
                "'",
                '\\',
                'a/b',
                'inc-1',
                '<@U1>',
                '--help',
                ' ',
              ),
            )
            .map((w) => w.join(' ')),
        ),
        (text) => {
          expect(typeof parseLine(text).ok).toBe('boolean');
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('every example of every command', () => {
  const examples = Object.entries(commandText).flatMap(([name, text]) => [
    ...text.examples.map((example) => [example.line, name, 'both'] as const),
    ...('terminalExamples' in text ? text.terminalExamples : []).map(
      (example) => [example.line, name, 'terminal'] as const,
    ),
  ]);

  it.each(examples)('“%s” is read as %s', (line, name, where) => {
    const command = Object.values(COMMANDS).find((one) => one.name === name);
    for (const surface of command?.surfaces ?? []) {
      if (where === 'terminal' && surface !== 'terminal') continue;
      const parsed = parseWords(wordsOf(line), surface);

      expect(parsed.ok ? parsed.call.name : parsed.problem).toBe(name);
    }
    expect(command?.surfaces.length).toBeGreaterThan(0);
  });

  it('covers every command', () => {
    expect(Object.keys(commandText).sort()).toEqual(Object.keys(COMMANDS).sort());
  });
});

describe('targets', () => {
  it.each([
    ['diagnose', {}],
    ['diagnose prom-a', { target: { name: 'prom-a' } }],
    ['diagnose monitoring/prom-a', { target: { namespace: 'monitoring', name: 'prom-a' } }],
    ['diagnose alertmanager/main', { target: { kind: 'Alertmanager', name: 'main' } }],
    [
      'diagnose prometheuses.monitoring.coreos.com/monitoring/prom-a',
      { target: { kind: 'Prometheus', namespace: 'monitoring', name: 'prom-a' } },
    ],
    ['diagnose -n monitoring', { namespace: 'monitoring' }],
    ['diagnose prom-a --namespace=monitoring', { target: { name: 'prom-a' }, namespace: 'monitoring' }],
  ])('%s', (line, expected) => {
    expect(input(line)).toEqual({ ...expected, output: 'text' });
  });

  it('are read back as they are written out', () => {
    const name = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,20}[a-z0-9]$/);
    fc.assert(
      fc.property(fc.record({ kind: fc.constantFrom(...TARGET_KINDS), namespace: name, name }), (target) => {
        expect(input(`diagnose ${targetWords(target)}`)).toEqual({ target, output: 'text' });
      }),
    );
  });
});

describe('what was not understood', () => {
  it.each([
    ['diagnos', 'I don’t know “diagnos”. Did you mean `diagnose`?'],
    ['reboot everything', 'I don’t know “reboot”. `help` lists the commands.'],
    ['diagnose --force', '`diagnose` has no option “--force”. It is written `diagnose [target] [-n <namespace>]`.'],
    ['diagnose -n', 'The option “-n, --namespace <namespace>” needs a value: `diagnose [target] [-n <namespace>]`.'],
    [
      'diagnose a b',
      'I don’t understand “too many arguments. Expected 1 argument but got 2: a, b.” here. It is written `diagnose [target] [-n <namespace>]`.',
    ],
    [
      'diagnose Monitoring/UPPER',
      '“Monitoring/UPPER” does not name a resource; write NAME, NAMESPACE/NAME, KIND/NAME or KIND/NAMESPACE/NAME. It is written `diagnose [target] [-n <namespace>]`.',
    ],
    ['diagnose a/b -n c', 'two different namespaces are given. It is written `diagnose [target] [-n <namespace>]`.'],
    ['capture -o x', '`capture` works in the terminal only: `promfix capture`.'],
  ])('“%s” is answered with what to write instead', (line, sentence) => {
    expect(problem(line)).toBe(sentence);
  });

  it('an empty line asks for help', () => {
    expect(parseLine('  ')).toEqual({ ok: true, call: { name: 'help', input: {} } });
    expect(parseLine('diagnose --help')).toEqual({ ok: true, call: { name: 'help', input: { command: 'diagnose' } } });
  });

  it('a first word that is no incident belongs to the reason', () => {
    expect(input('close inc-12 all good')).toEqual({ incident: 'inc-12', reason: 'all good' });
    expect(input('close all good')).toEqual({ reason: 'all good' });
  });
});

describe('the version in a fix', () => {
  const REPAIR = 'test-chart-version';

  it.each([
    [`fix ${REPAIR} 79.4.0`, { repair: REPAIR, version: '79.4.0' }],
    [`fix 79.4.0 ${REPAIR} inc-7`, { repair: REPAIR, version: '79.4.0', incident: 'inc-7' }],
    [`fix ${REPAIR} v79.4.0`, { repair: REPAIR, version: '79.4.0' }],
    [`fix ${REPAIR} 79.4.0 v79.4.0`, { repair: REPAIR, version: '79.4.0' }],
    [`fix ${REPAIR} 80.0.0-rc.1 monitoring/main`, { repair: REPAIR, version: '80.0.0-rc.1' }],
    [`fix ${REPAIR}`, { repair: REPAIR }],
  ])('of “%s” is read wherever it stands', (line, expected) => {
    expect(input(line)).toMatchObject(expected);
  });

  it.each([
    [`fix ${REPAIR} 79.4`, '“79.4” is no version: type one like 79.4.0'],
    [`fix ${REPAIR} 79.4.x`, '“79.4.x” is no version: type one like 79.4.0'],
    [`fix ${REPAIR} 79.4.0 78.5.0`, 'two different versions are given'],
    ['fix restart-operator 79.4.0', `only ${REPAIR} takes a version`],
    ['fix 79.4.0', `only ${REPAIR} takes a version`],
    [`fix ${REPAIR} latest`, 'name one repair at most'],
  ])('of “%s” is refused with the reason', (line, words) => {
    expect(problem(line)).toContain(words);
  });

  it('given as an option in the terminal has to be the one that is typed', () => {
    const words = (...more: readonly string[]) => parseWords(['fix', REPAIR, ...more], 'terminal');

    expect(words('79.4.0', '--version', 'v79.4.0')).toMatchObject({ ok: true, call: { input: { version: '79.4.0' } } });
    expect(words('79.4.0', '--version', '78.5.0')).toMatchObject({ ok: false });
  });
});
