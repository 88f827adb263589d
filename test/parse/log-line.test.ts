import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logfmtPairs, MAX_LINE, parseLogLine } from '../../src/parse/log-line.ts';
import { readMessage } from '../../src/parse/operator-message.ts';

const NOT_INSTALLED = 'resource "prometheuses" (group: "monitoring.coreos.com/v1") not installed in the cluster';
const quoted = (text: string) => JSON.stringify(text);

describe('lines of every era', () => {
  it.each([
    [
      'slog logfmt',
      `ts=2026-03-01T12:00:01.5Z level=warn caller=/workspace/cmd/operator/main.go:82 msg=${quoted(NOT_INSTALLED)}`,
    ],
    [
      'slog JSON',
      `{"ts":"2026-03-01T12:00:01.5Z","level":"warn","caller":{"function":"main.run","file":"main.go","line":1},"msg":${quoted(NOT_INSTALLED)}}`,
    ],
    ['go-kit logfmt', `level=warn ts=2026-03-01T12:00:01.5Z caller=main.go:7 msg=${quoted(NOT_INSTALLED)}`],
    ['kubectl --timestamps', `2026-03-01T12:00:01.5Z level=warn msg=${quoted(NOT_INSTALLED)}`],
    [
      'container runtime',
      `2026-03-01T12:00:01.5Z stdout F ts=2026-03-01T12:00:01.5Z level=warn msg=${quoted(NOT_INSTALLED)}`,
    ],
  ])('%s gives the same message', (_, line) => {
    const record = parseLogLine(line);

    expect(record).toMatchObject({ at: '2026-03-01T12:00:01.5Z', level: 'warn', msg: NOT_INSTALLED });
    expect(readMessage(record)).toEqual({
      is: 'not-installed',
      resource: 'prometheuses',
      group: 'monitoring.coreos.com',
    });
  });

  it('takes the error of klog text apart although it has no keys', () => {
    const record = parseLogLine(
      'E0709 10:00:36.000001       1 operator.go:994] Sync "ns/main" failed: creating config failed: no',
    );

    expect(record.level).toBe('error');
    expect(readMessage(record)).toMatchObject({
      is: 'sync-failed',
      key: 'ns/main',
      error: 'creating config failed: no',
    });
  });

  it('reads klog wrapped into logfmt as the reflector error it is', () => {
    const record = parseLogLine(
      'level=error ts=2022-01-01T00:00:00Z caller=klog.go:116 component=k8s_client_runtime func=ErrorDepth msg="pkg/mod/k8s.io/client-go@v0.23.0/tools/cache/reflector.go:167: Failed to watch *v1.Probe: failed to list *v1.Probe: the server could not find the requested resource (get probes.monitoring.coreos.com)"',
    );

    expect(readMessage(record)).toMatchObject({
      is: 'reflector',
      verb: 'list',
      type: '*v1.Probe',
      api: { kind: 'no-such-kind', resource: 'probes' },
    });
  });

  it("keeps keys wherever they stand and puts the kubelet's time behind the line's own", () => {
    const record = parseLogLine({
      text: 'msg="cache sync not yet completed" informer=Secret ts=2026-03-01T12:00:01Z component=prometheus-controller',
      at: '2026-03-01T12:09:00Z',
      part: 'tail',
    });

    expect(record).toMatchObject({
      at: '2026-03-01T12:00:01Z',
      informer: 'Secret',
      component: 'prometheus-controller',
      part: 'tail',
    });
  });

  it('accepts the verbosities of klog as debug', () => {
    expect(parseLogLine('ts=2026-03-01T12:00:01Z level=debug+2 msg="Caches populated" type=*v1.Probe').level).toBe(
      'debug',
    );
  });

  it('reads the usage of a program that is no operator', () => {
    expect(readMessage(parseLogLine('flag provided but not defined: -kubelet-service'))).toEqual({
      is: 'unknown-flag',
      flag: '-kubelet-service',
    });
    expect(readMessage(parseLogLine('Usage of /configmap-reload:'))).toEqual({
      is: 'usage',
      program: '/configmap-reload',
    });
  });
});

describe('strange input', () => {
  it('never throws on any text, and keeps it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const record = parseLogLine(text);
        readMessage(record);

        expect(typeof record.msg).toBe('string');
        expect(text.slice(0, MAX_LINE).startsWith(record.raw)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('never throws on a line cut anywhere', () => {
    const line = `ts=2026-03-01T12:00:01Z level=error caller=a.go:1 msg="Unhandled Error" logger=UnhandledError err="sync \\"ns/main\\" failed: secrets \\"x\\" is forbidden: User \\"u\\" cannot get resource \\"secrets\\" in API group \\"\\" in the namespace \\"ns\\""`;
    for (let length = 0; length <= line.length; length++) readMessage(parseLogLine(line.slice(0, length)));
    expect(readMessage(parseLogLine(line))).toMatchObject({
      is: 'sync-failed',
      api: { kind: 'rbac', verb: 'get', resource: 'secrets' },
    });
  });

  it('gives back what was written as logfmt', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (value) => {
        expect(logfmtPairs(`a=1 msg=${quoted(value).replace(/\\u[0-9a-f]{4}|\\[bf]/g, '')} z=2`).get('a')).toBe('1');
        const plain = value.replace(/[^ -~]/g, '');
        expect(logfmtPairs(`msg="${plain.replace(/[\\"]/g, '\\$&')}" z=2`)).toEqual(
          new Map([
            ['msg', plain],
            ['z', '2'],
          ]),
        );
      }),
    );
  });

  it.each([
    ['letters', 'a'.repeat(1_000_000)],
    ['quotes', `msg="${'\\"'.repeat(500_000)}`],
    ['a list error', `E0101 00:00:00.000000 1 r.go:1] Failed to list *v1.X: ${'forbidden '.repeat(100_000)}`],
    ['names', `${'a.b '.repeat(250_000)}"x" not found`],
    ['JSON', `{"msg":"${'x'.repeat(1_000_000)}"}`],
  ])('reads a line of a megabyte of %s in a moment', (_, line) => {
    const started = performance.now();
    readMessage(parseLogLine(line));

    expect(performance.now() - started).toBeLessThan(5000);
  });
});
